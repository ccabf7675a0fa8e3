package io.memdi.storage;

import io.memdi.CorruptStorageException;
import io.memdi.Revision;
import io.memdi.StorageException;
import io.memdi.storage.Disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.NoSuchElementException;

/**
 * A snapshot that has taken its place.
 *
 * <pre>
 *   offset  bytes  "NNNNNNNNNN.snapshot", little-endian
 *        0      8  magic
 *        8      4  version
 *       12      4  checksum of directory id, number, and what follows up to 64
 *       16      8  number: one more than that of the snapshot before
 *       24      8  the first file of the log that is still needed
 *       32      8  term  of the start
 *       40      8  index
 *       48      8  opening of the directory in which it was written
 *       56      8  zero
 *       64      .  block: what stands beside the pages
 *        .      .  blocks: pages
 *
 *   block
 *        0      4  how many bytes follow the checksum
 *        4      4  checksum of directory id, number, the block's offset, and the bytes
 *        8      .  bytes
 *
 *   the last 48 bytes
 *        0      8  magic
 *        8      4  version
 *       12      4  checksum of directory id, number, and what follows
 *       16      8  where this stands
 *       24      8  how many pages there are
 *       32      8  up to where the log has to be applied at least
 *       40      8  zero
 * </pre>
 *
 * <p>It is written under a temporary name, synced and renamed. So whatever is broken in it was damaged.
 *
 * @param number its number
 * @param firstSegment the first file of the log that is still needed
 * @param head how it begins
 * @param pages how many there are
 * @param end up to where the log has to be applied at least
 * @param size of the file
 */
record SnapshotFile(long number, long firstSegment, SnapshotHead head, long pages, long end, long size) {
    static final long MAGIC = Identity.magic("memdisnp");
    private static final long END_MAGIC = Identity.magic("memdiend");
    static final int HEADER = 64;
    static final int BLOCK_HEADER = 8;
    static final int FOOTER = 48;

    String name() {
        return Names.snapshot(number);
    }

    static byte[] header(Identity identity, long number, long firstSegment, Revision start) {
        byte[] bytes = new byte[HEADER];
        Bytes.putLong(bytes, 16, number);
        Bytes.putLong(bytes, 24, firstSegment);
        Bytes.putLong(bytes, 32, start.term());
        Bytes.putLong(bytes, 40, start.index());
        Bytes.putLong(bytes, 48, identity.openings());
        Identity.putBeginning(bytes, MAGIC, identity.seed(number), HEADER);
        return bytes;
    }

    static byte[] footer(Identity identity, long number, long offset, long pages, long end) {
        byte[] bytes = new byte[FOOTER];
        Bytes.putLong(bytes, 16, offset);
        Bytes.putLong(bytes, 24, pages);
        Bytes.putLong(bytes, 32, end);
        Identity.putBeginning(bytes, END_MAGIC, identity.seed(number), FOOTER);
        return bytes;
    }

    /** What the checksum of a block begins with. */
    static byte[] blockSeed(Identity identity, long number, long offset) {
        byte[] seed = new byte[32];
        System.arraycopy(identity.seed(number), 0, seed, 0, 24);
        Bytes.putLong(seed, 24, offset);
        return seed;
    }

    /** Reads all of it, and keeps what stands beside the pages. */
    static SnapshotFile read(Disk disk, Identity identity, long number) throws IOException {
        String name = Names.snapshot(number);
        String path = disk.path(name);
        try (DiskFile file = disk.openToRead(name)) {
            long size = file.size();
            byte[] header = readAt(file, 0, (int) Math.min(HEADER, size));
            byte[] seed = identity.seed(number);
            Identity.checkBeginning(path, header, MAGIC, seed, HEADER);
            if (size < HEADER + BLOCK_HEADER + FOOTER) {
                throw new CorruptStorageException(path, size, "it ends before its last block");
            }
            long footerAt = size - FOOTER;
            byte[] footer = readAt(file, footerAt, FOOTER);
            checkFooter(path, footer, seed, footerAt);
            byte[] meta = readBlock(file, path, identity, number, HEADER, footerAt);
            long at = HEADER + BLOCK_HEADER + (long) meta.length;
            long pages = 0;
            while (at < footerAt) {
                at += BLOCK_HEADER + readBlock(file, path, identity, number, at, footerAt).length;
                pages++;
            }
            if (pages != Bytes.getLong(footer, 24)) {
                throw new CorruptStorageException(
                        path, footerAt, "it has " + pages + " pages, not " + Bytes.getLong(footer, 24));
            }
            Revision start = new Revision(Bytes.getLong(header, 32), Bytes.getLong(header, 40));
            return new SnapshotFile(
                    number,
                    Bytes.getLong(header, 24),
                    new SnapshotHead(start, meta),
                    pages,
                    Bytes.getLong(footer, 32),
                    size);
        }
    }

    private static void checkFooter(String path, byte[] footer, byte[] seed, long at) {
        if (Bytes.getLong(footer, 0) != END_MAGIC
                || Bytes.getInt(footer, 8) != Identity.VERSION
                || Bytes.getInt(footer, 12) != Bytes.checksum(seed, footer, 16, FOOTER - 16)
                || Bytes.getLong(footer, 16) != at) {
            throw new CorruptStorageException(path, at, "its last " + FOOTER + " bytes are broken");
        }
    }

    private static byte[] readBlock(DiskFile file, String path, Identity identity, long number, long at, long end)
            throws IOException {
        byte[] header = readAt(file, at, (int) Math.min(BLOCK_HEADER, end - at));
        int length = header.length < BLOCK_HEADER ? -1 : Bytes.getInt(header, 0);
        if (length < 0 || length > end - at - BLOCK_HEADER) {
            throw new CorruptStorageException(path, at, "there is no block of as many bytes as it says");
        }
        byte[] bytes = readAt(file, at + BLOCK_HEADER, length);
        if (Bytes.getInt(header, 4) != Bytes.checksum(blockSeed(identity, number, at), bytes, 0, length)) {
            throw new CorruptStorageException(path, at, "the checksum of a block of " + length + " bytes is wrong");
        }
        return bytes;
    }

    private static byte[] readAt(DiskFile file, long at, int length) throws IOException {
        byte[] bytes = new byte[length];
        file.read(at, ByteBuffer.wrap(bytes));
        return bytes;
    }

    /** Its pages, of which each is read when it is asked for. */
    Iterable<byte[]> pages(Disk disk, Identity identity) {
        return () -> new Iterator<>() {
            private long at = HEADER + BLOCK_HEADER + (long) head.meta().length;

            @Override
            public boolean hasNext() {
                return at < size - FOOTER;
            }

            @Override
            public byte[] next() {
                if (!hasNext()) {
                    throw new NoSuchElementException();
                }
                try (DiskFile file = disk.openToRead(name())) {
                    byte[] page = readBlock(file, disk.path(name()), identity, number, at, size - FOOTER);
                    at += BLOCK_HEADER + (long) page.length;
                    return page;
                } catch (IOException e) {
                    throw new StorageException("the snapshot was not read: " + e.getMessage(), e);
                }
            }
        };
    }
}
