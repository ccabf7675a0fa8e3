package io.memdi.node;

import static io.memdi.node.Trio.store;
import static org.assertj.core.api.Assertions.assertThat;

import io.memdi.Ack;
import io.memdi.Codec;
import io.memdi.MemdiNode;
import io.memdi.ReadOptions;
import io.memdi.Revision;
import io.memdi.Store;
import io.memdi.WriteOptions;
import io.memdi.store.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Heals of what is more than a frame holds: over frames that are as small as the settings of the nodes make them. */
class HealFramesTest {
    private static final WriteOptions QUORUM = WriteOptions.ack(Ack.QUORUM_MEMORY);
    private static final int KIB = 1 << 10;

    /** Small batches, and next to nothing of the log is kept. */
    private static Trio trio(long seed) {
        return Trio.framed(
                seed,
                settings -> settings.batchBytes(32 * KIB)
                        .windowBytes(64 * KIB)
                        .retainedLogBytes(64 * KIB)
                        .maxKeyBytes(100)
                        .maxValueBytes(32 * KIB));
    }

    private static void heals(Trio trio, MemdiNode away) {
        trio.network.heal();
        trio.await(() -> away.status().healing() != null);
        trio.await(() -> away.status().healing() == null);
        assertThat(away.status().stores()).isEqualTo(trio.leader().status().stores());
    }

    private static void await(Trio trio, List<CompletableFuture<Revision>> writes) {
        trio.await(() -> writes.stream().allMatch(CompletableFuture::isDone));
        assertThat(writes).allMatch(write -> !write.isCompletedExceptionally());
    }

    /** Most values are tiny, so the leader takes those of one segment for tiny too, a hundred of which are not. */
    @Test
    void aPageOfValuesThatAreLargerThanMostFits() {
        try (Trio trio = trio(81)) {
            Store<String, String> store = store(trio.leader());
            List<CompletableFuture<Revision>> writes = new ArrayList<>();
            for (int i = 0; i < 20_000; i++) {
                writes.add(store.async().put("tiny", "v"));
                if (i % 1000 == 0) {
                    await(trio, writes);
                }
            }
            await(trio, writes);
            MemdiNode away = trio.otherFollower();
            trio.network.partition(Set.of(away.name()));
            String large = "v".repeat(20_000);
            List<String> keys = IntStream.iterate(0, i -> i + 1)
                    .mapToObj(i -> "k" + i)
                    .filter(key -> Table.segmentOf(key.hashCode()) == 0)
                    .limit(100)
                    .toList();
            keys.forEach(key -> store.put(key, large, QUORUM));
            heals(trio, away);
            Revision last = store.put("last", "v", QUORUM);
            for (String key : keys) {
                assertThat(store(away).get(key, ReadOptions.local().atLeast(last)))
                        .isEqualTo(large);
            }
        }
    }

    /** The digests of one store take 16 KiB, and a frame of these nodes has room for those of seventy. */
    @Test
    void moreStoresThanAFrameHoldsDigestsOf() {
        try (Trio trio = trio(82)) {
            MemdiNode away = trio.otherFollower();
            trio.network.partition(Set.of(away.name()));
            MemdiNode leader = trio.leader();
            for (int i = 0; i < 150; i++) {
                leader.store("store " + i, Codec.string(), Codec.string()).put("k", "v".repeat(1000), QUORUM);
            }
            heals(trio, away);
            Revision last = store(leader).put("last", "v", QUORUM);
            for (int i = 0; i < 150; i++) {
                assertThat(away.store("store " + i, Codec.string(), Codec.string())
                                .get("k", ReadOptions.local().atLeast(last)))
                        .isEqualTo("v".repeat(1000));
            }
        }
    }
}
