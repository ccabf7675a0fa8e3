package io.memdi.storage;

import org.jspecify.annotations.Nullable;

/**
 * What one sync has covered: a header, and records. It begins at a multiple of 8, with zeros before it.
 *
 * <pre>
 *   offset  bytes  little-endian
 *        0      4  magic
 *        4      4  checksum of directory id, number of the file, and the header from 8 on
 *        8      8  where in the file this stands: everything before was synced before this was written
 *       16      8  opening of the directory in which it was written
 *       24      8  commit index, as this node knew it
 *       32      4  how many bytes of records follow
 *       36      4  checksum of directory id, number of the file, and the records
 *       40      4  flags: 1 the file ends here, the next one was made
 *       44      4  how many bytes the file had on disk before this was written: a file that has fewer was cut
 *       48      .  records
 *
 *   record
 *        0      4  how many bytes follow the kind
 *        4      4  kind
 *        8      .  1 state     {@link StateRecord}
 *                  2 cut       from index int64
 *                  3 entries   {@link io.memdi.wire.LogCodec}
 *                  4 snapshot  number int64: it has taken its place
 * </pre>
 *
 * <p><b>What a header proves.</b> Nothing is written before what was written last is synced. So a header that is sound, wherever it is found,
 * says that all before it was on disk; if that is broken now, it was damaged. What is broken, and has no sound header after it, is the
 * write that a crash has interrupted. After the last group, a header without records is written as soon as there is time; the next group
 * takes its place.
 *
 * <p>A header cannot be taken for one where it is not: it says where it stands, in a checksum that no other directory or file has.
 *
 * @param offset where it stands
 * @param opening in which it was written
 * @param committed the commit index
 * @param length of its records
 * @param checksum of its records
 * @param flags what else there is to say
 * @param fileBytes how many bytes of the file were synced before
 */
record Group(long offset, long opening, long committed, int length, int checksum, int flags, int fileBytes) {
    static final int HEADER = 48;
    static final int MAGIC = 0x70726764;
    static final int LAST = 1;

    static final int RECORD_HEADER = 8;
    static final int STATE = 1;
    static final int CUT = 2;
    static final int ENTRIES = 3;
    static final int SNAPSHOT = 4;

    /** The header of records that stand behind it. */
    static void putHeader(byte[] bytes, byte[] seed, Group group) {
        Bytes.putInt(bytes, 0, MAGIC);
        Bytes.putLong(bytes, 8, group.offset);
        Bytes.putLong(bytes, 16, group.opening);
        Bytes.putLong(bytes, 24, group.committed);
        Bytes.putInt(bytes, 32, group.length);
        Bytes.putInt(bytes, 36, Bytes.checksum(seed, bytes, HEADER, group.length));
        Bytes.putInt(bytes, 40, group.flags);
        Bytes.putInt(bytes, 44, group.fileBytes);
        Bytes.putInt(bytes, 4, Bytes.checksum(seed, bytes, 8, HEADER - 8));
    }

    /** The header that stands there; null if none does. */
    static @Nullable Group header(byte[] bytes, int at, byte[] seed) {
        if (bytes.length - at < HEADER
                || Bytes.getInt(bytes, at) != MAGIC
                || Bytes.getLong(bytes, at + 8) != at
                || Bytes.getInt(bytes, at + 4) != Bytes.checksum(seed, bytes, at + 8, HEADER - 8)) {
            return null;
        }
        return new Group(
                at,
                Bytes.getLong(bytes, at + 16),
                Bytes.getLong(bytes, at + 24),
                Bytes.getInt(bytes, at + 32),
                Bytes.getInt(bytes, at + 36),
                Bytes.getInt(bytes, at + 40),
                Bytes.getInt(bytes, at + 44));
    }

    /** Whether the records are there, as they were written. */
    boolean isWhole(byte[] bytes, byte[] seed) {
        return length >= 0
                && length <= bytes.length - offset - HEADER
                && Bytes.checksum(seed, bytes, (int) offset + HEADER, length) == checksum;
    }

    /** Where the next group may begin. */
    long end() {
        return Bytes.aligned(offset + HEADER + length);
    }

    boolean isLast() {
        return (flags & LAST) != 0;
    }
}
