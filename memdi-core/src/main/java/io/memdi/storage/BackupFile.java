package io.memdi.storage;

import io.memdi.ClusterId;
import io.memdi.Revision;
import java.util.zip.CRC32C;

/**
 * The layout of a backup: one file that stands for itself, and for the state of all stores at one position.
 *
 * <pre>
 *   offset  bytes  little-endian
 *        0      8  magic "memdibak"
 *        8      4  version
 *       12      4  checksum of what follows up to 64
 *       16     16  a random id, with which all other checksums begin
 *       32     16  id of the cluster that it was made of
 *       48      8  term  of the start
 *       56      8  index
 *       64      .  blocks: first the head, then pages and entries as they came, at last the sums
 *
 *   block
 *        0      4  how many bytes there are
 *        4      4  checksum of id, the block's offset, and all but this
 *        8      4  kind: 1 head   2 page   3 entries   4 sums
 *       12      .  bytes
 *
 *   the last 64 bytes
 *        0      8  magic "memdiend"
 *        8      4  version
 *       12      4  checksum of id, where this stands, and what follows
 *       16      8  how many blocks there are
 *       24      8  term  of the end
 *       32      8  index
 *       40     24  zero
 * </pre>
 *
 * <p>The scan is fuzzy: pages are as of positions between start and end, and all entries between the two are there, each before the pages
 * that have seen it. So whoever takes pages and entries as they come, and of each key what is newer, has the state as of the end. The sums
 * say what that has to come to.
 *
 * <p>It is written under a temporary name, synced and renamed: whatever is broken in it was damaged.
 */
final class BackupFile {
    static final long MAGIC = Identity.magic("memdibak");
    static final long END_MAGIC = Identity.magic("memdiend");
    static final int HEADER = 64;
    static final int BLOCK_HEADER = 12;
    static final int FOOTER = 64;
    static final byte[] NO_SEED = {};

    private BackupFile() {}

    static byte[] header(long high, long low, ClusterId cluster, Revision start) {
        byte[] bytes = new byte[HEADER];
        Bytes.putLong(bytes, 16, high);
        Bytes.putLong(bytes, 24, low);
        Bytes.putLong(bytes, 32, cluster.high());
        Bytes.putLong(bytes, 40, cluster.low());
        Bytes.putLong(bytes, 48, start.term());
        Bytes.putLong(bytes, 56, start.index());
        Identity.putBeginning(bytes, MAGIC, NO_SEED, HEADER);
        return bytes;
    }

    /** What the checksum of a part begins with. */
    static byte[] seed(long high, long low, long offset) {
        byte[] seed = new byte[24];
        Bytes.putLong(seed, 0, high);
        Bytes.putLong(seed, 8, low);
        Bytes.putLong(seed, 16, offset);
        return seed;
    }

    static byte[] block(byte[] seed, int kind, byte[] bytes) {
        byte[] block = new byte[BLOCK_HEADER + bytes.length];
        Bytes.putInt(block, 0, bytes.length);
        Bytes.putInt(block, 8, kind);
        System.arraycopy(bytes, 0, block, BLOCK_HEADER, bytes.length);
        CRC32C crc = beginChecksum(seed, block);
        crc.update(bytes);
        Bytes.putInt(block, 4, (int) crc.getValue());
        return block;
    }

    /** Of a block, up to its bytes: its seed, and all of its header but the checksum itself. */
    static CRC32C beginChecksum(byte[] seed, byte[] header) {
        CRC32C crc = new CRC32C();
        crc.update(seed);
        crc.update(header, 0, Integer.BYTES);
        crc.update(header, 2 * Integer.BYTES, Integer.BYTES);
        return crc;
    }

    static byte[] footer(byte[] seed, long blocks, Revision end) {
        byte[] bytes = new byte[FOOTER];
        Bytes.putLong(bytes, 16, blocks);
        Bytes.putLong(bytes, 24, end.term());
        Bytes.putLong(bytes, 32, end.index());
        Identity.putBeginning(bytes, END_MAGIC, seed, FOOTER);
        return bytes;
    }
}
