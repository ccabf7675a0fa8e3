package io.memdi.storage;

import io.memdi.CorruptStorageException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Reads one file of the log.
 *
 * @param segment what its header says
 * @param size of the file
 * @param end of its groups
 * @param lastGroup where its last group begins
 * @param lowestCut from where on it cuts; beyond all entries if it does not
 * @param groups how many there are
 * @param ended whether it says that there is a next file
 * @param broken whether something that is not zero comes after the end
 */
record SegmentReader(
        Segment segment,
        long size,
        long end,
        long lastGroup,
        long lowestCut,
        int groups,
        boolean ended,
        boolean broken) {

    /** Where nothing says how far a file goes. */
    static final long OPEN_END = -1;

    /**
     * Reads it into an image.
     *
     * @param end where it ends, as the next file says; else {@link #OPEN_END}
     */
    static SegmentReader read(Disk disk, Identity identity, Segment segment, long end, LogImage image)
            throws IOException {
        String path = disk.path(segment.name());
        byte[] bytes = Identity.readAll(disk, segment.name(), Integer.MAX_VALUE - 8);
        byte[] seed = identity.seed(segment.number());
        long at = Segment.HEADER;
        long lastGroup = at;
        int groups = 0;
        boolean ended = false;
        boolean broken = false;
        while (end == OPEN_END || at < end) {
            Group group = at > bytes.length ? null : Group.header(bytes, (int) at, seed);
            if (end == OPEN_END) {
                checkCut(path, bytes.length, group);
            }
            if (group == null || !group.isWhole(bytes, seed)) {
                checkTorn(path, bytes, seed, at, end);
                broken = !isZero(bytes, at);
                break;
            }
            if (group.opening() > identity.openings()) {
                throw new CorruptStorageException(
                        path,
                        at,
                        "it was written at opening " + group.opening() + ", but " + Identity.NAME + " knows of "
                                + identity.openings() + ": files of different age were mixed");
            }
            image.prove();
            ended = group.isLast();
            if (ended && end == OPEN_END) {
                break;
            }
            apply(path, image, group, bytes);
            groups++;
            lastGroup = at;
            at = group.end();
        }
        if (end != OPEN_END) {
            if (at > end) {
                throw new CorruptStorageException(
                        path, lastGroup, "what begins there goes beyond " + end + ", where the file ends");
            }
            image.prove();
            Group last = at > bytes.length ? null : Group.header(bytes, (int) at, seed);
            ended = last != null && last.isLast();
        }
        return new SegmentReader(segment, bytes.length, at, lastGroup, image.takeLowestCut(), groups, ended, broken);
    }

    private static void checkCut(String path, int size, @Nullable Group group) {
        if (group != null && group.fileBytes() > size) {
            throw new CorruptStorageException(
                    path,
                    size,
                    "it ends there, and had " + group.fileBytes() + " bytes before what is at " + group.offset()
                            + " was written: the rest was cut off");
        }
    }

    private static void apply(String path, LogImage image, Group group, byte[] bytes) {
        try {
            image.apply(group, bytes);
        } catch (IllegalArgumentException e) {
            throw new CorruptStorageException(path, group.offset(), String.valueOf(e.getMessage()));
        }
    }

    /** What is broken there may be what a crash has left; or else throws. */
    private static void checkTorn(String path, byte[] bytes, byte[] seed, long at, long end) {
        if (end != OPEN_END) {
            throw new CorruptStorageException(
                    path, at, "what is there is broken, though all before " + end + " was synced");
        }
        if (at == Segment.HEADER) {
            throw new CorruptStorageException(path, at, "its first group is broken, though it was synced");
        }
        for (int later = (int) at + 8; later <= bytes.length - Group.HEADER; later += 8) {
            if (Bytes.getInt(bytes, later) == Group.MAGIC && Group.header(bytes, later, seed) != null) {
                throw new CorruptStorageException(
                        path, at, "what is there is broken, though all before " + later + " was synced");
            }
        }
    }

    private static boolean isZero(byte[] bytes, long from) {
        for (int i = (int) Math.min(from, bytes.length); i < bytes.length; i++) {
            if (bytes[i] != 0) {
                return false;
            }
        }
        return true;
    }
}
