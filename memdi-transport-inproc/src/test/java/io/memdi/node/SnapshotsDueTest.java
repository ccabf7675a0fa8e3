package io.memdi.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.memdi.Codec;
import io.memdi.Store;
import io.memdi.storage.Journal;
import io.memdi.transport.inproc.SimNetwork;
import io.memdi.wire.StoreCodecs;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A snapshot is due once the log is large, and as large as the last snapshot: so a large state is not written again and again. */
class SnapshotsDueTest {
    private static final long AFTER = 1000;

    private static final class Sized implements Journals {
        final HangingJournal disk = new HangingJournal();

        @Override
        public Journal open(StoreCodecs codecs) {
            return disk;
        }

        @Override
        public long snapshotAfterBytes() {
            return AFTER;
        }
    }

    @ParameterizedTest
    @CsvSource({"999, 0, 0", "1000, 0, 1", "1000, 1000, 1", "4999, 5000, 0", "5000, 5000, 1"})
    void theLogIsAsLargeAsIsWantedAndAsTheLastSnapshot(long log, long snapshot, int begun) {
        Sized journals = new Sized();
        try (SimNetwork network = SimNetwork.create(1);
                LocalNode node = LocalNode.start(NodeSettings.of("a", List.of()), network, journals)) {
            node.cluster().foundAlone();
            node.awaitReady(Trio.LONG);
            journals.disk.measures(log, snapshot);
            network.advance(Duration.ofSeconds(1));
            assertThat(journals.disk.snapshots()).isEqualTo(begun);
        }
    }

    @Test
    void noOneIsBegunBesideOneThatIsOnItsWay() {
        Sized journals = new Sized();
        try (SimNetwork network = SimNetwork.create(2);
                LocalNode node = LocalNode.start(NodeSettings.of("a", List.of()), network, journals)) {
            node.cluster().foundAlone();
            node.awaitReady(Trio.LONG);
            journals.disk.measures(2 * AFTER, 0);
            network.advance(Duration.ofSeconds(2));
            assertThat(journals.disk.snapshots()).isEqualTo(1);
        }
    }

    /** A store of 8 MiB. */
    private static void fill(LocalNode node) {
        node.cluster().foundAlone();
        node.awaitReady(Trio.LONG);
        Store<String, byte[]> store = node.store("large", Codec.string(), Codec.bytes());
        for (int i = 0; i < 64; i++) {
            store.put("key " + i, new byte[128 << 10]);
        }
    }

    /** 100 ms of a snapshot of that; then the log grows. */
    private static long afterGrowth(long bytes) {
        Sized journals = new Sized();
        try (SimNetwork network = SimNetwork.create(3);
                LocalNode node = LocalNode.start(NodeSettings.of("a", List.of()), network, journals)) {
            fill(node);
            journals.disk.measures(2 * AFTER, 0);
            network.advance(Duration.ofMillis(100));
            journals.disk.measures(2 * AFTER + bytes, 0);
            network.advance(Duration.ofMillis(100));
            return journals.disk.written();
        }
    }

    @Test
    void asTheLogGrowsASnapshotIsWrittenFaster() {
        assertThat(afterGrowth(0)).isLessThan(3L << 20);
        assertThat(afterGrowth(1 << 20)).isGreaterThan(afterGrowth(0) + (3L << 19));
        assertThat(afterGrowth(4 << 20)).as("all of it").isGreaterThan(8L << 20);
    }

    /** However large the log is that it is for: that was there before, and is no reason to hurry. */
    @ParameterizedTest
    @ValueSource(longs = {2 * AFTER, 192L << 20})
    void aLargeOneTakesItsTime(long log) {
        Sized journals = new Sized();
        try (SimNetwork network = SimNetwork.create(3);
                LocalNode node = LocalNode.start(NodeSettings.of("a", List.of()), network, journals)) {
            fill(node);
            journals.disk.measures(log, 0);
            network.advance(Duration.ofMillis(100));
            assertThat(journals.disk.isFinished()).isFalse();
            long early = journals.disk.written();
            assertThat(early).isBetween(1L << 20, 3L << 20);
            network.advance(Duration.ofSeconds(2));
            assertThat(journals.disk.isFinished()).isTrue();
            assertThat(journals.disk.written()).isGreaterThan(8L << 20);
        }
    }
}
