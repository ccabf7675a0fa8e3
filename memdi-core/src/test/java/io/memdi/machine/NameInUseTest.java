package io.memdi.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.memdi.ClusterId;
import io.memdi.Role;
import io.memdi.log.Mistake;
import io.memdi.transport.Configuration;
import io.memdi.transport.Contact;
import io.memdi.transport.Envelope;
import io.memdi.transport.Member;
import io.memdi.transport.Message;
import io.memdi.transport.Message.HeartbeatReply;
import io.memdi.transport.Message.JoinRequest;
import io.memdi.transport.Message.Mode;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Who has a name, and who may have it: what a newcomer is told, and what it makes of what was said long ago. */
class NameInUseTest {
    private static final @Nullable Mistake NO_MISTAKE = null;

    private Stage stage = new Stage(3, NO_MISTAKE);

    @Test
    void aNameThatAnswersIsNotTaken() {
        stage.openEverywhere();
        String leader = stage.leaderName();
        Replica first = stage.get(stage.other(leader));
        List<Envelope> asked = new ArrayList<>();
        stage.lose(envelope -> envelope.message() instanceof JoinRequest && asked.add(envelope));
        stage.join("d", true);
        stage.runUntil(() -> !asked.isEmpty());
        stage.crash("d");
        stage.lose(envelope -> false);
        Configuration before = Stage.configuration(stage.get(leader));
        Member twin = new Member(
                first.self().name(),
                asked.get(0).sender().incarnation(),
                first.self().address());
        JoinRequest request = new JoinRequest(
                1,
                Objects.requireNonNull(first.cluster()),
                true,
                stage.get(leader).configuredAt(),
                false,
                false);
        for (int i = 0; i < 40; i++) {
            Envelope envelope = new Envelope(0, null, twin, null, 0, request);
            stage.turn(leader, replica -> replica.onMessage(envelope));
            stage.run(50);
        }
        assertThat(Stage.configuration(stage.get(leader))).isEqualTo(before);
    }

    /** Each new leader takes everyone for alive at first; a node that comes back in a row of elections is not turned away. */
    @Test
    void leadersThatChangeTurnNobodyAway() {
        stage = new Stage(5, NO_MISTAKE);
        stage.openEverywhere();
        String leader = stage.leaderName();
        String lost = stage.other(leader);
        String next = stage.other(leader, lost);
        stage.crash(lost);
        stage.lose(envelope ->
                envelope.message() instanceof Message.JoinReply reply && reply.verdict() == Message.Verdict.WELCOME);
        stage.start(lost);
        for (int i = 0; i < 20; i++) {
            String to = i % 2 == 0 ? next : leader;
            stage.turn(stage.leaderName(), replica -> replica.transfer(to));
            stage.run(150);
        }
        assertThat(stage.get(lost).role()).isNotEqualTo(Role.STOPPED);
        stage.lose(envelope -> false);
        stage.ready(lost);
    }

    @Test
    void aTwinOfALivingMemberStopsWithAnError() {
        stage.openEverywhere();
        String leader = stage.leaderName();
        String name = stage.other(leader);
        Replica first = stage.get(name);
        stage.start(name, Start.joining(List.of(new Contact(leader, leader)), true));
        Replica twin = stage.get(name);
        stage.keepAlive(first.self());
        stage.runUntil(() -> twin.role() == Role.STOPPED);
        assertThat(twin.waitingFor()).contains("is in use").contains("Stop that process");
        assertThat(Stage.configuration(stage.get(leader)).voters()).contains(first.self());
    }

    /** Who has answered a later question does not answer an earlier one any more: it may belong to another cluster by now. */
    @Test
    void aLateWelcomeCountsForNothing() {
        stage.openEverywhere();
        List<Envelope> late = new ArrayList<>();
        stage.lose(envelope -> envelope.message() instanceof Message.JoinReply reply
                && reply.verdict() == Message.Verdict.WELCOME
                && late.add(envelope));
        stage.join("d", true);
        stage.runUntil(() -> !late.isEmpty());
        Envelope welcome = late.get(0);
        Message.JoinReply said = (Message.JoinReply) welcome.message();
        ClusterId other = new ClusterId(1, 2);
        Envelope newer = new Envelope(
                0,
                other,
                welcome.sender(),
                welcome.target(),
                0,
                new Message.JoinReply(
                        said.number() + 1, other, Message.Verdict.WAIT, said.configured(), said.leader(), null, ""));
        stage.turn("d", replica -> {
            replica.onMessage(newer);
            replica.onMessage(welcome);
        });
        assertThat(stage.get("d").mode()).isEqualTo(Mode.EMPTY);
        stage.turn(
                "d",
                replica -> replica.onMessage(new Envelope(
                        0,
                        welcome.cluster(),
                        welcome.sender(),
                        welcome.target(),
                        0,
                        new Message.JoinReply(
                                said.number() + 2,
                                said.cluster(),
                                said.verdict(),
                                said.configured(),
                                said.leader(),
                                said.founders(),
                                ""))));
        assertThat(stage.get("d").mode()).isEqualTo(Mode.MEMBER);
    }

    /** The predecessor is dead, but what it had sent goes on arriving. */
    @Test
    void lateAnswersOfTheDeadDoNotTurnAnybodyAway() {
        stage.openEverywhere();
        String leader = stage.leaderName();
        String name = stage.other(leader);
        List<Envelope> late = new ArrayList<>();
        stage.lose(envelope -> {
            boolean answer = envelope.sender().name().equals(name) && envelope.message() instanceof HeartbeatReply;
            return answer && late.add(envelope);
        });
        stage.runUntil(() -> late.size() > 2);
        stage.crash(name);
        stage.lose(envelope -> false);
        stage.start(name);
        for (int i = 0; i < 100; i++) {
            stage.turn(leader, replica -> late.forEach(replica::onMessage));
            stage.run(50);
        }
        assertThat(stage.get(name).role()).isNotEqualTo(Role.STOPPED);
        stage.ready(name);
    }

    /** A newcomer that stood still finds the answers of before, and may have missed that the name is free by now. */
    @Test
    void anOldAnswerDoesNotTurnAnybodyAway() {
        stage.openEverywhere();
        String name = stage.other(stage.leaderName());
        List<Envelope> old = new ArrayList<>();
        stage.lose(envelope -> {
            boolean answer = envelope.message() instanceof Message.JoinReply reply
                    && reply.verdict() == Message.Verdict.NAME_IN_USE;
            return answer && old.add(envelope);
        });
        stage.crash(name);
        stage.start(name);
        stage.runUntil(() -> !old.isEmpty());
        stage.lose(envelope -> envelope.message() instanceof Message.JoinReply);
        stage.turn(name, replica -> replica.onMessage(old.get(0)));
        stage.run(5_000);
        stage.turn(name, replica -> replica.onMessage(old.get(0)));
        stage.run(1_000);
        stage.turn(name, replica -> replica.onMessage(old.get(0)));
        assertThat(stage.get(name).role()).isNotEqualTo(Role.STOPPED);
        stage.lose(envelope -> false);
        stage.ready(name);
    }
}
