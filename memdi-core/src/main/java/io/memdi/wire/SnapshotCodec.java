package io.memdi.wire;

import io.memdi.transport.HealMessage.HealOpened;
import io.memdi.transport.HealMessage.HealPage;
import io.memdi.transport.HealMessage.HealPart;
import io.memdi.transport.StoreSpec;

/**
 * What a snapshot is made of, as it is kept on disk: the parts of which a heal's messages are made, without frames. Its layouts are drawn in
 * {@link HealCodec} and {@link PageCodec}; whoever changes them changes the version of the files.
 *
 * <pre>
 *   head   as of the message that opens a heal | as of its only part
 *   page   as of a heal
 * </pre>
 *
 * <p>Pages are read with keys and values as {@link Encoded}: no store is open yet. For one thread at a time.
 */
public final class SnapshotCodec {
    private static final int MAX_BYTES = 1 << 30;

    private final StoreCodecs stores;
    private final WireWriter out = new WireWriter(1024, MAX_BYTES);
    private final WireReader in = new WireReader();

    /**
     * What a snapshot begins with.
     *
     * @param opened the position and the members
     * @param part all stores and sessions
     */
    public record Head(HealOpened opened, HealPart part) {}

    /**
     * A codec.
     *
     * @param stores the codecs of the node's stores
     */
    public SnapshotCodec(StoreCodecs stores) {
        this.stores = stores;
    }

    /**
     * Writes a head.
     *
     * @param head what to write
     * @return its bytes
     */
    public byte[] writeHead(Head head) {
        out.clear();
        HealCodec.writeOpened(out, head.opened());
        HealCodec.writePart(out, head.part());
        return bytes();
    }

    /**
     * Reads a head.
     *
     * @param bytes what was written
     * @return the same
     * @throws WireException if it is not what this version writes
     */
    public Head readHead(byte[] bytes) {
        WireReader from = in.read(bytes, 0, bytes.length);
        Head head = new Head(HealCodec.readOpened(from), HealCodec.readPart(from));
        from.requireEnd("the head of a snapshot");
        return head;
    }

    /**
     * Writes a page.
     *
     * @param store the store that it is of
     * @param page what to write
     * @return its bytes
     * @throws WireException if a codec of the application fails
     */
    public byte[] writePage(StoreSpec store, HealPage page) {
        out.clear();
        PageCodec.write(out, page, new LogCodec.Writing(stores, number -> store), 0, Integer.MAX_VALUE);
        return bytes();
    }

    /**
     * Reads a page.
     *
     * @param bytes what was written
     * @return the same, with keys and values as bytes
     * @throws WireException if it is not what this version writes
     */
    public HealPage readPage(byte[] bytes) {
        WireReader from = in.read(bytes, 0, bytes.length);
        HealPage page = PageCodec.read(from, LogCodec.Reading.AS_BYTES);
        from.requireEnd("a page");
        return page;
    }

    private byte[] bytes() {
        return java.util.Arrays.copyOf(out.buffer(), out.size());
    }
}
