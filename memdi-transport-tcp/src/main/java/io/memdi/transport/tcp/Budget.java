package io.memdi.transport.tcp;

import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * How many bytes may be held for one connection. That of a client has a share of its own, and takes what goes beyond it out of a pool that
 * all clients have together: so that many who take nothing exhaust neither the node nor what others need for small answers. Lock-free, for
 * any thread.
 */
final class Budget {
    /** So far below zero that nothing which is added or taken makes up for it. */
    private static final long CLOSED = Long.MIN_VALUE / 2;

    private final long max;
    private final long share;
    private final @Nullable Pool pool;
    private final AtomicLong held = new AtomicLong();

    /** What all clients of a node hold together, their shares included. */
    static final class Pool {
        private final long max;
        private final AtomicLong held = new AtomicLong();

        Pool(long max) {
            this.max = max;
        }

        long held() {
            return held.get();
        }
    }

    private Budget(long max, long share, @Nullable Pool pool) {
        this.max = max;
        this.share = share;
        this.pool = pool;
    }

    /** For a node. */
    static Budget of(long max) {
        return new Budget(max, 0, null);
    }

    /** For a client. */
    static Budget ofClient(Pool pool) {
        return new Budget(TcpLimits.CLIENT_BYTES, TcpLimits.CLIENT_SHARE, pool);
    }

    /** Whether it is the budget of a client, which counts a message until it is written: its frame may be large. */
    boolean isOfClient() {
        return pool != null;
    }

    /** Takes that many bytes, and returns true; or false if there is no room for them. What is too large by itself has room alone. */
    boolean take(long bytes) {
        long before = held.getAndAdd(bytes);
        if (before < 0) {
            return false;
        }
        long all = pool == null ? 0 : pool.held.getAndAdd(bytes);
        boolean fits = before + bytes <= share
                || ((before == 0 || before + bytes <= max) && (pool == null || all + bytes <= pool.max));
        if (!fits) {
            give(bytes);
        }
        return fits;
    }

    /** Gives back what was taken; or with a negative number, takes what is there already. */
    void give(long bytes) {
        if (held.getAndAdd(-bytes) >= 0 && pool != null) {
            pool.held.getAndAdd(-bytes);
        }
    }

    /** Gives everything back, and takes nothing any more. */
    void close() {
        long was = held.getAndSet(CLOSED);
        if (was > 0 && pool != null) {
            pool.held.getAndAdd(-was);
        }
    }
}
