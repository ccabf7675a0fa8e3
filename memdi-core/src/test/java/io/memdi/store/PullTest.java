package io.memdi.store;

import static io.memdi.store.HealScene.contents;
import static io.memdi.store.HealScene.key;
import static io.memdi.store.HealScene.tombstones;
import static io.memdi.store.HealScene.travelled;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memdi.store.HealScene.Key;
import io.memdi.transport.Inventory;
import io.memdi.transport.Page;
import io.memdi.transport.Range;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** A follower pulls from a leader what differs. */
class PullTest {
    private final HealScene scene = new HealScene();
    private final Table leader = scene.leader;
    private final Table follower = scene.follower;

    @Nested
    class WhileNothingHappens {
        @Test
        void aFollowerThatHasNothingGetsEverythingOnce() {
            for (int i = 0; i < 1000; i++) {
                scene.put(key(i), "value " + i);
            }
            scene.loseLog();
            scene.maxBytes = 10_000;
            scene.pullAll();
            assertSame();
            assertThat(scene.travelled()).hasSize(1000).doesNotHaveDuplicates();
            assertThat(scene.pages).hasSizeGreaterThan(10).allMatch(page -> page.bytes() <= 10_000);
        }

        @Test
        void whereDigestsAgreeNothingIsPulled() {
            for (int i = 0; i < 1000; i++) {
                scene.put(spread(i), "value " + i);
            }
            scene.applyLog();
            scene.pullAll();
            assertThat(scene.pages).isEmpty();
        }

        @Test
        void onlyWhatChangedTravels() {
            for (int i = 0; i < 20_000; i++) {
                scene.put(spread(i), "value " + i);
            }
            scene.applyLog();
            List<String> changed = new ArrayList<>();
            for (int i = 0; i < 20_000; i += 100) {
                scene.put(spread(i), "changed");
                changed.add("key " + i + " = changed");
            }
            scene.loseLog();
            scene.pullAll();
            assertSame();
            assertThat(scene.travelled()).containsExactlyInAnyOrderElementsOf(changed);
            assertThat(scene.pages).hasSizeLessThanOrEqualTo(200);
        }

        @Test
        void whatWasRemovedGoes() {
            scene.put(key(1), "stays");
            scene.put(key(2), "goes");
            scene.put(key(3), "goes and comes back");
            scene.applyLog();
            scene.remove(key(2));
            scene.remove(key(3));
            scene.put(key(3), "is back");
            scene.loseLog();
            scene.pullAll();
            assertSame();
            assertThat(contents(follower)).containsOnlyKeys("key 1", "key 3");
            assertThat(scene.travelled()).containsExactly("key 3 = is back");
        }

        @Test
        void aTableThatIsNoMoreIsEmptied() {
            for (int i = 0; i < 500; i++) {
                scene.put(key(i), "value");
            }
            scene.applyLog();
            for (int i = 0; i < 500; i++) {
                scene.remove(key(i));
            }
            scene.loseLog();
            scene.maxKeys = 64;
            scene.pullAll();
            assertSame();
            assertThat(scene.travelled()).isEmpty();
            assertThat(scene.pages).hasSize(8);
            assertThat(Slots.count(follower)).isLessThanOrEqualTo(8L + Table.segments());
        }

        @Test
        void anInventoryListsNoMoreThanAskedFor() {
            for (int i = 0; i < 100; i++) {
                scene.put(key(i), "value");
            }
            scene.applyLog();
            Inventory first = scene.pullOf(0).ask(100, 30);
            assertThat(first.size()).isEqualTo(30);
            assertThat(first.range().from()).isZero();
            assertThat(first.range().end()).isLessThan(Range.PLACES);
            Inventory all = scene.pullOf(0).ask(100, 100);
            assertThat(all.size()).isEqualTo(100);
            assertThat(all.range()).isEqualTo(Range.of(0));
        }
    }

    @Nested
    class WhatIsNotCommitted {
        @Test
        void staysAtTheLeader() {
            scene.put(key(1), "old");
            scene.put(key(2), "is removed soon");
            scene.write(key(1), "new");
            scene.write(key(1), "newer");
            scene.write(key(2), null);
            scene.write(key(3), "first");
            scene.loseLog();
            scene.pullAll();
            assertThat(scene.travelled()).containsExactlyInAnyOrder("key 1 = old", "key 2 = is removed soon");
            assertSame();
        }

        @Test
        void isNoReasonToPull() {
            scene.put(key(1), "old");
            scene.applyLog();
            scene.write(key(1), "new");
            scene.write(key(2), "first");
            assertThat(scene.differing().isEmpty()).isTrue();
            assertThat(scene.answer(scene.ask(scene.pullOf(0))).buckets()).isEmpty();
        }

        @Test
        void isLeftOutAlsoOfARemovalThatIsCommitted() {
            scene.put(key(1), "old");
            scene.applyLog();
            Version removal = scene.write(key(1), null);
            scene.write(key(1), "new");
            scene.cut(removal);
            scene.loseLog();
            scene.pullAll();
            assertThat(contents(follower)).isEmpty();
            assertSame();
        }
    }

    @Nested
    class WhileTheLogGoesOn {
        private Pull pull;

        /** The follower asks, and the leader answers; the page is under way. */
        private Page askFor() {
            pull = scene.pullOf(0);
            return scene.answer(scene.ask(pull));
        }

        @Test
        void aLatePageDoesNotBringBackWhatWasRemovedSince() {
            scene.put(key(1), "removed soon");
            scene.loseLog();
            Page late = askFor();
            assertThat(travelled(late)).containsExactly("key 1 = removed soon");
            scene.remove(key(1));
            scene.applyLog();

            assertThat(pull.install(late)).isTrue();
            assertThat(scene.atFollower(key(1))).isNull();
            assertSame();
        }

        @Test
        void norWhatCameAndWentSince() {
            scene.loseLog();
            pull = scene.pullOf(0);
            Inventory inventory = scene.ask(pull);
            scene.put(key(1), "for a moment");
            Page late = scene.answer(inventory);
            scene.remove(key(1));
            scene.applyLog();

            assertThat(pull.install(late)).isTrue();
            assertSame();
        }

        @Test
        void norAnOlderValue() {
            scene.put(key(1), "old");
            scene.loseLog();
            Page late = askFor();
            scene.put(key(1), "new");
            scene.put(key(2), "unknown to the page");
            scene.applyLog();

            assertThat(pull.install(late)).isTrue();
            assertThat(scene.atFollower(key(1))).isEqualTo("new");
            assertThat(scene.atFollower(key(2))).isEqualTo("unknown to the page");
            assertSame();
        }

        @Test
        void aLatePageDoesNotRemoveWhatCameBackSince() {
            scene.put(key(1), "first");
            scene.applyLog();
            scene.remove(key(1));
            scene.loseLog();
            Page late = askFor();
            scene.put(key(1), "second");
            scene.applyLog();

            assertThat(pull.install(late)).isTrue();
            assertThat(scene.atFollower(key(1))).isEqualTo("second");
            assertSame();
        }

        @Test
        void theLogMayRepeatWhatAPageBrought() {
            scene.put(key(1), "1");
            scene.put(key(2), "2");
            scene.loseLog();
            scene.put(key(1), "1, changed");
            scene.remove(key(2));
            scene.put(key(3), "for a moment");
            scene.remove(key(3));
            scene.put(key(4), "first");
            scene.remove(key(4));
            scene.put(key(4), "second");
            scene.pullAll();
            assertSame();

            while (scene.applyNext()) {
                assertThat(scene.atFollower(key(1))).isEqualTo("1, changed");
                assertThat(scene.atFollower(key(2))).isNull();
                assertThat(scene.atFollower(key(4))).isEqualTo("second");
            }
            assertSame();
        }

        @Test
        void removalsAreRememberedFromAskToPageAndNoLonger() {
            scene.put(key(1), "1");
            scene.put(key(2), "2");
            scene.applyLog();
            Page page = askFor();
            scene.remove(key(1));
            scene.applyLog();
            assertThat(tombstones(follower)).isEqualTo(1);
            assertThat(follower.size()).isEqualTo(1);
            assertThat(follower.committedSize()).isEqualTo(1);
            assertSameContents();

            pull.install(page);
            assertThat(tombstones(follower)).isZero();
            scene.remove(key(2));
            scene.applyLog();
            assertSame();
        }

        @Test
        void aTombstoneGivesWayToAKeyThatComesBack() {
            scene.put(key(1), "1");
            scene.applyLog();
            Page page = askFor();
            scene.remove(key(1));
            scene.put(key(1), "again");
            scene.applyLog();
            assertThat(scene.atFollower(key(1))).isEqualTo("again");
            pull.install(page);
            assertSame();
        }

        @Test
        void whoAbandonsAPullForgetsTheRemovals() {
            scene.put(key(1), "1");
            scene.applyLog();
            Page late = askFor();
            scene.remove(key(1));
            scene.applyLog();
            pull.abandon();
            assertSame();
            assertThat(pull.install(late)).isFalse();
        }
    }

    @Nested
    class APageThatIsNotAwaited {
        @Test
        void isNotInstalledTwice() {
            for (int i = 0; i < 10; i++) {
                scene.put(key(i), "value");
            }
            scene.loseLog();
            scene.maxBytes = 500;
            Pull pull = scene.pullOf(0);
            Page first = scene.answer(scene.ask(pull));
            assertThat(pull.install(first)).isTrue();
            assertThat(pull.install(first)).isFalse();
            scene.ask(pull);
            assertThat(pull.install(first)).isFalse();
            scene.pull(pull);
            assertSame();
        }

        /** The page leaves out that there is nothing, for a follower that had nothing then, and has something now. */
        @Test
        void isNotInstalledIfAnEarlierPullAskedForIt() {
            Pull earlier = scene.pullOf(0);
            Inventory inventory = scene.ask(earlier);
            scene.put(key(1), "removed soon");
            Page behind = scene.answer(scene.ask(earlier));
            scene.remove(key(1));
            scene.put(key(2), "new");
            Page late = scene.answer(inventory);
            earlier.install(behind);
            scene.loseLog();

            Pull pull = scene.pullOf(0);
            scene.ask(pull);
            assertThat(pull.install(late)).isFalse();
            scene.pull(pull);
            assertSame();
        }

        /** What was removed before the follower asked has left no tombstone. */
        @Test
        void isNotInstalledIfItIsOlderThanTheQuestion() {
            scene.put(key(1), "removed soon");
            scene.loseLog();
            Pull pull = scene.pullOf(0);
            Page old = scene.answer(scene.ask(pull));
            pull.abandon();
            scene.remove(key(1));
            scene.applyLog();
            scene.ask(pull);
            assertThat(pull.install(old)).isFalse();
            scene.pull(pull);
            assertSame();
        }

        @Test
        void isInstalledIfTheSameWasAskedForTwice() {
            scene.put(key(1), "removed soon");
            scene.loseLog();
            Pull pull = scene.pullOf(0);
            Page late = scene.answer(scene.ask(pull));
            scene.remove(key(1));
            scene.applyLog();
            scene.ask(pull);
            assertThat(pull.install(late)).isTrue();
            assertSame();
        }

        /** Who leads after it has healed makes pages by what keys take, not by a guess. */
        @Test
        void tellsHowMuchKeysTake() {
            for (int i = 0; i < 20; i++) {
                scene.put(key(i), i);
            }
            scene.loseLog();
            scene.sizeOfEach = 7777;
            scene.pullAll();
            assertThat(follower.sizes().bytes()).isEqualTo(7777);
        }

        @Test
        void isNotAskedForAtTheEnd() {
            Pull pull = scene.pullOf(0);
            scene.pull(pull);
            assertThatThrownBy(() -> scene.ask(pull)).isInstanceOf(IllegalStateException.class);
        }
    }

    @Nested
    class KeysOfOneHash {
        private final Key one = key("one", 5);
        private final Key two = key("two", 5);
        private final Key three = key("three", 5);

        @Test
        void allCome() {
            scene.put(one, 1);
            scene.put(two, 2);
            scene.put(three, 3);
            scene.loseLog();
            scene.pullAll();
            assertSame();
            assertThat(contents(follower)).hasSize(3);
        }

        @Test
        void changeOneByOne() {
            scene.put(one, 1);
            scene.put(two, 2);
            scene.applyLog();
            scene.put(one, "changed");
            scene.loseLog();
            scene.pullAll();
            assertSame();
            scene.put(three, 3);
            scene.loseLog();
            scene.pullAll();
            assertSame();
        }

        @Test
        void goOneByOne() {
            scene.put(one, 1);
            scene.put(two, 2);
            scene.put(three, 3);
            scene.applyLog();
            scene.remove(two);
            scene.loseLog();
            scene.pullAll();
            assertSame();
            assertThat(contents(follower)).containsOnlyKeys("one", "three");
        }

        @Test
        void replaceEachOther() {
            scene.put(one, 1);
            scene.applyLog();
            scene.remove(one);
            scene.put(two, 2);
            scene.loseLog();
            scene.pullAll();
            assertSame();
            assertThat(contents(follower)).containsOnlyKeys("two");
        }

        @Test
        void agreeInWhateverOrderTheyLie() {
            scene.put(one, 1);
            scene.put(two, 2);
            scene.put(three, 3);
            for (Key key : List.of(three, one, two)) {
                Version version = leader.committed(key, key.hash());
                follower.apply(key, key.hash(), version.value(), version.term(), version.index());
            }
            scene.put(key(6), "new");
            scene.loseLog();
            scene.pullAll();
            assertSame();
            assertThat(scene.travelled()).containsExactly("key 6 = new");
        }

        /** As entries with several effects would have it. */
        @Test
        void areKeptApartThoughTheyHaveOneRevision() {
            for (Table table : List.of(leader, follower)) {
                table.apply(one, one.hash(), 1, 1, 1);
                table.apply(two, two.hash(), 2, 1, 1);
            }
            scene.remove(one);
            scene.loseLog();
            scene.pullAll();
            assertSame();
            assertThat(contents(follower)).containsOnlyKeys("two");
        }

        @Test
        void leaveAloneWhatTheLogBroughtToOneOfThem() {
            scene.put(one, 1);
            scene.put(two, 2);
            scene.applyLog();
            scene.remove(two);
            scene.loseLog();
            Pull pull = scene.pullOf(0);
            Page late = scene.answer(scene.ask(pull));
            scene.put(three, 3);
            scene.remove(one);
            scene.applyLog();
            assertThat(pull.install(late)).isTrue();
            assertThat(contents(follower)).containsOnlyKeys("three");
            assertSame();
        }

        @Test
        void areNotPartedWhereThereIsRoom() {
            changeOneOfThree();
            scene.maxBytes = 3 * 124;
            scene.pullAll();
            assertSame();
            assertThat(scene.pages).hasSize(20).allSatisfy(page -> {
                assertThat(page.buckets()).hasSize(1);
                assertThat(page.buckets().get(0).items()).hasSize(3);
            });
        }

        /** Pages are bounded, however many keys have one hash; and so are inventories. */
        @Test
        void arePartedWhereThereIsNone() {
            changeOneOfThree();
            scene.maxKeys = 2;
            scene.maxBytes = 1;
            scene.pullAll();
            assertSame();
            assertThat(scene.pages)
                    .allSatisfy(page -> assertThat(page.buckets().stream()
                                    .mapToInt(bucket -> bucket.items().size())
                                    .sum())
                            .isLessThanOrEqualTo(1));
        }

        /** Between two pages of one hash the keys of the first are removed, replaced, and put anew. */
        @Test
        void changeBetweenTheirPages() {
            scene.put(one, 1);
            scene.put(two, 2);
            scene.put(three, 3);
            scene.loseLog();
            scene.maxBytes = 1;
            Pull pull = scene.pullOf(0);
            assertThat(pull.install(scene.answer(scene.ask(pull)))).isTrue();
            assertThat(contents(follower)).containsOnlyKeys("one");
            scene.remove(one);
            scene.put(two, "changed");
            Page late = scene.answer(scene.ask(pull));
            scene.put(one, "again");
            scene.applyLog();
            assertThat(pull.install(late)).isTrue();
            scene.pull(pull);
            scene.applyLog();
            assertSame();
            assertThat(contents(follower)).hasSize(3);
        }

        private void changeOneOfThree() {
            for (int hash = 0; hash < 20; hash++) {
                for (int twin = 0; twin < 3; twin++) {
                    scene.put(key("twin " + hash + "." + twin, hash), twin);
                }
            }
            scene.applyLog();
            for (int hash = 0; hash < 20; hash++) {
                scene.put(key("twin " + hash + ".1", hash), "changed");
            }
            scene.loseLog();
        }

        @Test
        void haveOnePlaceAndOthersHaveOthers() {
            assertThat((long) Range.SEGMENTS * Range.PLACES).isEqualTo(1L << Integer.SIZE);
            List<Long> places = new ArrayList<>();
            for (int hash = -50_000; hash < 50_000; hash++) {
                places.add((long) Table.segmentOf(hash) * Range.PLACES + Slots.placeOf(hash));
            }
            assertThat(places.stream().distinct()).hasSize(100_000);
        }
    }

    private static Key spread(int number) {
        String name = "key " + number;
        return new Key(name, name.hashCode());
    }

    private void assertSame() {
        assertSameContents();
        assertThat(tombstones(follower)).isZero();
    }

    private void assertSameContents() {
        assertThat(contents(follower)).isEqualTo(contents(leader));
        assertThat(follower.digest()).isEqualTo(leader.digest());
        assertThat(scene.differing().isEmpty()).isTrue();
        assertThat(follower.committedSize()).isEqualTo(leader.committedSize());
        assertThat(follower.size()).isEqualTo(follower.committedSize());
    }
}
