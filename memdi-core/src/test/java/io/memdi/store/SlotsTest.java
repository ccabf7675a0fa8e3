package io.memdi.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where keys lie, and what they are compared with. What a table shows of them is in {@link TableTest}. */
class SlotsTest {
    private final Table table = new Table("slots");
    private long index;

    /** Whose neighbours they are differs from node to node: whether a comparison fails must not depend on it. */
    @Test
    void areAskedAboutThoseOfTheirHashOnly() {
        record Prickly(int number) {
            @Override
            public boolean equals(Object other) {
                if (!(other instanceof Prickly same && same.number == number)) {
                    throw new IllegalStateException("compared with " + other);
                }
                return true;
            }

            @Override
            public int hashCode() {
                return number;
            }
        }
        List<Prickly> keys = hashesOfOneSegment(100).stream().map(Prickly::new).toList();
        for (Prickly key : keys) {
            assertThat(table.contains(key, key.number)).isFalse();
            table.apply(key, key.number, "applied", 1, ++index);
            table.cut(table.write(key, key.number, "written", 1, ++index));
            table.rollback(table.write(key, key.number, null, 1, ++index));
            assertThat(table.contains(key, key.number)).isTrue();
        }
        keys.forEach(key -> table.apply(key, key.number, null, 1, ++index));
        assertThat(table.committedSize()).isZero();
    }

    /** A page, a snapshot and a backup have them in the order of their places. */
    @Test
    void lieNearHomeInWhateverOrderTheyCome() {
        List<Integer> hashes = hashesOfOneSegment(20_000);
        hashes.sort(Comparator.comparingInt(Slots::placeOf));
        for (int i = 0; i < hashes.size(); i++) {
            table.apply(hashes.get(i), hashes.get(i), "value", 1, ++index);
            if (i % 1000 == 999) {
                assertThat(meanDistanceFromHome()).isLessThan(1);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 10, 64, 1000, 1 << 10, 1 << 16, 65_537, 1 << 22})
    void lieNearHomeWhateverTheStrideOfTheirHashes(int stride) {
        for (int i = 0; i < Math.min(200_000L, (1L << 32) / stride); i++) {
            table.apply(i, i * stride, "value", 1, ++index);
        }
        assertThat(meanDistanceFromHome()).isLessThan(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"%d", "key %d", "user:%08d", "%016d", "%x", "a/b/%d/c"})
    void lieNearHomeAsTextsWithNumbers(String format) {
        for (int i = 0; i < 100_000; i++) {
            String key = String.format(format, i);
            table.apply(key, key.hashCode(), "value", 1, ++index);
        }
        assertThat(meanDistanceFromHome()).isLessThan(1);
    }

    private static List<Integer> hashesOfOneSegment(int count) {
        return IntStream.iterate(0, hash -> hash + 1)
                .filter(hash -> Table.segmentOf(hash) == 0)
                .limit(count)
                .boxed()
                .collect(Collectors.toCollection(ArrayList::new));
    }

    /** In slots, over all keys. */
    private double meanDistanceFromHome() {
        long keys = 0;
        long distance = 0;
        for (int segment = 0; segment < Table.segments(); segment++) {
            Slots slots = table.slots(segment);
            keys += slots.keys();
            for (int i = 0, at = 0; i < slots.length(); i++, at = slots.next(at)) {
                if (!slots.isVacant(at)) {
                    distance += Math.floorMod(at - slots.first(slots.hash(at)), 2 * slots.length()) / 2;
                }
            }
        }
        return (double) distance / keys;
    }

    /** Few slots, also where a table of bytes is turned into objects: a store may have few keys, or none. */
    @Test
    void areNoneWhereNothingIs() {
        table.thaw(ThawTest.FORM);
        table.thawMore(Integer.MAX_VALUE);
        assertThat(Slots.count(table)).isEqualTo(Table.segments());
        table.apply("key", "key".hashCode(), "value", 1, 1);
        assertThat(Slots.count(table)).isLessThanOrEqualTo(Table.segments() + 4);
    }
}
