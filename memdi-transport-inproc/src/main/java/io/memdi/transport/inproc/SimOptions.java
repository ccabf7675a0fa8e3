package io.memdi.transport.inproc;

import java.time.Duration;

/**
 * How a {@link SimNetwork} treats messages and clocks. Immutable; start with {@link #defaults()}, and change what is to differ.
 *
 * @param minLatency the least time that a message takes
 * @param maxLatency the most time that a message takes; drawn evenly for each message, whose order per link is kept
 * @param dropShare the share of messages that are lost, from 0 to 1
 * @param duplicateShare the share of messages that arrive twice, from 0 to 1
 * @param reorderShare the share of messages that may be overtaken by later ones, from 0 to 1; they take up to four latencies
 * @param lateShare the share of messages that are held back, and released after up to {@code maxLateness}, from 0 to 1, perhaps
 *     when their sender has long crashed or their receiver has been started anew
 * @param maxLateness how long a message is held back at most
 * @param clockDrift how far the rates of clocks may differ from 1, from 0 to 0.5; drawn for each node as it is opened
 */
public record SimOptions(
        Duration minLatency,
        Duration maxLatency,
        double dropShare,
        double duplicateShare,
        double reorderShare,
        double lateShare,
        Duration maxLateness,
        double clockDrift) {

    private static final Duration MAX_LATENESS = Duration.ofDays(365);

    /**
     * Checks the parts. Better than this constructor is {@link #defaults()} with what is to differ.
     *
     * @param minLatency the least time that a message takes, zero or more
     * @param maxLatency the most time that a message takes, not below the least
     * @param dropShare from 0 to 1
     * @param duplicateShare from 0 to 1
     * @param reorderShare from 0 to 1
     * @param lateShare from 0 to 1
     * @param maxLateness not below the latency, and at most 365 days
     * @param clockDrift from 0 to 0.5
     * @throws IllegalArgumentException if a share is not from 0 to 1, a time negative or too long, or the least latency above the
     *     most
     */
    public SimOptions {
        FaultyNetwork.checkShare(dropShare, "share of lost messages");
        FaultyNetwork.checkShare(duplicateShare, "share of duplicates");
        FaultyNetwork.checkShare(reorderShare, "share of reordered messages");
        FaultyNetwork.checkShare(lateShare, "share of late messages");
        if (minLatency.isNegative() || maxLatency.compareTo(minLatency) < 0) {
            throw new IllegalArgumentException("a latency from " + minLatency + " to " + maxLatency);
        }
        if (maxLateness.compareTo(maxLatency) < 0) {
            throw new IllegalArgumentException(
                    "late messages take at least the latency, up to " + maxLatency + ", not " + maxLateness);
        }
        if (maxLateness.compareTo(MAX_LATENESS) > 0) {
            throw new IllegalArgumentException("no message is late by more than " + MAX_LATENESS + ": " + maxLateness);
        }
        if (!(clockDrift >= 0 && clockDrift <= 0.5)) {
            throw new IllegalArgumentException("clock drift must be from 0 to 0.5: " + clockDrift);
        }
    }

    /**
     * A good network: latencies of 0.1 to 1 millisecond, nothing lost, repeated, reordered or late, and exact clocks.
     *
     * @return the options
     */
    public static SimOptions defaults() {
        return new SimOptions(Duration.ofNanos(100_000), Duration.ofMillis(1), 0, 0, 0, 0, Duration.ofSeconds(30), 0);
    }

    /**
     * Other latencies.
     *
     * @param min the least time that a message takes
     * @param max the most time that a message takes
     * @return the changed options
     * @throws IllegalArgumentException if a time is negative, or the least is above the most, or the most above the lateness
     */
    public SimOptions withLatency(Duration min, Duration max) {
        return new SimOptions(min, max, dropShare, duplicateShare, reorderShare, lateShare, maxLateness, clockDrift);
    }

    /**
     * Loses messages.
     *
     * @param share the share of messages that are lost, from 0 to 1
     * @return the changed options
     * @throws IllegalArgumentException if the share is not from 0 to 1
     */
    public SimOptions withDrops(double share) {
        return new SimOptions(
                minLatency, maxLatency, share, duplicateShare, reorderShare, lateShare, maxLateness, clockDrift);
    }

    /**
     * Repeats messages.
     *
     * @param share the share of messages that arrive twice, from 0 to 1
     * @return the changed options
     * @throws IllegalArgumentException if the share is not from 0 to 1
     */
    public SimOptions withDuplicates(double share) {
        return new SimOptions(
                minLatency, maxLatency, dropShare, share, reorderShare, lateShare, maxLateness, clockDrift);
    }

    /**
     * Reorders messages.
     *
     * @param share the share of messages that may be overtaken by later ones, from 0 to 1
     * @return the changed options
     * @throws IllegalArgumentException if the share is not from 0 to 1
     */
    public SimOptions withReordering(double share) {
        return new SimOptions(
                minLatency, maxLatency, dropShare, duplicateShare, share, lateShare, maxLateness, clockDrift);
    }

    /**
     * Holds messages back, to release them much later.
     *
     * @param share the share of messages that are held back, from 0 to 1
     * @param max how long one is held back at most; not below the latency, and at most 365 days
     * @return the changed options
     * @throws IllegalArgumentException if the share is not from 0 to 1, or the time is below the latency or too long
     */
    public SimOptions withLateMessages(double share, Duration max) {
        return new SimOptions(minLatency, maxLatency, dropShare, duplicateShare, reorderShare, share, max, clockDrift);
    }

    /**
     * Lets the clocks of nodes that are opened from now on run at rates of their own.
     *
     * @param drift how far a rate may differ from 1, from 0 to 0.5
     * @return the changed options
     * @throws IllegalArgumentException if the drift is not from 0 to 0.5
     */
    public SimOptions withClockDrift(double drift) {
        return new SimOptions(
                minLatency, maxLatency, dropShare, duplicateShare, reorderShare, lateShare, maxLateness, drift);
    }
}
