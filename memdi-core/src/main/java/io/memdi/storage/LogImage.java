package io.memdi.storage;

import io.memdi.Revision;
import io.memdi.transport.Entry;
import io.memdi.wire.LogCodec;
import io.memdi.wire.WireException;
import io.memdi.wire.WireReader;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the records of a log come to, one after the other. */
final class LogImage {
    private final LogCodec codec;
    private final WireReader in = new WireReader();
    private final List<Entry> entries = new ArrayList<>();
    private Revision base = Revision.NONE;
    private @Nullable HardState state;
    private boolean counts;
    private long committed;
    private long snapshot;
    private long proven;
    private long lowestCut = Long.MAX_VALUE;

    LogImage(LogCodec codec) {
        this.codec = codec;
    }

    /** It begins after a position. */
    void begin(Revision position) {
        base = position;
        proven = position.index();
        entries.clear();
    }

    /** From where on the lowest cut was since this was asked before; beyond all entries if there was none. */
    long takeLowestCut() {
        long lowest = lowestCut;
        lowestCut = Long.MAX_VALUE;
        return lowest;
    }

    /** All that was applied was synced. */
    void prove() {
        proven = last().index();
    }

    /** The index of the last entry that was proven to have been synced, and was not cut since. */
    long proven() {
        return proven;
    }

    /** Whether the entries that follow are of the log that counts. Of one that does not, the states count all the same. */
    void counts(boolean itCounts) {
        counts = itCounts;
    }

    List<Entry> entries() {
        return entries;
    }

    Revision base() {
        return base;
    }

    Revision last() {
        if (entries.isEmpty()) {
            return base;
        }
        Entry last = entries.get(entries.size() - 1);
        return new Revision(last.term(), last.index());
    }

    @Nullable
    HardState state() {
        return state;
    }

    long committed() {
        return committed;
    }

    /** The highest number of a snapshot that had taken its place. */
    long snapshot() {
        return snapshot;
    }

    /**
     * One group.
     *
     * @throws IllegalArgumentException if its records are not what is written here
     */
    void apply(Group group, byte[] bytes) {
        int at = (int) group.offset() + Group.HEADER;
        int end = at + group.length();
        while (at < end) {
            int length = end - at < Group.RECORD_HEADER ? -1 : Bytes.getInt(bytes, at);
            int body = at + Group.RECORD_HEADER;
            if (length < 0 || length > end - body) {
                throw new IllegalArgumentException("a record of " + length + " bytes, where " + (end - at) + " are");
            }
            applyRecord(Bytes.getInt(bytes, at + 4), bytes, body, length);
            at = body + length;
        }
        if (counts) {
            committed = Math.max(committed, group.committed());
        }
    }

    private void applyRecord(int kind, byte[] bytes, int at, int length) {
        if (kind == Group.STATE) {
            state = StateRecord.read(bytes, at, length, codec);
        } else if (kind == Group.ENTRIES) {
            append(read(bytes, at, length));
        } else if (kind == Group.CUT && length == Long.BYTES) {
            cut(Bytes.getLong(bytes, at));
        } else if (kind == Group.SNAPSHOT && length == Long.BYTES) {
            snapshot = Math.max(snapshot, Bytes.getLong(bytes, at));
        } else {
            throw new IllegalArgumentException("a record of kind " + kind + " with " + length + " bytes");
        }
    }

    private List<Entry> read(byte[] bytes, int at, int length) {
        try {
            return codec.readEntries(in.read(bytes, at, length));
        } catch (WireException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    private void append(List<Entry> more) {
        if (!counts) {
            return;
        }
        Revision last = last();
        for (Entry entry : more) {
            if (entry.index() != last.index() + 1 || entry.term() < last.term()) {
                throw new IllegalArgumentException(
                        "entry " + entry.term() + "." + entry.index() + " does not follow " + last);
            }
            last = new Revision(entry.term(), entry.index());
        }
        entries.addAll(more);
    }

    private void cut(long from) {
        if (!counts) {
            return;
        }
        long kept = from - 1 - base.index();
        if (kept < 0) {
            throw new IllegalArgumentException("a cut from " + from + " on, where the log begins after " + base);
        }
        proven = Math.min(proven, from - 1);
        // Whoever gives its cluster up takes back what was committed there: in the next one nothing is, however long
        // its log is.
        committed = Math.min(committed, from - 1);
        lowestCut = Math.min(lowestCut, from);
        if (kept < entries.size()) {
            entries.subList((int) kept, entries.size()).clear();
        }
    }

    /**
     * Goes on from a later position, which it contains.
     *
     * @return whether it contains it
     */
    boolean trim(Revision position) {
        long gone = position.index() - base.index();
        if (gone < 0 || gone > entries.size()) {
            return false;
        }
        Revision there = base;
        if (gone > 0) {
            Entry entry = entries.get((int) gone - 1);
            there = new Revision(entry.term(), entry.index());
        }
        if (!there.equals(position)) {
            return false;
        }
        entries.subList(0, (int) gone).clear();
        base = position;
        return true;
    }
}
