package io.memdi.storage;

import io.memdi.Revision;
import io.memdi.transport.Entry;
import io.memdi.wire.LogCodec;
import io.memdi.wire.WireWriter;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Puts records together into a group, in an array that is used again. */
final class GroupWriter {
    private static final int INITIAL_BYTES = 1024;
    private static final byte[] NO_HEADER = new byte[Group.HEADER];

    private final LogCodec codec;
    private final WireWriter out = new WireWriter(INITIAL_BYTES, Integer.MAX_VALUE - 8);
    private final byte[] fixed = new byte[Group.RECORD_HEADER];

    /** From where on it cuts; beyond all entries if it does not. */
    private long lowestCut = Long.MAX_VALUE;

    GroupWriter(LogCodec codec) {
        this.codec = codec;
    }

    /** How much it is by now, the header included; 0 if it has no record. */
    int size() {
        return out.size();
    }

    void state(HardState state) {
        int start = begin(Group.STATE);
        StateRecord.write(out, state, codec);
        end(start);
    }

    void cut(long from) {
        lowestCut = Math.min(lowestCut, from);
        number(Group.CUT, from);
    }

    long lowestCut() {
        return lowestCut;
    }

    void snapshot(long number) {
        number(Group.SNAPSHOT, number);
    }

    void entries(Revision previous, List<Entry> entries, LogCodec.Registered registered) {
        int start = begin(Group.ENTRIES);
        codec.writeEntries(out, previous, entries, registered);
        end(start);
    }

    private void number(int kind, long number) {
        int start = begin(kind);
        Bytes.putLong(fixed, 0, number);
        out.writeBytes(fixed, 0, Long.BYTES);
        end(start);
    }

    private int begin(int kind) {
        if (out.size() == 0) {
            out.writeBytes(NO_HEADER, 0, Group.HEADER);
        }
        int start = out.size();
        Bytes.putInt(fixed, 0, 0);
        Bytes.putInt(fixed, 4, kind);
        out.writeBytes(fixed, 0, Group.RECORD_HEADER);
        return start;
    }

    private void end(int start) {
        Bytes.putInt(out.buffer(), start, out.size() - start - Group.RECORD_HEADER);
    }

    /** The array, which begins with the group, once it is known where it will stand. A group without records has a header all the same. */
    byte[] finish(byte[] seed, long offset, long opening, long committed, long fileBytes) {
        if (out.size() == 0) {
            out.writeBytes(NO_HEADER, 0, Group.HEADER);
        }
        byte[] bytes = out.buffer();
        Group.putHeader(
                bytes, seed, new Group(offset, opening, committed, out.size() - Group.HEADER, 0, 0, (int) fileBytes));
        return bytes;
    }

    void clear(int keptBytes) {
        lowestCut = Long.MAX_VALUE;
        out.clear(Math.max(INITIAL_BYTES, keptBytes));
    }

    /** The group that a new file is made with, as an array of its own. */
    byte[] firstGroup(Identity identity, long number, @Nullable HardState state, long committed) {
        if (state != null) {
            state(state);
        }
        byte[] bytes = finish(identity.seed(number), Segment.HEADER, identity.openings(), committed, 0);
        byte[] copy = Arrays.copyOf(bytes, (int) Bytes.aligned(out.size()));
        Arrays.fill(copy, out.size(), copy.length, (byte) 0);
        return copy;
    }
}
