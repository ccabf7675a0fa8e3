package io.memdi.store;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;

import io.memdi.Revision;
import io.memdi.transport.Page;
import io.memdi.transport.Range;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/**
 * Stories of one loop that writes and one reader that looks meanwhile. Run by {@link TableStressTest}.
 *
 * <p>The versions of the key that is watched are numbered. The loop tells which number it is about to show, and which it has
 * shown; so a reader who asks before and after its look knows between which two numbers it must have seen. Any outcome but
 * {@link #RIGHT} fails the run.
 */
public final class TableStress {
    static final String RIGHT = "right";

    static final String MISSED = "a key that is there was missed";
    private static final String STALE = "an older version than the one shown before";
    private static final String EARLY = "a version that was not shown yet";
    private static final String LOST = "a version that was taken back";
    private static final String TWICE = "a key was seen twice";

    static final int STEPS = 16;
    private static final int LOOKS = 24;

    /** Hashes that share a segment, so that the keys that come and go resize and rebuild it. */
    static final int[] NEIGHBOURS = neighbours();

    private TableStress() {}

    /** A loop and its table, with one key that is watched. */
    public abstract static class Scene {
        private static final String TAKEN_BACK = "taken back";

        final Table table = new Table("stress");
        private final Object key = "watched";
        private volatile long about;
        private volatile long shown;
        private long index;

        Scene() {
            table.view().show(true, false);
            put("before it", NEIGHBOURS[0], "anything");
            put(key, NEIGHBOURS[0], 0L);
        }

        // --- the loop ---

        Version write(Object value) {
            return table.write(key, NEIGHBOURS[0], value, 1, ++index);
        }

        /** The same version once more, committed this time. */
        void again(Version version) {
            table.apply(key, NEIGHBOURS[0], version.value(), version.term(), version.index());
        }

        Version writeWhatIsLost() {
            return write(TAKEN_BACK);
        }

        void put(Object other, int hash, Object value) {
            table.cut(table.write(other, hash, value, 1, ++index));
        }

        /** Of the version that is written next. */
        Revision next() {
            return new Revision(1, index + 1);
        }

        void about(long number) {
            about = number;
        }

        void shown(long number) {
            shown = number;
        }

        void cut(Version version, long number) {
            about(number);
            table.cut(version);
            shown(number);
        }

        /** A page that has the watched key only, of all keys with its hash. */
        void install(long number) {
            Pull pull = new Pull(table, Table.segmentOf(NEIGHBOURS[0]), number);
            pull.ask(index, STEPS);
            table.apply("in its place", NEIGHBOURS[0], null, 1, ++index);
            index++;
            Page.Item item = new Page.Item(1, index, key, number);
            Page.Bucket bucket = new Page.Bucket(NEIGHBOURS[0], List.of(item));
            about(number);
            pull.install(new Page(number, Range.of(Table.segmentOf(NEIGHBOURS[0])), index, List.of(bucket), 0));
            shown(number);
        }

        // --- the reader ---

        String lookAtCommitted(boolean oddAreRemovals) {
            long from = shown;
            Version found = table.committed(key, NEIGHBOURS[0]);
            return judge(found, from, about, oddAreRemovals);
        }

        /** As a session does, the long way: only what was found within one epoch counts, and only if that epoch allows to look. */
        String lookAtLatest(Supplier<@Nullable Integer> epoch) {
            long from = shown;
            Integer before = epoch.get();
            Version found = table.latest(key, NEIGHBOURS[0]);
            return before == null || !before.equals(epoch.get()) ? RIGHT : judge(found, from, about, false);
        }

        /** As a session does, the quick way. */
        String lookQuickly() {
            long from = shown;
            @Nullable Object[][] seen = table.view().shown();
            Object found = ReadView.find(seen, key, NEIGHBOURS[0]);
            return found == null || !table.view().shows(seen) ? RIGHT : judge(found, from, about, false);
        }

        String lookAtLatest() {
            long from = shown;
            Object value = ReadView.find(table.view().shown(), key, NEIGHBOURS[0]);
            String right = judge(value, from, about, false);
            return right.equals(RIGHT) ? judge(table.latest(key, NEIGHBOURS[0]), from, about, false) : right;
        }

        private static String judge(@Nullable Version found, long from, long to, boolean oddAreRemovals) {
            return judge(found == null ? null : found.value(), from, to, oddAreRemovals);
        }

        private static String judge(@Nullable Object value, long from, long to, boolean oddAreRemovals) {
            if (value == null) {
                boolean removedMeanwhile = oddAreRemovals && (from % 2 == 1 || from < to);
                return removedMeanwhile ? RIGHT : MISSED;
            }
            if (TAKEN_BACK.equals(value)) {
                return LOST;
            }
            long number = (Long) value;
            return number < from ? STALE : number > to ? EARLY : RIGHT;
        }
    }

    interface Look {
        String at();
    }

    static String worst(Look look) {
        String worst = RIGHT;
        for (int i = 0; i < LOOKS; i++) {
            String seen = look.at();
            worst = seen.equals(RIGHT) ? worst : seen;
        }
        return worst;
    }

    @JCStressTest
    @State
    @Outcome(id = RIGHT, expect = ACCEPTABLE, desc = "committed versions only, in order, and none older than shown")
    public static class CutAndRollback extends Scene {
        @Actor
        public void loop() {
            for (long number = 1; number <= STEPS; number += 2) {
                Version first = write(number);
                Version second = write(number + 1);
                Version lost = writeWhatIsLost();
                cut(first, number);
                Version removal = write(null);
                table.rollback(removal);
                table.rollback(lost);
                cut(second, number + 1);
            }
        }

        @Actor
        public void reader(L_Result result) {
            result.r1 = worst(() -> lookAtCommitted(false));
        }
    }

    @JCStressTest
    @State
    @Outcome(id = RIGHT, expect = ACCEPTABLE, desc = "the newest version, at once")
    public static class LatestAndWrite extends Scene {
        @Actor
        public void loop() {
            for (long number = 1; number <= STEPS; number++) {
                about(number);
                Version version = write(number);
                shown(number);
                if (number % 2 == 0) {
                    put("other " + number, NEIGHBOURS[(int) number], "anything");
                }
                table.cut(version);
            }
        }

        @Actor
        public void reader(L_Result result) {
            result.r1 = worst(this::lookAtLatest);
        }
    }

    /** A session on a node whose positions move. */
    public abstract static class Session extends Scene {
        final Positions positions = new Positions();

        Session() {
            positions.watch(table.view());
        }

        String lookInSession() {
            String quickly = lookQuickly();
            return quickly.equals(RIGHT) ? lookAtLatest(this::epoch) : quickly;
        }

        private @Nullable Integer epoch() {
            int epoch = positions.epoch();
            return Positions.isSettled(epoch) ? epoch : null;
        }
    }

    /** A leader that steps down, and comes to hold again what it took back: a read of the session waits meanwhile. */
    @JCStressTest
    @State
    @Outcome(id = RIGHT, expect = ACCEPTABLE, desc = "in one epoch, nothing older than what was acknowledged")
    public static class SessionAndStepDown extends Session {
        @Actor
        public void loop() {
            Revision committed = Revision.NONE;
            for (long number = 1; number <= STEPS; number++) {
                about(number);
                Version version = write(number);
                Revision held = version.revision();
                positions.publish(held, committed);
                positions.acknowledge(held);
                shown(number);
                positions.publish(committed, committed);
                table.rollback(version);
                again(version);
                committed = held;
                positions.publish(committed, committed);
            }
        }

        @Actor
        public void reader(L_Result result) {
            result.r1 = worst(this::lookInSession);
        }
    }

    /** A follower that acknowledges a write before it has it: a read of the session waits meanwhile. The segment grows. */
    @JCStressTest
    @State
    @Outcome(id = RIGHT, expect = ACCEPTABLE, desc = "nothing older than what was acknowledged")
    public static class SessionAndAcknowledgement extends Session {
        @Actor
        public void loop() {
            for (long number = 1; number <= 2 * STEPS; number++) {
                about(number);
                Revision next = next();
                positions.acknowledge(next);
                shown(number);
                table.cut(write(number));
                positions.publish(next, next);
                put(number, NEIGHBOURS[(int) number], "so that the segment grows");
            }
        }

        @Actor
        public void reader(L_Result result) {
            result.r1 = worst(this::lookInSession);
        }
    }

    @JCStressTest
    @State
    @Outcome(id = RIGHT, expect = ACCEPTABLE, desc = "what was there before comes back")
    public static class LatestAndRollback extends Scene {
        @Actor
        public void loop() {
            for (int step = 0; step < STEPS; step++) {
                table.rollback(write(0L));
                put("other " + step, NEIGHBOURS[step], "anything");
            }
        }

        @Actor
        public void reader(L_Result result) {
            result.r1 = worst(this::lookAtLatest);
        }
    }

    @JCStressTest
    @State
    @Outcome(id = RIGHT, expect = ACCEPTABLE, desc = "found wherever the segment is")
    public static class Resize extends Scene {
        @Actor
        public void loop() {
            for (int number = 1; number <= STEPS; number++) {
                Version version = write((long) number);
                Version lost = writeWhatIsLost();
                grow(2 * number);
                table.rollback(lost);
                grow(2 * number + 1);
                cut(version, number);
            }
            for (int number = STEPS + 1; number <= 2 * STEPS; number++) {
                Version version = write((long) number);
                put(number, NEIGHBOURS[2 * (number - STEPS)], null);
                put(number, NEIGHBOURS[2 * (number - STEPS) + 1], null);
                cut(version, number);
            }
        }

        private void grow(int neighbour) {
            put(neighbour / 2 + STEPS, NEIGHBOURS[neighbour], "anything");
        }

        @Actor
        public void reader(L_Result result) {
            result.r1 = worst(() -> lookAtCommitted(false));
        }
    }

    @JCStressTest
    @State
    @Outcome(
            id = RIGHT,
            expect = ACCEPTABLE,
            desc = "found, though slots on the way to it become graves and come back to life")
    public static class GravesOnTheWay extends Scene {
        @Actor
        public void loop() {
            for (long number = 1; number <= STEPS; number++) {
                Version version = write(number);
                put("before it", NEIGHBOURS[0], null);
                put("in its place", NEIGHBOURS[0], "anything");
                cut(version, number);
                put("in its place", NEIGHBOURS[0], null);
                table.rollback(table.write("before it", NEIGHBOURS[0], "taken back", 1, STEPS * 100 + number));
                put("before it", NEIGHBOURS[0], "anything");
            }
        }

        @Override
        void put(Object other, int hash, Object value) {
            Version newest = table.latest(other, hash);
            if (newest != null || value != null) {
                super.put(other, hash, value);
            }
        }

        @Actor
        public void reader(L_Result result) {
            result.r1 = worst(() -> lookAtCommitted(false));
        }
    }

    @JCStressTest
    @State
    @Outcome(
            id = RIGHT,
            expect = ACCEPTABLE,
            desc = "there and gone, as committed, also when slots before it come and go")
    public static class RemovalAndReturn extends Scene {
        @Actor
        public void loop() {
            for (long number = 1; number <= STEPS; number += 2) {
                Version removal = write(null);
                Version lost = writeWhatIsLost();
                cut(removal, number);
                table.rollback(lost);
                String gone = number % 4 == 1 ? "before it" : "in its place";
                String come = number % 4 == 1 ? "in its place" : "before it";
                put(gone, NEIGHBOURS[0], null);
                cut(write(number + 1), number + 1);
                put(come, NEIGHBOURS[0], "anything");
            }
        }

        @Actor
        public void reader(L_Result result) {
            result.r1 = worst(() -> lookAtCommitted(true));
        }
    }

    @JCStressTest
    @State
    @Outcome(id = RIGHT, expect = ACCEPTABLE, desc = "found, while pages replace it, and remove the key before it")
    public static class Heal extends Scene {
        @Actor
        public void loop() {
            for (long number = 1; number <= STEPS; number++) {
                install(number);
                put("before it", NEIGHBOURS[0], "anything");
                put(number, NEIGHBOURS[(int) number], "anything");
            }
        }

        @Actor
        public void reader(L_Result result) {
            result.r1 = worst(() -> lookAtCommitted(false));
        }
    }

    @JCStressTest
    @State
    @Outcome(id = RIGHT, expect = ACCEPTABLE, desc = "every key that stays is seen, and no key twice")
    public static class Walk extends Scene {
        @Actor
        public void loop() {
            for (int step = 0; step < STEPS; step++) {
                put("before it", NEIGHBOURS[0], null);
                put("comes", NEIGHBOURS[0], null);
                put("in its place", NEIGHBOURS[0], "anything");
                put("comes", NEIGHBOURS[0], "anything");
                put("in its place", NEIGHBOURS[0], null);
                put("before it", NEIGHBOURS[0], "anything");
                put(step, NEIGHBOURS[step], "anything");
            }
        }

        @Actor
        public void reader(L_Result result) {
            result.r1 = worst(this::walk);
        }

        private String walk() {
            List<Object> keys = new ArrayList<>();
            table.forEachCommitted(Table.segmentOf(NEIGHBOURS[0]), version -> keys.add(version.key()));
            Set<Object> distinct = new HashSet<>(keys);
            return distinct.size() < keys.size() ? TWICE : distinct.contains("watched") ? RIGHT : MISSED;
        }
    }

    private static int[] neighbours() {
        int[] hashes = new int[2 * STEPS + 2];
        int count = 0;
        for (int hash = 0; count < hashes.length; hash++) {
            if (Table.segmentOf(hash) == 0) {
                hashes[count++] = hash;
            }
        }
        return hashes;
    }
}
