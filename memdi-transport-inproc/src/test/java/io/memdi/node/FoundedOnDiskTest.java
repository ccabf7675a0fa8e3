package io.memdi.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memdi.OutcomeUnknownException;
import io.memdi.Role;
import io.memdi.transport.inproc.SimNetwork;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whoever is told that a cluster was founded may rely on it: a crash does not undo that. */
class FoundedOnDiskTest {
    @Test
    void aFoundingIsOverOnceItIsOnDisk() {
        HangingJournal disk = new HangingJournal();
        try (SimNetwork network = SimNetwork.create(1)) {
            LocalNode node = LocalNode.start(NodeSettings.of("a", List.of()), network, codecs -> disk);
            disk.hang();
            assertThatThrownBy(() -> node.cluster().foundAlone())
                    .isInstanceOf(OutcomeUnknownException.class)
                    .hasMessageContaining("foundAlone has begun, and is not on the disk of this node yet");
        }
    }

    @Test
    void aDiskThatAnswersIsWaitedFor() {
        HangingJournal disk = new HangingJournal();
        try (SimNetwork network = SimNetwork.create(2)) {
            LocalNode node = LocalNode.start(NodeSettings.of("a", List.of()), network, codecs -> disk);
            node.cluster().foundAlone();
            node.awaitReady(Trio.LONG);
            assertThat(node.status().role()).isEqualTo(Role.LEADER);
        }
    }
}
