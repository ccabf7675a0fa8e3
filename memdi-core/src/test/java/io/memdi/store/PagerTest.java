package io.memdi.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memdi.store.HealScene.Key;
import io.memdi.transport.Inventory;
import io.memdi.transport.Page;
import io.memdi.transport.Range;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a leader answers to an inventory. */
class PagerTest {
    private static final Inventory NOTHING =
            new Inventory(1, Range.of(0), 0, new int[] {}, new int[] {}, new long[] {});

    private final HealScene scene = new HealScene();

    @Test
    void aPageSaysWhatIsCommittedAndAsOfWhen() {
        Key key = HealScene.key(4);
        scene.put(key, "old");
        scene.put(key, "new");
        scene.write(key, "not committed");
        Page page = scene.answer(NOTHING);
        assertThat(page.pull()).isEqualTo(1);
        assertThat(page.range()).isEqualTo(Range.of(0));
        assertThat(page.committed()).isEqualTo(2);
        assertThat(page.buckets())
                .containsExactly(new Page.Bucket(key.hash(), List.of(new Page.Item(3, 2, key, "new"))));
    }

    @Test
    void pagesFollowEachOtherInTheOrderOfPlaces() {
        List<Key> keys = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            keys.add(HealScene.key(i));
            scene.put(HealScene.key(i), i);
        }
        keys.sort(Comparator.comparingInt(key -> Slots.placeOf(key.hash())));
        scene.maxBytes = 1000;
        List<Object> travelled = new ArrayList<>();
        Range rest = Range.of(0);
        while (!rest.isEmpty()) {
            Page page = scene.answer(new Inventory(1, rest, 0, new int[] {}, new int[] {}, new long[] {}));
            assertThat(page.range().from()).isEqualTo(rest.from());
            assertThat(page.bytes()).isLessThanOrEqualTo(1000);
            page.buckets().forEach(bucket -> travelled.add(bucket.items().get(0).key()));
            rest = rest.without(page.range());
        }
        assertThat(travelled).isEqualTo(keys);
    }

    @Test
    void aPageIsFilledButNotOverfilled() {
        for (int i = 0; i < 100; i++) {
            scene.put(HealScene.key(i), i);
        }
        scene.maxBytes = 124 * 7;
        assertThat(scene.answer(NOTHING).buckets()).hasSize(7);
        scene.maxBytes = 124 * 7 - 1;
        assertThat(scene.answer(NOTHING).buckets()).hasSize(6);
    }

    @Test
    void aKeyThatIsLargerThanAPageTravelsAlone() {
        for (int i = 0; i < 10; i++) {
            scene.put(HealScene.key(i), i);
        }
        scene.sizeOfEach = 5000;
        scene.maxBytes = 1000;
        assertThat(scene.answer(NOTHING).buckets()).hasSize(1);
    }

    @Test
    void aPageEndsWhereTheInventoryEnds() {
        for (int i = 0; i < 100; i++) {
            scene.put(HealScene.key(i), i);
        }
        Range part = Range.of(0).endingAt(Range.PLACES / 2);
        Page page = scene.answer(new Inventory(1, part, 0, new int[] {}, new int[] {}, new long[] {}));
        assertThat(page.range()).isEqualTo(part);
        assertThat(page.buckets())
                .hasSizeBetween(1, 99)
                .allMatch(bucket -> part.contains(Slots.placeOf(bucket.hash())));
    }

    @Test
    void anInventoryThatIsAheadHasToWait() {
        scene.put(HealScene.key(1), 1);
        Inventory ahead = new Inventory(1, Range.of(0), 2, new int[] {}, new int[] {}, new long[] {});
        assertThatThrownBy(() -> scene.answer(ahead)).isInstanceOf(IllegalArgumentException.class);
    }

    /** What is out of order would be taken for gone, and removed though the leader has it. */
    @Test
    void anInventoryThatIsNotInOrderIsRefused() {
        int low = 0;
        int high = 0;
        for (int i = 0; i < 10; i++) {
            int hash = HealScene.key(i).hash();
            low = i == 0 || Slots.placeOf(hash) < Slots.placeOf(low) ? hash : low;
            high = i == 0 || Slots.placeOf(hash) > Slots.placeOf(high) ? hash : high;
            scene.put(HealScene.key(i), i);
        }
        assertThat(scene.answer(of(Range.of(0), low, high)).buckets()).hasSize(10);
        assertRefused(of(Range.of(0), high, low));
        assertRefused(of(Range.of(0), low, high, low));
        assertRefused(of(Range.of(0).endingAt(Slots.placeOf(high)), low, high));
        assertRefused(of(Range.of(1), low, high));
    }

    @Test
    void anInventoryListsHashTermAndIndexOfEachKey() {
        assertThatThrownBy(() -> new Inventory(1, Range.of(0), 0, new int[2], new int[2], new long[1]))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Inventory(1, Range.of(0), 0, new int[2], new int[1], new long[2]))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private void assertRefused(Inventory inventory) {
        assertThatThrownBy(() -> scene.answer(inventory)).isInstanceOf(IllegalArgumentException.class);
    }

    private static Inventory of(Range range, int... hashes) {
        return new Inventory(1, range, 0, hashes, new int[hashes.length], new long[hashes.length]);
    }
}
