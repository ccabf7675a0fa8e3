package io.memdi.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memdi.Revision;
import io.memdi.transport.SegmentDigests;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class TableTest {
    private final Table table = new Table("greetings");
    private long index;

    @Nested
    class OnALeader {
        @Test
        void whatIsWrittenIsTheLatestAtOnceAndCommittedWhenCut() {
            Version hello = write("en", "hello");
            assertThat(latest("en")).isEqualTo("hello");
            assertThat(committed("en")).isNull();

            table.cut(hello);
            assertThat(committed("en")).isEqualTo("hello");
            assertThat(table.committed("en", "en".hashCode()).revision()).isEqualTo(new Revision(1, 1));
        }

        @Test
        void readersOfTheCommittedSeeTheOldValueUntilTheNewOneIsCut() {
            commit("en", "hello");
            Version hi = write("en", "hi");
            Version hey = write("en", "hey");
            assertThat(latest("en")).isEqualTo("hey");
            assertThat(committed("en")).isEqualTo("hello");

            table.cut(hi);
            assertThat(committed("en")).isEqualTo("hi");
            table.cut(hey);
            assertThat(committed("en")).isEqualTo("hey");
        }

        @Test
        void aRemovalHidesAKeyFromTheLatestAndLaterFromTheCommitted() {
            commit("en", "hello");
            Version removal = write("en", null);
            assertThat(latest("en")).isNull();
            assertThat(committed("en")).isEqualTo("hello");
            assertSizes(0, 1);

            table.cut(removal);
            assertThat(committed("en")).isNull();
            assertSizes(0, 0);
        }

        @Test
        void aKeyIsRemovedAndPutAgainBeforeAnyOfItIsCommitted() {
            commit("en", "hello");
            Version removal = write("en", null);
            Version again = write("en", "hello again");
            assertThat(committed("en")).isEqualTo("hello");

            table.cut(removal);
            assertThat(committed("en")).isNull();
            assertThat(latest("en")).isEqualTo("hello again");
            assertSizes(1, 0);

            table.cut(again);
            assertThat(committed("en")).isEqualTo("hello again");
            assertSizes(1, 1);
        }

        @Test
        void aRemovalOfWhatIsNotThereChangesNothing() {
            Version removal = write("en", null);
            assertThat(latest("en")).isNull();
            assertSizes(0, 0);
            table.cut(removal);
            assertThat(committed("en")).isNull();
            assertSizes(0, 0);
            assertThat(table.digest()).isEqualTo(new Table("greetings").digest());
        }

        @Test
        void aHotKeyMayHaveAMillionVersionsUnderway() {
            Deque<Version> underway = new ArrayDeque<>();
            for (int i = 0; i < 1_000_000; i++) {
                underway.add(write("counter", i));
            }
            for (int i = 0; i < 500_000; i++) {
                table.cut(underway.removeFirst());
            }
            while (!underway.isEmpty()) {
                table.rollback(underway.removeLast());
            }
            assertThat(latest("counter")).isEqualTo(499_999);
            assertThat(committed("counter")).isEqualTo(499_999);
        }
    }

    @Nested
    class OnALeaderThatStepsDown {
        @Test
        void aNewKeyGoes() {
            table.rollback(write("en", "hello"));
            assertThat(latest("en")).isNull();
            assertSizes(0, 0);
        }

        @Test
        void anOldValueComesBack() {
            commit("en", "hello");
            Version hi = write("en", "hi");
            Version removal = write("en", null);
            table.rollback(removal);
            assertThat(latest("en")).isEqualTo("hi");
            table.rollback(hi);
            assertThat(latest("en")).isEqualTo("hello");
            assertThat(committed("en")).isEqualTo("hello");
            assertSizes(1, 1);
        }

        @Test
        void aKeyWhoseRemovalWasCommittedBelowStaysAway() {
            commit("en", "hello");
            Version removal = write("en", null);
            Version again = write("en", "hello again");
            table.cut(removal);
            table.rollback(again);
            assertThat(latest("en")).isNull();
            assertThat(committed("en")).isNull();
            assertSizes(0, 0);
            commit("en", "and again");
            assertThat(committed("en")).isEqualTo("and again");
        }
    }

    @Nested
    class OnAFollower {
        @Test
        void anEffectIsCommittedAtOnce() {
            table.apply("en", "en".hashCode(), "hello", 1, 1);
            assertThat(latest("en")).isEqualTo("hello");
            assertThat(committed("en")).isEqualTo("hello");
            table.apply("en", "en".hashCode(), null, 1, 2);
            assertThat(latest("en")).isNull();
            assertThat(committed("en")).isNull();
            assertSizes(0, 0);
        }

        @Test
        void anEffectThatIsNotNewerIsSkipped() {
            table.apply("en", "en".hashCode(), "hello", 2, 5);
            String before = table.digest();
            table.apply("en", "en".hashCode(), "again", 2, 5);
            table.apply("en", "en".hashCode(), "older", 2, 4);
            table.apply("en", "en".hashCode(), "older term", 1, 9);
            table.apply("en", "en".hashCode(), null, 1, 9);
            assertThat(committed("en")).isEqualTo("hello");
            assertThat(table.digest()).isEqualTo(before);

            table.apply("en", "en".hashCode(), "newer term", 3, 1);
            assertThat(committed("en")).isEqualTo("newer term");
            assertSizes(1, 1);
        }
    }

    @Nested
    class Refuses {
        @Test
        void aCutThatIsOutOfOrderOrRepeated() {
            Version first = write("en", "hello");
            Version second = write("en", "hi");
            assertThatThrownBy(() -> table.cut(second)).isInstanceOf(IllegalStateException.class);
            table.cut(first);
            assertThatThrownBy(() -> table.cut(first)).isInstanceOf(IllegalStateException.class);
        }

        @Test
        void aRollbackOfWhatIsCommittedOrLiesBelowOrIsGone() {
            Version first = write("en", "hello");
            Version second = write("en", "hi");
            assertThatThrownBy(() -> table.rollback(first)).isInstanceOf(IllegalStateException.class);
            table.rollback(second);
            assertThatThrownBy(() -> table.rollback(second)).isInstanceOf(IllegalStateException.class);
            table.cut(first);
            assertThatThrownBy(() -> table.rollback(first)).isInstanceOf(IllegalStateException.class);
            assertThat(committed("en")).isEqualTo("hello");
        }

        @Test
        void aWriteThatIsNotNewer() {
            write("en", "hello");
            assertThatThrownBy(() -> table.write("en", "en".hashCode(), "hi", 1, index))
                    .isInstanceOf(IllegalStateException.class);
        }

        @Test
        void anEffectOnTopOfWhatIsNotCommitted() {
            write("en", "hello");
            assertThatThrownBy(() -> table.apply("en", "en".hashCode(), "hi", 1, index + 1))
                    .isInstanceOf(IllegalStateException.class);
        }
    }

    @Nested
    class Keys {
        @Test
        void ofOneHashAreKeptApart() {
            record Twin(String name) {}
            for (int i = 0; i < 100; i++) {
                table.apply(new Twin("twin " + i), 0, i, 1, ++index);
            }
            for (int i = 0; i < 100; i += 2) {
                table.apply(new Twin("twin " + i), 0, null, 1, ++index);
            }
            for (int i = 0; i < 100; i++) {
                Version found = table.latest(new Twin("twin " + i), 0);
                assertThat(found == null ? null : found.value()).isEqualTo(i % 2 == 0 ? null : i);
            }
            assertThat(table.latest(new Object(), 0)).isNull();
        }

        @Test
        void keepTheObjectThatCameFirst() {
            String key = new String("en");
            commit(key, "hello");
            commit(new String("en"), "hi");
            assertThat(table.latest("en", "en".hashCode()).key()).isSameAs(key);
        }

        @Test
        void takeFewSlotsHoweverManyTheyAre() {
            for (int i = 1; i <= 200_000; i++) {
                commit("key " + i, i);
                if (i >= 20_000 && i % 10_000 == 0) {
                    assertThat(Slots.count(table)).isBetween(i * 2L, i * 5L);
                }
            }
            for (int i = 1; i <= 200_000; i++) {
                assertThat(latest("key " + i)).isEqualTo(i);
            }
        }

        @Test
        void thatComeAndGoLeaveNothingBehind() {
            for (int i = 0; i < 300_000; i++) {
                commit("key " + i, i);
                commit("key " + (i - 1000), null);
            }
            assertSizes(1000, 1000);
            assertThat(Slots.count(table)).isLessThan(20L * Table.segments());
        }

        @Test
        void thatAllGoGiveTheirSlotsBack() {
            for (int i = 0; i < 100_000; i++) {
                commit("key " + i, i);
            }
            for (int i = 0; i < 100_000; i++) {
                commit("key " + i, null);
            }
            assertSizes(0, 0);
            assertThat(Slots.count(table)).isLessThanOrEqualTo(8L * Table.segments());
        }
    }

    @Nested
    class AWalk {
        @Test
        void seesWhatItsReaderSees() {
            commit("en", "hello");
            commit("fr", "bonjour");
            write("en", "hi");
            write("fr", null);
            write("de", "hallo");
            Map<Object, Object> latest = new HashMap<>();
            table.forEachLatest(version -> latest.put(version.key(), version.value()));
            assertThat(latest).isEqualTo(Map.of("en", "hi", "de", "hallo"));
            Map<Object, Object> committed = new HashMap<>();
            table.forEachCommitted(version -> committed.put(version.key(), version.value()));
            assertThat(committed).isEqualTo(Map.of("en", "hello", "fr", "bonjour"));
        }

        @Test
        void isSplitBySegments() {
            for (int i = 0; i < 5000; i++) {
                commit("key " + i, i);
            }
            Set<Object> seen = new HashSet<>();
            for (int segment = 0; segment < Table.segments(); segment++) {
                int expected = segment;
                table.forEachCommitted(segment, version -> {
                    assertThat(Table.segmentOf(version.hash())).isEqualTo(expected);
                    assertThat(seen.add(version.key())).isTrue();
                });
            }
            assertThat(seen).hasSize(5000);
        }

        @Test
        void seesEveryKeyOnceThoughTheTableIsTurnedOverMeanwhile() {
            for (int i = 0; i < 5000; i++) {
                commit("stays " + i, i);
                commit("goes " + i, i);
            }
            List<Object> seen = new ArrayList<>();
            table.forEachLatest(version -> {
                seen.add(version.key());
                int step = seen.size();
                commit("comes " + step, step);
                if (step <= 5000) {
                    commit("goes " + (step - 1), null);
                    commit("goes " + (step - 1), "back");
                }
            });
            assertThat(seen).doesNotHaveDuplicates();
            for (int i = 0; i < 5000; i++) {
                assertThat(seen).contains("stays " + i);
            }
        }
    }

    @Nested
    class TheDigest {
        @Test
        void dependsNeitherOnOrderNorOnWhatWasTakenBack() {
            Table other = new Table("greetings");
            for (int i = 0; i < 1000; i++) {
                table.apply("key " + i, ("key " + i).hashCode(), i, 1, i + 1);
                int j = 999 - i;
                other.apply("key " + j, ("key " + j).hashCode(), j, 1, j + 1);
            }
            for (int i = 0; i < 1000; i++) {
                other.rollback(other.write("key " + i, ("key " + i).hashCode(), "lost", 2, i + 1));
                other.rollback(other.write("lost " + i, ("lost " + i).hashCode(), "lost", 2, i + 1));
            }
            assertThat(other.digest()).isEqualTo(table.digest()).hasSize(32);
            assertThat(other.digests().differingFrom(table.digests()).isEmpty()).isTrue();
        }

        @Test
        void tellsTheSegmentsThatDiffer() {
            commit("en", "hello");
            SegmentDigests before = table.digests();
            commit("en", "hi");
            commit("fr", "bonjour");
            BitSet differing = table.digests().differingFrom(before);
            assertThat(differing.stream()).containsExactlyInAnyOrder(segmentOf("en"), segmentOf("fr"));
        }

        private static int segmentOf(String key) {
            return Table.segmentOf(key.hashCode());
        }

        @Test
        void dependsOnStoreKeyAndRevision() {
            Set<String> digests = new HashSet<>();
            digests.add(table.digest());
            for (String store : List.of("greetings", "farewells")) {
                for (String key : List.of("en", "fr")) {
                    for (long term = 1; term <= 3; term++) {
                        for (long index = 1; index <= 3; index++) {
                            Table one = new Table(store);
                            one.apply(key, key.hashCode(), "value", term, index);
                            digests.add(one.digest());
                        }
                    }
                }
            }
            assertThat(digests).hasSize(1 + 2 * 2 * 3 * 3);
        }

        @Test
        void leavesOutWhatIsNotCommitted() {
            commit("en", "hello");
            String before = table.digest();
            Version hi = write("en", "hi");
            assertThat(table.digest()).isEqualTo(before);
            table.cut(hi);
            assertThat(table.digest()).isNotEqualTo(before);
        }

        /** Nodes of different releases compare digests: a change of this number is a change of the protocol. */
        @Test
        void isTheSameInEveryRelease() {
            table.apply("en", "en".hashCode(), "hello", 3, 7);
            table.apply("fr", "fr".hashCode(), "bonjour", 3, 8);
            assertThat(table.digest()).isEqualTo("97d6608f66a05c5fe3e0b95a2152f740");
        }
    }

    private Version write(Object key, Object value) {
        return table.write(key, key.hashCode(), value, 1, ++index);
    }

    private void commit(Object key, Object value) {
        table.cut(write(key, value));
    }

    private Object latest(Object key) {
        Version version = table.latest(key, key.hashCode());
        return version == null ? null : version.value();
    }

    private Object committed(Object key) {
        Version version = table.committed(key, key.hashCode());
        return version == null ? null : version.value();
    }

    private void assertSizes(long latest, long committed) {
        assertThat(table.size()).isEqualTo(latest);
        assertThat(table.committedSize()).isEqualTo(committed);
    }
}
