package io.memdi.shell;

import io.memdi.Incarnation;
import io.memdi.Status;
import java.util.Arrays;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** What was seen of one node over time: how fast its log grows, and how long it takes to answer. */
final class Trace {
    /** Of so many round trips the 99th percentile is taken. */
    static final int SAMPLES = 100;

    private static final double NANOS_PER_SECOND = 1e9;

    private final long[] roundTrips = new long[SAMPLES];
    private int samples;
    private int oldest;
    private @Nullable Incarnation incarnation;
    private long index;
    private long at;
    private OptionalDouble rate = OptionalDouble.empty();

    /** The node has answered at a time. */
    void answered(Sight sight, long now) {
        @Nullable Status status = sight.status();
        if (status == null) {
            rate = OptionalDouble.empty();
            incarnation = null;
            return;
        }
        if (samples < SAMPLES) {
            roundTrips[samples++] = sight.nanos();
        } else {
            roundTrips[oldest] = sight.nanos();
            oldest = (oldest + 1) % SAMPLES;
        }
        // A leader's log grows as it is written; what others know to be committed follows it.
        long reached =
                sight.leads() ? status.last().index() : status.committed().index();
        boolean same = status.incarnation().equals(incarnation);
        rate = same && now > at
                ? OptionalDouble.of(Math.max(0, reached - index) * NANOS_PER_SECOND / (now - at))
                : OptionalDouble.empty();
        incarnation = status.incarnation();
        index = reached;
        at = now;
    }

    /** How many entries were added to its log, per second, between its last two answers; nothing if it is not known. */
    OptionalLong perSecond() {
        return rate.isEmpty() ? OptionalLong.empty() : OptionalLong.of(Math.round(rate.getAsDouble()));
    }

    /** The time within which 99 of 100 of its last answers came; nothing without an answer. */
    OptionalLong p99Nanos() {
        if (samples == 0) {
            return OptionalLong.empty();
        }
        long[] sorted = Arrays.copyOf(roundTrips, samples);
        Arrays.sort(sorted);
        return OptionalLong.of(sorted[(99 * samples + 99) / 100 - 1]);
    }
}
