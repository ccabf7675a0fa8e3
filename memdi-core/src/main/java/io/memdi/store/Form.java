package io.memdi.store;

/**
 * What the keys and values of one store become on this node, which had no codecs for them at first: they came, and lie in its table, as
 * bytes. Loop only.
 */
public interface Form {
    /**
     * Tells bytes from objects.
     *
     * @param keyOrValue either
     * @return whether it is still bytes
     */
    boolean isBytes(Object keyOrValue);

    /**
     * The key that bytes stand for.
     *
     * @param key a key, as bytes or as an object
     * @return the same key as an object
     * @throws RuntimeException if the codec fails
     */
    Object key(Object key);

    /**
     * The value that bytes stand for.
     *
     * @param value a value, as bytes or as an object
     * @return the same value as an object
     * @throws RuntimeException if the codec fails
     */
    Object value(Object value);
}
