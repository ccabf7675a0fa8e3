package io.memdi.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.memdi.ClusterId;
import io.memdi.Incarnation;
import io.memdi.Revision;
import io.memdi.transport.ClientMessage;
import io.memdi.transport.ClientMessage.HailReply;
import io.memdi.transport.ClientMessage.OrderReply;
import io.memdi.transport.ClientMessage.Verdict;
import io.memdi.transport.Contact;
import io.memdi.transport.Envelope;
import io.memdi.transport.Member;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RecoveredClientTest {
    private final Member self = new Member("client", new Incarnation(1, 1), "");
    private final Member node = new Member("a", new Incarnation(2, 2), "a");
    private final ClusterId before = new ClusterId(3, 3);
    private final ClusterId after = new ClusterId(4, 4);
    private final ClientMachine machine =
            new ClientMachine(ClientTimes.DEFAULT, self, List.of(new Contact("a", "a")), new Random(1), null);

    private void hears(ClusterId cluster, ClientMessage message) {
        machine.onMessage(new Envelope(0, cluster, node, self.incarnation(), 1, message));
    }

    private static HailReply leads(Member leader) {
        return new HailReply(1, Verdict.LEADS, leader, Revision.NONE, null, "");
    }

    /** What the node has said to a hail before its recovery may arrive after what it says to that. */
    @Test
    void isNotDrawnBackIntoTheClusterThatARecoveryHasLeft() {
        machine.begin(0);
        hears(before, leads(node));
        hears(after, new OrderReply(1, "", false));
        machine.end();
        assertThat(machine.cluster()).isEqualTo(before);

        machine.begin(1);
        machine.startOver();
        machine.end();
        assertThat(machine.leader()).isNull();

        machine.begin(2);
        hears(before, leads(node));
        machine.end();
        assertThat(machine.leader()).isNull();

        machine.begin(3);
        hears(after, leads(node));
        machine.end();
        assertThat(machine.cluster()).isEqualTo(after);
        assertThat(machine.leader()).isEqualTo(node);
    }

    /** What is answered late says nothing of where the node is now. */
    @Test
    void takesNoLateReplyForThatOfAnotherCluster() {
        machine.begin(0);
        machine.end(); // which hails for the first time
        machine.begin(1);
        hears(before, leads(node));
        hears(after, new OrderReply(1, "", false));
        machine.startOver();
        machine.end();
        machine.begin(2);
        hears(before, leads(node));
        assertThat(machine.end().warnings()).noneMatch(note -> note.contains("another cluster"));
        assertThat(machine.waitingFor()).doesNotContain("another cluster");

        for (int i = 3; i < 5; i++) {
            machine.begin(i);
            hears(before, new HailReply(99, Verdict.LEADS, node, Revision.NONE, null, ""));
            assertThat(machine.end().warnings()).hasSize(i == 3 ? 1 : 0);
            assertThat(machine.waitingFor()).contains("node a at a belongs to another cluster, " + before);
        }
        machine.begin(5);
        hears(after, leads(node));
        machine.end();
        assertThat(machine.waitingFor()).doesNotContain("another cluster");
    }

    @Test
    void takesTheClusterThatItFindsWhereItKnewNone() {
        machine.begin(0);
        hears(after, new OrderReply(1, "", false));
        machine.startOver();
        hears(before, leads(node));
        machine.end();
        assertThat(machine.cluster()).isEqualTo(after);
        assertThat(machine.leader()).isNull();
    }
}
