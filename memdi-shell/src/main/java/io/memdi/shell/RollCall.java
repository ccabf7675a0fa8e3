package io.memdi.shell;

import io.memdi.MemdiException;
import io.memdi.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/** Asks all nodes at the same time how they are; one that does not answer takes no time from the others. For one thread. */
final class RollCall implements AutoCloseable {
    static final String NO_ANSWER = "no answer";

    /** As many as a cluster has members at most, so that none waits for another. */
    private static final int AT_ONCE = 64;

    private final Function<String, Status> question;
    private final Duration patience;
    private final ThreadPoolExecutor asking = new ThreadPoolExecutor(
            AT_ONCE, AT_ONCE, 5, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), RollCall::thread);

    /**
     * Asks nobody yet.
     *
     * @param question asks a node, by any thread; may wait until it is interrupted
     * @param patience how long all of them may take together
     */
    RollCall(Function<String, Status> question, Duration patience) {
        this.question = question;
        this.patience = patience;
        asking.allowCoreThreadTimeOut(true);
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "memdi-shell-asks");
        thread.setDaemon(true);
        return thread;
    }

    /**
     * Asks those.
     *
     * @throws PlainFailure if the thread is interrupted
     */
    List<Sight> of(List<String> names) {
        List<Future<Sight>> asked =
                names.stream().map(name -> asking.submit(() -> ask(name))).toList();
        long end = System.nanoTime() + patience.toNanos();
        try {
            List<Sight> sights = new ArrayList<>();
            for (int i = 0; i < asked.size(); i++) {
                sights.add(await(asked.get(i), names.get(i), end - System.nanoTime()));
            }
            return sights;
        } finally {
            asked.forEach(each -> each.cancel(true));
        }
    }

    private Sight ask(String name) {
        long start = System.nanoTime();
        try {
            return Sight.of(question.apply(name), System.nanoTime() - start);
        } catch (MemdiException | IllegalArgumentException e) {
            return Sight.none(name, NO_ANSWER); // the time was up, or it does not belong to the cluster any more
        }
    }

    private static Sight await(Future<Sight> asked, String name, long nanos) {
        try {
            return asked.get(Math.max(0, nanos), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            return Sight.none(name, NO_ANSWER);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PlainFailure("stopped waiting; nothing was changed", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("asking " + name + " how it is has failed: " + e.getCause(), e);
        }
    }

    @Override
    public void close() {
        asking.shutdownNow();
    }
}
