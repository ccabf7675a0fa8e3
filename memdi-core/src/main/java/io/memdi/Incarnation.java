package io.memdi;

/**
 * One life of a node's state: 128 random bits, drawn when the state is created. A node that lost its memory is a stranger, even
 * under its old name, so that votes and acknowledgements count only from the incarnation that gave them.
 *
 * @param high the upper 64 bits
 * @param low the lower 64 bits
 */
public record Incarnation(long high, long low) implements Comparable<Incarnation> {
    @Override
    public int compareTo(Incarnation other) {
        int byHigh = Long.compareUnsigned(high, other.high);
        return byHigh != 0 ? byHigh : Long.compareUnsigned(low, other.low);
    }

    @Override
    public String toString() {
        return String.format("%016x%016x", high, low);
    }
}
