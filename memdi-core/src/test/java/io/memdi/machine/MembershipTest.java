package io.memdi.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.memdi.Ack;
import io.memdi.Revision;
import io.memdi.Role;
import io.memdi.log.Mistake;
import io.memdi.transport.Configuration;
import io.memdi.transport.Envelope;
import io.memdi.transport.Member;
import io.memdi.transport.Message;
import io.memdi.transport.Message.AppendReply;
import io.memdi.transport.Result;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class MembershipTest {
    private static final @Nullable Mistake NO_MISTAKE = null;

    private final Stage stage = new Stage(5, NO_MISTAKE);

    private static Configuration configuration(Replica replica) {
        return Objects.requireNonNull(replica.configuration());
    }

    private static List<Member> without(Configuration before, String... names) {
        return before.voters().stream()
                .filter(voter -> !List.of(names).contains(voter.name()))
                .toList();
    }

    private @Nullable String change(String leader, List<Member> voters, List<Member> learners) {
        List<@Nullable Refusal> answer = new ArrayList<>();
        stage.turn(
                leader,
                replica -> answer.add(replica.change(configuration(replica).with(voters, learners, List.of()))));
        Refusal refusal = answer.get(0);
        return refusal == null ? null : refusal.reason();
    }

    private void settle(List<Member> voters) {
        stage.runUntil(() -> stage.replicas.values().stream()
                .filter(each -> voters.contains(each.self()))
                .allMatch(each -> !configuration(each).isJoint()
                        && configuration(each).voters().equals(voters)
                        && configuration(each).learners().isEmpty()
                        && each.committed() == each.last().index()
                        && each.leader() != null));
    }

    /** The name of the leader of a cluster in which everyone holds everything. */
    private String quietLeader() {
        stage.openEverywhere();
        String name = stage.leaderName();
        stage.runUntil(() -> everyone(each -> each.last().equals(stage.get(name).last())
                && each.committed() == each.last().index()));
        return name;
    }

    private boolean everyone(Predicate<Replica> holds) {
        return stage.replicas.values().stream().allMatch(holds);
    }

    @Test
    void membersAreNamedInTheOrderOfTheirNames() {
        String leader = quietLeader();
        List<Member> staying = new ArrayList<>(without(configuration(stage.get(leader)), stage.other(leader)));
        String names = staying.stream().map(Member::name).sorted().collect(Collectors.joining(", "));
        Collections.reverse(staying);
        assertThat(change(leader, staying, List.of())).isNull();
        assertThat(stage.notes).anyMatch(note -> note.contains("members are to be " + names + "; until"));
    }

    @Test
    void aVoterLeavesInTwoSteps() {
        String leader = quietLeader();
        String leaving = stage.other(leader);
        Member gone = stage.get(leaving).self();
        Configuration before = configuration(stage.get(leader));
        List<Member> staying = without(before, leaving);
        assertThat(change(leader, staying, List.of())).isNull();
        assertThat(configuration(stage.get(leader))).isEqualTo(before.with(staying, List.of(), before.voters()));
        assertThat(stage.get(leader).isReady()).isFalse();
        assertThat(stage.get(leader).waitingFor()).contains("a change of members is not over");
        settle(staying);
        assertThat(staying).allMatch(member -> stage.get(member.name()).isReady());
        for (Member member : staying) {
            assertThat(stage.get(member.name()).state().sessions().get(gone.incarnation()))
                    .isNull();
        }
        long term = stage.get(leader).term();
        stage.run(10_000);
        assertThat(stage.get(leader).term()).as("who left raises no term").isEqualTo(term);
        stage.put(leader, 1, 1, Ack.QUORUM_MEMORY, "k", "v");
        assertThat(stage.reply(leader, 1).result()).isEqualTo(Result.APPLIED);
    }

    @Test
    void whoHasLeftIsToldAndStops() {
        String leader = quietLeader();
        String leaving = stage.other(leader);
        change(leader, without(configuration(stage.get(leader)), leaving), List.of());
        stage.runUntil(() -> stage.get(leaving).role() == Role.STOPPED);
        assertThat(stage.get(leaving).waitingFor()).contains("does not belong to its cluster any more");
    }

    @Test
    void whoHasLeftAndWasNotToldHasItsWritesRefusedAndIsTold() {
        String leader = quietLeader();
        String leaving = stage.other(leader);
        List<Member> staying = without(configuration(stage.get(leader)), leaving);
        stage.lose(envelope -> envelope.message() instanceof Message.Evicted);
        change(leader, staying, List.of());
        settle(staying);
        stage.run(10);
        long last = stage.get(leader).last().index();
        stage.put(leaving, 1, 1, Ack.LEADER_MEMORY, "k", "v");
        stage.run(1_000);
        assertThat(stage.get(leader).last().index()).isEqualTo(last);
        assertThat(stage.replies.get(leaving)).isEmpty();
        assertThat(stage.get(leaving).role()).isNotEqualTo(Role.STOPPED);
        stage.lose(envelope -> false);
        stage.runUntil(() -> stage.get(leaving).role() == Role.STOPPED);
    }

    @Test
    void nobodyIsToldOfAChangeThatIsNotCommitted() {
        String leader = quietLeader();
        Configuration before = configuration(stage.get(leader));
        String leaving = stage.other(leader);
        String heard = stage.other(leader, leaving);
        stage.lose(envelope -> envelope.message() instanceof AppendReply
                && !envelope.sender().name().equals(heard));
        change(leader, without(before, leaving), List.of());
        stage.run(200);
        assertThat(configuration(stage.get(leader)).isJoint()).isTrue();
        assertThat(stage.get(leaving).role()).isEqualTo(Role.FOLLOWER);
        stage.lose(envelope -> false);
        stage.runUntil(() -> stage.get(leaving).role() == Role.STOPPED);
    }

    @Test
    void whoeverIsBehindEvictsNobody() {
        String leader = quietLeader();
        Replica follower = stage.get(stage.other(leader));
        Member other = stage.get(leader).self();
        Message old = new Message.Evicted(new Revision(0, 1));
        stage.turn(
                follower.self().name(),
                replica -> replica.onMessage(
                        new Envelope(0, replica.cluster(), other, replica.self().incarnation(), replica.term(), old)));
        assertThat(follower.role()).isEqualTo(Role.FOLLOWER);
    }

    /** Starts these again, one after another, so that none of the lives that others may know is left. */
    private void restart(List<Member> members) {
        for (Member member : members) {
            stage.crash(member.name());
            stage.start(member.name());
            stage.ready(member.name());
        }
    }

    @Test
    void whoHasLeftAndKnowsOnlyTheDeadIsToldByTheirSuccessors() {
        String leader = quietLeader();
        String leaving = stage.other(leader);
        List<Member> staying = without(configuration(stage.get(leader)), leaving);
        stage.isolate(leaving);
        change(leader, staying, List.of());
        settle(staying);
        restart(staying);
        Configuration known = configuration(stage.get(leaving));
        assertThat(everyone(each -> each.self().name().equals(leaving)
                        || known.member(each.self().incarnation()) == null))
                .isTrue();
        assertThat(stage.get(leaving).role()).isNotEqualTo(Role.STOPPED);
        stage.heal();
        stage.runUntil(() -> stage.get(leaving).role() == Role.STOPPED);
        assertThat(stage.get(leaving).waitingFor()).contains("does not belong to its cluster any more");
    }

    @Test
    void whoBelongsAndKnowsOnlyTheDeadIsNotTakenForOneThatHasLeft() {
        String leader = quietLeader();
        String away = stage.other(leader);
        Member self = stage.get(away).self();
        List<Member> others = without(configuration(stage.get(leader)), away);
        List<Envelope> asked = new ArrayList<>();
        List<Envelope> told = new ArrayList<>();
        stage.isolate(away);
        restart(others);
        stage.lose(envelope -> {
            boolean evicts = envelope.message() instanceof Message.Evicted;
            if (envelope.sender().equals(self) && envelope.message() instanceof Message.VoteRequest) {
                asked.add(envelope);
            }
            if (evicts && self.incarnation().equals(envelope.target())) {
                told.add(envelope);
            }
            // For a while it hears nobody who would take it in again, and asks those whom it knows.
            return !envelope.sender().equals(self) && !evicts && asked.size() < 20;
        });
        stage.heal();
        stage.runUntil(() -> asked.size() >= 20);
        stage.ready(away);
        assertThat(asked)
                .anyMatch(envelope ->
                        others.stream().anyMatch(dead -> dead.incarnation().equals(envelope.target())));
        assertThat(told).isEmpty();
    }

    @Test
    void whoHasLeftIsToldInALowerTermToo() {
        String leader = quietLeader();
        Replica follower = stage.get(stage.other(leader));
        long term = follower.term();
        assertThat(term).isPositive();
        Message out = new Message.Evicted(new Revision(term, follower.last().index() + 1));
        stage.turn(
                follower.self().name(),
                replica -> replica.onMessage(new Envelope(
                        0,
                        replica.cluster(),
                        stage.get(leader).self(),
                        replica.self().incarnation(),
                        term - 1,
                        out)));
        assertThat(follower.role()).isEqualTo(Role.STOPPED);
    }

    @Test
    void oneChangeAtATime() {
        String leader = quietLeader();
        Configuration before = configuration(stage.get(leader));
        String leaving = stage.other(leader);
        assertThat(change(leader, without(before, leaving), List.of())).isNull();
        assertThat(change(leader, before.voters(), List.of())).contains("another change of members is under way");
        settle(without(before, leaving));
        assertThat(change(leader, without(before, leaving, stage.other(leader, leaving)), List.of()))
                .isNull();
    }

    @Test
    void nobodyButTheLeaderChangesMembers() {
        String leader = quietLeader();
        Configuration before = configuration(stage.get(leader));
        assertThat(change(stage.other(leader), before.voters(), List.of())).contains("does not lead");
    }

    @Test
    void aNewLeaderChangesNothingBeforeItHasCommittedAnEntryOfItsOwn() {
        String old = quietLeader();
        stage.crash(old);
        stage.lose(envelope -> envelope.message() instanceof AppendReply);
        stage.runUntil(() -> stage.replicas.values().stream().anyMatch(each -> each.role() == Role.LEADER));
        String leader = stage.leaderName();
        Configuration before = configuration(stage.get(leader));
        assertThat(change(leader, without(before, old), List.of())).contains("has not committed anything yet");
        stage.lose(envelope -> false);
        stage.runUntil(
                () -> stage.get(leader).committed() == stage.get(leader).last().index());
        assertThat(change(leader, without(before, old), List.of())).isNull();
        settle(without(before, old));
    }

    @Test
    void aChangeThatNobodyElseHasIsTakenBack() {
        String leader = quietLeader();
        Configuration before = configuration(stage.get(leader));
        stage.isolate(leader);
        assertThat(change(leader, List.of(stage.get(leader).self()), List.of())).isNull();
        stage.run(5_000);
        assertThat(stage.get(leader).role()).isNotEqualTo(Role.LEADER);
        stage.heal();
        settle(before.voters());
    }

    @Test
    void aNewLeaderFinishesWhatAMajorityHolds() {
        String leader = quietLeader();
        Configuration before = configuration(stage.get(leader));
        String leaving = stage.other(leader);
        List<Member> staying = without(before, leaving);
        stage.lose(envelope -> envelope.message() instanceof AppendReply);
        change(leader, staying, List.of());
        stage.runUntil(() -> everyone(each -> configuration(each).isJoint()));
        stage.crash(leader);
        stage.lose(envelope -> false);
        settle(staying);
        assertThat(stage.leaderName()).isNotEqualTo(leader);
    }

    @Test
    void aLeaderThatLeavesHandsOver() {
        String leader = quietLeader();
        List<Member> staying = without(configuration(stage.get(leader)), leader);
        change(leader, staying, List.of());
        stage.runUntil(() -> stage.get(leader).role() != Role.LEADER);
        settle(staying);
        stage.run(5_000);
        assertThat(stage.leaderName()).isNotEqualTo(leader);
        String other = stage.leaderName();
        stage.put(other, 1, 1, Ack.QUORUM_MEMORY, "k", "v");
        assertThat(stage.reply(other, 1).result()).isEqualTo(Result.APPLIED);
    }

    @Test
    void severalVotersLeaveAtOnce() {
        String leader = quietLeader();
        Configuration before = configuration(stage.get(leader));
        String first = stage.other(leader);
        List<Member> staying = without(before, first, stage.other(leader, first));
        change(leader, staying, List.of());
        settle(staying);
        stage.crash(stage.other(leader, first, stage.other(leader, first)));
        stage.put(leader, 1, 1, Ack.QUORUM_MEMORY, "k", "v");
        assertThat(stage.reply(leader, 1).result())
                .as("two of three are a quorum")
                .isEqualTo(Result.APPLIED);
    }

    @Test
    void aVoterBecomesALearnerAndLeaves() {
        String leader = quietLeader();
        Configuration before = configuration(stage.get(leader));
        String leaving = stage.other(leader);
        Member learner = stage.get(leaving).self();
        List<Member> voters = without(before, leaving);
        assertThat(change(leader, voters, List.of(learner))).isNull();
        Configuration after = before.with(voters, List.of(learner), List.of());
        stage.runUntil(() -> everyone(each -> configuration(each).equals(after)));
        stage.put(leader, 1, 1, Ack.QUORUM_MEMORY, "k", "v");
        stage.runUntil(() -> "v".equals(stage.latest(leaving, "k")));
        stage.put(leaving, 1, 1, Ack.QUORUM_MEMORY, "l", "w");
        assertThat(stage.reply(leaving, 1).result()).as("learners write too").isEqualTo(Result.APPLIED);
        assertThat(change(leader, voters, List.of())).isNull();
        assertThat(configuration(stage.get(leader)).isJoint())
                .as("learners leave in one step")
                .isFalse();
        settle(voters);
        stage.runUntil(() -> stage.get(leaving).role() == Role.STOPPED);
    }

    /** Dissertation, figure 4.6: whoever holds the last step must be able to finish it, though it does not vote any more. */
    @Test
    void aLeaderThatTakesItselfOutLeadsAgainToFinishThat() {
        Stage pair = new Stage(2, NO_MISTAKE);
        pair.openEverywhere();
        String leader = pair.leaderName();
        String other = pair.other(leader);
        Member stays = pair.get(other).self();
        pair.turn(
                leader,
                replica -> assertThat(replica.change(configuration(replica).with(List.of(stays), List.of(), List.of())))
                        .isNull());
        pair.lose(envelope -> envelope.message() instanceof Message.Append append
                && append.entries().stream()
                        .anyMatch(entry -> entry instanceof io.memdi.transport.Entry.Configured configured
                                && !configured.configuration().isJoint()));
        pair.runUntil(() -> !configuration(pair.get(leader)).isJoint());
        pair.block(other, leader);
        pair.runUntil(() -> pair.get(leader).role() == Role.FOLLOWER);
        pair.heal();
        pair.lose(envelope -> false);
        pair.runUntil(
                () -> pair.get(other).role() == Role.LEADER && pair.get(leader).role() == Role.STOPPED);
        assertThat(configuration(pair.get(other)).voters()).containsExactly(stays);
    }
}
