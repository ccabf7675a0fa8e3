package io.memdi.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.memdi.ClusterId;
import io.memdi.Incarnation;
import io.memdi.Revision;
import io.memdi.transport.ClientMessage.Hail;
import io.memdi.transport.ClientMessage.HailReply;
import io.memdi.transport.ClientMessage.Listed;
import io.memdi.transport.ClientMessage.Verdict;
import io.memdi.transport.Configuration;
import io.memdi.transport.Contact;
import io.memdi.transport.Envelope;
import io.memdi.transport.Member;
import io.memdi.transport.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A client's machine alone, that hears of one leader. */
class ClientMachineTest {
    private static final ClusterId CLUSTER = new ClusterId(1, 1);
    private static final long MS = 1_000_000;

    private final Member self = new Member("client", new Incarnation(7, 7), "client");
    private final Member leader = new Member("a", new Incarnation(1, 1), "a");
    private final ClientMachine machine =
            new ClientMachine(ClientTimes.DEFAULT, self, List.of(new Contact("a", "a")), new Random(1), null);
    private long now;

    private List<Hail> turn(Runnable action) {
        now += MS;
        machine.begin(now);
        action.run();
        ClientEffects effects = machine.end();
        List<Hail> hails = new ArrayList<>();
        for (int i = 0; i < effects.sends(); i++) {
            if (effects.envelope(i).message() instanceof Hail hail) {
                hails.add(hail);
            }
        }
        return hails;
    }

    private void hear(Message message) {
        machine.onMessage(new Envelope(0, CLUSTER, leader, self.incarnation(), 1, message));
    }

    private void hear(long number, Verdict verdict, Revision session) {
        hear(new HailReply(number, verdict, leader, session, null, verdict == Verdict.FULL ? "full" : ""));
    }

    private void tells(long index, Configuration configuration) {
        Listed listed = new Listed(new Revision(1, index), configuration);
        turn(() -> hear(new HailReply(1, Verdict.LEADS, leader, Revision.NONE, listed, "")));
    }

    /** What a node says that lags behind is older than what is known. */
    @Test
    void whoBelongsToTheClusterNeverGoesBack() {
        Member other = new Member("b", new Incarnation(2, 2), "b");
        Configuration before = Configuration.founding(List.of(leader));
        Configuration after = before.with(List.of(leader, other), List.of(), List.of());
        turn(() -> {});
        tells(5, after);
        tells(1, before);
        assertThat(machine.configuration()).isEqualTo(after);
        assertThat(turn(() -> machine.wantSession(true))).hasSize(2);
        tells(9, before);
        assertThat(machine.configuration()).isEqualTo(before);
    }

    @Test
    void aWriteThatComesAfterARefusalAsksAgain() {
        turn(() -> {});
        turn(() -> hear(1, Verdict.LEADS, Revision.NONE));
        List<Hail> first = turn(() -> machine.wantSession(true));
        assertThat(first).isNotEmpty().allMatch(Hail::opens);
        turn(() -> hear(first.get(0).number(), Verdict.FULL, Revision.NONE));
        assertThat(machine.refusal()).isEqualTo("full");
        assertThat(machine.waitingFor()).isEqualTo("full");
        turn(() -> machine.wantSession(false));
        assertThat(machine.waitingFor()).isEmpty();
        List<Hail> second = turn(() -> machine.wantSession(true));
        assertThat(machine.refusal()).isEmpty();
        assertThat(second).isNotEmpty().allMatch(Hail::opens);
        turn(() -> hear(second.get(0).number(), Verdict.LEADS, new Revision(1, 9)));
        assertThat(machine.session()).isEqualTo(new Revision(1, 9));
    }
}
