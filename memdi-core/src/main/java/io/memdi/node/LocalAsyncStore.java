package io.memdi.node;

import io.memdi.AsyncStore;
import io.memdi.ReadOptions;
import io.memdi.Revision;
import io.memdi.Versioned;
import io.memdi.WriteOptions;
import io.memdi.node.StoreAccess.Deed;
import io.memdi.store.Version;
import io.memdi.transport.Message.WriteReply;
import io.memdi.transport.Result;
import io.memdi.transport.Write.Operation;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A store whose calls do not wait. What a blocking call would throw at once is reported by the future, nulls excepted.
 *
 * @param <K> the type of the keys
 * @param <V> the type of the values
 */
final class LocalAsyncStore<K, V> implements AsyncStore<K, V> {
    private final StoreAccess<K, V> core;

    LocalAsyncStore(StoreAccess<K, V> core) {
        this.core = core;
    }

    @Override
    public CompletableFuture<Revision> put(K key, V value) {
        return put(Deed.PUT, key, value);
    }

    @Override
    public CompletableFuture<Revision> put(K key, V value, WriteOptions options) {
        return put(deed(Operation.PUT, Revision.NONE, options), key, value);
    }

    private CompletableFuture<Revision> put(Deed deed, K key, V value) {
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(value, "value");
        try {
            return core.send(deed, key, value, WriteReply::revision);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    @Override
    public CompletableFuture<Boolean> putIfAbsent(K key, V value) {
        return decide(Deed.PUT_IF_ABSENT, key, Objects.requireNonNull(value, "value"));
    }

    @Override
    public CompletableFuture<Boolean> putIfAbsent(K key, V value, WriteOptions options) {
        return decide(
                deed(Operation.PUT_IF_ABSENT, Revision.NONE, options), key, Objects.requireNonNull(value, "value"));
    }

    @Override
    public CompletableFuture<Boolean> replace(K key, Revision expected, V value) {
        return decide(Deed.of(Operation.REPLACE, expected), key, Objects.requireNonNull(value, "value"));
    }

    @Override
    public CompletableFuture<Boolean> replace(K key, Revision expected, V value, WriteOptions options) {
        return decide(deed(Operation.REPLACE, expected, options), key, Objects.requireNonNull(value, "value"));
    }

    @Override
    public CompletableFuture<Boolean> remove(K key) {
        return decide(Deed.REMOVE, key, null);
    }

    @Override
    public CompletableFuture<Boolean> remove(K key, WriteOptions options) {
        return decide(deed(Operation.REMOVE, Revision.NONE, options), key, null);
    }

    @Override
    public CompletableFuture<Boolean> remove(K key, Revision expected) {
        return decide(Deed.of(Operation.REMOVE_AT, expected), key, null);
    }

    @Override
    public CompletableFuture<Boolean> remove(K key, Revision expected, WriteOptions options) {
        return decide(deed(Operation.REMOVE_AT, expected, options), key, null);
    }

    private CompletableFuture<Boolean> decide(Deed deed, K key, @Nullable V value) {
        Objects.requireNonNull(key, "key");
        try {
            return core.send(deed, key, value, LocalAsyncStore::isApplied);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private static boolean isApplied(WriteReply reply) {
        return reply.result() == Result.APPLIED;
    }

    private static Deed deed(Operation operation, Revision expected, WriteOptions options) {
        return new Deed(
                operation, Objects.requireNonNull(expected, "expected"), Objects.requireNonNull(options, "options"));
    }

    @Override
    public CompletableFuture<@Nullable V> get(K key) {
        return look(key, null, core::value);
    }

    @Override
    public CompletableFuture<@Nullable V> get(K key, ReadOptions options) {
        return look(key, Objects.requireNonNull(options, "options"), core::value);
    }

    @Override
    public CompletableFuture<@Nullable Versioned<V>> getVersioned(K key) {
        return look(key, null, core::versioned);
    }

    @Override
    public CompletableFuture<@Nullable Versioned<V>> getVersioned(K key, ReadOptions options) {
        return look(key, Objects.requireNonNull(options, "options"), core::versioned);
    }

    @Override
    public CompletableFuture<Boolean> containsKey(K key) {
        return look(key, null, Objects::nonNull);
    }

    @Override
    public CompletableFuture<Boolean> containsKey(K key, ReadOptions options) {
        return look(key, Objects.requireNonNull(options, "options"), Objects::nonNull);
    }

    private <T extends @Nullable Object> CompletableFuture<T> look(
            K key, @Nullable ReadOptions options, Function<@Nullable Version, T> shape) {
        Objects.requireNonNull(key, "key");
        try {
            return core.look(key, options, shape);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    @Override
    public CompletableFuture<Long> size() {
        return sizeLater(null);
    }

    @Override
    public CompletableFuture<Long> size(ReadOptions options) {
        return sizeLater(Objects.requireNonNull(options, "options"));
    }

    @Override
    public CompletableFuture<@Nullable Void> forEach(BiConsumer<? super K, ? super V> action) {
        Objects.requireNonNull(action, "action");
        return walk(null, action);
    }

    @Override
    public CompletableFuture<@Nullable Void> forEach(BiConsumer<? super K, ? super V> action, ReadOptions options) {
        Objects.requireNonNull(action, "action");
        return walk(Objects.requireNonNull(options, "options"), action);
    }

    private CompletableFuture<@Nullable Void> walk(
            @Nullable ReadOptions options, BiConsumer<? super K, ? super V> action) {
        try {
            return core.walk(options, action);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    @Override
    public String toString() {
        return "AsyncStore[" + core.name + "]";
    }

    private CompletableFuture<Long> sizeLater(@Nullable ReadOptions options) {
        try {
            return core.sizeLater(options);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }
}
