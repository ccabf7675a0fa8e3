package io.memdi.node;

import static io.memdi.node.Trio.LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memdi.Ack;
import io.memdi.Codec;
import io.memdi.MemdiNode;
import io.memdi.OutcomeUnknownException;
import io.memdi.ReadOptions;
import io.memdi.Store;
import io.memdi.WriteOptions;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.Spliterator;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A store's map against the contract of {@link ConcurrentMap}, with a {@link ConcurrentHashMap} as the measure. */
class StoreMapTest {
    private static final Codec<String> STRING = Codec.string();

    private static ConcurrentMap<String, Integer> map(MemdiNode node) {
        return node.store("map", STRING, Codec.int32()).asMap();
    }

    /** Something that can be done to a map, the same way to each, and what it returns or throws. */
    private static Object attempt(
            ConcurrentMap<String, Integer> map, Function<ConcurrentMap<String, Integer>, Object> act) {
        try {
            return String.valueOf(act.apply(map));
        } catch (RuntimeException e) {
            return e.getClass();
        }
    }

    private static Integer unless(boolean absent, Integer value) {
        return absent ? null : value;
    }

    private static Function<ConcurrentMap<String, Integer>, Object> anyAct(Random random) {
        String key = "k" + random.nextInt(8);
        int value = random.nextInt(4);
        int other = random.nextInt(4);
        return switch (random.nextInt(33)) {
            case 0, 1, 2, 3 -> map -> map.put(key, value);
            case 4, 5 -> map -> map.putIfAbsent(key, value);
            case 6, 7 -> map -> map.remove(key);
            case 8 -> map -> map.remove(key, value);
            case 9 -> map -> map.replace(key, value);
            case 10 -> map -> map.replace(key, value, other);
            case 11 -> map -> map.get(key);
            case 12 -> map -> map.containsKey(key);
            case 13 -> map -> map.containsValue(value);
            case 14 -> map -> map.size() + " " + map.isEmpty();
            case 15 -> map -> map.compute(key, (k, v) -> v == null ? (Integer) value : unless(v == other, v + 1));
            case 16 -> map -> map.computeIfAbsent(key, k -> unless(value == 0, value));
            case 17 -> map -> map.computeIfPresent(key, (k, v) -> unless(v == other, value));
            case 18 -> map -> map.merge(key, value, (a, b) -> unless(a == other, (a + b) % 5));
            case 19 -> map -> map.getOrDefault(key, value);
            case 20 -> map -> new TreeSet<>(map.keySet());
            case 21 -> map -> map.values().stream().sorted().toList();
            case 22 -> map -> map.keySet().remove(key);
            case 23 -> map -> map.values().removeIf(v -> v == value);
            case 24 -> map -> map.entrySet().remove(Map.entry(key, value));
            case 25 -> map -> map.entrySet().contains(Map.entry(key, value));
            case 26 ->
                map -> {
                    map.replaceAll((k, v) -> (v + value) % 5);
                    return null;
                };
            case 27 ->
                map -> {
                    map.putAll(Map.of(key, value, key + "x", other));
                    return null;
                };
            case 28 -> map -> map.keySet().retainAll(List.of("k0", "k1", "k2", "k3", key));
            case 29 -> map -> map.hashCode() + " " + map.equals(new HashMap<>(map));
            case 30 ->
                map -> {
                    map.entrySet().forEach(entry -> {
                        if (entry.getKey().equals(key)) {
                            entry.setValue(other);
                        }
                    });
                    return map.get(key);
                };
            case 31 -> map -> map.keySet().removeAll(List.of(key, "k7"));
            default ->
                map -> {
                    if (value == 0) {
                        map.clear();
                    }
                    return map.size();
                };
        };
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void behavesLikeAConcurrentHashMap(long seed) {
        Random random = new Random(seed);
        try (Trio trio = Trio.ready(seed)) {
            ConcurrentMap<String, Integer> map = map(random.nextBoolean() ? trio.leader() : trio.follower());
            ConcurrentMap<String, Integer> measure = new ConcurrentHashMap<>();
            for (int i = 0; i < 1500; i++) {
                long act = random.nextLong();
                assertThat(attempt(map, anyAct(new Random(act))))
                        .as("act %d, %d", i, act)
                        .isEqualTo(attempt(measure, anyAct(new Random(act))));
                assertThat(map).as("act %d, %d", i, act).isEqualTo(measure);
                assertThat(map.size()).isEqualTo(measure.size());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void writersOfAllNodesDecideOnTheSameState(long seed) {
        Random random = new Random(seed);
        try (Trio trio = Trio.ready(seed)) {
            List<ConcurrentMap<String, Integer>> maps =
                    trio.nodes().stream().map(StoreMapTest::map).toList();
            ConcurrentMap<String, Integer> measure = new ConcurrentHashMap<>();
            for (int i = 0; i < 1000; i++) {
                String key = "k" + random.nextInt(4);
                int value = random.nextInt(3);
                ConcurrentMap<String, Integer> map = maps.get(random.nextInt(3));
                // What decides whether to write is right on every node, at once, though its reads may be behind.
                switch (random.nextInt(7)) {
                    case 0 -> assertThat(map.put(key, value)).isEqualTo(measure.put(key, value));
                    case 1 -> assertThat(map.remove(key)).isEqualTo(measure.remove(key));
                    case 2 -> assertThat(map.putIfAbsent(key, value)).isEqualTo(measure.putIfAbsent(key, value));
                    case 3 -> assertThat(map.replace(key, value, 9)).isEqualTo(measure.replace(key, value, 9));
                    case 4 -> assertThat(map.remove(key, value)).isEqualTo(measure.remove(key, value));
                    case 5 ->
                        assertThat(map.computeIfPresent(key, (k, v) -> v + 1))
                                .isEqualTo(measure.computeIfPresent(key, (k, v) -> v + 1));
                    default ->
                        assertThat(map.merge(key, 1, Integer::sum)).isEqualTo(measure.merge(key, 1, Integer::sum));
                }
            }
        }
    }

    @Test
    @SuppressWarnings({"NullAway", "DataFlowIssue"})
    void nullsAreRefused() {
        try (Trio trio = Trio.ready(6)) {
            ConcurrentMap<String, Integer> map = map(trio.leader());
            assertThatNullPointerException().isThrownBy(() -> map.get(null));
            assertThatNullPointerException().isThrownBy(() -> map.put(null, 1));
            assertThatNullPointerException().isThrownBy(() -> map.put("k", null));
            assertThatNullPointerException().isThrownBy(() -> map.containsKey(null));
            assertThatNullPointerException().isThrownBy(() -> map.containsValue(null));
            assertThatNullPointerException().isThrownBy(() -> map.remove(null));
            assertThatNullPointerException().isThrownBy(() -> map.remove(null, 1));
            assertThat(map.remove("k", null)).isFalse();
            assertThatNullPointerException().isThrownBy(() -> map.putIfAbsent("k", null));
            assertThatNullPointerException().isThrownBy(() -> map.replace("k", null));
            assertThatNullPointerException().isThrownBy(() -> map.replace("k", null, 1));
            assertThatNullPointerException().isThrownBy(() -> map.replace("k", 1, null));
            assertThatNullPointerException().isThrownBy(() -> map.compute("k", null));
            assertThatNullPointerException().isThrownBy(() -> map.computeIfAbsent("k", null));
            assertThatNullPointerException().isThrownBy(() -> map.computeIfAbsent(null, k -> 1));
            assertThatNullPointerException().isThrownBy(() -> map.merge("k", null, Integer::sum));
            assertThatNullPointerException().isThrownBy(() -> map.forEach(null));
            Map<String, Integer> withNull = new HashMap<>();
            withNull.put("k", null);
            assertThatNullPointerException().isThrownBy(() -> map.putAll(withNull));
            assertThat(map).isEmpty();
        }
    }

    @Test
    @SuppressWarnings("CollectionIncompatibleType")
    void whatIsOfAnotherTypeIsNotThere() {
        try (Trio trio = Trio.ready(7)) {
            ConcurrentMap<String, Integer> map = map(trio.leader());
            map.put("1", 1);
            assertThatThrownBy(() -> map.get(1)).isInstanceOf(ClassCastException.class);
            assertThat(map.containsValue("1")).isFalse();
            assertThat(map.remove("1", "1")).isFalse();
            assertThat(map.entrySet().contains("1")).isFalse();
            assertThat(map.values().remove("1")).isFalse();
            assertThat(map.equals(Map.of("1", "1"))).isFalse();
        }
    }

    /** As above, where it is the codec that finds out. */
    @Test
    @SuppressWarnings("CollectionIncompatibleType")
    void whatACodecTakesForAnotherTypeIsNotThere() {
        try (Trio trio = Trio.ready(16)) {
            ConcurrentMap<String, byte[]> map =
                    trio.leader().store("bytes", STRING, Codec.bytes()).asMap();
            map.put("1", new byte[] {1});
            assertThat(map.containsValue("1")).isFalse();
            assertThat(map.remove("1", "1")).isFalse();
            assertThat(map.entrySet().contains(Map.entry("1", "1"))).isFalse();
            assertThat(map.entrySet().remove(Map.entry("1", "1"))).isFalse();
            assertThat(map.values().remove("1")).isFalse();
            assertThat(map).hasSize(1);
        }
    }

    @Test
    void functionsRunAgainWhereSomebodyCameBetween() {
        try (Trio trio = Trio.ready(8)) {
            Store<String, Integer> other = trio.otherFollower().store("map", STRING, Codec.int32());
            ConcurrentMap<String, Integer> map = map(trio.follower());
            map.put("k", 1);
            List<Integer> seen = new ArrayList<>();
            Integer result = map.compute("k", (key, value) -> {
                seen.add(value);
                if (seen.size() == 1) {
                    other.put("k", 10, WriteOptions.ack(Ack.QUORUM_MEMORY));
                } else if (seen.size() == 2) {
                    other.remove("k");
                }
                return value == null ? 100 : value + 1;
            });
            assertThat(seen).containsExactly(1, 10, null);
            assertThat(result).isEqualTo(100);
            assertThat(map.get("k")).isEqualTo(100);
        }
    }

    @Test
    void aFunctionThatThrowsChangesNothing() {
        try (Trio trio = Trio.ready(9)) {
            ConcurrentMap<String, Integer> map = map(trio.follower());
            map.put("k", 1);
            assertThatThrownBy(() -> map.compute("k", (key, value) -> {
                        throw new IllegalStateException("function");
                    }))
                    .isInstanceOf(IllegalStateException.class);
            assertThat(map).containsExactly(Map.entry("k", 1));
        }
    }

    @Test
    void valuesAreComparedByContent() {
        try (Trio trio = Trio.ready(10)) {
            ConcurrentMap<String, byte[]> map =
                    trio.follower().store("bytes", STRING, Codec.bytes()).asMap();
            map.put("k", new byte[] {1});
            assertThat(map.containsValue(new byte[] {1})).isTrue();
            assertThat(map.containsValue(new byte[] {2})).isFalse();
            assertThat(map.replace("k", new byte[] {2}, new byte[] {3})).isFalse();
            assertThat(map.replace("k", new byte[] {1}, new byte[] {2})).isTrue();
            assertThat(map.entrySet().contains(Map.entry("k", new byte[] {2}))).isTrue();
            assertThat(map.remove("k", new byte[] {1})).isFalse();
            assertThat(map.remove("k", new byte[] {2})).isTrue();
            assertThat(map).isEmpty();
        }
    }

    @Test
    void iteratorsRemoveAndEntriesWriteThrough() {
        try (Trio trio = Trio.ready(11)) {
            Store<String, Integer> store = trio.follower().store("map", STRING, Codec.int32());
            ConcurrentMap<String, Integer> map = store.asMap();
            for (int i = 0; i < 10; i++) {
                map.put("k" + i, i);
            }
            Iterator<Map.Entry<String, Integer>> entries = map.entrySet().iterator();
            assertThatThrownBy(entries::remove).isInstanceOf(IllegalStateException.class);
            while (entries.hasNext()) {
                Map.Entry<String, Integer> entry = entries.next();
                if (entry.getValue() % 2 == 0) {
                    entries.remove();
                    assertThatThrownBy(entries::remove).isInstanceOf(IllegalStateException.class);
                } else {
                    assertThat(entry.setValue(entry.getValue() * 10)).isEqualTo(entry.getValue() / 10);
                }
            }
            assertThatThrownBy(entries::next).isInstanceOf(NoSuchElementException.class);
            assertThat(map).isEqualTo(Map.of("k1", 10, "k3", 30, "k5", 50, "k7", 70, "k9", 90));
            assertThatThrownBy(() -> map.keySet().add("x")).isInstanceOf(UnsupportedOperationException.class);
            assertThatThrownBy(() -> map.values().add(1)).isInstanceOf(UnsupportedOperationException.class);
            map.values().remove(50);
            map.values().clear();
            assertThat(store.size(ReadOptions.linearizable())).isZero();
        }
    }

    @Test
    void aValueThatWasRefreshedMeanwhileIsNotRemoved() {
        try (Trio trio = Trio.ready(14)) {
            ConcurrentMap<String, Integer> map = map(trio.follower());
            map.put("k", 1);
            assertThat(map.entrySet().removeIf(entry -> map.put("k", 2) == 1)).isFalse();
            assertThat(map.values().removeIf(value -> map.put("k", 3) == 2)).isFalse();
            List<Integer> refreshing = new ArrayList<>() {
                @Override
                public boolean contains(Object value) {
                    map.merge("k", 1, Integer::sum);
                    return super.contains(value);
                }
            };
            assertThat(map.values().retainAll(refreshing)).isFalse();
            refreshing.add(4);
            assertThat(map.values().removeAll(refreshing)).isFalse();
            Iterator<Map.Entry<String, Integer>> entries = map.entrySet().iterator();
            entries.next();
            map.put("k", 6);
            entries.remove();
            assertThat(map).isEqualTo(Map.of("k", 6));
            // A key is what it was, whatever value it has.
            assertThat(map.keySet().removeIf(key -> map.put("k", 7) == 6)).isTrue();
            assertThat(map).isEmpty();
        }
    }

    @Test
    void aViewPromisesNoSizeToAStream() {
        try (Trio trio = Trio.ready(15)) {
            ConcurrentMap<String, Integer> map = map(trio.follower());
            map.put("k", 1);
            for (Collection<?> view : List.of(map.keySet(), map.values(), map.entrySet())) {
                assertThat(view.spliterator().hasCharacteristics(Spliterator.SIZED))
                        .isFalse();
                assertThat(view.spliterator().hasCharacteristics(Spliterator.CONCURRENT))
                        .isTrue();
                assertThat(view.stream().toList()).hasSize(1);
                assertThat(view.toArray()).hasSize(1);
            }
        }
    }

    @Test
    void manyEntriesArePutAndClearedAtOnce() {
        try (Trio trio = Trio.ready(12)) {
            ConcurrentMap<String, Integer> map = map(trio.follower());
            Map<String, Integer> many = new HashMap<>();
            for (int i = 0; i < 2000; i++) {
                many.put("k" + i, i);
            }
            map.putAll(many);
            assertThat(map).isEqualTo(many);
            map.clear();
            assertThat(map).isEmpty();
            assertThat(map(trio.otherFollower()))
                    .satisfies(other -> assertThat(Objects.requireNonNullElse(other.putIfAbsent("k0", 7), -1))
                            .isEqualTo(-1));
        }
    }

    /** Whoever hears of the failure finds what was put before it. */
    @Test
    @SuppressWarnings({"NullAway", "DataFlowIssue"})
    void whatWasPutBeforeAFailureIsWaitedFor() {
        try (Trio trio = Trio.ready(17)) {
            Store<String, Integer> store = trio.leader().store("map", STRING, Codec.int32());
            Map<String, Integer> last = new LinkedHashMap<>();
            last.put("k1", 1);
            last.put("k2", null);
            assertThatNullPointerException()
                    .isThrownBy(() -> store.asMap().putAll(last))
                    .withMessage("value");
            assertThat(store.get("k1", ReadOptions.local())).isEqualTo(1);
        }
    }

    /** One was refused, and certainly not applied; of another nobody knows. The caller hears of the latter. */
    @Test
    void whatMayHaveBeenAppliedWeighsMoreThanWhatWasNot() {
        try (Trio trio = Trio.ready(18)) {
            MemdiNode node = trio.follower();
            ConcurrentMap<String, String> map = Trio.store(node).asMap();
            trio.network.partition(Set.of(node.name()));
            Map<String, String> some = new LinkedHashMap<>();
            some.put("k1", "sent");
            some.put("k2", "\ud800"); // which UTF-8 cannot express
            assertThatThrownBy(() -> map.putAll(some)).isInstanceOf(OutcomeUnknownException.class);
        }
    }

    @Test
    void aMapOutlivesALeader() {
        try (Trio trio = Trio.ready(13)) {
            MemdiNode follower = trio.follower();
            ConcurrentMap<String, Integer> map =
                    follower.store("map", STRING, Codec.int32()).asMap();
            map.put("k", 1);
            trio.network.advance(java.time.Duration.ofSeconds(1));
            trio.network.crash(trio.leader().name());
            assertThat(map.merge("k", 1, Integer::sum)).isEqualTo(2);
            assertThat(map.get("k")).isEqualTo(2);
            trio.await(() -> follower.cluster().leader() != null);
            assertThat(follower.awaitReady(LONG)).isNotNull();
        }
    }

    /** Things that are done to all keys, after which {@code k} is not what it was. */
    static List<Consumer<ConcurrentMap<String, Integer>>> sweeps() {
        return List.of(
                Map::clear,
                map -> map.keySet().clear(),
                map -> map.keySet().removeIf("k"::equals),
                map -> map.keySet().retainAll(List.of("other")),
                map -> map.values().removeIf(value -> value == 1),
                map -> map.values().remove(1),
                map -> map.values().removeAll(List.of(1)),
                map -> map.entrySet().removeIf(entry -> entry.getValue() == 1),
                map -> map.replaceAll((key, value) -> value + 1));
    }

    @ParameterizedTest
    @MethodSource("sweeps")
    void whatIsDoneToAllKeysMissesNoneThatWasThereBefore(Consumer<ConcurrentMap<String, Integer>> sweep) {
        try (Trio trio = Trio.ready(21)) {
            ConcurrentMap<String, Integer> behind = map(trio.follower());
            ConcurrentMap<String, Integer> ahead = map(trio.leader());
            behind.put("other", 5);
            ahead.put("k", 1);
            assertThat(behind.get("k")).as("the follower is behind").isNull();
            sweep.accept(behind);
            assertThat(trio.leader().store("map", STRING, Codec.int32()).get("k", ReadOptions.linearizable()))
                    .isNotEqualTo(Integer.valueOf(1));
        }
    }
}
