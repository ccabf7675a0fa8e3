package io.memdi.storage;

import io.memdi.Revision;
import java.util.Arrays;

/** Which term each entry of a log has, told by where a term begins. */
final class Terms {
    private Revision base;
    private long last;
    private long[] from = new long[8];
    private long[] term = new long[8];
    private int count;

    /** A log without entries, after a position. */
    Terms(Revision base) {
        this.base = base;
        this.last = base.index();
    }

    /** The position that the first entry follows. */
    Revision base() {
        return base;
    }

    Revision last() {
        return last == base.index() ? base : new Revision(term[count - 1], last);
    }

    /** Whether it has this entry, or begins after it. */
    boolean contains(Revision position) {
        return position.index() >= base.index()
                && position.index() <= last
                && termAt(position.index()) == position.term();
    }

    private long termAt(long index) {
        for (int i = count - 1; i >= 0 && index > base.index(); i--) {
            if (from[i] <= index) {
                return term[i];
            }
        }
        return base.term();
    }

    /**
     * Appends an entry.
     *
     * @throws IllegalStateException if it does not follow the last one
     */
    void append(long entryTerm, long index) {
        long lastTerm = last == base.index() ? base.term() : term[count - 1];
        if (index != last + 1 || entryTerm < lastTerm) {
            throw new IllegalStateException("entry " + entryTerm + "." + index + " does not follow " + last());
        }
        if (count == 0 || entryTerm != term[count - 1]) {
            if (count == from.length) {
                from = Arrays.copyOf(from, 2 * count);
                term = Arrays.copyOf(term, 2 * count);
            }
            from[count] = index;
            term[count] = entryTerm;
            count++;
        }
        last = index;
    }

    /**
     * Removes the entries from an index on.
     *
     * @throws IllegalStateException if one of them is not after the base
     */
    void cut(long index) {
        if (index <= base.index()) {
            throw new IllegalStateException("a cut from " + index + " on, where the log begins after " + base);
        }
        last = Math.min(last, index - 1);
        while (count > 0 && from[count - 1] > last) {
            count--;
        }
    }

    /** Forgets the entries up to a position that it contains. */
    void trim(Revision position) {
        int gone = 0;
        while (gone < count && (gone + 1 == count ? last : from[gone + 1] - 1) <= position.index()) {
            gone++;
        }
        System.arraycopy(from, gone, from, 0, count - gone);
        System.arraycopy(term, gone, term, 0, count - gone);
        count -= gone;
        if (count > 0) {
            from[0] = Math.max(from[0], position.index() + 1);
        }
        base = position;
    }
}
