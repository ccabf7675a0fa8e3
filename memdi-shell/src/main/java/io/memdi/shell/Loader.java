package io.memdi.shell;

import io.memdi.AsyncStore;
import io.memdi.Store;
import io.memdi.WriteOptions;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Writes the rows of a file, many at once, and shows how far it is. */
final class Loader {
    /** Writes that are on their way: enough to keep the nodes busy, and below what a node takes. */
    private static final int WINDOW = 1024;

    private static final long PROGRESS_NANOS = 100_000_000;

    private record Problem(CsvRow row, Throwable cause) {}

    private final AsyncStore<String, String> store;
    private final WriteOptions options;
    private final Screen screen;
    private final Semaphore window = new Semaphore(WINDOW);
    private final AtomicReference<@Nullable Problem> problem = new AtomicReference<>();

    Loader(Store<String, String> store, WriteOptions options, Screen screen) {
        this.store = store.async();
        this.options = options;
        this.screen = screen;
    }

    /**
     * Writes the rows, in their order, and waits until all are acknowledged.
     *
     * @return the time that it took, in nanoseconds
     * @throws PlainFailure if a row was refused, or the thread interrupted; rows before it may have been written
     */
    long load(CsvFile file) {
        long start = System.nanoTime();
        long shown = start;
        int sent = 0;
        try {
            for (CsvRow row : file.rows()) {
                window.acquire();
                if (problem.get() != null) {
                    window.release();
                    break;
                }
                write(row);
                sent++;
                long now = System.nanoTime();
                if (now - shown > PROGRESS_NANOS) {
                    shown = now;
                    showProgress(sent, file.rows().size(), now - start);
                }
            }
            window.acquire(WINDOW);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PlainFailure("interrupted: up to " + Times.count(sent, "row was", "rows were") + " written", e);
        }
        @Nullable Problem found = problem.get();
        if (found != null) {
            throw new PlainFailure(
                    file.name() + ", line " + found.row().line() + ": "
                            + found.cause().getMessage(),
                    found.cause());
        }
        return System.nanoTime() - start;
    }

    private void write(CsvRow row) {
        CompletableFuture<?> unused = store.put(row.key(), row.value(), options).whenComplete((revision, failure) -> {
            if (failure != null) {
                problem.compareAndSet(null, new Problem(row, failure));
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
