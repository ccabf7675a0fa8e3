package io.memdi.transport;

import java.util.Objects;

/**
 * What a follower has of a range: the hash and the revision of each committed key, in the order of the places, and of the revisions
 * where several keys have one hash. 16 bytes per key. Immutable.
 */
public final class Inventory {
    private final long pull;
    private final Range range;
    private final long applied;
    private final int[] hashes;
    private final int[] terms;
    private final long[] indexes;

    /**
     * Takes the arrays over: they must not be changed afterwards.
     *
     * @param pull the number of the pull that asks
     * @param range what it is the inventory of
     * @param applied the index up to which the follower had applied the log
     * @param hashes the hash of each key
     * @param terms the term of each key's revision
     * @param indexes the index of each key's revision
     * @throws IllegalArgumentException if the arrays differ in length
     */
    public Inventory(long pull, Range range, long applied, int[] hashes, int[] terms, long[] indexes) {
        if (hashes.length != terms.length || hashes.length != indexes.length) {
            throw new IllegalArgumentException(
                    hashes.length + " hashes, " + terms.length + " terms, " + indexes.length + " indexes");
        }
        this.pull = pull;
        this.range = Objects.requireNonNull(range, "range");
        this.applied = applied;
        this.hashes = hashes;
        this.terms = terms;
        this.indexes = indexes;
    }

    /**
     * The number of the pull that asks. The page that answers carries it.
     *
     * @return any number
     */
    public long pull() {
        return pull;
    }

    /**
     * What it is the inventory of; without gaps.
     *
     * @return the range
     */
    public Range range() {
        return range;
    }

    /**
     * The index up to which the follower had applied the log. A leader whose commit index is lower has no answer yet.
     *
     * @return 0 or more
     */
    public long applied() {
        return applied;
    }

    /**
     * How many keys are listed.
     *
     * @return 0 or more
     */
    public int size() {
        return hashes.length;
    }

    /**
     * The hash of a key.
     *
     * @param at which one, 0 or more and below {@link #size}
     * @return its hash
     */
    public int hash(int at) {
        return hashes[at];
    }

    /**
     * The term of a key's revision.
     *
     * @param at which one, 0 or more and below {@link #size}
     * @return the term
     */
    public long term(int at) {
        return terms[at];
    }

    /**
     * The index of a key's revision.
     *
     * @param at which one, 0 or more and below {@link #size}
     * @return the index
     */
    public long index(int at) {
        return indexes[at];
    }

    /**
     * Finds the end of the keys that share a hash.
     *
     * @param at which one, 0 or more and below {@link #size}
     * @return the first above it that has another hash; {@link #size} if there is none
     */
    public int endOfHash(int at) {
        int end = at + 1;
        while (end < hashes.length && hashes[end] == hashes[at]) {
            end++;
        }
        return end;
    }

    @Override
    public String toString() {
        return size() + " keys of " + range + " as of " + applied;
    }
}
