package io.memdi.transport;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs users' callbacks, in order, on one daemon thread, which is started when there is something to run and ends when it has been
 * idle for a while.
 *
 * <p>The queue has no bound of its own: the loop hands tasks over and must not block, and a task that was dropped would be a result
 * that nobody hears of. The node bounds it: it takes no more asynchronous operations than it may have uncompleted.
 */
final class Callbacks implements Executor {
    private static final Logger log = LoggerFactory.getLogger(Callbacks.class);

    private final ThreadPoolExecutor thread;

    Callbacks(String name) {
        thread = new ThreadPoolExecutor(1, 1, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
            Thread started = new Thread(task, name);
            started.setDaemon(true);
            return started;
        });
        thread.allowCoreThreadTimeOut(true);
    }

    @Override
    public void execute(Runnable task) {
        thread.execute(() -> {
            try {
                task.run();
            } catch (Throwable e) {
                log.error("A callback threw; the callbacks after it run all the same", e);
            }
        });
    }

    /** Lets the thread end as soon as it has nothing to run. What is handed over later still runs: a result is never lost. */
    void close() {
        thread.setKeepAliveTime(1, TimeUnit.MILLISECONDS);
    }
}
