package io.memdi.node;

import io.memdi.AsyncStore;
import io.memdi.ReadOptions;
import io.memdi.Revision;
import io.memdi.Store;
import io.memdi.Versioned;
import io.memdi.WriteOptions;
import io.memdi.node.StoreAccess.Deed;
import io.memdi.transport.Result;
import io.memdi.transport.Write.Operation;
import java.util.Objects;
import java.util.concurrent.ConcurrentMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A store whose calls wait.
 *
 * @param <K> the type of the keys
 * @param <V> the type of the values
 */
final class LocalStore<K, V> implements Store<K, V> {
    private final StoreAccess<K, V> core;
    private final AsyncStore<K, V> async;
    private final ConcurrentMap<K, V> map;

    LocalStore(StoreAccess<K, V> core) {
        this.core = core;
        this.async = new LocalAsyncStore<>(core);
        this.map = new StoreMap<>(core);
    }

    @Override
    public String name() {
        return core.name;
    }

    @Override
    public Revision put(K key, V value) {
        return put(Deed.PUT, key, value);
    }

    @Override
    public Revision put(K key, V value, WriteOptions options) {
        return put(deed(Operation.PUT, Revision.NONE, options), key, value);
    }

    private Revision put(Deed deed, K key, V value) {
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(value, "value");
        return core.write(deed, key, value).revision();
    }

    @Override
    public boolean putIfAbsent(K key, V value) {
        return decide(Deed.PUT_IF_ABSENT, key, Objects.requireNonNull(value, "value"));
    }

    @Override
    public boolean putIfAbsent(K key, V value, WriteOptions options) {
        return decide(
                deed(Operation.PUT_IF_ABSENT, Revision.NONE, options), key, Objects.requireNonNull(value, "value"));
    }

    @Override
    public boolean replace(K key, Revision expected, V value) {
        return decide(Deed.of(Operation.REPLACE, expected), key, Objects.requireNonNull(value, "value"));
    }

    @Override
    public boolean replace(K key, Revision expected, V value, WriteOptions options) {
        return decide(deed(Operation.REPLACE, expected, options), key, Objects.requireNonNull(value, "value"));
    }

    @Override
    public boolean remove(K key) {
        return decide(Deed.REMOVE, key, null);
    }

    @Override
    public boolean remove(K key, WriteOptions options) {
        return decide(deed(Operation.REMOVE, Revision.NONE, options), key, null);
    }

    @Override
    public boolean remove(K key, Revision expected) {
        return decide(Deed.of(Operation.REMOVE_AT, expected), key, null);
    }

    @Override
    public boolean remove(K key, Revision expected, WriteOptions options) {
        return decide(deed(Operation.REMOVE_AT, expected, options), key, null);
    }

    private boolean decide(Deed deed, K key, @Nullable V value) {
        Objects.requireNonNull(key, "key");
        return core.write(deed, key, value).result() == Result.APPLIED;
    }

    private static Deed deed(Operation operation, Revision expected, WriteOptions options) {
        return new Deed(
                operation, Objects.requireNonNull(expected, "expected"), Objects.requireNonNull(options, "options"));
    }

    @Override
    public @Nullable V get(K key) {
        return core.value(key);
    }

    @Override
    public @Nullable V get(K key, ReadOptions options) {
        return core.value(key, Objects.requireNonNull(options, "options"));
    }

    @Override
    public @Nullable Versioned<V> getVersioned(K key) {
        return core.versioned(core.get(key));
    }

    @Override
    public @Nullable Versioned<V> getVersioned(K key, ReadOptions options) {
        return core.versioned(core.get(key, Objects.requireNonNull(options, "options")));
    }

    @Override
    public boolean containsKey(K key) {
        return core.value(key) != null;
    }

    @Override
    public boolean containsKey(K key, ReadOptions options) {
        return core.value(key, Objects.requireNonNull(options, "options")) != null;
    }

    @Override
    public long size() {
        return core.size(null);
    }

    @Override
    public long size(ReadOptions options) {
        return core.size(Objects.requireNonNull(options, "options"));
    }

    @Override
    public void forEach(BiConsumer<? super K, ? super V> action) {
        Objects.requireNonNull(action, "action");
        core.forEach(null, action);
    }

    @Override
    public void forEach(BiConsumer<? super K, ? super V> action, ReadOptions options) {
        Objects.requireNonNull(action, "action");
        core.forEach(Objects.requireNonNull(options, "options"), action);
    }

    @Override
    public AsyncStore<K, V> async() {
        return async;
    }

    @Override
    public ConcurrentMap<K, V> asMap() {
        return map;
    }

    @Override
    public String toString() {
        return "Store[" + core.name + "]";
    }
}
