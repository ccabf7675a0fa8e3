package io.memdi.transport;

import java.util.BitSet;

/**
 * What a store holds, in 128 bits per segment: two nodes whose digests of a segment agree hold the same keys there, at the same
 * revisions. 16 KiB. Immutable.
 */
public final class SegmentDigests {
    private final long[] high;
    private final long[] low;

    /**
     * Copies the arrays.
     *
     * @param high the upper halves, one for each segment
     * @param low the lower halves, one for each segment
     * @throws IllegalArgumentException if they are not as many as there are segments
     */
    public SegmentDigests(long[] high, long[] low) {
        if (high.length != Range.SEGMENTS || low.length != Range.SEGMENTS) {
            throw new IllegalArgumentException(
                    Range.SEGMENTS + " segments have as many digests, not " + high.length + " and " + low.length);
        }
        this.high = high.clone();
        this.low = low.clone();
    }

    /**
     * The upper half of a segment's digest.
     *
     * @param segment the segment
     * @return 64 bits
     */
    public long high(int segment) {
        return high[segment];
    }

    /**
     * The lower half of a segment's digest.
     *
     * @param segment the segment
     * @return 64 bits
     */
    public long low(int segment) {
        return low[segment];
    }

    /**
     * Compares two nodes.
     *
     * @param other the digests of the other node
     * @return the segments in which they do not hold the same
     */
    public BitSet differingFrom(SegmentDigests other) {
        BitSet differing = new BitSet(Range.SEGMENTS);
        for (int segment = 0; segment < Range.SEGMENTS; segment++) {
            differing.set(segment, high[segment] != other.high[segment] || low[segment] != other.low[segment]);
        }
        return differing;
    }
}
