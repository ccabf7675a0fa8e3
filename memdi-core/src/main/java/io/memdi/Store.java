package io.memdi;

import java.util.concurrent.ConcurrentMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A named map, the same on every node. Thread-safe.
 *
 * <p>Values are kept as objects and must not be changed once stored, nor keys. A write ends in one of three ways: it returns; it
 * throws a {@link NotAppliedException}, and certainly took no effect; or it throws an {@link OutcomeUnknownException}, and may
 * have. Arguments that are null, or too large, are refused before anything happens, with the JDK's own exceptions.
 *
 * @param <K> the type of the keys
 * @param <V> the type of the values
 */
public interface Store<K, V> {
    /** @return the store's name */
    String name();

    Revision put(K key, V value);

    Revision put(K key, V value, WriteOptions options);

    boolean putIfAbsent(K key, V value);

    boolean putIfAbsent(K key, V value, WriteOptions options);

    boolean replace(K key, Revision expected, V value);

    boolean replace(K key, Revision expected, V value, WriteOptions options);

    boolean remove(K key);

    boolean remove(K key, WriteOptions options);

    boolean remove(K key, Revision expected);

    boolean remove(K key, Revision expected, WriteOptions options);

    @Nullable V get(K key);

    @Nullable V get(K key, ReadOptions options);

    @Nullable Versioned<V> getVersioned(K key);

    @Nullable Versioned<V> getVersioned(K key, ReadOptions options);

    boolean containsKey(K key);

    boolean containsKey(K key, ReadOptions options);

    long size();

    long size(ReadOptions options);

    void forEach(BiConsumer<? super K, ? super V> action);

    void forEach(BiConsumer<? super K, ? super V> action, ReadOptions options);

    AsyncStore<K, V> async();

    ConcurrentMap<K, V> asMap();
}
