package io.memdi.node;

import io.memdi.machine.Image;
import io.memdi.machine.Images;
import io.memdi.transport.HealMessage.HealPage;
import io.memdi.transport.HealMessage.HealPart;
import io.memdi.transport.StoreSpec;
import io.memdi.wire.SnapshotCodec;
import io.memdi.wire.StoreCodecs;

/** Snapshots as bytes. */
final class WireImages implements Images {
    private final SnapshotCodec codec;

    WireImages(StoreCodecs stores) {
        codec = new SnapshotCodec(stores);
    }

    @Override
    public byte[] write(Image image) {
        return codec.writeHead(
                new SnapshotCodec.Head(image.opened(), new HealPart(0, 0, image.stores(), image.sessions())));
    }

    @Override
    public Image readImage(byte[] bytes) {
        SnapshotCodec.Head head = codec.readHead(bytes);
        return new Image(head.opened(), head.part().stores(), head.part().sessions());
    }

    @Override
    public byte[] write(StoreSpec store, HealPage page) {
        return codec.writePage(store, page);
    }

    @Override
    public HealPage readPage(byte[] bytes) {
        return codec.readPage(bytes);
    }
}
