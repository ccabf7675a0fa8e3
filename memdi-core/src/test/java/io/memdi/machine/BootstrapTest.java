package io.memdi.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.memdi.Ack;
import io.memdi.ClusterId;
import io.memdi.Incarnation;
import io.memdi.Role;
import io.memdi.log.Mistake;
import io.memdi.log.ReplicatedLog;
import io.memdi.transport.Contact;
import io.memdi.transport.Entry;
import io.memdi.transport.Envelope;
import io.memdi.transport.Member;
import io.memdi.transport.Message;
import io.memdi.transport.Message.Mode;
import io.memdi.transport.Message.ProposeReply;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class BootstrapTest {
    private static final @Nullable Mistake NO_MISTAKE = null;

    @Test
    void theCoordinatorMayCrashOnceTheOthersAreLocked() {
        Stage stage = new Stage(3, NO_MISTAKE);
        stage.lose(envelope -> envelope.message() instanceof ProposeReply);
        stage.runUntil(
                () -> stage.get("b").mode() == Mode.LOCKED && stage.get("c").mode() == Mode.LOCKED);
        stage.crash("a");
        stage.lose(envelope -> false);
        stage.run(2000);
        assertThat(stage.get("b").mode()).as("silence is no answer").isEqualTo(Mode.LOCKED);
        stage.start("a");
        stage.run(2000);
        assertThat(stage.get("b").mode()).isEqualTo(Mode.MEMBER);
        assertThat(stage.get("c").cluster()).isEqualTo(stage.get("b").cluster());
        stage.openEverywhere();
        assertThat(stage.get("a").cluster())
                .as("takes its place again")
                .isEqualTo(stage.get("b").cluster());
    }

    @Test
    void aClusterThatLostItsMajorityIsGivenUp() {
        Stage stage = new Stage(3, NO_MISTAKE);
        stage.lose(envelope -> envelope.message() instanceof ProposeReply);
        stage.runUntil(() -> stage.get("c").mode() == Mode.LOCKED);
        var given = stage.get("c").self();
        stage.crash("a");
        stage.crash("b");
        stage.lose(envelope -> false);
        stage.start("a");
        stage.start("b");
        stage.openEverywhere();
        assertThat(stage.get("c").self()).as("a new life").isNotEqualTo(given);
        assertThat(stage.notes).anyMatch(note -> note.contains("gives up cluster"));
    }

    /** Who has begun, and holds nothing yet, tells those who come back that a cluster is running, and may be wrong. */
    @Test
    void thoseWhoComeBackStayUntilTheClusterThatTheyHearOfIsGivenUp() {
        Stage stage = new Stage(3, NO_MISTAKE);
        stage.lose(envelope -> envelope.message() instanceof Message.VoteRequest);
        stage.runUntil(() -> stage.get("c").mode() == Mode.MEMBER);
        stage.crash("a");
        stage.crash("b");
        stage.lose(envelope -> envelope.message() instanceof Message.Propose);
        stage.start("a");
        stage.start("b");
        stage.run(60);
        stage.lose(envelope -> false);
        stage.openEverywhere();
        assertThat(stage.notes).anyMatch(note -> note.contains("gives up cluster"));
    }

    /**
     * What a majority held before the full house binds nobody: BlankHolds in the model. A coordinator's crash costs five names two of
     * their founders, and a second crash the majority; the two that are left hold a committed entry, but no write can be among it.
     */
    @Test
    void aClusterThatLostItsMajorityBeforeTheFullHouseIsGivenUpThoughItHasCommitted() {
        Stage stage = new Stage(5, NO_MISTAKE);
        List<Envelope> proposals = new ArrayList<>();
        stage.lose(envelope -> envelope.message() instanceof Message.Propose && proposals.add(envelope));
        stage.runUntil(() -> !proposals.isEmpty());
        stage.crash("a");
        stage.start("a");
        stage.runUntil(() -> stage.get("a").mode() == Mode.LOCKED);
        Envelope late = proposals.get(0);
        stage.turn("d", replica -> replica.onMessage(late));
        stage.turn("e", replica -> replica.onMessage(late));
        assertThat(stage.get("e").cluster()).isNotEqualTo(stage.get("a").cluster());
        stage.lose(envelope -> false);
        stage.runUntil(() ->
                List.of("a", "b", "c").stream().allMatch(name -> stage.get(name).committed() > 1));
        ClusterId lost = stage.get("a").cluster();
        assertThat(stage.get("b").isOpen()).as("two of five are missing").isFalse();
        stage.crash("c");
        stage.run(2000);
        List.of("c", "d", "e").forEach(stage::start);
        stage.openEverywhere();
        assertThat(stage.replicas.values())
                .allSatisfy(each -> assertThat(each.cluster()).isNotEqualTo(lost));
    }

    /**
     * A founder was replaced while another was cut off; then two more are lost. The one that was cut off knows of three that are gone,
     * and is the third of those who are left to decide.
     */
    @Test
    void aClusterThatWentOnWithOthersIsNotGivenUp() {
        Stage stage = new Stage(5, NO_MISTAKE);
        stage.lose(envelope -> envelope.message() instanceof ProposeReply);
        stage.runUntil(() -> List.of("a", "b", "c", "d", "e").stream()
                .allMatch(name -> stage.get(name).mode() == Mode.LOCKED));
        stage.crash("c");
        stage.lose(envelope -> envelope.message() instanceof Message.VoteRequest
                && envelope.sender().name().equals("a"));
        stage.start("c");
        stage.runUntil(() -> stage.get("a").mode() == Mode.MEMBER
                && List.of("b", "d", "e").stream()
                        .anyMatch(name -> stage.get(name).role() == Role.LEADER));
        String leader = List.of("b", "d", "e").stream()
                .filter(name -> stage.get(name).role() == Role.LEADER)
                .findFirst()
                .orElseThrow();
        ClusterId founded = stage.get("a").cluster();
        stage.isolate("a");
        Incarnation replacement = stage.get("c").self().incarnation();
        stage.runUntil(() -> stage.get("c").committed() > 0
                && Stage.configuration(stage.get("c")).voter(replacement) != null
                && !Stage.configuration(stage.get("c")).isJoint()
                && stage.get("c").committed() == stage.get(leader).committed());
        String other = stage.other("a", "c", leader);
        stage.crash(leader);
        stage.crash(other);
        stage.start(leader);
        stage.start(other);
        stage.lose(envelope -> envelope.message() instanceof Message.VoteRequest);
        stage.heal();
        stage.run(1000);
        assertThat(stage.notes).noneMatch(note -> note.contains("gives up cluster"));
        stage.lose(envelope -> false);
        stage.openEverywhere();
        assertThat(stage.get("a").cluster()).isEqualTo(founded);
    }

    @Test
    void whoKnowsThatTheHouseWasFullNeverGivesUp() {
        Stage stage = new Stage(5, NO_MISTAKE);
        stage.openEverywhere();
        ClusterId opened = stage.get("a").cluster();
        stage.put("b", 1, 1, Ack.QUORUM_MEMORY, "k", "v");
        stage.reply("b", 1);
        List.of("c", "d", "e").forEach(stage::crash);
        stage.run(2000);
        List.of("c", "d", "e").forEach(stage::start);
        stage.run(10_000);
        assertThat(List.of(stage.get("a"), stage.get("b"))).allSatisfy(each -> {
            assertThat(each.cluster()).isEqualTo(opened);
            assertThat(each.isOpen()).isTrue();
        });
        assertThat(stage.latest("b", "k")).as("is the operator's to save").isEqualTo("v");
        assertThat(stage.get("c").mode())
                .as("waits for the cluster that is there")
                .isEqualTo(Mode.EMPTY);
    }

    private static boolean holdsOpened(Replica replica) {
        ReplicatedLog log = replica.log();
        for (long index = log.firstIndex(); index <= log.lastIndex(); index++) {
            if (log.get(index) instanceof Entry.Opened) {
                return true;
            }
        }
        return false;
    }

    @Test
    void whatWasTakenBackDoesNotBindAndAFounderFindsWhatItLacks() {
        long ms = Stage.MS;
        Settings forgetful = new Settings(50 * ms, 250 * ms, 500 * ms, 512, 512, 1 << 20, 512, 1024, NO_MISTAKE);
        Stage stage = new Stage(5, forgetful, 0);
        stage.runUntil(() -> stage.replicas.values().stream().anyMatch(each -> each.role() == Role.LEADER));
        String leader = stage.replicas.values().stream()
                .filter(each -> each.role() == Role.LEADER)
                .findFirst()
                .orElseThrow()
                .self()
                .name();
        String holder = stage.other(leader);
        stage.lose(envelope -> opens(envelope)
                && !envelope.target().equals(stage.get(holder).self().incarnation()));
        stage.runUntil(() -> holdsOpened(stage.get(holder)));
        stage.isolate(holder);
        stage.crash(leader);
        stage.run(5);
        stage.lose(envelope -> false);
        List<Replica> others = stage.replicas.values().stream()
                .filter(each -> each != stage.get(holder))
                .toList();
        handOver(stage, others, 20);
        assertThat(holdsOpened(stage.get(holder))).isTrue();
        stage.heal();
        stage.runUntil(() -> others.stream()
                .anyMatch(each -> each.last().equals(stage.get(holder).last())));
        stage.run(1_000);
        assertThat(holdsOpened(stage.get(holder))).isFalse();
        assertThat(stage.get(holder).isOpen()).isFalse();
        assertThat(stage.get(holder).mode()).isEqualTo(Mode.MEMBER);
        assertThat(stage.get(holder).log().firstIndex()).isEqualTo(1);
    }

    /** Each leader appends an entry of its own, and none of them opens the cluster: one of the list is gone. */
    private static void handOver(Stage stage, List<Replica> leaders, int times) {
        for (int i = 0; i < times; i++) {
            Replica to = leaders.get(i % leaders.size());
            stage.runUntil(() -> {
                leaders.stream()
                        .filter(each -> each.role() == Role.LEADER && each != to)
                        .forEach(each -> stage.turn(
                                each.self().name(),
                                replica -> replica.transfer(to.self().name())));
                return to.role() == Role.LEADER && to.committed() == to.last().index();
            });
        }
    }

    private static boolean opens(Envelope envelope) {
        return envelope.message() instanceof Message.Append append
                && append.entries().stream().anyMatch(Entry.Opened.class::isInstance);
    }

    @Test
    void lateNewsOfAClusterThatIsNoMoreStopsNobody() {
        Stage stage = new Stage(3, NO_MISTAKE);
        Replica a = stage.get("a");
        var stranger = new Member("b", new Incarnation(1, 2), "b");
        var news = new Message.HelloReply(0, Mode.MEMBER, new ClusterId(3, 4));
        stage.isolate("c");
        stage.turn(
                "a",
                replica -> replica.onMessage(
                        new Envelope(0, null, stranger, a.self().incarnation(), 0, news)));
        stage.run(2000);
        assertThat(a.role()).isEqualTo(Role.FOUNDING);
        stage.heal();
        stage.openEverywhere();
    }

    @Test
    void aCoordinatorThatRestartsBeforeAnyoneIsLockedStartsOver() {
        Stage stage = new Stage(3, NO_MISTAKE);
        stage.lose(envelope -> envelope.message() instanceof Message.Propose);
        stage.runUntil(() -> stage.get("a").mode() == Mode.LOCKED);
        stage.crash("a");
        stage.run(5);
        stage.start("a");
        stage.lose(envelope -> false);
        stage.openEverywhere();
        assertThat(stage.replicas.values().stream().map(Replica::cluster).distinct())
                .hasSize(1);
    }

    @Test
    void anotherListIsNotedAndKeepsTheClusterFromBeginning() {
        Stage stage = new Stage(3, NO_MISTAKE);
        stage.startWithList("c", List.of(new Contact("a", "a"), new Contact("c", "c")));
        stage.run(2000);
        assertThat(stage.get("a").mode()).isEqualTo(Mode.EMPTY);
        assertThat(stage.notes).anyMatch(note -> note.contains("another list"));
    }

    @Test
    void whoJoinsHasNoListThatCouldBeAnotherOne() {
        Stage stage = new Stage(3, NO_MISTAKE);
        stage.lose(envelope -> envelope.message() instanceof Message.Propose);
        stage.join("c", true);
        stage.run(2000);
        stage.crash("b");
        stage.start("b");
        stage.run(2000);
        assertThat(stage.notes).noneMatch(note -> note.contains("another list"));
    }

    @Test
    void theHashOfAListDependsOnNamesAddressesAndOrder() {
        Contact a = new Contact("a", "1");
        Contact b = new Contact("b", "2");
        assertThat(Start.founding(List.of(a, b)).hash())
                .isEqualTo(Start.founding(List.of(new Contact("a", "1"), new Contact("b", "2")))
                        .hash())
                .isNotEqualTo(Start.founding(List.of(b, a)).hash())
                .isNotEqualTo(Start.founding(List.of(a, new Contact("b", "3"))).hash());
    }
}
