package io.memdi.transport.tcp;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The threads of one node's transport: daemons named after what they do, unless the application makes them itself. Thread-safe. */
final class Threads {
    private final String node;
    private final @Nullable ThreadFactory factory;
    private final TcpLog log;
    private final Set<Thread> running = ConcurrentHashMap.newKeySet();

    Threads(String node, @Nullable ThreadFactory factory, TcpLog log) {
        this.node = node;
        this.factory = factory;
        this.log = log;
    }

    /** Starts a thread; returns false, and has logged why, if there is none to be had. */
    boolean start(String what, Runnable body) {
        try {
            Thread thread = make(() -> run(body));
            thread.setName(full(what));
            thread.start();
            return true;
        } catch (RuntimeException | OutOfMemoryError e) {
            log.warn("thread", "", "no thread could be started for a connection: " + e);
            return false;
        }
    }

    /** Calls the thread that calls this by what it does from now on. */
    void name(String what) {
        Thread.currentThread().setName(full(what));
    }

    private String full(String what) {
        return "memdi-" + node + "-" + what;
    }

    private Thread make(Runnable body) {
        ThreadFactory theirs = factory;
        if (theirs == null) {
            Thread thread = new Thread(body);
            thread.setDaemon(true);
            return thread;
        }
        Thread thread = theirs.newThread(body);
        if (thread == null) {
            throw new IllegalStateException("the thread factory has refused");
        }
        return thread;
    }

    private void run(Runnable body) {
        Thread self = Thread.currentThread();
        running.add(self);
        try {
            body.run();
        } catch (Throwable e) {
            log.error("a thread of the transport has failed; its connection is gone, the node goes on", e);
        } finally {
            running.remove(self);
        }
    }

    /** Waits for all threads to end, but no longer than that. */
    void join(long millis) {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        boolean interrupted = false;
        for (Thread thread : running) {
            long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            if (left <= 0 || interrupted) {
                break;
            }
            if (thread != Thread.currentThread()) {
                try {
                    thread.join(left);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
