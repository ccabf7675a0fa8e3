package io.memdi;

import java.util.concurrent.ConcurrentMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A named map, the same on every node. Thread-safe.
 *
 * <p>Keys and values are kept as objects, as in a {@link java.util.concurrent.ConcurrentHashMap}, and must not be changed once
 * stored. A write ends in one of three ways: it returns; it throws a {@link NotAppliedException}, and certainly took no effect; or
 * it throws an {@link OutcomeUnknownException}, and may have. Arguments that are null, or larger than the node allows, are refused
 * before anything happens, with {@link NullPointerException} and {@link IllegalArgumentException}; so is an {@link Ack} that needs a
 * disk, on a cluster without storage.
 *
 * <p>Writes of one thread take effect in the order in which they were issued. A call that has to wait (for a leader, or for room)
 * does so up to its timeout. Where the waiting thread is interrupted, the call ends with its family's exception, and the thread's
 * interrupt flag stays set.
 *
 * @param <K> the type of the keys
 * @param <V> the type of the values
 */
public interface Store<K, V> {
    /**
     * The store's name.
     *
     * @return as given to {@link Memdi#store(String, Codec, Codec)}
     */
    String name();

    /**
     * Puts a value, whatever the key had.
     *
     * @param key the key
     * @param value the value; must not be changed any more
     * @return the revision of this write
     * @throws NotAppliedException if the write certainly took no effect
     * @throws OutcomeUnknownException if the write may have taken effect
     */
    Revision put(K key, V value);

    /**
     * Puts a value, whatever the key had.
     *
     * @param key the key
     * @param value the value; must not be changed any more
     * @param options what this write wants otherwise than the store's defaults
     * @return the revision of this write
     * @throws NotAppliedException if the write certainly took no effect
     * @throws OutcomeUnknownException if the write may have taken effect
     */
    Revision put(K key, V value, WriteOptions options);

    /**
     * Puts a value if the key is absent. The leader decides.
     *
     * @param key the key
     * @param value the value; must not be changed any more
     * @return whether the key was absent, so that the value was put
     * @throws NotAppliedException if the write certainly took no effect
     * @throws OutcomeUnknownException if the write may have taken effect
     */
    boolean putIfAbsent(K key, V value);

    /**
     * Puts a value if the key is absent. The leader decides.
     *
     * @param key the key
     * @param value the value; must not be changed any more
     * @param options what this write wants otherwise than the store's defaults
     * @return whether the key was absent, so that the value was put
     * @throws NotAppliedException if the write certainly took no effect
     * @throws OutcomeUnknownException if the write may have taken effect
     */
    boolean putIfAbsent(K key, V value, WriteOptions options);

    /**
     * Puts a value if the key is there at a revision: compare and set. The leader decides.
     *
     * @param key the key
     * @param expected the revision that the key is to have, as a read has returned it
     * @param value the value; must not be changed any more
     * @return whether the key had that revision, so that the value was put
     * @throws NotAppliedException if the write certainly took no effect
     * @throws OutcomeUnknownException if the write may have taken effect
     */
    boolean replace(K key, Revision expected, V value);

    /**
     * Puts a value if the key is there at a revision: compare and set. The leader decides.
     *
     * @param key the key
     * @param expected the revision that the key is to have, as a read has returned it
     * @param value the value; must not be changed any more
     * @param options what this write wants otherwise than the store's defaults
     * @return whether the key had that revision, so that the value was put
     * @throws NotAppliedException if the write certainly took no effect
     * @throws OutcomeUnknownException if the write may have taken effect
     */
    boolean replace(K key, Revision expected, V value, WriteOptions options);

    /**
     * Removes a key, whatever it had.
     *
     * @param key the key
     * @return whether the key was there
     * @throws NotAppliedException if the write certainly took no effect
     * @throws OutcomeUnknownException if the write may have taken effect
     */
    boolean remove(K key);

    /**
     * Removes a key, whatever it had.
     *
     * @param key the key
     * @param options what this write wants otherwise than the store's defaults
     * @return whether the key was there
     * @throws NotAppliedException if the write certainly took no effect
     * @throws OutcomeUnknownException if the write may have taken effect
     */
    boolean remove(K key, WriteOptions options);

    /**
     * Removes a key if it is there at a revision. The leader decides.
     *
     * @param key the key
     * @param expected the revision that the key is to have, as a read has returned it
     * @return whether the key had that revision, so that it was removed
     * @throws NotAppliedException if the write certainly took no effect
     * @throws OutcomeUnknownException if the write may have taken effect
     */
    boolean remove(K key, Revision expected);

    /**
     * Removes a key if it is there at a revision. The leader decides.
     *
     * @param key the key
     * @param expected the revision that the key is to have, as a read has returned it
     * @param options what this write wants otherwise than the store's defaults
     * @return whether the key had that revision, so that it was removed
     * @throws NotAppliedException if the write certainly took no effect
     * @throws OutcomeUnknownException if the write may have taken effect
     */
    boolean remove(K key, Revision expected, WriteOptions options);

    /**
     * Reads a value.
     *
     * @param key the key
     * @return the value; null if the key is absent
     * @throws NotAppliedException if the read could not be answered in time, or not at all
     */
    @Nullable
    V get(K key);

    /**
     * Reads a value.
     *
     * @param key the key
     * @param options what this read wants otherwise than the store's defaults
     * @return the value; null if the key is absent
     * @throws NotAppliedException if the read could not be answered in time, or not at all
     */
    @Nullable
    V get(K key, ReadOptions options);

    /**
     * Reads a value together with its revision, for {@link #replace} or a conditional removal.
     *
     * @param key the key
     * @return the value and its revision; null if the key is absent
     * @throws NotAppliedException if the read could not be answered in time, or not at all
     */
    @Nullable
    Versioned<V> getVersioned(K key);

    /**
     * Reads a value together with its revision, for {@link #replace} or a conditional removal.
     *
     * @param key the key
     * @param options what this read wants otherwise than the store's defaults
     * @return the value and its revision; null if the key is absent
     * @throws NotAppliedException if the read could not be answered in time, or not at all
     */
    @Nullable
    Versioned<V> getVersioned(K key, ReadOptions options);

    /**
     * Tells whether a key is there.
     *
     * @param key the key
     * @return whether the key has a value
     * @throws NotAppliedException if the read could not be answered in time, or not at all
     */
    boolean containsKey(K key);

    /**
     * Tells whether a key is there.
     *
     * @param key the key
     * @param options what this read wants otherwise than the store's defaults
     * @return whether the key has a value
     * @throws NotAppliedException if the read could not be answered in time, or not at all
     */
    boolean containsKey(K key, ReadOptions options);

    /**
     * Counts the keys.
     *
     * @return how many keys have a value
     * @throws NotAppliedException if the read could not be answered in time, or not at all
     */
    long size();

    /**
     * Counts the keys.
     *
     * @param options what this read wants otherwise than the store's defaults
     * @return how many keys have a value
     * @throws NotAppliedException if the read could not be answered in time, or not at all
     */
    long size(ReadOptions options);

    /**
     * Calls an action with every key and value, on the calling thread. Weakly consistent: a key that is there all the time is seen once,
     * one that comes or goes meanwhile once or not at all. At a client the keys come in pages, each of which may take the whole timeout: going
     * through all of them has no limit of its own, but those that the action sets by throwing.
     *
     * @param action what to do with each key and its value
     * @throws NotAppliedException if the read could not be answered in time, or not at all; a {@link NotReadyException}, perhaps after
     *     some of the keys, if the node begins to heal
     */
    void forEach(BiConsumer<? super K, ? super V> action);

    /**
     * Calls an action with every key and value, on the calling thread. Weakly consistent: a key that is there all the time is seen once,
     * one that comes or goes meanwhile once or not at all. At a client the keys come in pages, each of which may take the whole timeout: going
     * through all of them has no limit of its own, but those that the action sets by throwing.
     *
     * @param action what to do with each key and its value
     * @param options what this read wants otherwise than the store's defaults
     * @throws NotAppliedException if the read could not be answered in time, or not at all; a {@link NotReadyException}, perhaps after
     *     some of the keys, if the node begins to heal
     */
    void forEach(BiConsumer<? super K, ? super V> action, ReadOptions options);

    /**
     * The same operations without waiting.
     *
     * @return the twin of this store, with the same defaults
     */
    AsyncStore<K, V> async();

    /**
     * This store as the JDK's own interface, whose contract it keeps.
     *
     * <p>Reads are at {@link ReadLevel#SESSION}, writes at the store's default. Operations that depend on the old value are built
     * from a read and a compare-and-set, which is tried again until nobody came between: so their functions run on the calling
     * thread, perhaps more than once, and must have no side effects. An operation that would return without writing anything
     * ({@code remove} of an absent key, a {@code replace} that does not match) first makes sure of that with a
     * {@link ReadLevel#LINEARIZABLE} read; {@code computeIfAbsent} of a key that is there is only a read. Values are compared by
     * {@link Codec#equal}. The views are live, their iterators weakly consistent: one goes through a list of the
     * entries that were there when it was made, so it takes memory for as many. {@code clear} removes key by key, and may leave
     * what is put meanwhile, but nothing that was there before: what concerns all keys begins with a {@code LINEARIZABLE} read.
     * The exceptions are those of this store.
     *
     * <p>Where a write of a compound operation ends with {@link OutcomeUnknownException}, so does the operation. What concerns many
     * keys ({@code putAll}, {@code replaceAll}, {@code clear}, and {@code removeIf} and its like) is as many writes: its exception
     * tells of the one that failed, and what others have done stays. {@code equals} and {@code hashCode} of the map, and of its
     * entries, are by those of the values themselves, which arrays do not define by content.
     *
     * @return a live view of this store
     */
    ConcurrentMap<K, V> asMap();
}
