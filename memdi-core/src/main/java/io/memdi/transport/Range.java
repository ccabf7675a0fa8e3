package io.memdi.transport;

import java.util.Objects;

/**
 * A part of a store: keys of one segment, in an interval of places.
 *
 * <p>A key's place in its segment follows from its hash alone, by a bijection, so it is the same on every node, however large its
 * tables are. Keys have one place if and only if they have one hash; therefore no range ends between keys of one hash.
 *
 * @param segment the segment, 0 or more and below {@link #SEGMENTS}
 * @param from the first place, 0 or more
 * @param end the place after the last, {@code from} to {@link #PLACES}; if it is {@code from}, the range is empty
 */
public record Range(int segment, int from, int end) {
    /** How many segments a store has. A change is a change of the protocol. */
    public static final int SEGMENTS = 1 << 10;

    /** How many places a segment has: as many as there are hashes of one segment. */
    public static final int PLACES = 1 << 22;

    /**
     * Checks the parts.
     *
     * @param segment the segment, 0 or more and below {@link #SEGMENTS}
     * @param from the first place, 0 or more
     * @param end the place after the last, {@code from} to {@link #PLACES}; if it is {@code from}, the range is empty
     */
    public Range {
        Objects.checkIndex(segment, SEGMENTS);
        Objects.checkFromToIndex(from, end, PLACES);
    }

    /**
     * All of a segment.
     *
     * @param segment the segment
     * @return the range with all its places
     */
    public static Range of(int segment) {
        return new Range(segment, 0, PLACES);
    }

    /**
     * Tells whether there is no place in it.
     *
     * @return whether it ends where it begins
     */
    public boolean isEmpty() {
        return from == end;
    }

    /**
     * Tells whether a place lies in it.
     *
     * @param place a place in its segment
     * @return whether it is at or above {@code from} and below {@code end}
     */
    public boolean contains(int place) {
        return place >= from && place < end;
    }

    /**
     * The part of it that lies below a place.
     *
     * @param place where the part ends, {@code from} to {@code end}
     * @return the part
     */
    public Range endingAt(int place) {
        return new Range(segment, from, place);
    }

    /**
     * The part of it that lies at or above a place.
     *
     * @param place where the part begins, {@code from} to {@code end}
     * @return the part
     */
    public Range startingAt(int place) {
        return new Range(segment, place, end);
    }
}
