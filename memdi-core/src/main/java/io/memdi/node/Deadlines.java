package io.memdi.node;

/**
 * When the next of many calls runs out of time. Kept as a lower bound: most calls end long before, so rather than to keep them in
 * order, the bound is made anew by looking at those that are open when it is reached, at most once per millisecond.
 */
final class Deadlines {
    private static final long GRAIN_NANOS = 1_000_000;

    private long next = Long.MAX_VALUE;
    private long rested;

    void add(long deadline) {
        next = Math.min(next, deadline);
    }

    /** Whether to look at all calls now. If so, those that stay are to be added again. */
    boolean areDue(long now) {
        if (now < next || now < rested) {
            return false;
        }
        next = Long.MAX_VALUE;
        rested = now + GRAIN_NANOS;
        return true;
    }

    long next() {
        return next == Long.MAX_VALUE ? next : Math.max(next, rested);
    }
}
