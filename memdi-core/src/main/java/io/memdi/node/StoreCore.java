package io.memdi.node;

import io.memdi.Codec;
import io.memdi.ReadLevel;
import io.memdi.ReadOptions;
import io.memdi.Revision;
import io.memdi.StoreOptions;
import io.memdi.store.Positions;
import io.memdi.store.ReadView;
import io.memdi.store.Table;
import io.memdi.store.Version;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A store that a node holds: reads look into its memory, on the caller's thread where they may. Any thread.
 *
 * @param <K> the type of the keys
 * @param <V> the type of the values
 */
final class StoreCore<K, V> extends StoreAccess<K, V> {
    private static final ReadOptions LOCAL = ReadOptions.local();
    private static final ReadOptions SESSION = ReadOptions.session();

    private final OpenStores.Opened opened;
    private final Table table;
    private final boolean durable;
    private final Positions positions;

    /** The codec of keys, as {@link #codecs} has it; a step less for reads. */
    private final Codec<K> keys;

    /** Where quick reads look. */
    private final ReadView view;

    /** The same, if reads at the store's own level need no more than a settled node; else nothing is found there. */
    private final ReadView quick;

    private final PendingRead.Wish defaultWish;

    StoreCore(LocalNode node, OpenStores.Opened opened, CodecGuard<K, V> codecs, StoreOptions options) {
        super(node.loop(), node.commands(), opened.spec, codecs, node.settings().calls(), options);
        this.opened = opened;
        this.durable = node.isDurable();
        this.table = opened.table;
        this.positions = node.replica().positions();
        this.keys = codecs.keys;
        this.view = table.view();
        this.quick = seesUncommitted(readLevel) ? view : ReadView.NONE;
        this.defaultWish = new PendingRead.Wish(name, readLevel, Revision.NONE);
    }

    @Override
    boolean mayHaveDisk() {
        return durable;
    }

    // --- reads ---

    // A read looks, and counts what it found if it was allowed to look all the while (see Positions and ReadView). The
    // paths that
    // most reads take are short, so that the compiler makes them part of their callers; what has to wait is a method of
    // its own.

    /**
     * The value that a read at the store's own level finds; null if there is none. No allocation, unless it has to wait.
     *
     * <p>A closed node is never settled, and a store with other codecs than it was opened with has an empty table; so neither needs a
     * look where something is found.
     */
    @Override
    @SuppressWarnings("unchecked") // the codecs of this store are those of all its writes
    @Nullable
    V value(K key) {
        int hash = hash(key);
        @Nullable Object[][] shown = quick.shown();
        Object found = ReadView.find(shown, key, hash);
        return found != null && quick.shows(shown) ? (V) found : value(get(key, hash, readLevel, null));
    }

    /** As {@link #value(Object)}, at {@code SESSION}. */
    @Override
    @SuppressWarnings("unchecked") // the codecs of this store are those of all its writes
    @Nullable
    V valueInSession(K key) {
        int hash = hash(key);
        @Nullable Object[][] shown = view.shown();
        Object found = ReadView.find(shown, key, hash);
        return found != null && view.shows(shown) ? (V) found : value(get(key, hash, ReadLevel.SESSION, SESSION));
    }

    /** As {@link #value(Object)}, with options. */
    @SuppressWarnings("ReferenceEquality") // equal ones take the long way, to the same answer
    @Override
    @Nullable
    V value(K key, ReadOptions options) {
        if (options == LOCAL) {
            return valueLocally(key);
        }
        return options == SESSION ? valueInSession(key) : value(get(key, options));
    }

    /** At {@code LOCAL}, what is found counts even if it is taken back meanwhile. */
    @SuppressWarnings("unchecked") // the codecs of this store are those of all its writes
    private @Nullable V valueLocally(K key) {
        int hash = hash(key);
        Object found = ReadView.find(view.shown(), key, hash);
        return found != null ? (V) found : value(get(key, hash, ReadLevel.LOCAL, LOCAL));
    }

    private int hash(K key) {
        try {
            return keys.hash(key);
        } catch (Exception | StackOverflowError | AssertionError | LinkageError e) {
            throw codecs.hashFailed(key, e);
        }
    }

    /** The version that a read at the store's own level finds; null if there is none. */
    @Override
    @Nullable
    Version get(K key) {
        return get(key, hash(key), readLevel, Revision.NONE, null);
    }

    /** As {@link #get(Object)}, with options. */
    @Override
    @Nullable
    Version get(K key, ReadOptions options) {
        return get(key, hash(key), options.level(), options.minimum(), options);
    }

    private @Nullable Version get(K key, int hash, ReadLevel level, @Nullable ReadOptions options) {
        return get(key, hash, level, Revision.NONE, options);
    }

    private @Nullable Version get(K key, int hash, ReadLevel level, Revision minimum, @Nullable ReadOptions options) {
        Objects.requireNonNull(key, "key");
        int epoch = positions.epoch();
        if (isReady(level, minimum, epoch)) {
            Version found = find(level, key, hash);
            if (positions.epoch() == epoch) {
                return found;
            }
        }
        return await(options, () -> find(level, key, hash));
    }

    /** As {@link #get(Object, ReadOptions)}, without waiting. */
    @Override
    <T extends @Nullable Object> CompletableFuture<T> look(
            K key, @Nullable ReadOptions options, Function<@Nullable Version, T> shape) {
        int hash = hash(key);
        ReadLevel level = level(options);
        return look(options, () -> shape.apply(find(level, key, hash)));
    }

    /** Has something looked at when this node is far enough: now, or on the loop. */
    private <T extends @Nullable Object> CompletableFuture<T> look(@Nullable ReadOptions options, Supplier<T> look) {
        int epoch = positions.epoch();
        if (isReady(level(options), minimum(options), epoch)) {
            T found = look.get();
            if (positions.epoch() == epoch) {
                return CompletableFuture.completedFuture(found);
            }
        }
        PendingRead<T> read = pending(options, look, null);
        if (!commands.offer(read)) {
            throw Failures.overloaded(read, commands.capacity());
        }
        return read;
    }

    /** As {@link #look(ReadOptions, Supplier)}, waiting. */
    private <T extends @Nullable Object> T read(@Nullable ReadOptions options, Supplier<T> look) {
        int epoch = positions.epoch();
        if (isReady(level(options), minimum(options), epoch)) {
            T found = look.get();
            if (positions.epoch() == epoch) {
                return found;
            }
        }
        return await(options, look);
    }

    private <T extends @Nullable Object> T await(@Nullable ReadOptions options, Supplier<T> look) {
        PendingRead<T> read = pending(options, look, Thread.currentThread());
        commands.put(read);
        return read.await(loop, commands);
    }

    @Override
    void check() {
        opened.check();
    }

    @Override
    long size(@Nullable ReadOptions options) {
        return read(options, () -> size(level(options)));
    }

    @Override
    CompletableFuture<Long> sizeLater(@Nullable ReadOptions options) {
        return look(options, () -> size(level(options)));
    }

    private long size(ReadLevel level) {
        opened.check();
        return seesUncommitted(level) ? table.size() : table.committedSize();
    }

    @Override
    void forEach(@Nullable ReadOptions options, BiConsumer<? super K, ? super V> action) {
        read(options, () -> true);
        forEach(level(options), action);
    }

    @Override
    CompletableFuture<@Nullable Void> walk(@Nullable ReadOptions options, BiConsumer<? super K, ? super V> action) {
        PendingRead.Wish wish =
                options == null ? defaultWish : new PendingRead.Wish(name, options.level(), options.minimum());
        Walk<K, V> walk = new Walk<>(
                this, wish, positions, action, deadline(options == null ? null : options.timeout()), commands);
        if (!commands.offer(walk)) {
            throw Failures.overloaded(walk, commands.capacity());
        }
        return walk;
    }

    @SuppressWarnings("unchecked") // the codecs of this store are those of all its writes
    void forEach(ReadLevel level, BiConsumer<? super K, ? super V> action) {
        Consumer<Version> each = version -> {
            checkWhole();
            action.accept((K) version.key(), (V) Objects.requireNonNull(version.value()));
        };
        opened.check();
        checkWhole();
        if (seesUncommitted(level)) {
            table.forEachLatest(each);
        } else {
            table.forEachCommitted(each);
        }
    }

    /** A walk that is under way when this node is not ready, or begins to heal, would show half a state. */
    private void checkWhole() {
        if (positions.isHidden()) {
            throw Failures.notWhole("forEach in store \"" + name + '"');
        }
    }

    private @Nullable Version find(ReadLevel level, K key, int hash) {
        Version found = seesUncommitted(level) ? table.latest(key, hash) : table.committed(key, hash);
        if (found == null) {
            opened.check();
        }
        return found;
    }

    private static boolean seesUncommitted(ReadLevel level) {
        return level == ReadLevel.LOCAL || level == ReadLevel.SESSION;
    }

    /** Whether a read may go ahead on the caller's thread, in this epoch. */
    private boolean isReady(ReadLevel level, Revision minimum, int epoch) {
        opened.check();
        if (level == ReadLevel.LINEARIZABLE
                || commands.isRefusing()
                || positions.isHidden()
                || (level == ReadLevel.SESSION && !Positions.isSettled(epoch))) {
            return false;
        }
        return Revision.NONE.isAtLeast(minimum)
                || (seesUncommitted(level) ? positions.held() : positions.committed()).isAtLeast(minimum);
    }

    private <T extends @Nullable Object> PendingRead<T> pending(
            @Nullable ReadOptions options, Supplier<T> look, @Nullable Thread waiter) {
        PendingRead.Wish wish =
                options == null ? defaultWish : new PendingRead.Wish(name, options.level(), options.minimum());
        return new PendingRead<>(wish, positions, look, deadline(options == null ? null : options.timeout()), waiter);
    }
}
