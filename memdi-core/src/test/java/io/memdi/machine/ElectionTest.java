package io.memdi.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.memdi.Ack;
import io.memdi.Revision;
import io.memdi.Role;
import io.memdi.log.Mistake;
import io.memdi.transport.Envelope;
import io.memdi.transport.Member;
import io.memdi.transport.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When a node asks for votes, in virtual time; a message takes a millisecond. */
class ElectionTest {
    private static final @Nullable Mistake NO_MISTAKE = null;

    /** Turns of half a millisecond: survivors of a crash always ask before they have heard each other. */
    private static final Settings CLOSE = settings(5);

    private static final Settings USUAL = settings(50);

    private static Settings settings(long heartbeatMillis) {
        return new Settings(
                heartbeatMillis * Stage.MS,
                250 * Stage.MS,
                500 * Stage.MS,
                4096,
                16384,
                1 << 20,
                1 << 20,
                1024,
                NO_MISTAKE);
    }

    private static Stage open(int size, Settings settings, int seed) {
        Stage stage = new Stage(size, settings, seed);
        stage.openEverywhere();
        stage.run(100);
        return stage;
    }

    /** The leader dies; what it has sent is lost with its connections. */
    private static void loseLeader(Stage stage) {
        String leader = stage.leaderName();
        stage.lose(envelope -> envelope.sender().name().equals(leader));
        stage.crash(leader);
    }

    private static boolean isLed(Stage stage) {
        return stage.replicas.values().stream().anyMatch(each -> each.role() == Role.LEADER);
    }

    @Test
    void ofTwoThatAskAtTheSameTimeOneGivesWay() {
        int gaveWay = 0;
        for (int seed = 0; seed < 300; seed += 3) {
            Stage stage = open(3, CLOSE, seed);
            long term = stage.leader().term();
            loseLeader(stage);
            stage.run(20);
            assertThat(isLed(stage))
                    .as("seed %d: %s", seed, String.join("\n", stage.notes))
                    .isTrue();
            assertThat(stage.leader().term()).as("seed %d", seed).isEqualTo(term + 1);
            gaveWay += stage.notes.stream().anyMatch(note -> note.contains("gives way")) ? 1 : 0;
        }
        assertThat(gaveWay).as("they do ask at the same time").isGreaterThan(50);
    }

    @ParameterizedTest
    @ValueSource(ints = {5, 7})
    void theSurvivorsOfALargerClusterAgreeSoonToo(int size) {
        for (int seed = 0; seed < 100 * size; seed += size) {
            Stage stage = open(size, CLOSE, seed);
            loseLeader(stage);
            stage.run(40);
            assertThat(isLed(stage))
                    .as("seed %d: %s", seed, String.join("\n", stage.notes))
                    .isTrue();
        }
    }

    @Test
    void whoeverHasTheLongerLogIsNotHeldUpByTheOther() {
        for (int seed = 0; seed < 60; seed += 3) {
            Stage stage = open(3, seed % 2 == 0 ? CLOSE : USUAL, seed);
            String old = stage.leaderName();
            String behind = stage.other(old);
            String ahead = stage.other(old, behind);
            stage.lose(envelope -> envelope.message() instanceof Message.Append
                    && Objects.equals(
                            envelope.target(), stage.get(behind).self().incarnation()));
            stage.put(old, 1, 1, Ack.QUORUM_MEMORY, "k", "v");
            stage.reply(old, 1);
            loseLeader(stage);
            stage.run(30);
            assertThat(stage.get(ahead).role()).as("seed %d", seed).isEqualTo(Role.LEADER);
            assertThat(stage.latest(ahead, "k")).isEqualTo("v");
        }
    }

    @Test
    void aVoteThatWasLostIsAskedForAgainSoon() {
        Stage stage = open(3, USUAL, 0);
        Member dead = stage.leader().self();
        long term = stage.leader().term();
        loseLeader(stage);
        stage.runUntil(() -> stage.replicas.values().stream().anyMatch(each -> each.role() == Role.CANDIDATE));
        String candidate = stage.replicas.values().stream()
                .filter(each -> each.role() == Role.CANDIDATE)
                .map(each -> each.self().name())
                .findFirst()
                .orElseThrow();
        // The other has given its vote in this term to one that was not heard of again.
        Replica voter = stage.get(stage.other(candidate));
        Message vote = new Message.VoteRequest(false, term + 1, new Revision(term + 1, 1_000_000));
        stage.turn(
                voter.self().name(),
                replica -> replica.onMessage(
                        new Envelope(0, replica.cluster(), dead, replica.self().incarnation(), term + 1, vote)));
        assertThat(voter.votedFor()).isEqualTo(dead.incarnation());
        stage.run(70);
        assertThat(stage.get(candidate).role()).isEqualTo(Role.LEADER);
        assertThat(stage.get(candidate).term()).isEqualTo(term + 2);
        assertThat(stage.notes).anyMatch(note -> note.endsWith("too many refused"));
    }

    @Test
    void aLeaderThatIsWronglyBelievedLostSaysThatItIsNot() {
        for (int seed = 0; seed < 60; seed += 3) {
            Stage stage = open(3, USUAL, seed);
            Replica leader = stage.leader();
            String follower = stage.other(leader.self().name());
            stage.turn(follower, replica -> replica.onPeerDown(leader.self().name()));
            assertThat(stage.get(follower).leader()).isNull();
            stage.run(12);
            assertThat(stage.get(follower).leader()).as("seed %d", seed).isEqualTo(leader.self());
            stage.run(2000);
            assertThat(leader.role()).isEqualTo(Role.LEADER);
            assertThat(stage.get(follower).term()).isEqualTo(leader.term()).isEqualTo(1);
        }
    }

    @Test
    void whoeverIsAloneInItsBeliefAsksSoonOnlyAFewTimes() {
        Stage stage = open(3, USUAL, 0);
        Replica leader = stage.leader();
        String follower = stage.other(leader.self().name());
        List<Envelope> asked = new ArrayList<>();
        stage.block(leader.self().name(), follower);
        stage.lose(envelope -> {
            boolean asks = envelope.message() instanceof Message.VoteRequest;
            if (asks && envelope.target().equals(leader.self().incarnation())) {
                asked.add(envelope);
            }
            return false;
        });
        stage.turn(follower, replica -> replica.onPeerDown(leader.self().name()));
        stage.run(250);
        assertThat(asked).as("at once, and four times more").hasSize(5);
        stage.run(10_000);
        assertThat(asked).as("once per election timeout").hasSizeBetween(5 + 20, 5 + 41);
        assertThat(leader.role()).isEqualTo(Role.LEADER);
        assertThat(leader.term()).isEqualTo(1);
    }

    /** Where every follower is told again and again that its leader is gone, and cannot ask it, most of that is not heeded. */
    @Test
    void connectionsThatComeAndGoCostFewTerms() {
        Stage stage = open(3, USUAL, 0);
        long before = stage.leader().term();
        stage.lose(envelope -> envelope.message() instanceof Message.VoteRequest request
                && request.pre()
                && stage.get(name(stage, envelope)).role() == Role.LEADER);
        for (int i = 0; i < 500; i++) {
            for (String name : stage.replicas.keySet()) {
                Member leader = stage.get(name).leader();
                if (leader != null) {
                    stage.turn(name, replica -> replica.onPeerDown(leader.name()));
                }
            }
            stage.run(10);
        }
        long after = stage.leader().term();
        assertThat(after - before).as("in five seconds").isBetween(2L, 3 * 4 * 11L);
        stage.run(1000);
        stage.put("a", 1, 1, Ack.QUORUM_MEMORY, "k", "v");
        stage.reply("a", 1);
        stage.run(5000);
        assertThat(stage.leader().term()).isEqualTo(after);
    }

    private static String name(Stage stage, Envelope envelope) {
        return stage.replicas.values().stream()
                .map(Replica::self)
                .filter(self -> self.incarnation().equals(envelope.target()))
                .map(Member::name)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void theSilenceOfALeaderCostsOneTimeout() {
        for (int seed = 0; seed < 300; seed += 3) {
            Stage stage = open(3, USUAL, seed);
            String old = stage.leaderName();
            stage.isolate(old);
            stage.run(630);
            assertThat(stage.replicas.values().stream()
                            .anyMatch(each -> each.role() == Role.LEADER
                                    && !each.self().name().equals(old)))
                    .as("seed %d", seed)
                    .isTrue();
        }
    }
}
