package io.memdi.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.memdi.Incarnation;
import io.memdi.Revision;
import io.memdi.transport.ClientMessage.Hail;
import io.memdi.transport.ClientMessage.HailReply;
import io.memdi.transport.ClientMessage.Verdict;
import io.memdi.transport.Envelope;
import io.memdi.transport.Member;
import io.memdi.transport.Message;
import io.memdi.transport.Message.Mode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What nodes tell clients. */
class ReceptionTest {
    private final Member client = new Member("client", new Incarnation(7, 7), "client");
    private final Stage stage = new Stage(3, null);
    private final List<Envelope> told = new ArrayList<>();
    private long hails;

    private Verdict hail(String node) {
        told.clear();
        stage.lose(envelope -> envelope.message() instanceof HailReply && told.add(envelope));
        Hail hail = new Hail(++hails, Revision.NONE, false);
        stage.turn(node, replica -> replica.onMessage(new Envelope(0, null, client, null, 0, hail)));
        stage.runUntil(() -> !told.isEmpty());
        return ((HailReply) told.get(0).message()).verdict();
    }

    /** What has begun, and has not opened, may be given up for another cluster; a client that had taken it for its own would be lost. */
    @Test
    void aClusterIsNotToldBeforeItHasOpened() {
        stage.lose(envelope -> envelope.message() instanceof Message.VoteRequest);
        stage.runUntil(() -> stage.get("c").mode() == Mode.MEMBER);
        assertThat(hail("c")).isEqualTo(Verdict.NO_CLUSTER);
        told.clear();
        List<Boolean> open = new ArrayList<>();
        stage.lose(envelope -> envelope.message() instanceof HailReply
                && told.add(envelope)
                && open.add(stage.get("c").isOpen()));
        stage.openEverywhere();
        stage.runUntil(() -> !open.isEmpty());
        assertThat(open).as("nor is who leads it").isNotEmpty().doesNotContain(false);
        assertThat(hail("c")).isIn(Verdict.FOLLOWS, Verdict.LEADS);
        assertThat(told.get(0).cluster()).isEqualTo(stage.get("a").cluster());
    }
}
