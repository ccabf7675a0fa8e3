package io.memdi.store;

import io.memdi.transport.Inventory;
import io.memdi.transport.Range;
import java.util.List;

/**
 * Goes through what a leader and a follower have of a range, hash by hash, and tells where they differ.
 *
 * <p>A hash is the unit. A revision does not tell which of several keys of one hash it belongs to, so unless all of them agree, all are
 * taken to differ. Hashes that several keys have are rare.
 */
final class Comparison {
    private final Scan mine;
    private final Inventory theirs;

    private int place = -1;
    private int my;
    private int myEnd;
    private int their;
    private int theirEnd;

    Comparison(Scan mine, Inventory theirs) {
        this.mine = mine;
        this.theirs = theirs;
    }

    /**
     * Goes on to the next hash that one of both has.
     *
     * @return false if there is none
     * @throws IllegalArgumentException if the inventory is not in order: what is out of order would be taken for gone
     */
    boolean next() {
        my = myEnd;
        their = theirEnd;
        int myPlace = mine.place(my);
        int theirPlace = theirPlace();
        place = Math.min(myPlace, theirPlace);
        myEnd = myPlace > place ? my : mine.endOfHash(my);
        theirEnd = theirPlace > place ? their : theirs.endOfHash(their);
        return place < Range.PLACES;
    }

    private int theirPlace() {
        if (their == theirs.size()) {
            return Range.PLACES;
        }
        int hash = theirs.hash(their);
        int theirPlace = Slots.placeOf(hash);
        boolean inOrder = Slots.segmentOf(hash) == theirs.range().segment()
                && theirs.range().contains(theirPlace)
                && theirPlace > place;
        if (!inOrder) {
            throw new IllegalArgumentException("hash " + hash + " is out of order in " + theirs);
        }
        return theirPlace;
    }

    int place() {
        return place;
    }

    /** Whether both have the same revisions of this hash. */
    boolean agree() {
        if (myEnd - my != theirEnd - their) {
            return false;
        }
        for (int i = 0; i < myEnd - my; i++) {
            Version version = mine.get(my + i);
            if (version.term() != theirs.term(their + i) || version.index() != theirs.index(their + i)) {
                return false;
            }
        }
        return true;
    }

    int hash() {
        return my < myEnd ? mine.get(my).hash : theirs.hash(their);
    }

    /** What the leader has of this hash. */
    List<Version> versions() {
        return mine.between(my, myEnd);
    }
}
