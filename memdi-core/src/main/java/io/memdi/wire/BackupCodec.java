package io.memdi.wire;

import io.memdi.Revision;
import io.memdi.transport.Entry;
import io.memdi.transport.HealMessage.HealPage;
import io.memdi.transport.StoreSpec;
import java.util.ArrayList;
import java.util.List;

/**
 * What a backup is made of: the parts of a snapshot and of the log, as they are kept on disk, and at the end what all of it comes to. Whoever
 * changes a layout changes the version of the files.
 *
 * <pre>
 *   head      as of a snapshot, without sessions
 *   page      as of a snapshot
 *   entries   as in the log
 *   sums      count varint | sums
 *   sum       store | keys varint | digest text
 * </pre>
 *
 * <p>For one thread at a time.
 */
public final class BackupCodec {
    private static final int MAX_BYTES = 1 << 30;
    private static final int MAX_DIGEST = 64;

    /** Three empty texts, a number, and another text. */
    private static final int MIN_SUM = 5;

    private final SnapshotCodec snapshots;
    private final LogCodec log;
    private final WireWriter out = new WireWriter(1024, MAX_BYTES);
    private final WireReader in = new WireReader();

    /**
     * What a store comes to.
     *
     * @param store its name and codecs
     * @param keys how many it has
     * @param digest of all keys and revisions
     */
    public record Sum(StoreSpec store, long keys, String digest) {}

    /**
     * A codec.
     *
     * @param stores the codecs of the node's stores; none are needed to read
     */
    public BackupCodec(StoreCodecs stores) {
        this.snapshots = new SnapshotCodec(stores);
        this.log = new LogCodec(stores);
    }

    /**
     * Writes a head.
     *
     * @param head what to write
     * @return its bytes
     */
    public byte[] writeHead(SnapshotCodec.Head head) {
        return snapshots.writeHead(head);
    }

    /**
     * Reads a head.
     *
     * @param bytes what was written
     * @return the same
     * @throws WireException if it is not what this version writes
     */
    public SnapshotCodec.Head readHead(byte[] bytes) {
        return snapshots.readHead(bytes);
    }

    /**
     * Writes a page.
     *
     * @param store the store that it is of
     * @param page what to write
     * @return its bytes
     * @throws WireException if a codec of the application fails, or the store of an object is not open on this node
     */
    public byte[] writePage(StoreSpec store, HealPage page) {
        return snapshots.writePage(store, page);
    }

    /**
     * Reads a page.
     *
     * @param bytes what was written
     * @return the same, with keys and values as bytes
     * @throws WireException if it is not what this version writes
     */
    public HealPage readPage(byte[] bytes) {
        return snapshots.readPage(bytes);
    }

    /**
     * Writes entries.
     *
     * @param previous the position that they follow
     * @param entries what to write
     * @param registered which stores they mean
     * @return their bytes
     * @throws WireException if a codec of the application fails, or the store of an object is not open on this node
     */
    public byte[] writeEntries(Revision previous, List<Entry> entries, LogCodec.Registered registered) {
        out.clear();
        log.writeEntries(out, previous, entries, registered);
        return out.toByteArray();
    }

    /**
     * Reads entries.
     *
     * @param bytes what was written
     * @return the same, with keys and values as bytes
     * @throws WireException if it is not what this version writes
     */
    public List<Entry> readEntries(byte[] bytes) {
        return log.readEntries(in.read(bytes, 0, bytes.length));
    }

    /**
     * Writes what the stores come to.
     *
     * @param sums of all stores, in the order of their numbers
     * @return their bytes
     */
    public byte[] writeSums(List<Sum> sums) {
        out.clear();
        out.writeVarint(sums.size());
        for (Sum sum : sums) {
            MemberCodec.writeStore(out, sum.store());
            out.writeVarint(sum.keys());
            out.writeText(sum.digest());
        }
        return out.toByteArray();
    }

    /**
     * Reads what the stores come to.
     *
     * @param bytes what was written
     * @return the same
     * @throws WireException if it is not what this version writes
     */
    public List<Sum> readSums(byte[] bytes) {
        WireReader from = in.read(bytes, 0, bytes.length);
        int count = from.readCount("stores", MIN_SUM, Integer.MAX_VALUE);
        List<Sum> sums = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            StoreSpec store = MemberCodec.readStore(from);
            long keys = from.readNatural("how many keys a store has");
            sums.add(new Sum(store, keys, from.readText("a digest", MAX_DIGEST)));
        }
        from.requireEnd("what the stores come to");
        return sums;
    }
}
