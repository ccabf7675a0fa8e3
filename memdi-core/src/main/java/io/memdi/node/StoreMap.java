package io.memdi.node;

import io.memdi.ReadOptions;
import io.memdi.Revision;
import io.memdi.node.StoreAccess.Deed;
import io.memdi.store.Version;
import io.memdi.transport.Message.WriteReply;
import io.memdi.transport.Result;
import io.memdi.transport.Write.Operation;
import java.util.AbstractMap;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentMap;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A store as the JDK's own interface. What depends on the old value is decided here, on the caller's thread, from a read, and put
 * through by a compare-and-set: if somebody came between, by another read and another attempt.
 *
 * <p>Reads are at SESSION, which on a follower may be behind. A write cannot go wrong by that, since the leader refuses it and the
 * next read is at least as new as what it found. A decision not to write could: so it is confirmed by a linearizable read, and what is
 * done to all keys goes through those that a linearizable walk finds.
 *
 * @param <K> the type of the keys
 * @param <V> the type of the values
 */
final class StoreMap<K, V> extends AbstractMap<K, V> implements ConcurrentMap<K, V> {
    private final StoreAccess<K, V> core;
    private final MapViews<K, V> views;

    StoreMap(StoreAccess<K, V> core) {
        this.core = core;
        this.views = new MapViews<>(this, core);
    }

    /** What is to become of a key. */
    private record Step<V>(boolean writes, @Nullable V next) {
        static <V> Step<V> keep() {
            return new Step<>(false, null);
        }

        static <V> Step<V> to(@Nullable V next) {
            return new Step<>(true, next);
        }
    }

    /** What became of a key. */
    private record Change<V>(@Nullable V before, @Nullable V after) {}

    /** Decides on what the key has, until the decision stands. */
    private Change<V> change(K key, Function<@Nullable V, Step<V>> decision) {
        Version found = core.get(key, ReadOptions.session());
        while (true) {
            V before = core.value(found);
            Step<V> step = decision.apply(before);
            if (!step.writes() || (before == null && step.next() == null)) {
                Version sure = core.get(key, ReadOptions.linearizable());
                if (sameRevision(sure, found)) {
                    return new Change<>(before, before);
                }
                found = sure;
                continue;
            }
            WriteReply reply = core.write(deed(found, step.next()), key, step.next());
            if (reply.result() == Result.APPLIED) {
                return new Change<>(before, step.next());
            }
            // Where the leader found nothing there is no revision to wait for.
            found = core.get(
                    key,
                    reply.revision().equals(Revision.NONE)
                            ? ReadOptions.linearizable()
                            : ReadOptions.session().atLeast(reply.revision()));
        }
    }

    private static boolean sameRevision(@Nullable Version one, @Nullable Version other) {
        return Objects.equals(revision(one), revision(other));
    }

    private static @Nullable Revision revision(@Nullable Version version) {
        return version == null ? null : version.revision();
    }

    private static Deed deed(@Nullable Version found, @Nullable Object next) {
        if (found == null) {
            return Deed.PUT_IF_ABSENT;
        }
        return Deed.of(next == null ? Operation.REMOVE_AT : Operation.REPLACE, found.revision());
    }

    /** A key of this map's type, or a ClassCastException from the codec that is asked for its hash. */
    @SuppressWarnings("unchecked")
    private K key(@Nullable Object key) {
        return (K) Objects.requireNonNull(key, "key");
    }

    // --- reads ---

    @Override
    public @Nullable V get(@Nullable Object key) {
        return core.valueInSession(key(key));
    }

    @Override
    public boolean containsKey(@Nullable Object key) {
        return core.valueInSession(key(key)) != null;
    }

    @Override
    public boolean containsValue(@Nullable Object value) {
        Objects.requireNonNull(value, "value");
        for (Map.Entry<K, V> entry : entrySet()) {
            if (sameValue(entry.getValue(), value)) {
                return true;
            }
        }
        return false;
    }

    /** Whether a value of this map and any object are the same, by the codec. */
    boolean sameValue(V value, @Nullable Object other) {
        return other != null && core.codecs.isSame(value, other);
    }

    @Override
    public int size() {
        return (int) Math.min(core.size(ReadOptions.session()), Integer.MAX_VALUE);
    }

    @Override
    public void forEach(BiConsumer<? super K, ? super V> action) {
        Objects.requireNonNull(action, "action");
        core.forEach(ReadOptions.session(), action);
    }

    // --- writes ---

    @Override
    public @Nullable V put(K key, V value) {
        Objects.requireNonNull(value, "value");
        return change(key(key), current -> Step.to(value)).before();
    }

    @Override
    public @Nullable V putIfAbsent(K key, V value) {
        Objects.requireNonNull(value, "value");
        return change(key(key), current -> current == null ? Step.to(value) : Step.keep())
                .before();
    }

    @Override
    public @Nullable V remove(@Nullable Object key) {
        return change(key(key), current -> Step.to(null)).before();
    }

    @Override
    public boolean remove(@Nullable Object key, @Nullable Object value) {
        if (value == null) {
            key(key);
            return false;
        }
        Change<V> change =
                change(key(key), current -> current != null && sameValue(current, value) ? Step.to(null) : Step.keep());
        return change.before() != null && change.after() == null;
    }

    @Override
    public boolean replace(K key, V oldValue, V newValue) {
        Objects.requireNonNull(oldValue, "oldValue");
        Objects.requireNonNull(newValue, "newValue");
        boolean[] replaced = new boolean[1];
        change(key(key), current -> {
            replaced[0] = current != null && sameValue(current, oldValue);
            return replaced[0] ? Step.to(newValue) : Step.keep();
        });
        return replaced[0];
    }

    @Override
    public @Nullable V replace(K key, V value) {
        Objects.requireNonNull(value, "value");
        return change(key(key), current -> current == null ? Step.keep() : Step.to(value))
                .before();
    }

    @Override
    public @Nullable V computeIfAbsent(K key, Function<? super K, ? extends @Nullable V> function) {
        Objects.requireNonNull(function, "function");
        V present = get(key);
        if (present != null) {
            return present;
        }
        return change(key, current -> current == null ? Step.to(function.apply(key)) : Step.keep())
                .after();
    }

    @Override
    public @Nullable V computeIfPresent(K key, BiFunction<? super K, ? super V, ? extends @Nullable V> function) {
        Objects.requireNonNull(function, "function");
        return change(key(key), current -> current == null ? Step.keep() : Step.to(function.apply(key, current)))
                .after();
    }

    @Override
    public @Nullable V compute(K key, BiFunction<? super K, ? super @Nullable V, ? extends @Nullable V> function) {
        Objects.requireNonNull(function, "function");
        return change(key(key), current -> Step.to(function.apply(key, current)))
                .after();
    }

    @Override
    public @Nullable V merge(K key, V value, BiFunction<? super V, ? super V, ? extends @Nullable V> function) {
        Objects.requireNonNull(value, "value");
        Objects.requireNonNull(function, "function");
        return change(key(key), current -> Step.to(current == null ? value : function.apply(current, value)))
                .after();
    }

    @Override
    public void putAll(Map<? extends K, ? extends V> other) {
        Pipeline<K, V> pipeline = new Pipeline<>(core);
        pipeline.run(() -> other.forEach(
                (key, value) -> pipeline.add(Deed.PUT, key(key), Objects.requireNonNull(value, "value"))));
    }

    @Override
    public void clear() {
        Pipeline<K, V> pipeline = new Pipeline<>(core);
        pipeline.run(
                () -> core.forEach(ReadOptions.linearizable(), (key, value) -> pipeline.add(Deed.REMOVE, key, null)));
    }

    @Override
    public void replaceAll(BiFunction<? super K, ? super V, ? extends V> function) {
        Objects.requireNonNull(function, "function");
        core.forEach(
                ReadOptions.linearizable(),
                (key, value) -> change(
                        key,
                        current -> current == null
                                ? Step.keep()
                                : Step.to(Objects.requireNonNull(
                                        function.apply(key, current), "what the function returned"))));
    }

    // --- views ---

    @Override
    public Set<Map.Entry<K, V>> entrySet() {
        return views.entries();
    }

    @Override
    public Set<K> keySet() {
        return views.keys();
    }

    @Override
    public Collection<V> values() {
        return views.values();
    }
}
