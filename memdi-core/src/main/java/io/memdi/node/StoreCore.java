package io.memdi.node;

import io.memdi.Ack;
import io.memdi.Codec;
import io.memdi.ReadLevel;
import io.memdi.ReadOptions;
import io.memdi.Revision;
import io.memdi.StoreOptions;
import io.memdi.Versioned;
import io.memdi.WriteOptions;
import io.memdi.store.Positions;
import io.memdi.store.Table;
import io.memdi.store.Version;
import io.memdi.transport.EventLoop;
import io.memdi.transport.Message.WriteReply;
import io.memdi.transport.Write.Operation;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A store as one node sees it: what its blocking, its asynchronous and its map view share. Any thread.
 *
 * @param <K> the type of the keys
 * @param <V> the type of the values
 */
final class StoreCore<K, V> {
    private static final ReadOptions LOCAL = ReadOptions.local();
    private static final ReadOptions SESSION = ReadOptions.session();

    final String name;
    final CodecGuard<K, V> codecs;
    final ReadLevel readLevel;

    private final EventLoop loop;
    private final CommandQueue commands;
    private final OpenStores.Opened opened;
    private final Table table;
    private final Positions positions;

    /** The codec of keys, as {@link #codecs} has it; a step less for reads. */
    private final Codec<K> keys;

    /** {@link Positions#SETTLED} if reads at the store's own level need no more than that; else 0. */
    private final int quick;

    private final Ack ack;
    private final long timeoutNanos;
    private final PendingRead.Wish defaultWish;

    StoreCore(LocalNode node, OpenStores.Opened opened, CodecGuard<K, V> codecs, StoreOptions options) {
        NodeSettings.Calls calls = node.settings().calls();
        this.name = opened.spec.name();
        this.opened = opened;
        this.table = opened.table;
        this.codecs = codecs;
        this.positions = node.replica().positions();
        this.loop = node.loop();
        this.commands = node.commands();
        this.ack = options.ack() == null ? calls.ack() : options.ack();
        this.readLevel = options.readLevel() == null ? calls.readLevel() : options.readLevel();
        this.keys = codecs.keys;
        this.quick = seesUncommitted(readLevel) ? Positions.SETTLED : 0;
        this.timeoutNanos = NodeSettings.nanos(options.timeout() == null ? calls.timeout() : options.timeout());
        this.defaultWish = new PendingRead.Wish(name, readLevel, Revision.NONE);
    }

    // --- writes ---

    /** What a write is to do, besides key and value. */
    record Deed(
            Operation operation,
            Revision expected,
            @Nullable WriteOptions options) {
        static final Deed PUT = new Deed(Operation.PUT, Revision.NONE, null);
        static final Deed PUT_IF_ABSENT = new Deed(Operation.PUT_IF_ABSENT, Revision.NONE, null);
        static final Deed REMOVE = new Deed(Operation.REMOVE, Revision.NONE, null);

        static Deed of(Operation operation, Revision expected) {
            return new Deed(operation, Objects.requireNonNull(expected, "expected"), null);
        }
    }

    /** Issues a write, and waits. */
    WriteReply write(Deed deed, K key, @Nullable V value) {
        return await(issue(deed, key, value));
    }

    /** Issues a write that this thread will wait for. */
    Call<WriteReply> issue(Deed deed, K key, @Nullable V value) {
        PendingWrite<WriteReply> write = prepare(deed, key, value, Function.identity(), Thread.currentThread());
        commands.put(write);
        return write;
    }

    /** Waits for a write that this thread has issued. */
    WriteReply await(Call<WriteReply> write) {
        return write.await(loop, commands);
    }

    /** Issues a write, and does not wait. */
    <T> Call<T> send(Deed deed, K key, @Nullable V value, Function<WriteReply, T> wanted) {
        PendingWrite<T> write = prepare(deed, key, value, wanted, null);
        if (!commands.offer(write)) {
            throw Failures.overloaded(write, commands.capacity());
        }
        return write;
    }

    private <T> PendingWrite<T> prepare(
            Deed deed, K key, @Nullable V value, Function<WriteReply, T> wanted, @Nullable Thread waiter) {
        opened.check();
        WriteOptions options = deed.options();
        Ack level = options == null || options.ack() == null ? ack : options.ack();
        if (level.needsDisk()) {
            throw noStorage(level);
        }
        int size = codecs.checkedSize(key, value);
        int hash = hash(key);
        PendingWrite<T> write = new PendingWrite<>(
                opened.spec, level, wanted, deadline(options == null ? null : options.timeout()), waiter);
        write.ask(deed.operation(), deed.expected());
        write.carry(key, hash, value, size);
        return write;
    }

    static IllegalArgumentException noStorage(Ack level) {
        return new IllegalArgumentException("nothing was applied: " + level
                + " needs a disk, and this cluster keeps no storage. Use LEADER_MEMORY or QUORUM_MEMORY");
    }

    private long deadline(@Nullable Duration timeout) {
        return loop.nanoTime() + (timeout == null ? timeoutNanos : NodeSettings.nanos(timeout));
    }

    // --- reads ---

    // A read looks, and counts what it found if it was allowed to look all the while (see Positions). The paths that
    // most reads take are short, so that the compiler makes them part of their callers; what has to wait is a method of
    // its own.

    /** The value that a read at the store's own level finds; null if there is none. No allocation, unless it has to wait. */
    @Nullable
    V value(K key) {
        return value(key, quick, readLevel, null);
    }

    /** As {@link #value(Object)}, at {@code SESSION}. */
    @Nullable
    V valueInSession(K key) {
        return value(key, Positions.SETTLED, ReadLevel.SESSION, SESSION);
    }

    /**
     * A closed node is never settled, and a store with other codecs than it was opened with has an empty table; so neither needs a
     * look where something is found.
     */
    @SuppressWarnings("unchecked") // the codecs of this store are those of all its writes
    private @Nullable V value(K key, int quickly, ReadLevel level, @Nullable ReadOptions options) {
        int hash = hash(key);
        int epoch = positions.epoch();
        if (Positions.isSettled(epoch & quickly)) {
            Object found = table.latestValue(key, hash);
            if (found != null && positions.epoch() == epoch) {
                return (V) found;
            }
        }
        return value(get(key, hash, level, Revision.NONE, options));
    }

    /** As {@link #value(Object)}, with options. */
    @SuppressWarnings("ReferenceEquality") // equal ones take the long way, to the same answer
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
        if (positions.isSettled()) {
            Object found = table.latestValue(key, hash);
            if (found != null) {
                return (V) found;
            }
        }
        return value(get(key, hash, ReadLevel.LOCAL, Revision.NONE, LOCAL));
    }

    private int hash(K key) {
        try {
            return keys.hash(key);
        } catch (RuntimeException e) {
            throw codecs.hashFailed(key, e);
        }
    }

    /** The version that a read at the store's own level finds; null if there is none. */
    @Nullable
    Version get(K key) {
        return get(key, hash(key), readLevel, Revision.NONE, null);
    }

    /** As {@link #get(Object)}, with options. */
    @Nullable
    Version get(K key, ReadOptions options) {
        return get(key, hash(key), options.level(), options.minimum(), options);
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
    <T extends @Nullable Object> CompletableFuture<T> look(
            K key, @Nullable ReadOptions options, Function<@Nullable Version, T> shape) {
        int hash = hash(key);
        ReadLevel level = level(options);
        return look(options, () -> shape.apply(find(level, key, hash)));
    }

    /** Has something looked at when this node is far enough: now, or on the loop. */
    <T extends @Nullable Object> CompletableFuture<T> look(@Nullable ReadOptions options, Supplier<T> look) {
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
    <T extends @Nullable Object> T read(@Nullable ReadOptions options, Supplier<T> look) {
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

    long size(ReadLevel level) {
        opened.check();
        return seesUncommitted(level) ? table.size() : table.committedSize();
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

    @SuppressWarnings("unchecked") // the codecs of this store are those of all its writes
    @Nullable
    V value(@Nullable Version version) {
        return version == null ? null : (V) version.value();
    }

    @Nullable
    Versioned<V> versioned(@Nullable Version version) {
        V value = value(version);
        return version == null || value == null ? null : new Versioned<>(value, version.revision());
    }

    private ReadLevel level(@Nullable ReadOptions options) {
        return options == null ? readLevel : options.level();
    }

    private static Revision minimum(@Nullable ReadOptions options) {
        return options == null ? Revision.NONE : options.minimum();
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
