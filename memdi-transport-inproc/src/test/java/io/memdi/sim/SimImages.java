package io.memdi.sim;

import io.memdi.machine.Image;
import io.memdi.machine.Images;
import io.memdi.transport.HealMessage.HealPage;
import io.memdi.transport.StoreSpec;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Snapshots whose bytes are tickets for what was kept: in the simulation, keys and values stay objects. */
final class SimImages implements Images {
    private final List<Object> kept = new ArrayList<>();

    private byte[] keep(Object what) {
        kept.add(what);
        return ByteBuffer.allocate(Integer.BYTES).putInt(kept.size() - 1).array();
    }

    private Object kept(byte[] ticket) {
        return kept.get(ByteBuffer.wrap(ticket).getInt());
    }

    @Override
    public byte[] write(Image image) {
        return keep(image);
    }

    @Override
    public Image readImage(byte[] bytes) {
        return (Image) kept(bytes);
    }

    @Override
    public byte[] write(StoreSpec store, HealPage page) {
        return keep(page);
    }

    @Override
    public HealPage readPage(byte[] bytes) {
        return (HealPage) kept(bytes);
    }
}
