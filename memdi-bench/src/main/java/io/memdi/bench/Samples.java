package io.memdi.bench;

import java.util.Arrays;

/** Times that one thread notes, and another takes. */
final class Samples {
    private long[] nanos = new long[1 << 14];
    private int count;

    synchronized void add(long took) {
        if (count == nanos.length) {
            nanos = Arrays.copyOf(nanos, 2 * count);
        }
        nanos[count++] = took;
    }

    /** What was noted since this was last asked, in that order. */
    synchronized long[] take() {
        long[] taken = Arrays.copyOf(nanos, count);
        count = 0;
        return taken;
    }
}
