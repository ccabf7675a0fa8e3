package io.memdi.storage;

import io.memdi.CorruptStorageException;
import io.memdi.wire.LogCodec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that a directory has, read and compared without a change. What a crash can leave behind is accepted; whatever else is wrong is a
 * {@link CorruptStorageException}.
 *
 * @param names of its files
 * @param identity whose files these are
 * @param snapshot the latest one; null if there is none
 * @param segments the files of the log that are needed, in order
 * @param live those of them whose entries count
 * @param image what the log comes to, from the snapshot's start on
 */
record Contents(
        List<String> names,
        Identity identity,
        @Nullable SnapshotFile snapshot,
        List<SegmentReader> segments,
        List<SegmentReader> live,
        LogImage image) {

    /**
     * Reads a directory.
     *
     * @return null if it was never opened, or not to the end: nothing was ever kept in it
     */
    static @Nullable Contents read(Disk disk, LogCodec codec) throws IOException {
        List<String> names = disk.list();
        List<Long> segments = Names.segments(names);
        List<Long> snapshots = Names.snapshots(names);
        if (!names.contains(Identity.NAME)) {
            if (segments.isEmpty() && snapshots.isEmpty()) {
                return null;
            }
            throw new CorruptStorageException(
                    disk.path(Identity.NAME), 0, "it is missing, though files of a log or snapshots are there");
        }
        Identity identity = Identity.read(disk);
        if (identity.openings() == 0 && segments.isEmpty() && snapshots.isEmpty()) {
            return null;
        }
        SnapshotFile snapshot =
                snapshots.isEmpty() ? null : SnapshotFile.read(disk, identity, snapshots.get(snapshots.size() - 1));
        List<Segment> headers = headers(disk, identity, snapshot == null ? 1 : snapshot.firstSegment(), segments);
        LogImage image = new LogImage(codec);
        List<SegmentReader> read = new ArrayList<>();
        List<SegmentReader> live = new ArrayList<>();
        for (int i = 0; i < headers.size(); i++) {
            Segment header = headers.get(i);
            boolean counts = i == 0 || header.after() == numberOfLast(live);
            checkBeginning(disk, header, i == 0, counts, snapshot, image);
            image.counts(counts);
            long end = i + 1 < headers.size() ? headers.get(i + 1).previousEnd() : SegmentReader.OPEN_END;
            SegmentReader reader = SegmentReader.read(disk, identity, header, end, image);
            read.add(reader);
            if (counts) {
                live.add(reader);
            }
        }
        checkEnd(disk, read.get(read.size() - 1), snapshot, image);
        return identity.openings() == 0 && isUntouched(read, image)
                ? null
                : new Contents(names, identity, snapshot, List.copyOf(read), List.copyOf(live), image);
    }

    private static long numberOfLast(List<SegmentReader> live) {
        return live.get(live.size() - 1).segment().number();
    }

    private static boolean isUntouched(List<SegmentReader> read, LogImage image) {
        return read.size() == 1 && image.state() == null && image.entries().isEmpty();
    }

    private static List<Segment> headers(Disk disk, Identity identity, long first, List<Long> numbers)
            throws IOException {
        List<Segment> headers = new ArrayList<>();
        long expected = first;
        for (long number : numbers) {
            if (number >= first) {
                if (number != expected) {
                    throw missing(disk, expected, "the files of the log go on with " + Names.segment(number));
                }
                headers.add(Segment.read(disk, identity, number));
                expected++;
            }
        }
        if (headers.isEmpty()) {
            throw missing(disk, first, "the log begins there");
        }
        return headers;
    }

    private static CorruptStorageException missing(Disk disk, long number, String why) {
        return new CorruptStorageException(disk.path(Names.segment(number)), 0, "it is missing, though " + why);
    }

    private static void checkBeginning(
            Disk disk, Segment header, boolean first, boolean counts, @Nullable SnapshotFile snapshot, LogImage image) {
        String path = disk.path(header.name());
        if (first) {
            if (snapshot == null && (header.after() != 0 || header.base().index() != 0)) {
                throw new CorruptStorageException(
                        path, 0, "it goes on after " + header.base() + ", but the snapshot up to there is missing");
            }
            image.begin(header.base());
        } else if (counts && !header.base().equals(image.last())) {
            throw new CorruptStorageException(
                    path, 40, "it goes on after " + header.base() + ", but the log before ends with " + image.last());
        }
    }

    private static void checkEnd(Disk disk, SegmentReader last, @Nullable SnapshotFile snapshot, LogImage image) {
        String path = disk.path(last.segment().name());
        if (last.ended()) {
            throw missing(disk, last.segment().number() + 1, "the file before says that it is there");
        }
        long number = snapshot == null ? 0 : snapshot.number();
        if (image.snapshot() > number) {
            throw new CorruptStorageException(
                    disk.path(Names.snapshot(image.snapshot())),
                    0,
                    "it is missing, though the log says that it is there");
        }
        if (snapshot != null) {
            if (image.last().index() < snapshot.end()) {
                throw new CorruptStorageException(
                        path,
                        last.end(),
                        "the log ends with " + image.last() + ", but " + snapshot.name() + " needs it up to "
                                + snapshot.end());
            }
            if (!image.trim(snapshot.head().start())) {
                throw new CorruptStorageException(
                        path,
                        last.end(),
                        "the log does not have " + snapshot.head().start() + ", where " + snapshot.name() + " begins");
            }
        }
    }

    /** Whether the entries of a file count. */
    boolean isLive(SegmentReader segment) {
        return live.contains(segment);
    }

    /** The last file of the log. */
    SegmentReader last() {
        return segments.get(segments.size() - 1);
    }
}
