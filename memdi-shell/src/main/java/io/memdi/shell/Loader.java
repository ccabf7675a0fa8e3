package io.memdi.shell;

import io.memdi.AsyncStore;
import io.memdi.Store;
import io.memdi.WriteOptions;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/** Writes the rows of a file, many at once, and shows how far it is. */
final class Loader {
    /** Writes that are on their way: enough to keep the nodes busy, and below what a node or a client takes. */
    static final int WINDOW = 256;

    private static final long PROGRESS_NANOS = 100_000_000;

    private final AsyncStore<String, String> store;
    private final WriteOptions options;
    private final Screen screen;
    private final Semaphore window = new Semaphore(WINDOW);

    /** The places of rows that were sent and are not acknowledged; of those that never will be, with the reason. */
    private final ConcurrentSkipListMap<Integer, Optional<Throwable>> open = new ConcurrentSkipListMap<>();

    private final AtomicInteger failed = new AtomicInteger();

    Loader(Store<String, String> store, WriteOptions options, Screen screen) {
        this.store = store.async();
        this.options = options;
        this.screen = screen;
    }

    /**
     * Writes the rows, in their order, and waits until all are acknowledged.
     *
     * @return the time that it took, in nanoseconds
     * @throws PlainFailure if a row was refused, or the thread interrupted; the line says from where to go on
     */
    long load(CsvFile file) {
        long start = System.nanoTime();
        long shown = start;
        List<CsvRow> rows = file.rows();
        int sent = 0;
        try {
            while (sent < rows.size()) {
                window.acquire();
                if (failed.get() > 0) {
                    window.release();
                    break;
                }
                write(sent, rows.get(sent));
                sent++;
                long now = System.nanoTime();
                if (now - shown > PROGRESS_NANOS) {
                    shown = now;
                    showProgress(sent, rows.size(), now - start);
                }
            }
            window.acquire(WINDOW);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PlainFailure(file.name() + ": stopped" + goOn(file, sent), e);
        }
        Map.Entry<Integer, Optional<Throwable>> problem = open.firstEntry();
        if (problem != null) {
            Throwable failure = problem.getValue().orElseThrow(); // every write was answered
            throw new PlainFailure(
                    file.name() + ", line " + rows.get(problem.getKey()).line() + ": " + failure.getMessage()
                            + goOn(file, sent),
                    failure);
        }
        return System.nanoTime() - start;
    }

    /** All rows before the first that is not acknowledged are written; a key's last row may stand in another place than its line. */
    private String goOn(CsvFile file, int sent) {
        List<CsvRow> rows = file.rows();
        int first = open.isEmpty() ? sent : open.firstKey();
        if (first >= rows.size()) {
            return "; all rows were written";
        }
        long line = rows.subList(first, rows.size()).stream()
                .mapToLong(CsvRow::line)
                .min()
                .orElse(1);
        String written = first == 0
                ? "nothing is written for certain"
                : "the first " + (first == 1 ? "row is" : Times.count(first) + " rows are") + " written";
        return "; " + written + ", and load with --from " + line + " goes on there";
    }

    private void write(int place, CsvRow row) {
        open.put(place, Optional.empty());
        CompletableFuture<?> unused = store.put(row.key(), row.value(), options).whenComplete((revision, failure) -> {
            if (failure == null) {
                open.remove(place);
            } else {
                open.put(place, Optional.of(failure));
                failed.incrementAndGet();
            }
            window.release();
        });
    }

    private void showProgress(int rows, int all, long nanos) {
        screen.progress(String.format(
                Locale.ROOT,
                "  %s of %s rows, %d%%, %s",
                Times.count(rows),
                Times.count(all),
                100L * rows / all,
                Times.perSecond(rows, nanos)));
    }
}
