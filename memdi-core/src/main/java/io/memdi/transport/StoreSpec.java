package io.memdi.transport;

import java.util.Objects;

/**
 * What a store is called, and which codecs its keys and values have.
 *
 * @param name the name of the store
 * @param keyCodec the name of the codec of its keys
 * @param valueCodec the name of the codec of its values
 */
public record StoreSpec(String name, String keyCodec, String valueCodec) {
    /**
     * Checks the parts.
     *
     * @param name the name of the store
     * @param keyCodec the name of the codec of its keys
     * @param valueCodec the name of the codec of its values
     */
    public StoreSpec {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(keyCodec, "keyCodec");
        Objects.requireNonNull(valueCodec, "valueCodec");
    }
}
