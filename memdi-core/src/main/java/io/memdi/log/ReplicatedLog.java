package io.memdi.log;

import io.memdi.Revision;
import io.memdi.transport.Entry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The log in memory: a ring of entries, from the first that is retained to the last.
 *
 * <pre>
 *   base   first                committed              last
 *    |       |  retained, for     |   may be taken       |
 *    |       |  who is behind     |   back              |
 *   [.]     [e][e][e] ... [e][e] [e] [e] ... [e][e][e] [e]
 * </pre>
 *
 * <p>{@code base} is the entry before the first: its term is still known, so that an append may start there. The
 * log does not know what is committed; the machines say what may be trimmed and what truncated.
 */
public final class ReplicatedLog {
    private @Nullable Entry[] ring = new Entry[64];
    private long first = 1;
    private long baseTerm;
    private long last;
    private long bytes;

    /** Entries after that are not forgotten. */
    private long retainedAfter = Long.MAX_VALUE;

    /** Index of the first entry that is retained; one above {@link #lastIndex()} if none is. */
    public long firstIndex() {
        return first;
    }

    /** Index of the last entry; 0 if there never was one. */
    public long lastIndex() {
        return last;
    }

    /** Position of the last entry; {@link Revision#NONE} if there never was one. */
    public Revision last() {
        return position(last);
    }

    /** Bytes that the retained entries hold on to. */
    public long bytes() {
        return bytes;
    }

    /** Whether the term at this index is still known. */
    public boolean knows(long index) {
        return index >= first - 1 && index <= last;
    }

    /**
     * The term of the entry at an index.
     *
     * @throws IllegalArgumentException if it is not known (any more)
     */
    public long term(long index) {
        return index == first - 1 ? baseTerm : get(index).term();
    }

    /** The position of the entry at an index, which is known. */
    public Revision position(long index) {
        return index == 0 ? Revision.NONE : new Revision(term(index), index);
    }

    /**
     * The entry at an index.
     *
     * @throws IllegalArgumentException if it is not retained, or not there yet
     */
    public Entry get(long index) {
        Entry entry = index < first || index > last ? null : ring[slot(index)];
        if (entry == null) {
            throw new IllegalArgumentException("no entry " + index + " among " + first + " to " + last);
        }
        return entry;
    }

    /**
     * Appends an entry.
     *
     * @throws IllegalArgumentException if it does not follow the last one
     */
    public void append(Entry entry) {
        if (entry.index() != last + 1 || entry.term() < term(last)) {
            throw new IllegalArgumentException(
                    "entry " + entry.term() + "." + entry.index() + " does not follow " + last());
        }
        if (last - first + 1 == ring.length) {
            grow();
        }
        last++;
        ring[slot(last)] = entry;
        bytes += entry.bytes();
    }

    /** Removes the entries from this index on, and returns how many those were. */
    public long truncate(long from) {
        if (from < first) {
            throw new IllegalArgumentException("cannot truncate from " + from + ": retained from " + first);
        }
        long removed = 0;
        while (last >= from) {
            bytes -= get(last).bytes();
            ring[slot(last)] = null;
            last--;
            removed++;
        }
        return removed;
    }

    /** Somebody still needs the entries after an index, and says so anew as that moves on; {@link Long#MAX_VALUE} for nobody. */
    public void retainAfter(long index) {
        retainedAfter = index;
    }

    /**
     * Forgets entries from the front, as long as more bytes than that are retained, up to and without this index, and nothing that somebody
     * still needs.
     */
    public void trim(long retainedBytes, long before) {
        while (bytes > retainedBytes && first < before && first <= retainedAfter && first <= last) {
            Entry entry = get(first);
            baseTerm = entry.term();
            bytes -= entry.bytes();
            ring[slot(first)] = null;
            first++;
        }
    }

    /** Goes on after a position, without what came before it: whoever heals begins there. */
    public void restart(Revision position) {
        Arrays.fill(ring, null);
        first = position.index() + 1;
        last = position.index();
        baseTerm = position.term();
        bytes = 0;
    }

    /** Entries from this index on: at least one if there is one, and no more than fit into so many bytes. */
    public List<Entry> from(long index, long maxBytes) {
        List<Entry> slice = new ArrayList<>();
        long taken = 0;
        for (long i = index; i <= last; i++) {
            Entry entry = get(i);
            taken += entry.bytes();
            if (taken > maxBytes && !slice.isEmpty()) {
                break;
            }
            slice.add(entry);
        }
        return slice;
    }

    /**
     * The last position at or below an index whose term is at or below a term: where two logs may agree. Lets a leader probe back
     * by term instead of by entry (Raft dissertation, 3.5; both sides skip, as in etcd).
     *
     * @param index the index to start at; where it is above the last one, the last
     * @param term the term not to exceed
     */
    public Revision mayAgree(long index, long term) {
        long i = Math.min(index, last);
        while (i >= first && term(i) > term) {
            i--;
        }
        return i >= first - 1 ? position(i) : Revision.NONE;
    }

    private void grow() {
        @Nullable Entry[] larger = new Entry[ring.length * 2];
        for (long i = first; i <= last; i++) {
            larger[(int) (i & (larger.length - 1))] = ring[slot(i)];
        }
        ring = larger;
    }

    private int slot(long index) {
        return (int) (index & (ring.length - 1));
    }
}
