package io.memdi.store;

import static io.memdi.store.TableStress.MISSED;
import static io.memdi.store.TableStress.NEIGHBOURS;
import static io.memdi.store.TableStress.RIGHT;
import static io.memdi.store.TableStress.STEPS;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;

import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/** Reads of value and revision together, by the same means as {@link TableStress}. Run by {@link TableStressTest}. */
public final class RevisionStress {
    private static final String TORN = "a value with another one's revision";

    private RevisionStress() {}

    @JCStressTest
    @State
    @Outcome(id = RIGHT, expect = ACCEPTABLE, desc = "value, term and index of one version")
    public static class RevisionAndValue {
        private static final String KEY = "watched";
        private static final String SAME = "the same object, whatever its revision";

        private final Table table = new Table("stress");

        public RevisionAndValue() {
            revise(1);
        }

        /** Term and index of a version are the same number, and so is its value, unless it is that object. */
        private void revise(long number) {
            table.apply(KEY, NEIGHBOURS[0], number % 3 == 0 ? number : SAME, number, number);
        }

        private Version write(Object value, long number) {
            return table.write(KEY, NEIGHBOURS[0], value, number, number);
        }

        @Actor
        public void loop() {
            for (long number = 2; number <= 4 * STEPS; number += 4) {
                revise(number);
                revise(number + 1);
                table.rollback(write("taken back", number + 2));
                table.cut(write(SAME, number + 2));
                table.cut(write(number + 3, number + 3));
                grow(number);
            }
        }

        /** Another key, so that the segment grows. */
        private void grow(long number) {
            table.apply(number, NEIGHBOURS[(int) number / 4], "anything", number, number);
        }

        @Actor
        public void reader(L_Result result) {
            result.r1 = TableStress.worst(() -> isWhole(table.committed(KEY, NEIGHBOURS[0])));
        }

        private static String isWhole(@Nullable Version found) {
            if (found == null) {
                return MISSED;
            }
            boolean fits = found.value() == SAME || found.value().equals(found.index());
            return fits && found.term() == found.index() ? RIGHT : TORN;
        }
    }

    @JCStressTest
    @State
    @Outcome(id = RIGHT, expect = ACCEPTABLE, desc = "value, term and index of one version, or nothing")
    public static class RevisionOverGraves {
        private static final Integer KEY = NEIGHBOURS[0];

        private final Table table = new Table("stress");

        private void apply(@Nullable Object value, long number) {
            table.apply(KEY, KEY, value, number, number);
        }

        @Actor
        public void loop() {
            for (long number = 1; number <= 8 * STEPS; number += 8) {
                apply(number, number);
                apply(null, number + 1);
                apply(number + 2, number + 2);
                table.cut(table.write(KEY, KEY, null, number + 3, number + 3));
                table.cut(table.write(KEY, KEY, number + 4, number + 4, number + 4));
                table.removeIf(KEY, version -> true);
                table.keepTombstones(0);
                apply(number + 5, number + 5);
                apply(null, number + 6);
                apply(number + 7, number + 7);
                table.dropTombstones(0);
            }
        }

        @Actor
        public void reader(L_Result result) {
            result.r1 = TableStress.worst(this::look);
        }

        private String look() {
            String[] worst = {isWhole(table.latest(KEY, KEY)), isWhole(table.committed(KEY, KEY)), RIGHT};
            table.forEachLatest(version -> worst[2] = isWhole(version));
            return worst[0].equals(RIGHT) ? worst[1].equals(RIGHT) ? worst[2] : worst[1] : worst[0];
        }

        private static String isWhole(@Nullable Version found) {
            boolean whole = found == null || (found.value().equals(found.index()) && found.term() == found.index());
            return whole ? RIGHT : TORN;
        }
    }
}
