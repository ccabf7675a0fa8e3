package io.memdi.store;

import io.memdi.transport.SegmentDigests;

/**
 * What a table holds, in 128 bits per segment: the sum, over its committed keys, of a mix of the store's name, the key's hash and
 * the revision. A sum does not depend on the order in which keys came, is kept up to date by one addition, and the sums of
 * segments add up to that of the table. Values are left out: a revision is never used twice, so it stands for them.
 *
 * <p>Nodes compare digests over the wire; a change of any constant is a change of the protocol. Guards against accidents, not
 * against an attacker, who could search for sums that agree. Loop only.
 */
final class Digest {
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;
    private static final long FNV_OFFSET = 0xCBF29CE484222325L;
    private static final long FNV_PRIME = 0x100000001B3L;

    private final long highSeed;
    private final long lowSeed;
    private final long[] high = new long[Slots.SEGMENTS];
    private final long[] low = new long[Slots.SEGMENTS];

    Digest(String store) {
        long hash = FNV_OFFSET;
        for (int i = 0; i < store.length(); i++) {
            hash = (hash ^ store.charAt(i)) * FNV_PRIME;
        }
        highSeed = mix(hash);
        lowSeed = mix(hash + GOLDEN);
    }

    /** A key of that hash, at that revision, comes. */
    void add(int hash, long term, long index) {
        int segment = Slots.segmentOf(hash);
        high[segment] += highOf(highSeed, hash, term, index);
        low[segment] += lowOf(lowSeed, hash, term, index);
    }

    /** A key of that hash, at that revision, goes. */
    void remove(int hash, long term, long index) {
        int segment = Slots.segmentOf(hash);
        high[segment] -= highOf(highSeed, hash, term, index);
        low[segment] -= lowOf(lowSeed, hash, term, index);
    }

    /** A copy. */
    SegmentDigests bySegment() {
        return new SegmentDigests(high, low);
    }

    /** 32 hexadecimal digits. */
    @Override
    public String toString() {
        long highs = 0;
        long lows = 0;
        for (int segment = 0; segment < Slots.SEGMENTS; segment++) {
            highs += high[segment];
            lows += low[segment];
        }
        return String.format("%016x%016x", highs, lows);
    }

    /** The two halves are combined from the parts with other odd factors, so that what collides in one does not in the other. */
    private static long highOf(long seed, int hash, long term, long index) {
        return mix(seed + hash * 0x9FB21C651E98DF25L + term * 0xD6E8FEB86659FD93L + index);
    }

    private static long lowOf(long seed, int hash, long term, long index) {
        return mix(seed + hash + term * 0xA24BAED4963EE407L + index * 0xC2B2AE3D27D4EB4FL);
    }

    /** A bijection in which every bit of the input moves every bit of the output (Stafford's variant 13, of SplitMix64). */
    private static long mix(long input) {
        long bits = input * GOLDEN;
        bits = (bits ^ (bits >>> 30)) * 0xBF58476D1CE4E5B9L;
        bits = (bits ^ (bits >>> 27)) * 0x94D049BB133111EBL;
        return bits ^ (bits >>> 31);
    }
}
