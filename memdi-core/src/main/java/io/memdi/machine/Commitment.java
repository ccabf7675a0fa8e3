package io.memdi.machine;

import java.util.Arrays;

/** The arithmetic of a majority. */
final class Commitment {
    private Commitment() {}

    /**
     * The highest value that a majority has reached: of the values sorted downwards, the one in the middle.
     *
     * @param values one for each voter; its order is changed
     */
    static long reachedByMajority(long[] values) {
        Arrays.sort(values);
        return values[(values.length - 1) / 2];
    }
}
