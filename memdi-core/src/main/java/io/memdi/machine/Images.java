package io.memdi.machine;

import io.memdi.transport.HealMessage.HealPage;
import io.memdi.transport.StoreSpec;

/** Snapshots as they are kept: what the bytes mean is no affair of the machines. */
public interface Images {
    /** The bytes of an image. */
    byte[] write(Image image);

    /** The image that bytes stand for. */
    Image readImage(byte[] bytes);

    /** The bytes of a page of a store. */
    byte[] write(StoreSpec store, HealPage page);

    /** The page that bytes stand for. */
    HealPage readPage(byte[] bytes);
}
