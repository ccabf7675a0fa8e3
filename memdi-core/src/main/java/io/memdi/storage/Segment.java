package io.memdi.storage;

import io.memdi.CorruptStorageException;
import io.memdi.Revision;
import io.memdi.storage.Disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * How a file of the log begins; {@linkplain Group groups} follow.
 *
 * <pre>
 *   offset  bytes  "NNNNNNNNNN.log", little-endian
 *        0      8  magic
 *        8      4  version
 *       12      4  checksum of directory id, number, and what follows up to 88
 *       16      8  number: one more than that of the file before
 *       24      8  where the file before ends: up to there it was synced before this one was made
 *       32      8  the file whose log it goes on with: the one before; or an earlier one, where those between are of a log that never
 *                  came to count; or 0 where a log begins
 *       40      8  term  of the entry that the entries in here follow
 *       48      8  index
 *       56      8  opening of the directory in which it was made
 *       64     24  zero
 *       88      .  the first group: the latest state, if there is one
 *        .      .  groups
 *        .      .  zeros, where it was grown ahead
 * </pre>
 *
 * <p>It is made whole: header and first group are written to a temporary file, synced and renamed. So a broken header is never torn.
 *
 * @param number its number
 * @param previousEnd where the file before ends
 * @param after the file whose log it goes on with; 0 if none
 * @param base the position that its entries follow
 * @param opening in which it was made
 */
record Segment(long number, long previousEnd, long after, Revision base, long opening) {
    static final int HEADER = 88;

    static final long MAGIC = Identity.magic("memdilog");

    String name() {
        return Names.segment(number);
    }

    /** Makes the file, with its first group. */
    void create(Disk disk, Identity identity, byte[] firstGroup) throws IOException {
        String temporary = name() + Names.TEMPORARY;
        try (DiskFile file = disk.create(temporary)) {
            begin(disk, identity, firstGroup, file, temporary);
        }
    }

    /** The same in a file that was made ahead, full of zeros. */
    void createIn(String made, Disk disk, Identity identity, byte[] firstGroup) throws IOException {
        try (DiskFile file = disk.open(made)) {
            begin(disk, identity, firstGroup, file, made);
        }
    }

    private void begin(Disk disk, Identity identity, byte[] firstGroup, DiskFile file, String temporary)
            throws IOException {
        byte[] bytes = new byte[HEADER + firstGroup.length];
        Bytes.putLong(bytes, 16, number);
        Bytes.putLong(bytes, 24, previousEnd);
        Bytes.putLong(bytes, 32, after);
        Bytes.putLong(bytes, 40, base.term());
        Bytes.putLong(bytes, 48, base.index());
        Bytes.putLong(bytes, 56, opening);
        Identity.putBeginning(bytes, MAGIC, identity.seed(number), HEADER);
        System.arraycopy(firstGroup, 0, bytes, HEADER, firstGroup.length);
        file.write(0, ByteBuffer.wrap(bytes));
        file.sync();
        disk.rename(temporary, name());
        disk.syncDirectory();
    }

    static Segment read(Disk disk, Identity identity, long number) throws IOException {
        String name = Names.segment(number);
        String path = disk.path(name);
        byte[] bytes = Identity.readAll(disk, name, HEADER);
        Identity.checkBeginning(path, bytes, MAGIC, identity.seed(number), HEADER);
        long base = Bytes.getLong(bytes, 48);
        long term = Bytes.getLong(bytes, 40);
        if (Bytes.getLong(bytes, 16) != number || base < 0 || term < 0) {
            throw new CorruptStorageException(path, 16, "its first " + HEADER + " bytes contradict each other");
        }
        return new Segment(
                number,
                Bytes.getLong(bytes, 24),
                Bytes.getLong(bytes, 32),
                new Revision(term, base),
                Bytes.getLong(bytes, 56));
    }
}
