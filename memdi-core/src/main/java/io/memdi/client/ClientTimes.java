package io.memdi.client;

/**
 * How often a client hails.
 *
 * @param hailNanos while nothing is missing
 * @param retryNanos at first, while something is missing; then less and less often, down to {@code hailNanos}
 * @param silentNanos after which a node that says nothing is not asked any more
 */
public record ClientTimes(long hailNanos, long retryNanos, long silentNanos) {
    /** Once a second; from 50 ms on; three seconds. */
    public static final ClientTimes DEFAULT = new ClientTimes(1_000_000_000L, 50_000_000L, 3_000_000_000L);
}
