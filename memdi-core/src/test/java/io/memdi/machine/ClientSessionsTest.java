package io.memdi.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.memdi.Ack;
import io.memdi.Incarnation;
import io.memdi.Revision;
import io.memdi.transport.ClientMessage;
import io.memdi.transport.ClientMessage.Farewell;
import io.memdi.transport.ClientMessage.Hail;
import io.memdi.transport.ClientMessage.HailReply;
import io.memdi.transport.ClientMessage.SessionWrites;
import io.memdi.transport.ClientMessage.Verdict;
import io.memdi.transport.Envelope;
import io.memdi.transport.Member;
import io.memdi.transport.Message;
import io.memdi.transport.Message.WriteReplies;
import io.memdi.transport.Message.WriteReply;
import io.memdi.transport.Write;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The sessions of clients: opened, kept and ended through the log. */
class ClientSessionsTest {
    private static final long MS = Stage.MS;
    private static final long IDLE = 4_000 * MS;

    private final Stage stage = new Stage(
            3,
            new Settings(50 * MS, 250 * MS, 500 * MS, 4096, 16384, 1 << 20, 1 << 20, 1024, null)
                    .withClients(new Settings.Clients(2, IDLE)),
            0);
    private long hails;

    private static Member client(int number) {
        return new Member("client" + number, new Incarnation(99, number), "");
    }

    private void say(Member client, String node, ClientMessage message) {
        Replica replica = stage.get(node);
        Envelope envelope = new Envelope(0, replica.cluster(), client, null, 0, message);
        stage.turn(node, each -> each.onMessage(envelope));
    }

    private HailReply hail(Member client, String node, Revision session, boolean opens) {
        Hail hail = new Hail(++hails, session, opens);
        say(client, node, hail);
        stage.run(2);
        return told(client).stream()
                .filter(reply -> reply.number() == hail.number())
                .findFirst()
                .orElseThrow();
    }

    private List<HailReply> told(Member client) {
        return stage.toOthers.stream()
                .filter(envelope -> client.incarnation().equals(envelope.target()))
                .map(Envelope::message)
                .filter(HailReply.class::isInstance)
                .map(HailReply.class::cast)
                .toList();
    }

    private Revision session(Member client) {
        assertThat(hail(client, stage.leaderName(), Revision.NONE, true).verdict())
                .isEqualTo(Verdict.LEADS);
        stage.runUntil(() -> ticket(client) != Revision.NONE);
        return ticket(client);
    }

    private Revision ticket(Member client) {
        List<HailReply> told = told(client);
        return told.get(told.size() - 1).session();
    }

    private void put(Member client, Revision session, long number, String value) {
        Write write = Stage.write(number, Ack.QUORUM_MEMORY, Write.Operation.PUT, "k", value, Revision.NONE);
        say(client, stage.leaderName(), new SessionWrites(session, new Message.Writes(number, List.of(write))));
        stage.run(20);
    }

    private List<WriteReply> replies(Member client) {
        return stage.toOthers.stream()
                .filter(envelope -> client.incarnation().equals(envelope.target()))
                .map(Envelope::message)
                .filter(WriteReplies.class::isInstance)
                .flatMap(replies -> ((WriteReplies) replies).replies().stream())
                .toList();
    }

    private void keep(Member client, Revision session, long millis) {
        for (long past = 0; past < millis; past += 500) {
            hail(client, stage.leaderName(), session, false);
            stage.run(500);
        }
    }

    @Test
    void aClientThatAsksForASessionGetsOneAndWrites() {
        stage.openEverywhere();
        Member client = client(1);
        Revision session = session(client);
        put(client, session, 1, "v");
        assertThat(replies(client))
                .singleElement()
                .satisfies(reply -> assertThat(reply.number()).isEqualTo(1));
        assertThat(stage.latest(stage.leaderName(), "k")).isEqualTo("v");
        put(client, session, 1, "never twice");
        assertThat(replies(client)).hasSize(2);
        assertThat(replies(client).get(1)).isEqualTo(replies(client).get(0));
        assertThat(stage.latest(stage.leaderName(), "k")).isEqualTo("v");
    }

    @Test
    void whoOnlyReadsHasNone() {
        stage.openEverywhere();
        assertThat(hail(client(1), stage.leaderName(), Revision.NONE, false).session())
                .isEqualTo(Revision.NONE);
        stage.run(1000);
        assertThat(stage.leader().state().sessions().clients()).isZero();
    }

    @Test
    void whoFollowsSaysWhoLeads() {
        stage.openEverywhere();
        String follower = stage.other(stage.leaderName());
        HailReply reply = hail(client(1), follower, Revision.NONE, true);
        assertThat(reply.verdict()).isEqualTo(Verdict.FOLLOWS);
        assertThat(reply.leader()).isEqualTo(stage.leader().self());
    }

    @Test
    void anotherLeaderIsToldUnasked() {
        stage.openEverywhere();
        Member client = client(1);
        String old = stage.leaderName();
        for (String name : List.of("a", "b", "c")) {
            hail(client, name, Revision.NONE, false);
        }
        int before = told(client).size();
        stage.crash(old);
        String next = stage.leaderName();
        stage.run(100);
        assertThat(told(client).subList(before, told(client).size()))
                .extracting(reply -> Objects.requireNonNull(reply.leader()).name())
                .contains(next);
    }

    @Test
    void whatWasSentInASessionThatHasEndedNeverTakesEffectInTheNext() {
        stage.openEverywhere();
        Member client = client(1);
        Revision first = session(client);
        put(client, first, 1, "first");
        say(client, stage.leaderName(), new Farewell(first));
        stage.run(50);
        assertThat(stage.leader().state().sessions().clients()).isZero();
        Revision second = session(client);
        assertThat(second).isGreaterThan(first);
        put(client, second, 7, "second");
        // A copy that was on its way for long; its number is above all that the new session has taken.
        put(client, first, 8, "late");
        put(client, first, 1, "late");
        assertThat(stage.latest(stage.leaderName(), "k")).isEqualTo("second");
        assertThat(hail(client, stage.leaderName(), first, false).verdict()).isEqualTo(Verdict.EXPIRED);
    }

    @Test
    void aFarewellThatComesLateEndsNoLaterSession() {
        stage.openEverywhere();
        Member client = client(1);
        Revision first = session(client);
        say(client, stage.leaderName(), new Farewell(first));
        stage.run(50);
        Revision second = session(client);
        say(client, stage.leaderName(), new Farewell(first));
        stage.run(50);
        put(client, second, 1, "v");
        assertThat(replies(client)).hasSize(1);
    }

    @Test
    void aSessionEndsOnceNothingWasHeardForLongAndNoSooner() {
        stage.openEverywhere();
        Member silent = client(1);
        Member awake = client(2);
        Revision one = session(silent);
        Revision two = session(awake);
        keep(awake, two, 3_000);
        assertThat(stage.leader().state().sessions().clients()).isEqualTo(2);
        keep(awake, two, 3_000);
        assertThat(hail(silent, stage.leaderName(), one, false).verdict()).isEqualTo(Verdict.EXPIRED);
        assertThat(hail(awake, stage.leaderName(), two, false).session()).isEqualTo(two);
        stage.run(100);
        stage.replicas
                .values()
                .forEach(each -> assertThat(each.state().sessions().clients()).isOne());
        put(silent, one, 1, "never");
        assertThat(stage.latest(stage.leaderName(), "k")).isNull();
    }

    /** The leader looks at its clients while the end of a session is not committed yet; the next session is not as old as that. */
    @Test
    void theNextSessionOfAClientIsNotAsOldAsTheLast() {
        stage.openEverywhere();
        Member client = client(1);
        Revision first = session(client);
        stage.lose(envelope -> envelope.message() instanceof Message.AppendReply);
        say(client, stage.leaderName(), new ClientMessage.Farewell(first));
        stage.run(IDLE / MS / 2);
        stage.lose(envelope -> false);
        stage.run(IDLE / MS);
        Revision second = session(client);
        stage.run(IDLE / MS / 2);
        assertThat(hail(client, stage.leaderName(), second, false).verdict()).isEqualTo(Verdict.LEADS);
        assertThat(second).isNotEqualTo(first);
    }

    @Test
    void anotherLeaderHasPatienceAnew() {
        stage.openEverywhere();
        Member client = client(1);
        Revision session = session(client);
        stage.run(3_000);
        stage.crash(stage.leaderName());
        stage.leader();
        stage.run(3_000);
        assertThat(hail(client, stage.leaderName(), session, false).session()).isEqualTo(session);
        put(client, session, 1, "v");
        assertThat(stage.latest(stage.leaderName(), "k")).isEqualTo("v");
    }

    @Test
    void anEndThatIsTakenBackWasNone() {
        stage.openEverywhere();
        Member client = client(1);
        Revision session = session(client);
        String old = stage.leaderName();
        stage.isolate(old);
        say(client, old, new Farewell(session));
        stage.run(1_000);
        stage.heal();
        stage.run(1_000);
        String next = stage.leaderName();
        assertThat(next).isNotEqualTo(old);
        assertThat(hail(client, next, session, false).session()).isEqualTo(session);
        stage.turn(next, replica -> replica.transfer(old));
        stage.runUntil(() -> stage.leaderName().equals(old));
        stage.run(200);
        put(client, session, 1, "v");
        assertThat(stage.latest(old, "k")).isEqualTo("v");
    }

    @Test
    void thereAreNoMoreThanThereMayBe() {
        stage.openEverywhere();
        Revision first = session(client(1));
        session(client(2));
        HailReply reply = hail(client(3), stage.leaderName(), Revision.NONE, true);
        assertThat(reply.verdict()).isEqualTo(Verdict.FULL);
        assertThat(reply.reason()).contains("2 clients").contains("maxClients");
        say(client(1), stage.leaderName(), new Farewell(first));
        stage.run(50);
        session(client(3));
    }

    @Test
    void whoeverAsksAnotherClusterIsToldThatAndNothingElse() {
        stage.openEverywhere();
        Member client = client(1);
        String leader = stage.leaderName();
        Envelope envelope =
                new Envelope(0, new io.memdi.ClusterId(1, 2), client, null, 0, new Hail(5, Revision.NONE, true));
        stage.turn(leader, each -> each.onMessage(envelope));
        stage.run(1_000);
        assertThat(told(client)).singleElement().satisfies(reply -> {
            assertThat(reply.verdict()).isEqualTo(Verdict.OTHER_CLUSTER);
            assertThat(reply.leader()).isNull();
            assertThat(reply.listed()).isNull();
        });
        assertThat(stage.leader().state().sessions().clients()).isZero();
    }
}
