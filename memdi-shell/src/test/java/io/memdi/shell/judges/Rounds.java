package io.memdi.shell.judges;

import java.time.Duration;

/**
 * How long a story goes on that could go on for ever: a few rounds; with {@code -Dmemdi.judges.minutes=N}, as many as begin in that time.
 */
final class Rounds {
    private static final int MINUTES = Integer.getInteger("memdi.judges.minutes", 0);
    private static final int MOST = 100_000;

    private final int few;
    private final long begin = System.nanoTime();
    private int begun;

    Rounds(int few) {
        this.few = few;
    }

    /** Whether there is one more, which begins now. */
    boolean begin() {
        boolean goesOn = MINUTES == 0
                ? begun < few
                : begun < MOST
                        && System.nanoTime() - begin
                                < Duration.ofMinutes(MINUTES).toNanos();
        begun += goesOn ? 1 : 0;
        return goesOn;
    }

    /** How many have begun. */
    int begun() {
        return begun;
    }
}
