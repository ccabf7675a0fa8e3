package io.memdi.transport;

import io.memdi.Revision;
import java.util.Objects;

/**
 * A part of a store: keys of one segment, in an interval of places, and at its ends of revisions.
 *
 * <p>A key's place in its segment follows from its hash alone, by a bijection, so it is the same on every node, however large its
 * tables are. Keys have one place if and only if they have one hash. Keys of one place are in the order of their revisions; so a range may
 * end between them, and what is pulled in one step is bounded, however many keys have one hash.
 *
 * @param segment the segment, 0 or more and below {@link #SEGMENTS}
 * @param from the first place, 0 or more
 * @param after of the first place only what is above this revision; {@link Revision#NONE} for all of it
 * @param end the place after the last that is there as a whole, {@code from} to {@link #PLACES}
 * @param upTo of the place {@code end} what is at or below this revision; {@link Revision#NONE} for nothing of it
 */
public record Range(int segment, int from, Revision after, int end, Revision upTo) {
    /** How many segments a store has. A change is a change of the protocol. */
    public static final int SEGMENTS = 1 << 10;

    /** How many places a segment has: as many as there are hashes of one segment. */
    public static final int PLACES = 1 << 22;

    /** 2 to the 32 by the golden ratio: spreads runs and strides, which key hashes are full of, evenly over the upper bits. */
    private static final int GOLDEN = 0x9E3779B9;

    /** Without this shift, a million strings that differ in their last digits cluster so much that a hit costs three probes. */
    private static final int FOLD = 15;

    /**
     * Checks the parts.
     *
     * @param segment the segment, 0 or more and below {@link #SEGMENTS}
     * @param from the first place, 0 or more
     * @param after of the first place only what is above this revision; {@link Revision#NONE} for all of it
     * @param end the place after the last that is there as a whole, {@code from} to {@link #PLACES}
     * @param upTo of the place {@code end} what is at or below this revision; {@link Revision#NONE} for nothing of it
     * @throws IllegalArgumentException if it ends before it begins
     */
    public Range {
        Objects.checkIndex(segment, SEGMENTS);
        Objects.checkFromToIndex(from, end, PLACES);
        boolean backwards = from == end && !upTo.isAtLeast(after);
        boolean beyond = end == PLACES && !upTo.equals(Revision.NONE);
        if (backwards || beyond) {
            throw new IllegalArgumentException(
                    "no range goes from " + from + " after " + after + " to " + end + " up to " + upTo);
        }
    }

    /**
     * Whole places.
     *
     * @param segment the segment, 0 or more and below {@link #SEGMENTS}
     * @param from the first place, 0 or more
     * @param end the place after the last, {@code from} to {@link #PLACES}; if it is {@code from}, the range is empty
     */
    public Range(int segment, int from, int end) {
        this(segment, from, Revision.NONE, end, Revision.NONE);
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
     * A hash, spread by a bijection: its upper ten bits are the segment, the rest is the place in it. Nodes cut pages by places: a change
     * is a change of the protocol.
     *
     * @param hash the hash of a key
     * @return 32 bits
     */
    public static int spread(int hash) {
        return (hash ^ (hash >>> FOLD)) * GOLDEN;
    }

    /**
     * The place of a hash in its segment. Only equal hashes share segment and place.
     *
     * @param hash the hash of a key
     * @return 0 or more and below {@link #PLACES}
     */
    public static int placeOf(int hash) {
        return spread(hash) & (PLACES - 1);
    }

    /**
     * Tells whether there is nothing in it.
     *
     * @return whether it ends where it begins
     */
    public boolean isEmpty() {
        return from == end && after.equals(upTo);
    }

    /**
     * Tells whether some of a place lies in it.
     *
     * @param place a place in its segment
     * @return whether a key of that place may lie in it
     */
    public boolean contains(int place) {
        return place >= from && (place < end || (place == end && !upTo.equals(Revision.NONE)));
    }

    /**
     * Tells whether a key lies in it.
     *
     * @param place the key's place in the segment
     * @param term the term of its revision
     * @param index the index of its revision
     * @return whether it lies between both ends
     */
    public boolean contains(int place, long term, long index) {
        return (place > from || (place == from && isAbove(term, index, after)))
                && (place < end || (place == end && !isAbove(term, index, upTo)));
    }

    private static boolean isAbove(long term, long index, Revision bound) {
        return term > bound.term() || (term == bound.term() && index > bound.index());
    }

    /**
     * The part of it that lies below a place.
     *
     * @param place where the part ends, above {@code from} and up to {@code end}
     * @return the part
     */
    public Range endingAt(int place) {
        return new Range(segment, from, after, place, Revision.NONE);
    }

    /**
     * The part of it that ends with a key.
     *
     * @param place the key's place
     * @param revision the key's revision
     * @return the part
     */
    public Range endingWith(int place, Revision revision) {
        return new Range(segment, from, after, place, revision);
    }

    /**
     * What is left of it after a part.
     *
     * @param done its beginning
     * @return what comes after that
     */
    public Range without(Range done) {
        return new Range(segment, done.end, done.upTo, end, upTo);
    }

    /**
     * Tells whether another one begins where this one does.
     *
     * @param other a range of the same segment
     * @return whether both begin with the same key
     */
    public boolean beginsAs(Range other) {
        return from == other.from && after.equals(other.after);
    }
}
