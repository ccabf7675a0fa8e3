package io.memdi.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.memdi.transport.Inventory;
import io.memdi.transport.Page;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Random heals: a leader that goes on writing, and is followed by others; a follower that has any mixture of older committed states,
 * and pulls what differs, while the log reaches it; questions and pages that are late, lost and repeated.
 */
class HealModelTest {
    private static final int SEEDS = 300;
    private static final int STEPS = 500;
    private static final int SIZE = 40;

    /** What the keys of a history have in common. */
    enum Keys {
        /** Few, so that they change often. */
        FEW(6),
        /** Many in one segment, so that it takes many pages. */
        IN_ONE_SEGMENT(150),
        /** Several of each hash. */
        TWINS(60),
        SPREAD(200);

        private final int count;

        Keys(int count) {
            this.count = count;
        }

        HealScene.Key key(int number) {
            String name = "key " + number;
            return switch (this) {
                case FEW, SPREAD -> new HealScene.Key(name, name.hashCode());
                case IN_ONE_SEGMENT -> HealScene.key(number);
                case TWINS -> HealScene.key(name, number % 12);
            };
        }
    }

    /** An entry of the log; without a value it is a removal. */
    private record Effect(HealScene.Key key, String value, long term, long index) {
        void applyTo(Table table) {
            table.apply(key, key.hash(), value, term, index);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aFollowerEndsWhereTheLeaderIs(Keys keys) {
        for (int seed = 0; seed < SEEDS; seed++) {
            new History(keys, seed).run();
        }
    }

    private static final class History {
        private final Keys keys;
        private final int seed;
        private final Random random;
        private final int removals;

        private final List<Effect> log = new ArrayList<>();
        private Table leader = new Table("model");
        private final Deque<Version> underway = new ArrayDeque<>();
        private long term = 1;
        private long committed;

        /** No later leader takes this back, though its own commit index may be lower at first. */
        private long committedForGood;

        private final Table follower = new Table("model");
        private long applied;

        /** The follower is exact once it has applied so much. */
        private long exact;

        private boolean open;
        private long number;
        private BitSet differing = new BitSet();
        private final Map<Integer, Pull> pulls = new TreeMap<>();
        private final List<Inventory> questions = new ArrayList<>();
        private final List<Page> pages = new ArrayList<>();

        History(Keys keys, int seed) {
            this.keys = keys;
            this.seed = seed;
            random = new Random(seed);
            removals = 10 + random.nextInt(60);
        }

        void run() {
            int step = 0;
            try {
                startSomewhere();
                for (; step < STEPS; step++) {
                    act();
                    if (step % 10 == 0) {
                        check();
                    }
                }
                comeToAnEnd();
                check();
                assertThat(contents(follower)).isEqualTo(contents(leader));
                assertThat(follower.digest()).isEqualTo(leader.digest());
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("keys " + keys + ", seed " + seed + ", step " + step, e);
            }
        }

        /** A prefix of the log, and some hashes as of later moments, as pages of an earlier heal would have left them. */
        private void startSomewhere() {
            int length = random.nextInt(400);
            while (committed < length) {
                writeAndCommit();
            }
            applied = random.nextInt(4) == 0 ? 0 : random.nextLong(committed + 1);
            stateAt(applied).values().forEach(effect -> effect.applyTo(follower));
            int later = random.nextInt(3) == 0 ? random.nextInt(keys.count) : 0;
            for (int i = 0; i < later; i++) {
                int hash = keys.key(random.nextInt(keys.count)).hash();
                long moment = random.nextLong(applied, committed + 1);
                follower.removeIf(hash, version -> version.index() <= moment);
                stateAt(moment).values().stream()
                        .filter(effect -> effect.key.hash() == hash)
                        .forEach(effect -> effect.applyTo(follower));
                exact = Math.max(exact, moment);
            }
        }

        private void act() {
            switch (random.nextInt(20)) {
                case 0, 1, 2 -> write();
                case 3, 4 -> commit();
                case 5 -> writeAndCommit();
                case 6, 7, 8 -> applyNext();
                case 9, 10, 11 -> ask();
                case 12, 13, 14 -> answer();
                case 15, 16, 17 -> deliver();
                case 18 -> {
                    if (random.nextInt(20) == 0) {
                        changeLeader();
                    } else if (random.nextInt(4) == 0) {
                        pulls.values().forEach(Pull::abandon);
                    }
                }
                default -> {
                    if (!open) {
                        open();
                    }
                }
            }
        }

        private void comeToAnEnd() {
            if (!open) {
                commitAll();
                open();
            }
            for (int i = 0; !differing.isEmpty(); i++) {
                assertThat(i).isLessThan(10_000);
                ask();
                answer();
                deliver();
                if (random.nextInt(10) == 0) {
                    writeAndCommit();
                    applyNext();
                }
            }
            commitAll();
            while (applied < committed) {
                applyNext();
            }
        }

        // --- the leader ---

        private void write() {
            HealScene.Key key = keys.key(random.nextInt(keys.count));
            long index = log.size() + 1;
            String value = random.nextInt(100) < removals ? null : "value " + term + "." + index;
            log.add(new Effect(key, value, term, index));
            underway.addLast(leader.write(key, key.hash(), value, term, index));
        }

        private void commit() {
            if (!underway.isEmpty()) {
                leader.cut(underway.removeFirst());
                committed++;
                committedForGood = Math.max(committedForGood, committed);
            }
        }

        private void writeAndCommit() {
            write();
            commit();
        }

        private void commitAll() {
            while (!underway.isEmpty()) {
                commit();
            }
        }

        /**
         * The next leader has all that was ever committed, but does not know it yet; of the rest it may have a part. Its log may lack
         * what the follower needs next, so that the heal begins anew.
         */
        private void changeLeader() {
            long kept = committedForGood + random.nextLong(log.size() - committedForGood + 1);
            log.subList((int) kept, log.size()).clear();
            term++;
            leader = new Table("model");
            underway.clear();
            committed = Math.max(0, committedForGood - random.nextInt(20));
            for (Effect effect : log) {
                if (effect.index <= committed) {
                    effect.applyTo(leader);
                } else {
                    HealScene.Key key = effect.key;
                    underway.addLast(leader.write(key, key.hash(), effect.value, effect.term, effect.index));
                }
            }
            if (random.nextBoolean()) {
                pulls.values().forEach(Pull::abandon);
                pulls.clear();
                differing = new BitSet();
                open = false;
            }
        }

        // --- the follower ---

        /** The log goes on from where the follower is, or with a gap, which the pages fill. */
        private void open() {
            if (committed < applied) {
                return;
            }
            open = true;
            if (random.nextInt(3) > 0) {
                applied = random.nextLong(applied, committed + 1);
            }
            exact = Math.max(exact, committed);
            differing = follower.digests().differingFrom(leader.digests());
        }

        private void applyNext() {
            if (open && applied < committed) {
                log.get((int) applied++).applyTo(follower);
            }
        }

        private void ask() {
            if (!differing.isEmpty()) {
                int from = differing.nextSetBit(random.nextInt(Table.segments()));
                int segment = from < 0 ? differing.nextSetBit(0) : from;
                Pull pull = pulls.computeIfAbsent(segment, of -> new Pull(follower, of, ++number));
                questions.add(pull.ask(applied, 1 + random.nextInt(30)));
            }
        }

        private void answer() {
            if (!questions.isEmpty()) {
                Inventory inventory = questions.get(random.nextInt(questions.size()));
                if (inventory.applied() <= committed) {
                    int maxBytes = 1 + random.nextInt(400);
                    Page page = new Pager(leader, maxBytes, version -> SIZE).page(inventory, committed);
                    checkPage(page, inventory, maxBytes);
                    pages.add(page);
                }
                if (random.nextInt(10) > 0) {
                    questions.remove(inventory);
                }
            }
        }

        private void checkPage(Page page, Inventory inventory, int maxBytes) {
            int keys = page.buckets().stream()
                    .mapToInt(bucket -> Math.max(1, bucket.items().size()))
                    .sum();
            assertThat(page.bytes() <= maxBytes || keys == 1).isTrue();
            assertThat(page.range().beginsAs(inventory.range())).isTrue();
            assertThat(page.range().isEmpty()).isFalse();
            assertThat(page.range().end()).isLessThanOrEqualTo(inventory.range().end());
            for (Page.Bucket bucket : page.buckets()) {
                for (Page.Item item : bucket.items()) {
                    assertThat(item.index()).isLessThanOrEqualTo(committed);
                }
            }
        }

        /** Any page that is under way, also of earlier leaders and earlier pulls. */
        private void deliver() {
            if (!pages.isEmpty()) {
                Page page = pages.get(random.nextInt(pages.size()));
                if (random.nextInt(10) > 0) {
                    pages.remove(page);
                }
                int segment = page.range().segment();
                Pull pull = pulls.get(segment);
                if (pull != null && pull.install(page)) {
                    exact = Math.max(exact, page.committed());
                    if (pull.isDone()) {
                        pulls.remove(segment);
                        differing.clear(segment);
                    }
                }
            }
        }

        // --- what must hold ---

        private void check() {
            Map<HealScene.Key, Effect> found = contents(follower);
            found.forEach((key, effect) -> {
                assertThat(effect.index).isLessThanOrEqualTo(committedForGood);
                assertThat(effect).isEqualTo(log.get((int) effect.index - 1));
            });
            assertThat(follower.committedSize()).isEqualTo(found.size());
            assertThat(follower.size()).isEqualTo(found.size());
            Table fresh = new Table("model");
            found.values().forEach(effect -> effect.applyTo(fresh));
            assertThat(follower.digest()).isEqualTo(fresh.digest());
            if (pulls.isEmpty()) {
                assertThat(HealScene.tombstones(follower)).isZero();
            }
            if (open && differing.isEmpty() && applied >= exact) {
                assertThat(found).isEqualTo(stateAt(applied));
            }
        }

        private static Map<HealScene.Key, Effect> contents(Table table) {
            Map<HealScene.Key, Effect> contents = new HashMap<>();
            table.forEachCommitted(version -> {
                HealScene.Key key = (HealScene.Key) version.key();
                contents.put(key, new Effect(key, (String) version.value(), version.term(), version.index()));
            });
            return contents;
        }

        private Map<HealScene.Key, Effect> stateAt(long moment) {
            Map<HealScene.Key, Effect> state = new HashMap<>();
            for (Effect effect : log.subList(0, (int) moment)) {
                if (effect.value == null) {
                    state.remove(effect.key);
                } else {
                    state.put(effect.key, effect);
                }
            }
            return state;
        }
    }
}
