package io.memdi.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.memdi.Revision;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Random histories, held after every step against a model: a map of what is committed, and a list of what is not. */
class TableModelTest {
    private static final int SEEDS = 100;
    private static final int STEPS = 600;

    /** What the keys of a history have in common. */
    enum Keys {
        /** Few, so that versions pile up on them. */
        FEW(6),
        /** Many in one segment, so that it grows and shrinks. */
        IN_ONE_SEGMENT(200),
        /** All with one hash, so that everything collides. */
        OF_ONE_HASH(25),
        SPREAD(300);

        private final int count;

        Keys(int count) {
            this.count = count;
        }

        Key key(int number) {
            int hash = switch (this) {
                case FEW, SPREAD -> Integer.toString(number).hashCode();
                case IN_ONE_SEGMENT -> IN_SEGMENT_0.get(number);
                case OF_ONE_HASH -> 0;
            };
            return new Key(number, hash);
        }
    }

    private static final List<Integer> IN_SEGMENT_0 = hashesInSegment0();

    private record Key(int number, int hash) implements Comparable<Key> {
        @Override
        public int compareTo(Key other) {
            return Integer.compare(number, other.number);
        }
    }

    private record Cell(String value, Revision revision) {
        static final Cell NOTHING = new Cell(null, Revision.NONE);
    }

    private record Underway(Key key, Cell cell, Version version) {}

    @ParameterizedTest
    @EnumSource
    void aTableIsWhatItsModelSays(Keys keys) {
        for (int seed = 0; seed < SEEDS; seed++) {
            new History(keys, seed).run();
        }
    }

    private static final class History {
        private final Keys keys;
        private final int seed;
        private final Random random;
        private final Table table = new Table("model");
        private final TreeMap<Key, Cell> committed = new TreeMap<>();
        private final Deque<Underway> underway = new ArrayDeque<>();
        private long term = 1;
        private long index;
        private int writing;

        History(Keys keys, int seed) {
            this.keys = keys;
            this.seed = seed;
            random = new Random(seed);
            table.view().show(true, false);
        }

        void run() {
            for (int step = 0; step < STEPS; step++) {
                if (step % 100 == 0) {
                    writing = 20 + random.nextInt(60);
                }
                try {
                    act();
                    check(step % 20 == 0);
                } catch (AssertionError | RuntimeException e) {
                    throw new AssertionError("keys " + keys + ", seed " + seed + ", step " + step, e);
                }
            }
        }

        private void act() {
            Key key = keys.key(random.nextInt(keys.count));
            switch (random.nextInt(10)) {
                case 0, 1, 2, 3 -> write(key);
                case 4, 5, 6 -> cutOldest();
                case 7 -> rollbackNewest();
                case 8 -> apply(key);
                default -> {
                    switch (random.nextInt(10)) {
                        case 0 -> stepDown();
                        case 1 -> table.keepTombstones(Table.segmentOf(key.hash));
                        case 2 -> table.dropTombstones(Table.segmentOf(key.hash));
                        case 3 -> removeIf(key);
                        default -> {
                            write(key);
                            cutOldest();
                        }
                    }
                }
            }
        }

        private void write(Key key) {
            String value = value();
            Version version = table.write(key, key.hash, value, term, ++index);
            underway.addLast(new Underway(key, new Cell(value, new Revision(term, index)), version));
        }

        private void cutOldest() {
            if (!underway.isEmpty()) {
                Underway oldest = underway.removeFirst();
                table.cut(oldest.version);
                commit(oldest.key, oldest.cell);
            }
        }

        private void rollbackNewest() {
            if (!underway.isEmpty()) {
                table.view().show(true, true);
                table.rollback(underway.removeLast().version);
                term++;
            }
        }

        private void stepDown() {
            while (!underway.isEmpty()) {
                rollbackNewest();
            }
        }

        /** At times of an old revision, which must change nothing. */
        private void apply(Key key) {
            if (isUnderway(key)) {
                return;
            }
            Cell before = committed.getOrDefault(key, Cell.NOTHING);
            String value = value();
            if (before != Cell.NOTHING && random.nextBoolean()) {
                table.apply(key, key.hash, value, before.revision.term(), before.revision.index() - random.nextInt(2));
            } else {
                table.apply(key, key.hash, value, term, ++index);
                commit(key, new Cell(value, new Revision(term, index)));
            }
        }

        private void removeIf(Key key) {
            if (!isUnderway(key)) {
                table.removeIf(key.hash, version -> version.key().equals(key));
                committed.remove(key);
            }
        }

        private boolean isUnderway(Key key) {
            return underway.stream().anyMatch(write -> write.key.equals(key));
        }

        private void commit(Key key, Cell cell) {
            if (cell.value == null) {
                committed.remove(key);
            } else {
                committed.put(key, cell);
            }
        }

        private String value() {
            return random.nextInt(100) < writing ? "value " + index : null;
        }

        private void check(boolean walk) {
            Map<Key, Cell> latest = new HashMap<>(committed);
            for (Underway write : underway) {
                latest.put(write.key, write.cell);
            }
            latest.values().removeIf(cell -> cell.value == null);
            for (int number = 0; number < keys.count; number++) {
                Key key = keys.key(number);
                same(table.latest(key, key.hash), latest.get(key));
                Cell expected = latest.get(key);
                equal(ReadView.find(table.view().shown(), key, key.hash), expected == null ? null : expected.value());
                same(table.committed(key, key.hash), committed.get(key));
            }
            equal(table.size(), latest.size());
            equal(table.committedSize(), committed.size());
            equal(table.digest(), digestOfCommitted());
            if (walk) {
                List<Version> walked = new ArrayList<>();
                table.forEachLatest(walked::add);
                checkWalk(walked, latest);
                walked.clear();
                table.forEachCommitted(walked::add);
                checkWalk(walked, committed);
                checkCounts();
            }
        }

        private void checkCounts() {
            for (int segment = 0; segment < Table.segments(); segment++) {
                Slots slots = table.slots(segment);
                int used = 0;
                int there = 0;
                for (int i = 0, at = 0; i < slots.length(); i++, at = slots.next(at)) {
                    used += slots.cells[at] == null ? 0 : 1;
                    there += slots.isVacant(at) ? 0 : 1;
                }
                equal(slots.used(), used);
                equal(slots.keys(), there);
                equal(used * 2 <= slots.length(), true);
            }
        }

        private String digestOfCommitted() {
            Table fresh = new Table("model");
            committed.forEach(
                    (key, cell) -> fresh.apply(key, key.hash, cell.value, cell.revision.term(), cell.revision.index()));
            return fresh.digest();
        }

        private static void checkWalk(List<Version> walked, Map<Key, Cell> expected) {
            equal(walked.size(), expected.size());
            for (Version version : walked) {
                same(version, expected.get((Key) version.key()));
            }
        }

        private static void same(Version found, Cell expected) {
            Cell cell = found == null ? null : new Cell((String) found.value(), found.revision());
            equal(cell, expected);
        }

        // AssertJ's own is too slow for some hundred million comparisons.
        private static void equal(Object found, Object expected) {
            if (!java.util.Objects.equals(found, expected)) {
                assertThat(found).isEqualTo(expected);
            }
        }

        private static void equal(long found, long expected) {
            assertThat(found).isEqualTo(expected);
        }
    }

    private static List<Integer> hashesInSegment0() {
        List<Integer> hashes = new ArrayList<>();
        for (int hash = 0; hashes.size() < Keys.IN_ONE_SEGMENT.count; hash++) {
            if (Table.segmentOf(hash) == 0) {
                hashes.add(hash);
            }
        }
        return hashes;
    }
}
