package io.memdi;

import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The operations of a {@link Store} without waiting: each returns a future, which completes as the blocking call would return, or
 * exceptionally with what it would throw. Thread-safe.
 *
 * <p>Wrong arguments, a codec that fails, a closed node and a lack of room ({@link OverloadedException}: where a blocking call
 * would wait for room, these calls do not) are reported by the future too, except for nulls, which are thrown.
 *
 * <p>Futures are completed on a thread that serves the callbacks of this node: one after another, in the order in which operations
 * of the same kind were decided. A callback that waits there for another operation of the node keeps all the others waiting: use the
 * {@code Async} methods of {@link CompletableFuture} for that. A node that was built with an executor hands it, in that same order,
 * one task per future: whether they run one after another or several at once, and in which order they end, is the executor's
 * affair. If it does not take a task, the node's own thread runs it, in no order with those of the executor. A read that need not
 * wait is answered at once: its future is complete when it is returned. What a callback throws is reported by the future that it
 * returned, as always, and touches nothing else. Cancelling a future does not take the operation back.
 *
 * @param <K> the type of the keys
 * @param <V> the type of the values
 */
public interface AsyncStore<K, V> {
    /**
     * Puts a value, whatever the key had.
     *
     * @param key the key
     * @param value the value; must not be changed any more
     * @return the revision of this write
     */
    CompletableFuture<Revision> put(K key, V value);

    /**
     * Puts a value, whatever the key had.
     *
     * @param key the key
     * @param value the value; must not be changed any more
     * @param options what this write wants otherwise than the store's defaults
     * @return the revision of this write
     */
    CompletableFuture<Revision> put(K key, V value, WriteOptions options);

    /**
     * Puts a value if the key is absent. The leader decides.
     *
     * @param key the key
     * @param value the value; must not be changed any more
     * @return whether the key was absent, so that the value was put
     */
    CompletableFuture<Boolean> putIfAbsent(K key, V value);

    /**
     * Puts a value if the key is absent. The leader decides.
     *
     * @param key the key
     * @param value the value; must not be changed any more
     * @param options what this write wants otherwise than the store's defaults
     * @return whether the key was absent, so that the value was put
     */
    CompletableFuture<Boolean> putIfAbsent(K key, V value, WriteOptions options);

    /**
     * Puts a value if the key is there at a revision: compare and set. The leader decides.
     *
     * @param key the key
     * @param expected the revision that the key is to have, as a read has returned it
     * @param value the value; must not be changed any more
     * @return whether the key had that revision, so that the value was put
     */
    CompletableFuture<Boolean> replace(K key, Revision expected, V value);

    /**
     * Puts a value if the key is there at a revision: compare and set. The leader decides.
     *
     * @param key the key
     * @param expected the revision that the key is to have, as a read has returned it
     * @param value the value; must not be changed any more
     * @param options what this write wants otherwise than the store's defaults
     * @return whether the key had that revision, so that the value was put
     */
    CompletableFuture<Boolean> replace(K key, Revision expected, V value, WriteOptions options);

    /**
     * Removes a key, whatever it had.
     *
     * @param key the key
     * @return whether the key was there
     */
    CompletableFuture<Boolean> remove(K key);

    /**
     * Removes a key, whatever it had.
     *
     * @param key the key
     * @param options what this write wants otherwise than the store's defaults
     * @return whether the key was there
     */
    CompletableFuture<Boolean> remove(K key, WriteOptions options);

    /**
     * Removes a key if it is there at a revision. The leader decides.
     *
     * @param key the key
     * @param expected the revision that the key is to have, as a read has returned it
     * @return whether the key had that revision, so that it was removed
     */
    CompletableFuture<Boolean> remove(K key, Revision expected);

    /**
     * Removes a key if it is there at a revision. The leader decides.
     *
     * @param key the key
     * @param expected the revision that the key is to have, as a read has returned it
     * @param options what this write wants otherwise than the store's defaults
     * @return whether the key had that revision, so that it was removed
     */
    CompletableFuture<Boolean> remove(K key, Revision expected, WriteOptions options);

    /**
     * Reads a value.
     *
     * @param key the key
     * @return the value; null if the key is absent
     */
    CompletableFuture<@Nullable V> get(K key);

    /**
     * Reads a value.
     *
     * @param key the key
     * @param options what this read wants otherwise than the store's defaults
     * @return the value; null if the key is absent
     */
    CompletableFuture<@Nullable V> get(K key, ReadOptions options);

    /**
     * Reads a value together with its revision, for {@link #replace} or a conditional removal.
     *
     * @param key the key
     * @return the value and its revision; null if the key is absent
     */
    CompletableFuture<@Nullable Versioned<V>> getVersioned(K key);

    /**
     * Reads a value together with its revision, for {@link #replace} or a conditional removal.
     *
     * @param key the key
     * @param options what this read wants otherwise than the store's defaults
     * @return the value and its revision; null if the key is absent
     */
    CompletableFuture<@Nullable Versioned<V>> getVersioned(K key, ReadOptions options);

    /**
     * Tells whether a key is there.
     *
     * @param key the key
     * @return whether the key has a value
     */
    CompletableFuture<Boolean> containsKey(K key);

    /**
     * Tells whether a key is there.
     *
     * @param key the key
     * @param options what this read wants otherwise than the store's defaults
     * @return whether the key has a value
     */
    CompletableFuture<Boolean> containsKey(K key, ReadOptions options);

    /**
     * Counts the keys.
     *
     * @return how many keys have a value
     */
    CompletableFuture<Long> size();

    /**
     * Counts the keys.
     *
     * @param options what this read wants otherwise than the store's defaults
     * @return how many keys have a value
     */
    CompletableFuture<Long> size(ReadOptions options);

    /**
     * Calls an action with every key and value, where callbacks run. Weakly consistent: a key that is there all the time is seen
     * once, one that comes or goes meanwhile once or not at all. A walk counts as an open operation until it begins.
     * If the node is closed, a walk ends before the next key, with {@link NodeClosedException}. At a client the keys come in pages, each of
     * which may take the whole timeout: the walk has no limit of its own, and ends early if its future is completed by its caller.
     *
     * @param action what to do with each key and its value
     * @return completes when the action has been called for the last time, or exceptionally with what it has thrown
     */
    CompletableFuture<@Nullable Void> forEach(BiConsumer<? super K, ? super V> action);

    /**
     * Calls an action with every key and value, where callbacks run. Weakly consistent: a key that is there all the time is seen
     * once, one that comes or goes meanwhile once or not at all. A walk counts as an open operation until it begins.
     * If the node is closed, a walk ends before the next key, with {@link NodeClosedException}. At a client the keys come in pages, each of
     * which may take the whole timeout: the walk has no limit of its own, and ends early if its future is completed by its caller.
     *
     * @param action what to do with each key and its value
     * @param options what this read wants otherwise than the store's defaults
     * @return completes when the action has been called for the last time, or exceptionally with what it has thrown
     */
    CompletableFuture<@Nullable Void> forEach(BiConsumer<? super K, ? super V> action, ReadOptions options);
}
