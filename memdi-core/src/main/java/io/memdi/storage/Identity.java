package io.memdi.storage;

import io.memdi.CorruptStorageException;
import io.memdi.StorageException;
import io.memdi.storage.Disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Whose files these are. Every file carries the id, so that one of another directory is not taken for one of this; and every opening is
 * counted, so that files which are older or newer than the rest can be told.
 *
 * <pre>
 *   offset  bytes  "identity", little-endian
 *        0      8  magic
 *        8      4  version of all files
 *       12      4  checksum of what follows
 *       16     16  id of the directory, random
 *       32      8  how often it was opened; 0 while it is being made
 *       40     16  id of the last opening, random
 *       56      8  zero
 * </pre>
 *
 * <p>It is replaced as a whole: a temporary file, synced and renamed.
 *
 * @param high of the id
 * @param low of the id
 * @param openings how often it was opened
 * @param openingHigh of the id of the last opening
 * @param openingLow of the id of the last opening
 */
record Identity(long high, long low, long openings, long openingHigh, long openingLow) {
    static final String NAME = "identity";

    /** Of the files that are written here, and the only one that is read. */
    static final int VERSION = 1;

    static final long MAGIC = magic("memdi id");
    private static final int SIZE = 64;
    private static final byte[] NO_SEED = {};

    static long magic(String eightLetters) {
        long magic = 0;
        for (int i = 7; i >= 0; i--) {
            magic = magic << 8 | eightLetters.charAt(i);
        }
        return magic;
    }

    /** What the checksums of a file begin with: the directory, and the file's own number. */
    byte[] seed(long number) {
        byte[] seed = new byte[24];
        Bytes.putLong(seed, 0, high);
        Bytes.putLong(seed, 8, low);
        Bytes.putLong(seed, 16, number);
        return seed;
    }

    static Identity read(Disk disk) throws IOException {
        byte[] bytes = readAll(disk, NAME, SIZE);
        String path = disk.path(NAME);
        if (bytes.length != SIZE) {
            throw new CorruptStorageException(path, bytes.length, "it has " + bytes.length + " bytes, not " + SIZE);
        }
        checkBeginning(path, bytes, MAGIC, NO_SEED, SIZE);
        return new Identity(
                Bytes.getLong(bytes, 16),
                Bytes.getLong(bytes, 24),
                Bytes.getLong(bytes, 32),
                Bytes.getLong(bytes, 40),
                Bytes.getLong(bytes, 48));
    }

    /** As it is once the directory is opened another time, with that id. */
    Identity opened(long newHigh, long newLow) {
        return new Identity(high, low, openings + 1, newHigh, newLow);
    }

    void write(Disk disk) throws IOException {
        byte[] bytes = new byte[SIZE];
        Bytes.putLong(bytes, 16, high);
        Bytes.putLong(bytes, 24, low);
        Bytes.putLong(bytes, 32, openings);
        Bytes.putLong(bytes, 40, openingHigh);
        Bytes.putLong(bytes, 48, openingLow);
        putBeginning(bytes, MAGIC, NO_SEED, SIZE);
        try (DiskFile file = disk.create(NAME + Names.TEMPORARY)) {
            file.write(0, ByteBuffer.wrap(bytes));
            file.sync();
        }
        disk.rename(NAME + Names.TEMPORARY, NAME);
        disk.syncDirectory();
    }

    /** Magic, version and checksum: how every file begins. The rest of the header was put before. */
    static void putBeginning(byte[] bytes, long magic, byte[] seed, int size) {
        Bytes.putLong(bytes, 0, magic);
        Bytes.putInt(bytes, 8, VERSION);
        Bytes.putInt(bytes, 12, Bytes.checksum(seed, bytes, 16, size - 16));
    }

    /** Another version is no damage: nobody may put away what a later program has written. */
    static void checkBeginning(String path, byte[] bytes, long magic, byte[] seed, int size) {
        if (bytes.length < size) {
            throw new CorruptStorageException(path, bytes.length, "it ends within its first " + size + " bytes");
        }
        if (Bytes.getLong(bytes, 0) != magic) {
            throw new CorruptStorageException(path, 0, "it does not begin as a file of its kind");
        }
        int version = Bytes.getInt(bytes, 8);
        if (version < VERSION) {
            throw new CorruptStorageException(path, 8, "it is of version " + version + ", which there never was");
        }
        if (version != VERSION) {
            throw new StorageException(
                    path + " is of version " + version + ", and this program reads version " + VERSION
                            + ": start this node with a version of memdi that reads it. Nothing was changed",
                    null);
        }
        if (Bytes.getInt(bytes, 12) != Bytes.checksum(seed, bytes, 16, size - 16)) {
            throw new CorruptStorageException(
                    path,
                    12,
                    "the checksum of its first " + size
                            + " bytes is wrong: they were changed, or the file is of another directory or was renamed");
        }
    }

    /** The first bytes of a file, or all that it has. */
    static byte[] readAll(Disk disk, String name, int most) throws IOException {
        try (DiskFile file = disk.openToRead(name)) {
            byte[] bytes = new byte[(int) Math.min(most, file.size())];
            file.read(0, ByteBuffer.wrap(bytes));
            return bytes;
        }
    }
}
