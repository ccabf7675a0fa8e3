package io.memdi.node;

import io.memdi.Ack;
import io.memdi.ReadLevel;
import io.memdi.ReadOptions;
import io.memdi.Revision;
import io.memdi.StoreOptions;
import io.memdi.Versioned;
import io.memdi.WriteOptions;
import io.memdi.store.Version;
import io.memdi.transport.EventLoop;
import io.memdi.transport.Message.WriteReply;
import io.memdi.transport.StoreSpec;
import io.memdi.transport.Write.Operation;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How a store is got at: what its blocking, its asynchronous and its map view share. Writes take one way, through a loop to the leader,
 * whoever issues them. Reads are those of a node, which looks into its own memory ({@link StoreCore}), or of a client, which asks nodes
 * ({@link RemoteStore}). Any thread.
 *
 * @param <K> the type of the keys
 * @param <V> the type of the values
 */
abstract class StoreAccess<K, V> {
    final String name;
    final StoreSpec spec;
    final CodecGuard<K, V> codecs;
    final ReadLevel readLevel;
    final EventLoop loop;
    final CommandQueue commands;

    private final Ack ack;
    private final long timeoutNanos;

    StoreAccess(
            EventLoop loop,
            CommandQueue commands,
            StoreSpec spec,
            CodecGuard<K, V> codecs,
            NodeSettings.Calls calls,
            StoreOptions options) {
        this.loop = loop;
        this.commands = commands;
        this.name = spec.name();
        this.spec = spec;
        this.codecs = codecs;
        this.ack = options.ack() == null ? calls.ack() : options.ack();
        this.readLevel = options.readLevel() == null ? calls.readLevel() : options.readLevel();
        this.timeoutNanos = NodeSettings.nanos(options.timeout() == null ? calls.timeout() : options.timeout());
    }

    /** What speaks against levels that need a disk, where there is none. */
    static final String NO_STORAGE =
            "needs a disk, and this cluster keeps no storage. Use LEADER_MEMORY or QUORUM_MEMORY; or start all nodes with a"
                    + " directory (Storage.directory)";

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
        check();
        WriteOptions options = deed.options();
        Ack level = options == null || options.ack() == null ? ack : options.ack();
        if (level.needsDisk() && !mayHaveDisk()) {
            throw noStorage(level);
        }
        int size = codecs.checkedSize(key, value);
        int hash = codecs.hash(key);
        PendingWrite<T> write =
                new PendingWrite<>(spec, level, wanted, deadline(options == null ? null : options.timeout()), waiter);
        write.ask(deed.operation(), deed.expected());
        write.carry(key, hash, value, size);
        return write;
    }

    static IllegalArgumentException noStorage(Ack level) {
        return new IllegalArgumentException("nothing was applied: " + level + ' ' + NO_STORAGE);
    }

    final long deadline(@Nullable Duration timeout) {
        return loop.nanoTime() + (timeout == null ? timeoutNanos : NodeSettings.nanos(timeout));
    }

    // --- reads ---

    /** Whether the cluster keeps its data on disks, or may do so as far as is known here. */
    abstract boolean mayHaveDisk();

    /** Throws if the store turned out to have other codecs. */
    abstract void check();

    /** The value that a read at the store's own level finds; null if there is none. */
    @Nullable
    abstract V value(K key);

    /** As {@link #value(Object)}, at {@code SESSION}. */
    @Nullable
    abstract V valueInSession(K key);

    /** As {@link #value(Object)}, with options. */
    @Nullable
    abstract V value(K key, ReadOptions options);

    /** The version that a read at the store's own level finds; null if there is none. */
    @Nullable
    abstract Version get(K key);

    /** As {@link #get(Object)}, with options. */
    @Nullable
    abstract Version get(K key, ReadOptions options);

    /** As {@link #get(Object, ReadOptions)}, without waiting; at the store's own level if there are no options. */
    abstract <T extends @Nullable Object> CompletableFuture<T> look(
            K key, @Nullable ReadOptions options, Function<@Nullable Version, T> shape);

    /** How many keys there are; at the store's own level if there are no options. */
    abstract long size(@Nullable ReadOptions options);

    /** As {@link #size}, without waiting. */
    abstract CompletableFuture<Long> sizeLater(@Nullable ReadOptions options);

    /** Goes through the keys; at the store's own level if there are no options. */
    abstract void forEach(@Nullable ReadOptions options, BiConsumer<? super K, ? super V> action);

    /** As {@link #forEach}, where callbacks run; throws if there is no room. */
    abstract CompletableFuture<@Nullable Void> walk(
            @Nullable ReadOptions options, BiConsumer<? super K, ? super V> action);

    @SuppressWarnings("unchecked") // the codecs of this store are those of all its writes
    @Nullable
    final V value(@Nullable Version version) {
        return version == null ? null : (V) version.value();
    }

    @Nullable
    final Versioned<V> versioned(@Nullable Version version) {
        V value = value(version);
        return version == null || value == null ? null : new Versioned<>(value, version.revision());
    }

    final ReadLevel level(@Nullable ReadOptions options) {
        return options == null ? readLevel : options.level();
    }

    static Revision minimum(@Nullable ReadOptions options) {
        return options == null ? Revision.NONE : options.minimum();
    }
}
