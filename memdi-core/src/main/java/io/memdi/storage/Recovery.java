package io.memdi.storage;

import io.memdi.Revision;
import io.memdi.storage.Disk.DiskFile;
import io.memdi.wire.LogCodec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Opens a directory: reads it, and makes it as if the crash before had not been. In this order, so that a crash on the way changes nothing:
 *
 * <ol>
 *   <li>All is read and compared. If it is corrupt, nothing was changed.
 *   <li>The opening is counted.
 *   <li>The last group is written once more, what is torn after it becomes zeros, and both are synced. Why once more: after a failed sync,
 *       or a crash of the process alone, the operating system may show bytes that the disk does not have, and a sync would not write.
 *   <li>What a crash between two steps has left undone is done: the end of the last file but one; a file that goes on with the log, where
 *       the last one is of a log that never came to count.
 *   <li>What is not needed goes.
 * </ol>
 */
final class Recovery {
    private final Disk disk;
    private final LogCodec codec;
    private final JournalSettings settings;
    private final RandomGenerator random;
    private final List<String> notes = new ArrayList<>();

    Recovery(Disk disk, LogCodec codec, JournalSettings settings, RandomGenerator random) {
        this.disk = disk;
        this.codec = codec;
        this.settings = settings;
        this.random = random;
    }

    /**
     * An open directory.
     *
     * @param recovered what it had
     * @param writer goes on with it
     */
    record Opened(Recovered recovered, JournalWriter writer) {}

    Opened open() throws IOException {
        Contents found = Contents.read(disk, codec);
        if (found == null) {
            clear(disk.list());
            return create(random.nextLong());
        }
        Identity identity = found.identity().opened(random.nextLong(), random.nextLong());
        identity.write(disk);
        mendTail(found, identity);
        LogFiles files = new LogFiles(disk, identity, settings);
        for (SegmentReader reader : found.segments()) {
            files.add(reader.segment(), reader.end(), found.isLive(reader));
            files.cut(reader.lowestCut());
        }
        if (!found.isLive(found.last())) {
            resume(found, identity, files);
        }
        files.open();
        JournalWriter writer = writer(identity, files, found.image(), found.snapshot());
        if (number(found.snapshot()) > found.image().snapshot()) {
            // A crash came before the record. If the snapshot was lost after that, what it has replaced would pass for
            // what counts.
            writer.recordSnapshot();
        }
        clean(found);
        return new Opened(recovered(found, identity), writer);
    }

    private Recovered recovered(Contents found, Identity identity) {
        LogImage image = found.image();
        SnapshotFile snapshot = found.snapshot();
        long end = snapshot == null ? 0 : snapshot.end();
        return new Recovered(
                image.state(),
                snapshot == null ? null : snapshot.head(),
                snapshot == null ? List.of() : snapshot.pages(disk, identity),
                end,
                image.base(),
                image.entries(),
                image.proven(),
                Math.max(image.committed(), end),
                identity.openings(),
                identity.openingLow(),
                found.identity().openingLow(),
                null,
                List.copyOf(notes));
    }

    private JournalWriter writer(Identity identity, LogFiles files, LogImage image, @Nullable SnapshotFile snapshot) {
        return new JournalWriter(disk, identity, codec, settings, files, image, snapshot);
    }

    private static long number(@Nullable SnapshotFile snapshot) {
        return snapshot == null ? 0 : snapshot.number();
    }

    /** In a directory without files. */
    Opened create(long openingId) throws IOException {
        Identity made = new Identity(random.nextLong(), random.nextLong(), 0, 0, 0);
        made.write(disk);
        Segment segment = new Segment(1, 0, 0, Revision.NONE, 0);
        byte[] first = stateGroup(made, 1, null, 0);
        segment.create(disk, made, first);
        Identity identity = made.opened(random.nextLong(), openingId);
        identity.write(disk);
        LogFiles files = new LogFiles(disk, identity, settings);
        long end = Segment.HEADER + (long) first.length;
        files.add(segment, end, true);
        files.open();
        return new Opened(Recovered.nothing(openingId), writer(identity, files, new LogImage(codec), null));
    }

    private byte[] stateGroup(Identity identity, long number, @Nullable HardState state, long committed) {
        return new GroupWriter(codec).firstGroup(identity, number, state, committed);
    }

    private void mendTail(Contents found, Identity identity) throws IOException {
        List<SegmentReader> segments = found.segments();
        SegmentReader last = found.last();
        try (DiskFile file = disk.open(last.segment().name())) {
            byte[] again = new byte[(int) (Math.min(last.end(), last.size()) - last.lastGroup())];
            file.read(last.lastGroup(), ByteBuffer.wrap(again));
            file.write(last.lastGroup(), ByteBuffer.wrap(again));
            if (last.broken()) {
                LogFiles.zeros(file, last.end(), last.size());
                notes.add("a write that a crash has interrupted was cut off: "
                        + disk.path(last.segment().name()) + " from offset " + last.end() + " on");
            }
            file.sync();
        }
        if (segments.size() > 1 && !segments.get(segments.size() - 2).ended()) {
            SegmentReader before = segments.get(segments.size() - 2);
            endFile(identity, before.segment().number(), before.end());
        }
    }

    private void endFile(Identity identity, long number, long end) throws IOException {
        try (DiskFile file = disk.open(Names.segment(number))) {
            byte[] group = new byte[Group.HEADER];
            Group.putHeader(group, identity.seed(number), new Group(end, identity.openings(), 0, 0, 0, Group.LAST, 0));
            file.write(end, ByteBuffer.wrap(group));
            file.sync();
        }
    }

    /** The last file is of a log that never came to count: a new one goes on with the log that does. */
    private void resume(Contents found, Identity identity, LogFiles files) throws IOException {
        SegmentReader last = found.last();
        LogImage image = found.image();
        long number = last.segment().number() + 1;
        long after = found.live().get(found.live().size() - 1).segment().number();
        Segment segment = new Segment(number, last.end(), after, image.last(), identity.openings());
        byte[] first = stateGroup(identity, number, image.state(), image.committed());
        segment.create(disk, identity, first);
        endFile(identity, last.segment().number(), last.end());
        notes.add("a log that was begun after a heal never came to count, and was left: "
                + last.segment().name());
        files.add(segment, Segment.HEADER + (long) first.length, true);
    }

    private void clean(Contents found) throws IOException {
        SnapshotFile snapshot = found.snapshot();
        for (String name : found.names()) {
            if (name.endsWith(Names.TEMPORARY)) {
                disk.delete(name);
            }
        }
        if (snapshot != null) {
            for (long number : Names.segments(found.names())) {
                if (number < snapshot.firstSegment()) {
                    disk.delete(Names.segment(number));
                }
            }
            for (long number : Names.snapshots(found.names())) {
                if (number < snapshot.number()) {
                    disk.delete(Names.snapshot(number));
                }
            }
        }
    }

    /** What the making of a directory has left that a crash interrupted. */
    private void clear(List<String> names) throws IOException {
        for (String name : names) {
            if (name.endsWith(Names.TEMPORARY) || name.equals(Names.segment(1))) {
                disk.delete(name);
            }
        }
    }
}
