package io.memdi.client;

import java.util.Collection;

/**
 * When a client hails whom: all nodes that it knows, once a second while nothing is missing; at first much more often while something is, and
 * then less and less.
 */
final class Hails {
    private final ClientTimes times;
    private long count;
    private long interval;

    /** Between two hails of a node, as long as something is missing. */
    private long patience;

    /** Whether all that were known were due. */
    private boolean all;

    Hails(ClientTimes times) {
        this.times = times;
        this.patience = times.retryNanos();
        this.interval = patience;
    }

    /** How many there were. */
    long count() {
        return count;
    }

    /** Something is missing, or was found, just now. */
    void hurry() {
        patience = times.retryNanos();
    }

    /**
     * Begins a round.
     *
     * @param settled whether nothing is missing
     * @param wanted whether somebody waits for news all the same
     */
    void begin(boolean settled, boolean wanted) {
        all = true;
        interval = !settled ? patience : wanted ? times.retryNanos() : times.hailNanos();
    }

    boolean isDue(Acquaintance node, long now) {
        boolean due = !node.hailed || now - node.hailedAt >= interval;
        all &= due;
        return due;
    }

    /** The number of the next hail, which goes to that node. */
    long next(Acquaintance node, long now) {
        node.hailed = true;
        node.hailedAt = now;
        return ++count;
    }

    /** Ends a round: if all were hailed in vain so far, the next one takes longer. */
    void end(boolean settled) {
        if (all && !settled) {
            patience = Math.min(2 * patience, times.hailNanos());
        }
    }

    long deadline(Collection<Acquaintance> nodes, long now) {
        long due = Long.MAX_VALUE;
        for (Acquaintance each : nodes) {
            due = Math.min(due, each.hailed ? each.hailedAt + interval : now);
        }
        return due;
    }
}
