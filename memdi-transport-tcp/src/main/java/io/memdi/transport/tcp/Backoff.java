package io.memdi.transport.tcp;

import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/** How long to wait before the next try: twice as long each time, between half and all of that at random, so that nodes do not keep step. */
final class Backoff {
    static final long SHORTEST = TimeUnit.MILLISECONDS.toNanos(10);
    static final long LONGEST = TimeUnit.SECONDS.toNanos(1);

    /** Where there is no room, which will take a while. */
    static final long NO_ROOM = TimeUnit.SECONDS.toNanos(5);

    private final RandomGenerator random;
    private long next = SHORTEST;

    Backoff(RandomGenerator random) {
        this.random = random;
    }

    /** A try has failed; returns how long to wait, in nanoseconds. */
    long failed() {
        long wait = next / 2 + random.nextLong(next / 2 + 1);
        next = Math.min(LONGEST, 2 * next);
        return wait;
    }

    /** The other side has no room; returns how long to wait, in nanoseconds. */
    long noRoom() {
        return NO_ROOM / 2 + random.nextLong(NO_ROOM / 2 + 1);
    }

    /** A try was a success. */
    void reset() {
        next = SHORTEST;
    }
}
