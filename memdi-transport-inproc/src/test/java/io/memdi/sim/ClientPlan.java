package io.memdi.sim;

import io.memdi.machine.Settings;
import java.util.SplittableRandom;

/**
 * The clients of a run.
 *
 * @param most how many there are at a time; 0 for none
 * @param callers of each
 * @param allowed how many sessions there may be, and how long one lasts of whose client nothing is heard
 * @param mischiefNanos between two troubles of clients, about
 * @param narrow whether some are told of one node only
 */
record ClientPlan(int most, int callers, Settings.Clients allowed, long mischiefNanos, boolean narrow) {
    private static final long MILLI = 1_000_000;

    private static final ClientPlan NONE = new ClientPlan(0, 0, Settings.Clients.DEFAULT, 0, false);

    static ClientPlan of(long seed) {
        SplittableRandom random = new SplittableRandom(seed ^ 0x636c69656e7473L);
        if (seed < Plan.CLIENTS || random.nextInt(100) >= (seed >= Plan.RICHER ? 60 : 50)) {
            return NONE;
        }
        int[] sessions = {1, 2, 3, 256, 256};
        // Clients hail once a second.
        // Well above a hail's interval of a second, by clocks that drift apart, and what a message may take longer than
        // the one before.
        int[] idleMillis = {2_000, 2_000, 2_500, 4_000};
        int[] mischiefMillis = {50, 150, 500, 1_500};
        return new ClientPlan(
                1 + random.nextInt(4),
                1 + random.nextInt(2),
                new Settings.Clients(
                        sessions[random.nextInt(sessions.length)],
                        idleMillis[random.nextInt(idleMillis.length)] * MILLI),
                mischiefMillis[random.nextInt(mischiefMillis.length)] * MILLI,
                random.nextInt(3) == 0);
    }

    boolean isNone() {
        return most == 0;
    }

    @Override
    public String toString() {
        return isNone()
                ? "no clients"
                : String.format(
                        "%d clients with %d callers, %d sessions of %d ms, mischief every %d ms%s",
                        most,
                        callers,
                        allowed.sessions(),
                        allowed.idleNanos() / MILLI,
                        mischiefNanos / MILLI,
                        narrow ? ", narrow" : "");
    }
}
