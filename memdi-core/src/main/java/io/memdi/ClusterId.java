package io.memdi;

/**
 * The identity of a cluster: 128 random bits, drawn when it is founded.
 *
 * @param high the upper 64 bits
 * @param low the lower 64 bits
 */
public record ClusterId(long high, long low) {
    @Override
    public String toString() {
        return String.format("%016x%016x", high, low);
    }
}
