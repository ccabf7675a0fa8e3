package io.memdi.sim;

import io.memdi.machine.Image;
import io.memdi.machine.Images;
import io.memdi.transport.HealMessage.HealPage;
import io.memdi.transport.StoreSpec;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;

/**
 * Snapshots as the bytes that they are on disk. What was read becomes the very page that had these bytes, since nodes of the simulation hold
 * keys and values as objects.
 */
final class SimImages implements Images {
    private final Images real;
    private final Map<ByteBuffer, HealPage> written;

    /**
     * Of one node.
     *
     * @param real what makes bytes
     * @param written the pages that any node has written
     */
    SimImages(Images real, Map<ByteBuffer, HealPage> written) {
        this.real = real;
        this.written = written;
    }

    static Map<ByteBuffer, HealPage> none() {
        return new HashMap<>();
    }

    @Override
    public byte[] write(Image image) {
        return real.write(image);
    }

    @Override
    public Image readImage(byte[] bytes) {
        return real.readImage(bytes);
    }

    @Override
    public byte[] write(StoreSpec store, HealPage page) {
        byte[] bytes = real.write(store, page);
        written.put(ByteBuffer.wrap(bytes), page);
        return bytes;
    }

    @Override
    public HealPage readPage(byte[] bytes) {
        HealPage read = real.readPage(bytes);
        HealPage page = written.get(ByteBuffer.wrap(bytes));
        Violation.unless(
                page != null && page.store() == read.store(), "pages are what was written", "%d bytes", bytes.length);
        return page;
    }
}
