package io.memdi.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.memdi.Ack;
import io.memdi.ClusterId;
import io.memdi.Role;
import io.memdi.log.Mistake;
import io.memdi.transport.Configuration;
import io.memdi.transport.Contact;
import io.memdi.transport.Envelope;
import io.memdi.transport.Member;
import io.memdi.transport.Message;
import io.memdi.transport.Message.AppendReply;
import io.memdi.transport.Message.Change;
import io.memdi.transport.Message.ChangeReply;
import io.memdi.transport.Message.JoinRequest;
import io.memdi.transport.Message.Mode;
import io.memdi.transport.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class JoiningTest {
    private static final @Nullable Mistake NO_MISTAKE = null;

    private Stage stage = new Stage(3, NO_MISTAKE);

    private void write(String at, long number, String key, String value) {
        stage.put(at, number, 1, Ack.QUORUM_MEMORY, key, value);
        assertThat(stage.reply(at, number).result()).isEqualTo(Result.APPLIED);
    }

    private ChangeReply ask(String at, Change change, String name) {
        stage.changes.clear();
        stage.turn(at, replica -> assertThat(replica.change(1, change, name)).isTrue());
        stage.runUntil(() -> !stage.changes.isEmpty());
        return stage.changes.get(0);
    }

    @Test
    void aNodeThatLostItsMemoryTakesItsPlaceAgain() {
        stage.openEverywhere();
        String lost = stage.other(stage.leaderName());
        Member before = stage.get(lost).self();
        write(stage.leaderName(), 1, "k", "v");
        stage.crash(lost);
        stage.start(lost);
        stage.ready(lost);
        assertThat(stage.get(lost).self()).isNotEqualTo(before);
        assertThat(Stage.configuration(stage.leader()).voters())
                .hasSize(3)
                .contains(stage.get(lost).self())
                .doesNotContain(before);
        assertThat(Stage.configuration(stage.leader()).learners()).isEmpty();
        assertThat(stage.latest(lost, "k")).isEqualTo("v");
        assertThat(stage.leader().state().sessions().get(before.incarnation())).isNull();
        write(lost, 1, "l", "w");
    }

    @Test
    void aLeaderThatLostItsMemoryTakesItsPlaceAgain() {
        stage.openEverywhere();
        String lost = stage.leaderName();
        write(lost, 1, "k", "v");
        stage.crash(lost);
        stage.start(lost);
        stage.ready(lost);
        assertThat(stage.latest(lost, "k")).isEqualTo("v");
    }

    @Test
    void allMayBeRestartedOneAfterAnother() {
        stage.openEverywhere();
        write("a", 1, "k", "v");
        ClusterId cluster = stage.get("a").cluster();
        for (String name : List.of("a", "b", "c", "a", "b", "c")) {
            stage.crash(name);
            stage.start(name);
            stage.ready("a", "b", "c");
        }
        assertThat(stage.get("b").cluster()).isEqualTo(cluster);
        assertThat(stage.latest("c", "k")).isEqualTo("v");
    }

    @Test
    void twoOfFiveMayLoseTheirMemoryAtOnce() {
        stage = new Stage(5, NO_MISTAKE);
        stage.openEverywhere();
        write("a", 1, "k", "v");
        String leader = stage.leaderName();
        String other = stage.other(leader);
        stage.crash(leader);
        stage.crash(other);
        stage.start(leader);
        stage.start(other);
        stage.ready(leader, other);
        assertThat(stage.latest(leader, "k")).isEqualTo("v");
        assertThat(Stage.configuration(stage.leader()).voters()).hasSize(5);
    }

    @Test
    void aThirdIncarnationTakesThePlaceOfASecondThatDiedInTheMiddle() {
        stage.openEverywhere();
        String lost = stage.other(stage.leaderName());
        stage.crash(lost);
        stage.start(lost);
        stage.runUntil(() -> Stage.configuration(stage.leader())
                .learners()
                .contains(stage.get(lost).self()));
        Member second = stage.get(lost).self();
        stage.crash(lost);
        stage.start(lost);
        stage.ready(lost);
        Configuration now = Stage.configuration(stage.leader());
        assertThat(now.member(second.incarnation())).isNull();
        assertThat(now.voters()).hasSize(3).contains(stage.get(lost).self());
    }

    @Test
    void aNewNodeBecomesAVoter() {
        stage.openEverywhere();
        write("a", 1, "k", "v");
        stage.join("d", true);
        stage.ready("d");
        assertThat(Stage.configuration(stage.leader()).voters()).hasSize(4);
        assertThat(stage.latest("d", "k")).isEqualTo("v");
        write("d", 1, "l", "w");
    }

    @Test
    void aLearnerStaysOne() {
        stage.openEverywhere();
        stage.join("d", false);
        stage.ready("d");
        stage.run(5_000);
        assertThat(Stage.configuration(stage.leader()).voters()).hasSize(3);
        assertThat(Stage.configuration(stage.leader()).learners())
                .containsExactly(stage.get("d").self());
        write("d", 1, "l", "w");
    }

    @Test
    void aLateRequestOfSomebodyWhoHasLeftBringsNobodyBack() {
        stage.openEverywhere();
        List<Envelope> late = new ArrayList<>();
        stage.lose(envelope -> {
            if (envelope.message() instanceof JoinRequest) {
                late.add(envelope);
            }
            return false;
        });
        stage.join("d", true);
        stage.ready("d");
        Member left = stage.get("d").self();
        String leader = stage.leaderName();
        ask(leader.equals("d") ? "a" : leader, Change.REMOVE, "d");
        stage.runUntil(() -> stage.get("d").role() == Role.STOPPED);
        stage.crash("d");
        stage.run(1_000);
        for (Envelope envelope : List.copyOf(late)) {
            stage.turn(stage.leaderName(), replica -> replica.onMessage(envelope));
        }
        stage.run(1_000);
        assertThat(Stage.configuration(stage.leader()).member(left.incarnation()))
                .isNull();
    }

    /** Its session would begin anew, and take its writes a second time. */
    @Test
    void whoWasTakenOutBeforeItHeldEverythingDoesNotComeBackInTheSameLife() {
        stage.openEverywhere();
        String leader = stage.leaderName();
        stage.lose(envelope -> envelope.message() instanceof Message.AppendReply
                && envelope.sender().name().equals("d"));
        stage.join("d", true);
        stage.runUntil(() -> stage.get("d").mode() == Mode.MEMBER);
        Member taken = stage.get("d").self();
        stage.lose(envelope -> envelope.message() instanceof Message.Evicted
                || (envelope.message() instanceof Message.AppendReply
                        && envelope.sender().name().equals("d")));
        assertThat(ask(leader, Change.REMOVE, "d").refusal()).isEmpty();
        stage.runUntil(() -> stage.get("d").role() == Role.STOPPED);
        stage.run(1_000);
        assertThat(Stage.configuration(stage.get(leader)).member(taken.incarnation()))
                .isNull();
        assertThat(stage.get("d").waitingFor()).contains("does not belong to its cluster any more");
    }

    @Test
    void aLearnerNoticesThatItsLeaderIsGone() {
        stage.openEverywhere();
        stage.join("d", false);
        stage.ready("d");
        stage.lose(envelope -> !"d".equals(envelope.sender().name()));
        stage.runUntil(() -> stage.get("d").leader() == null);
        assertThat(stage.get("d").isReady()).isFalse();
        stage.turn("d", replica -> assertThat(replica.submit(1, List.of())).isFalse());
    }

    @Test
    void aLearnerThatWasRemovedWhileItWasCutOffIsTold() {
        stage.openEverywhere();
        stage.join("d", false);
        stage.ready("d");
        String leader = stage.leaderName();
        stage.lose(envelope -> "d".equals(envelope.sender().name())
                || stage.get("d").self().incarnation().equals(envelope.target()));
        assertThat(ask(leader, Change.REMOVE, "d").refusal()).isEmpty();
        stage.run(2_000);
        assertThat(stage.get("d").role()).isEqualTo(Role.FOLLOWER);
        stage.lose(envelope -> false);
        stage.runUntil(() -> stage.get("d").role() == Role.STOPPED);
    }

    @Test
    void whatStandsInTheWayIsToldToWhoeverWaits() {
        stage.lose(envelope -> envelope.sender().name().equals("c") && envelope.message() instanceof AppendReply);
        stage.join("d", true);
        stage.runUntil(() -> stage.get("d").waitingFor().contains("the cluster has not opened yet"));
        stage.lose(envelope -> false);
        stage.ready("a", "b", "c", "d");
    }

    @Test
    void votersFromOutsideTheListAreNoMajorityUntilItIsRetired() {
        stage = new Stage(1, NO_MISTAKE);
        stage.openEverywhere();
        stage.join("b", true);
        stage.run(5_000);
        assertThat(stage.get("b").isReady()).as("one of two is no majority").isTrue();
        stage.join("c", true);
        stage.run(5_000);
        assertThat(stage.get("c").isReady()).isFalse();
        assertThat(stage.get("c").waitingFor()).contains("retireList");
        assertThat(ask("a", Change.RETIRE_LIST, "").refusal()).isEmpty();
        stage.ready("a", "b", "c");
        assertThat(Stage.configuration(stage.leader()).list()).isEmpty();
        assertThat(Stage.configuration(stage.leader()).voters()).hasSize(3);
    }

    @Test
    void aRemovalThatWouldLeaveTheOthersAMinorityIsRefused() {
        stage.openEverywhere();
        String leader = stage.leaderName();
        String dead = stage.other(leader);
        String alive = stage.other(leader, dead);
        stage.crash(dead);
        stage.run(1_000);
        ChangeReply refused = ask(leader, Change.REMOVE, alive);
        assertThat(refused.refusal()).contains("no majority is left").contains(dead);
        assertThat(refused.later()).isFalse();
        assertThat(ask(alive, Change.REMOVE, dead).refusal()).isEmpty();
        stage.runUntil(() -> Stage.configuration(stage.get(alive)).voters().size() == 2
                && stage.get(alive).isSettled());
        assertThat(ask(leader, Change.REMOVE, "x").refusal()).contains("no member is called x");
    }

    /** A new leader takes everyone for alive at first; that is no reason to rely on them. */
    @Test
    void aNewLeaderRemovesNobodyBeforeTheOthersHaveAnswered() {
        stage.openEverywhere();
        String first = stage.leaderName();
        String dead = stage.other(first);
        String next = stage.other(first, dead);
        stage.crash(dead);
        stage.turn(first, replica -> replica.transfer(next));
        stage.runUntil(() -> stage.get(next).role() == Role.LEADER
                && stage.get(next).committed() == stage.get(next).last().index());
        ChangeReply refused = ask(next, Change.REMOVE, first);
        assertThat(refused.refusal()).contains("no majority is left").contains(dead);
        assertThat(refused.later()).isTrue();
    }

    @Test
    void aLeaderThatIsRemovedHandsOverAndStops() {
        stage.openEverywhere();
        String leader = stage.leaderName();
        String other = stage.other(leader);
        assertThat(ask(other, Change.REMOVE, leader).refusal()).isEmpty();
        stage.runUntil(() -> stage.get(leader).role() == Role.STOPPED);
        stage.crash(leader);
        assertThat(Stage.configuration(stage.leader()).voters()).hasSize(2);
        write(other, 1, "k", "v");
    }

    @Test
    void aFounderThatWasLostBeforeTheFullHouseIsReplaced() {
        stage.lose(envelope -> envelope.message() instanceof Message.ProposeReply);
        stage.runUntil(() -> stage.replicas.values().stream().allMatch(each -> each.mode() == Mode.LOCKED));
        stage.crash("c");
        stage.start("c");
        stage.lose(envelope -> false);
        stage.ready("a", "b", "c");
        write("c", 1, "k", "v");
    }

    /** Whoever has this node's name at another address is another process, which may be the leader that has to answer. */
    @Test
    void theOwnNameAtAnotherAddressIsAskedAndTheOwnAddressIsNot() {
        Contact self = new Contact("a", "host:2");
        List<Contact> contacts = List.of(new Contact("a", "host:1"), new Contact("host:2", "host:2"));
        Replica newcomer = new Replica(
                new Settings(
                        50 * Stage.MS, 250 * Stage.MS, 500 * Stage.MS, 4096, 16384, 1 << 20, 1 << 20, 1024, NO_MISTAKE),
                self,
                Start.joining(contacts, true),
                new Random(1));
        newcomer.begin(0);
        Effects effects = newcomer.end();
        List<Contact> asked = new ArrayList<>();
        for (int i = 0; i < effects.sends(); i++) {
            asked.add(effects.target(i));
        }
        assertThat(asked).containsExactly(contacts.get(0));
    }

    @Test
    void aNodeFoundsAlone() {
        stage = new Stage(0, NO_MISTAKE);
        stage.start("x", Start.joining(List.of(), true));
        stage.run(2_000);
        assertThat(stage.get("x").mode()).isEqualTo(Mode.EMPTY);
        stage.turn("x", replica -> assertThat(replica.foundAlone()).isNull());
        stage.ready("x");
        write("x", 1, "k", "v");
        List<Contact> contacts = List.of(new Contact("x", "x"));
        stage.start("y", Start.joining(contacts, true));
        stage.start("z", Start.joining(contacts, true));
        stage.ready("x", "y", "z");
        assertThat(stage.latest("z", "k")).isEqualTo("v");
        stage.turn(
                "z",
                replica -> assertThat(
                                Objects.requireNonNull(replica.foundAlone()).later())
                        .isFalse());
        stage.crash("x");
        stage.start("x", Start.joining(List.of(new Contact("y", "y"), new Contact("z", "z")), true));
        stage.ready("x");
        assertThat(stage.latest("x", "k")).isEqualTo("v");
    }

    @Test
    void nobodyFoundsAloneWhoWasToldOfNodesThatHaveNotAnsweredOrBelongToACluster() {
        stage.openEverywhere();
        stage.lose(envelope -> envelope.message() instanceof Message.JoinReply);
        stage.join("d", true);
        stage.run(500);
        stage.turn("d", replica -> {
            Refusal refusal = Objects.requireNonNull(replica.foundAlone());
            assertThat(refusal.later()).isTrue();
            assertThat(refusal.reason()).contains("has not said yet");
        });
        stage.lose(envelope -> false);
        stage.runUntil(() -> {
            List<Refusal> refusals = new ArrayList<>();
            stage.turn("d", replica -> refusals.add(Objects.requireNonNull(replica.foundAlone())));
            return !refusals.get(0).later();
        });
    }

    /** Right after the loss it does not know yet, so it is to be asked again, not to be given up. */
    @Test
    void aLeaderThatIsLeftAloneCanBeToldToRecover() {
        stage.openEverywhere();
        String leader = stage.leaderName();
        List.of("a", "b", "c").stream().filter(name -> !name.equals(leader)).forEach(stage::crash);
        stage.turn(
                leader,
                replica -> assertThat(Objects.requireNonNull(replica.recover()).later())
                        .isTrue());
        List<Boolean> recovered = new ArrayList<>();
        stage.runUntil(() -> {
            stage.turn(leader, replica -> recovered.add(replica.recover() == null));
            return recovered.get(recovered.size() - 1);
        });
        stage.runUntil(() -> stage.get(leader).isReady());
    }

    /** What the last leader has said is no reason any more once there is none. */
    @Test
    void whoWasTurnedAwayByALeaderThatIsGoneDoesNotGoOnSayingSo() {
        stage.openEverywhere();
        String leader = stage.leaderName();
        String other = stage.other(leader);
        String third = stage.other(leader, other);
        stage.crash(other);
        stage.start(other);
        stage.runUntil(() -> stage.get(other).waitingFor().contains("heard a moment ago"));
        stage.crash(leader);
        stage.crash(third);
        stage.start(third);
        stage.run(5_000);
        assertThat(stage.get(other).waitingFor()).doesNotContain("heard a moment ago");
    }

    @Test
    void aSurvivorOfALostMajorityRefusesWritesUntilItIsToldToRecover() {
        stage.openEverywhere();
        String survivor = stage.other(stage.leaderName());
        write(survivor, 1, "k", "v");
        ClusterId before = stage.get(survivor).cluster();
        stage.turn(
                survivor,
                replica -> assertThat(Objects.requireNonNull(replica.recover()).later())
                        .isTrue());
        List<String> lost = List.of("a", "b", "c").stream()
                .filter(name -> !name.equals(survivor))
                .toList();
        lost.forEach(stage::crash);
        lost.forEach(stage::start);
        stage.run(8_000);
        assertThat(lost)
                .allMatch(name -> stage.get(name).mode() == Mode.EMPTY)
                .allMatch(name -> stage.get(name).waitingFor().contains("one survivor can be told to recover"));
        assertThat(stage.get(survivor).isReady()).isFalse();
        assertThat(stage.get(survivor).waitingFor()).contains("recover");
        stage.turn(survivor, replica -> assertThat(replica.recover()).isNull());
        stage.ready("a", "b", "c");
        assertThat(stage.get(survivor).cluster()).isNotEqualTo(before);
        assertThat(lost).allMatch(name -> "v".equals(stage.latest(name, "k")));
        assertThat(Stage.configuration(stage.leader()).voters()).hasSize(3);
    }

    /** All of the list have lost their memory, and only somebody from outside has not: the list is no licence to begin anew. */
    @Test
    void foundersThatForgetOneAfterTheOtherFoundNothingBesideASurvivor() {
        stage.openEverywhere();
        stage.join("d", true);
        stage.ready("d");
        write("d", 1, "k", "v");
        stage.runUntil(() -> "v".equals(stage.latest("d", "k")));
        List<String> founders = List.of("a", "b", "c");
        founders.forEach(stage::crash);
        for (String founder : founders) {
            stage.start(founder);
            stage.run(1_000);
        }
        stage.run(8_000);
        assertThat(founders)
                .allMatch(name -> stage.get(name).mode() == Mode.EMPTY)
                .allMatch(name -> stage.get(name).waitingFor().contains("one survivor can be told to recover"));
        stage.turn("d", replica -> assertThat(replica.recover()).isNull());
        stage.ready("a", "b", "c", "d");
        assertThat(founders).allMatch(name -> "v".equals(stage.latest(name, "k")));
    }

    /** Whoever was heard last by it is gone as well: they begin, after a while. */
    @Test
    void foundersThatForgetFoundOnceNobodyIsLeft() {
        stage.openEverywhere();
        stage.join("d", true);
        stage.ready("d");
        List<String> founders = List.of("a", "b", "c");
        founders.forEach(stage::crash);
        for (String founder : founders) {
            stage.start(founder);
            stage.run(1_000);
        }
        stage.crash("d");
        stage.ready("a", "b", "c");
        assertThat(Stage.configuration(stage.leader()).voters()).hasSize(3);
    }
}
