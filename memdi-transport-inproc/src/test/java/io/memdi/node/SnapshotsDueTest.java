package io.memdi.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.memdi.storage.Journal;
import io.memdi.transport.inproc.SimNetwork;
import io.memdi.wire.StoreCodecs;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
}
