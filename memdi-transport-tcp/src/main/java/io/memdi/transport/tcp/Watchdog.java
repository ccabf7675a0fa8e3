package io.memdi.transport.tcp;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Ends connections that keep a thread waiting for too long: the one place that knows what time it is. Blocking calls on sockets have no
 * time limit of their own here, since one that ends in the middle of a TLS record leaves a stream that cannot be read on.
 *
 * <p>It knows every open connection of the node, so it can end them all. Once it is closed, it ends what is added to it at once.
 */
final class Watchdog implements Runnable {
    private static final long TICK = TimeUnit.SECONDS.toNanos(1);
    private static final long SHORTEST = TimeUnit.MILLISECONDS.toNanos(10);

    private final Set<Line> lines = ConcurrentHashMap.newKeySet();
    private volatile @Nullable Thread thread;
    private volatile boolean closed;

    @Override
    public void run() {
        thread = Thread.currentThread();
        while (!closed) {
            long now = System.nanoTime();
            long wait = lines.isEmpty() ? Long.MAX_VALUE : TICK;
            for (Line line : lines) {
                wait = Math.min(wait, Math.max(SHORTEST, check(line, now)));
            }
            LockSupport.parkNanos(this, wait);
            Thread.interrupted(); // see Outbound.await
        }
    }

    private static long check(Line line, long now) {
        try {
            return line.check(now);
        } catch (RuntimeException e) {
            // All other connections depend on this thread.
            TcpLog.LOG.error("a connection could not be checked", e);
            return TICK;
        }
    }

    /** Watches a connection from now on. Any thread. */
    void add(Line line) {
        lines.add(line);
        wake();
        if (closed) {
            line.abort(Line.CLOSED);
        }
    }

    /** Watches a connection no longer. Any thread. */
    void remove(Line line) {
        lines.remove(line);
    }

    /** Looks at all deadlines again, since one has come nearer. Any thread. */
    void wake() {
        LockSupport.unpark(thread);
    }

    /** Ends every connection, now and from now on. */
    void close() {
        closed = true;
        lines.forEach(line -> line.abort(Line.CLOSED));
        wake();
    }
}
