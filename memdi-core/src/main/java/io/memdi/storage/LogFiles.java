package io.memdi.storage;

import io.memdi.Revision;
import io.memdi.storage.Disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** The files of the log: writes to the last, makes the next, removes the first. */
final class LogFiles {
    private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(64 << 10).asReadOnlyBuffer();
    private static final int MOST_AT_ONCE = 1 << 20;

    /** The next file is made once so small a part of the last one is full: nodes that write little do without. */
    private static final int BEGINS_AHEAD = 4;

    private final Disk disk;
    private final Identity identity;
    private final JournalSettings settings;
    private final List<Part> parts = new ArrayList<>();
    private final ByteBuffer buffer;
    private @Nullable DiskFile file;
    private @Nullable Ahead ahead;
    private byte[] seed = {};

    /** Where the next group goes. */
    private long position;

    /** How far the file is grown. */
    private long grown;

    /** How much of that was written here, and how much is synced. What was there at a start may be in the cache alone. */
    private long written;

    private long synced;

    /** One file. */
    private static final class Part {
        final Segment segment;
        long end;
        boolean counts;

        /** What its entries follow was cut: the files before are needed to read it. */
        boolean dangles;

        Part(Segment segment, long end, boolean counts) {
            this.segment = segment;
            this.end = end;
            this.counts = counts;
        }
    }

    LogFiles(Disk disk, Identity identity, JournalSettings settings) {
        this.disk = disk;
        this.identity = identity;
        this.settings = settings;
        this.buffer = ByteBuffer.allocateDirect(Math.min(settings.groupBytes(), MOST_AT_ONCE));
    }

    /** From now on the next file is made ahead, by that. */
    void workAhead(Executor executor) {
        ahead = new Ahead(disk, executor, identity.openings());
    }

    /** A file that is there, after those that were added before. */
    void add(Segment segment, long end, boolean counts) {
        parts.add(new Part(segment, end, counts));
    }

    /** The last file has a cut from this index on. */
    void cut(long from) {
        for (Part part : parts) {
            part.dangles |= part.segment.base().index() >= from;
        }
    }

    /** Goes on with the last one, whose groups are synced. */
    void open() throws IOException {
        open(false);
    }

    private void open(boolean isNew) throws IOException {
        Part part = last();
        DiskFile opened = disk.open(part.segment.name());
        file = opened;
        seed = identity.seed(part.segment.number());
        position = part.end;
        grown = opened.size();
        synced = isNew ? grown : Math.min(position, grown);
        written = synced;
    }

    private Part last() {
        return parts.get(parts.size() - 1);
    }

    private DiskFile file() {
        if (file == null) {
            throw new IllegalStateException("the log is closed");
        }
        return file;
    }

    long bytes() {
        long bytes = 0;
        for (Part part : parts) {
            bytes += part.end;
        }
        return bytes;
    }

    /** Whether so many bytes belong into the last file. A file has one group at least. */
    boolean hasRoom(int bytes) {
        return position + bytes <= settings.segmentBytes() || position == firstEnd;
    }

    /** Where the first group of the last file ends, if that was made here. */
    private long firstEnd = -1;

    /**
     * Makes the next file, and ends the last.
     *
     * @param base what its entries follow
     * @param anew whether a log begins there, instead of going on
     */
    void next(Revision base, boolean anew, byte[] firstGroup) throws IOException {
        Part before = last();
        long number = before.segment.number() + 1;
        long after = anew ? 0 : before.segment.number();
        Segment segment = new Segment(number, position, after, base, identity.openings());
        String made = ahead == null ? null : ahead.take(number);
        if (made == null) {
            segment.create(disk, identity, firstGroup);
        } else {
            segment.createIn(made, disk, identity, firstGroup);
        }
        byte[] end = new byte[Group.HEADER];
        Group.putHeader(end, seed, new Group(position, identity.openings(), 0, 0, 0, Group.LAST, (int) synced));
        put(end, end.length);
        file().sync();
        file().close();
        for (Part part : parts) {
            part.counts &= !anew;
        }
        add(segment, Segment.HEADER + (long) firstGroup.length, true);
        open(true);
        firstEnd = position;
    }

    long nextNumber() {
        return last().segment.number() + 1;
    }

    /** Writes a group and syncs it. */
    void append(GroupWriter group, long committed) throws IOException {
        cut(group.lowestCut());
        byte[] bytes = group.finish(seed, position, identity.openings(), committed, synced);
        int size = group.size();
        put(bytes, size);
        long end = Bytes.aligned(position + size);
        grow(position + size, end);
        file().sync();
        synced = written;
        position = end;
        last().end = end;
        if (ahead != null && position > settings.segmentBytes() / BEGINS_AHEAD) {
            ahead.begin(nextNumber(), settings.segmentBytes());
        }
    }

    /**
     * Writes a header that proves what was synced before. It is not synced; so the next group takes its place, that all before a header
     * is always synced.
     */
    void prove(long committed) throws IOException {
        byte[] header = new byte[Group.HEADER];
        Group.putHeader(header, seed, new Group(position, identity.openings(), committed, 0, 0, 0, (int) synced));
        put(header, header.length);
        grown = Math.max(grown, position + header.length);
    }

    private void put(byte[] bytes, int size) throws IOException {
        int from = 0;
        while (from < size) {
            int length = Math.min(buffer.capacity(), size - from);
            buffer.clear().put(bytes, from, length).flip();
            file().write(position + from, buffer);
            from += length;
        }
        written = Math.max(written, position + size);
    }

    /** Writes zeros from there to there. */
    static void zeros(DiskFile file, long from, long to) throws IOException {
        long at = from;
        while (at < to) {
            ByteBuffer zeros = ZEROS.duplicate();
            zeros.limit((int) Math.min(zeros.capacity(), to - at));
            at += zeros.limit();
            file.write(at - zeros.limit(), zeros);
        }
    }

    private void grow(long used, long end) throws IOException {
        if (end <= grown) {
            return;
        }
        long to = Math.max(end, Math.min(end + settings.growBytes(), settings.segmentBytes()));
        zeros(file(), end, to);
        grown = to > end ? to : Math.max(grown, used);
        written = Math.max(written, grown);
    }

    /** The first file that has entries after a position, which the log contains. */
    long firstAfter(Revision start) {
        long first = parts.get(0).segment.number();
        for (int i = parts.size() - 1; i >= 0; i--) {
            Part part = parts.get(i);
            if (part.counts && !part.dangles) {
                first = part.segment.number();
                if (part.segment.base().index() <= start.index()) {
                    break;
                }
            }
        }
        return first;
    }

    /** Removes the files before one. */
    void deleteBefore(long number) throws IOException {
        while (parts.get(0).segment.number() < number) {
            disk.delete(parts.get(0).segment.name());
            parts.remove(0);
        }
    }

    /** Writes nothing any more. */
    void close() throws IOException {
        if (ahead != null) {
            ahead.close();
        }
        DiskFile open = file;
        file = null;
        if (open != null) {
            open.close();
        }
    }

    void sync() throws IOException {
        file().sync();
    }
}
