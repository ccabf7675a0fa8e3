package io.memdi.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.memdi.Ack;
import io.memdi.Revision;
import io.memdi.Role;
import io.memdi.log.Mistake;
import io.memdi.transport.Message;
import io.memdi.transport.Message.Mode;
import io.memdi.transport.Message.WriteReply;
import io.memdi.transport.Result;
import io.memdi.transport.Write.Operation;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplicaTest {
    private static final @Nullable Mistake NO_MISTAKE = null;

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 7})
    void aListBecomesAClusterThatTakesWrites(int size) {
        Stage stage = new Stage(size, NO_MISTAKE);
        stage.openEverywhere();
        stage.put("a", 1, 1, Ack.QUORUM_MEMORY, "k", "v");
        WriteReply reply = stage.reply("a", 1);
        assertThat(reply.result()).isEqualTo(Result.APPLIED);
        stage.run(100);
        stage.replicas
                .keySet()
                .forEach(name -> assertThat(stage.latest(name, "k")).isEqualTo("v"));
        assertThat(stage.replicas.values().stream().map(Replica::cluster).distinct())
                .hasSize(1);
    }

    @Test
    void anElectedClusterStaysWithItsLeader() {
        Stage stage = new Stage(3, NO_MISTAKE);
        stage.openEverywhere();
        long term = stage.leader().term();
        stage.run(60_000);
        assertThat(stage.leader().term()).isEqualTo(term);
    }

    @Test
    void aCrashedLeaderIsReplacedWithinMilliseconds() {
        Stage stage = new Stage(3, NO_MISTAKE);
        stage.openEverywhere();
        String first = stage.leaderName();
        stage.put(first, 1, 1, Ack.QUORUM_MEMORY, "k", "v");
        stage.reply(first, 1);
        stage.run(100);
        stage.crash(first);
        stage.run(40);
        assertThat(stage.replicas.values().stream().map(Replica::role)).contains(Role.LEADER);
        String second = stage.leaderName();
        assertThat(stage.latest(second, "k")).isEqualTo("v");
        stage.put(stage.other(second), 1, 1, Ack.QUORUM_MEMORY, "k", "w");
        stage.reply(stage.other(second), 1);
    }

    @Test
    void survivorsOfACrashDoNotSplitTheVote() {
        for (int seed = 0; seed < 300; seed += 3) {
            Stage stage = new Stage(3, NO_MISTAKE, seed);
            stage.openEverywhere();
            stage.crash(stage.leaderName());
            stage.run(40);
            assertThat(stage.replicas.values().stream().map(Replica::role))
                    .as("seed %d", seed)
                    .contains(Role.LEADER);
        }
    }

    @Test
    void anIsolatedLeaderStepsDownAndTakesBackWhatNobodyElseHas() {
        Stage stage = new Stage(3, NO_MISTAKE);
        stage.openEverywhere();
        String old = stage.leaderName();
        stage.put(old, 1, 1, Ack.QUORUM_MEMORY, "k", "v");
        stage.reply(old, 1);
        stage.isolate(old);
        stage.put(old, 2, 2, Ack.LEADER_MEMORY, "k", "lost");
        stage.turn(
                old,
                replica -> replica.submit(
                        3, List.of(Stage.write(3, Ack.LEADER_MEMORY, Operation.REMOVE, "k", null, Revision.NONE))));
        assertThat(stage.latest(old, "k")).isNull();
        stage.run(300);
        assertThat(stage.get(old).role()).isNotEqualTo(Role.LEADER);
        assertThat(stage.latest(old, "k")).isEqualTo("v");
        stage.run(2000);
        stage.heal();
        stage.run(1000);
        assertThat(stage.replicas.values().stream()
                        .map(each -> each.state().table(Stage.STORE).digest())
                        .distinct())
                .hasSize(1);
        assertThat(stage.leaderName()).isNotEqualTo(old);
        assertThat(stage.get(old).term()).isEqualTo(stage.leader().term());
    }

    @Test
    void commitsThatStallHoldBackAcknowledgementsFromMemory() {
        Stage stage = new Stage(3, NO_MISTAKE);
        stage.openEverywhere();
        String leader = stage.leaderName();
        stage.put(leader, 1, 1, Ack.LEADER_MEMORY, "k", "1");
        assertThat(stage.replies.get(leader)).hasSize(1);
        // The leader hears the others, so that it stays, but its appends do not get through.
        stage.lose(envelope -> envelope.message() instanceof Message.Append);
        stage.put(leader, 2, 2, Ack.LEADER_MEMORY, "k", "2");
        assertThat(stage.replies.get(leader)).hasSize(2);
        stage.run(600);
        stage.put(leader, 3, 3, Ack.LEADER_MEMORY, "k", "3");
        stage.run(600);
        assertThat(stage.get(leader).role()).isEqualTo(Role.LEADER);
        assertThat(stage.replies.get(leader)).hasSize(2);
        assertThat(stage.get(leader).waitingFor()).contains("stalled");
        assertThat(stage.notes).anyMatch(note -> note.contains("commits have stalled at entry"));
        stage.lose(envelope -> false);
        assertThat(stage.reply(leader, 3).result()).isEqualTo(Result.APPLIED);
    }

    @Test
    void aLeaderThatHadNothingToDoAcknowledgesFromMemoryAtOnce() {
        Stage stage = new Stage(3, NO_MISTAKE);
        stage.openEverywhere();
        String leader = stage.leaderName();
        stage.put(leader, 1, 1, Ack.QUORUM_MEMORY, "k", "1");
        stage.reply(leader, 1);
        stage.run(5000);
        assertThat(stage.get(leader).waitingFor()).isEmpty();
        stage.put(leader, 2, 2, Ack.LEADER_MEMORY, "k", "2");
        assertThat(stage.replies.get(leader)).as("in the same turn").hasSize(2);
    }

    @Test
    void whatALeaderInheritsIsAcknowledgedOnceItIsCommitted() {
        Stage stage = new Stage(2, NO_MISTAKE);
        stage.openEverywhere();
        String leader = stage.leaderName();
        stage.isolate(leader);
        stage.put(leader, 1, 1, Ack.QUORUM_MEMORY, "k", "1");
        stage.runUntil(() -> stage.get(leader).role() != Role.LEADER);
        stage.lose(envelope -> envelope.message() instanceof Message.Append);
        stage.heal();
        stage.runUntil(() -> stage.get(leader).role() == Role.LEADER);
        stage.put(leader, 1, 1, Ack.LEADER_MEMORY, "k", "1");
        stage.run(50);
        assertThat(stage.replies.get(leader)).as("nobody knows how old it is").isEmpty();
        stage.put(leader, 2, 1, Ack.LEADER_MEMORY, "k", "2");
        assertThat(stage.replies.get(leader))
                .singleElement()
                .satisfies(reply -> assertThat(reply.number()).isEqualTo(2));
        stage.lose(envelope -> false);
        assertThat(stage.reply(leader, 1).result()).isEqualTo(Result.APPLIED);
    }

    @Test
    void aNewLeaderDoesNotTakeForLostWhatMayComeBack() {
        Stage stage = new Stage(3, NO_MISTAKE);
        stage.openEverywhere();
        String old = stage.leaderName();
        String next = stage.other(old);
        stage.lose(envelope -> envelope.message() instanceof Message.Append);
        stage.put(next, 1, 1, Ack.LEADER_MEMORY, "k", "1");
        Revision acknowledged = stage.reply(next, 1).revision();
        stage.get(next).positions().acknowledge(acknowledged);
        stage.isolate(old);
        stage.runUntil(() -> stage.replicas.values().stream()
                .anyMatch(each -> each.role() == Role.LEADER && each.term() > acknowledged.term()));
        stage.run(20);
        assertThat(stage.get(next).positions().held().isAtLeast(acknowledged))
                .as("the old leader may still come back with it")
                .isFalse();
        assertThat(stage.get(next).positions().isSettled()).isFalse();
        stage.lose(envelope -> false);
        stage.runUntil(() -> stage.get(next).positions().isSettled());
        assertThat(stage.get(next).positions().committed().term()).isGreaterThan(acknowledged.term());
    }

    @Test
    void aNumberIsExecutedOnceHoweverOftenItIsSent() {
        Stage stage = new Stage(3, NO_MISTAKE);
        stage.openEverywhere();
        String follower = stage.other(stage.leaderName());
        stage.put(follower, 1, 1, Ack.LEADER_MEMORY, "k", "1");
        stage.put(follower, 2, 1, Ack.QUORUM_MEMORY, "k", "2");
        stage.reply(follower, 2);
        stage.put(follower, 1, 1, Ack.LEADER_MEMORY, "k", "1");
        stage.put(follower, 2, 1, Ack.QUORUM_MEMORY, "k", "2");
        stage.run(100);
        assertThat(stage.replies.get(follower))
                .filteredOn(reply -> reply.number() == 2)
                .hasSizeGreaterThanOrEqualTo(2)
                .allMatch(reply -> reply.equals(stage.reply(follower, 2)));
        assertThat(stage.latest(follower, "k")).isEqualTo("2");
    }

    @Test
    void aGapIsWaitedForUntilItIsClosed() {
        Stage stage = new Stage(3, NO_MISTAKE);
        stage.openEverywhere();
        String leader = stage.leaderName();
        stage.put(leader, 3, 1, Ack.LEADER_MEMORY, "k", "3");
        stage.run(10);
        assertThat(stage.replies.get(leader)).isEmpty();
        stage.put(leader, 3, 3, Ack.LEADER_MEMORY, "k", "3");
        assertThat(stage.reply(leader, 3).result()).isEqualTo(Result.APPLIED);
    }

    @Test
    void conditionsAreDecidedByTheLeader() {
        Stage stage = new Stage(3, NO_MISTAKE);
        stage.openEverywhere();
        String follower = stage.other(stage.leaderName());
        stage.put(follower, 1, 1, Ack.QUORUM_MEMORY, "k", "1");
        Revision first = stage.reply(follower, 1).revision();
        stage.turn(
                follower,
                replica -> replica.submit(
                        2,
                        List.of(
                                Stage.write(2, Ack.QUORUM_MEMORY, Operation.REPLACE, "k", "2", first),
                                Stage.write(3, Ack.QUORUM_MEMORY, Operation.REPLACE, "k", "3", first),
                                Stage.write(4, Ack.QUORUM_MEMORY, Operation.PUT_IF_ABSENT, "k", "4", Revision.NONE))));
        Revision second = stage.reply(follower, 2).revision();
        assertThat(stage.reply(follower, 3).result()).isEqualTo(Result.CONDITION_FAILED);
        assertThat(stage.reply(follower, 3).revision()).isEqualTo(second);
        assertThat(stage.reply(follower, 4).result()).isEqualTo(Result.CONDITION_FAILED);
        assertThat(stage.reply(follower, 4).revision()).isEqualTo(second);
        stage.run(100);
        assertThat(stage.latest(follower, "k")).isEqualTo("2");
    }

    /**
     * The first try of a write is in the log of a leader that is cut off; its successor, which lacks it, finds the key there, and is
     * cut off in its turn; the first leader comes back, and commits the first try. So a "no" from memory alone would be a lie.
     */
    @Test
    void aWriteThatWasRefusedNeverTakesEffect() {
        Stage stage = new Stage(3, NO_MISTAKE);
        stage.openEverywhere();
        String first = stage.leaderName();
        String issuer = stage.other(first);
        String third = stage.other(first, issuer);
        stage.submit(issuer, Operation.PUT_IF_ABSENT, "k", "mine");
        stage.runUntil(() -> "mine".equals(stage.latest(first, "k")));
        stage.isolate(first);
        stage.lose(envelope -> envelope.message() instanceof Message.Append
                || (envelope.message() instanceof Message.VoteRequest
                        && envelope.sender().name().equals(third)));
        stage.runUntil(() -> stage.get(issuer).self().equals(stage.get(third).leader()));
        stage.submit(third, Operation.PUT, "k", "theirs");
        stage.runUntil(() -> "theirs".equals(stage.latest(issuer, "k")));
        stage.submit(issuer, Operation.PUT_IF_ABSENT, "k", "mine");
        stage.run(10);
        assertThat(stage.replies.get(issuer))
                .as("refused, but the refusal is not committed")
                .isEmpty();

        stage.heal();
        stage.isolate(issuer);
        stage.lose(envelope -> false);
        stage.runUntil(() -> "mine".equals(stage.latest(third, "k")));
        stage.heal();
        stage.runUntil(() ->
                stage.get(issuer).role() == Role.FOLLOWER && stage.get(issuer).leader() != null);
        stage.submit(issuer, Operation.PUT_IF_ABSENT, "k", "mine");
        assertThat(stage.reply(issuer, 1).result()).isEqualTo(Result.APPLIED);
    }

    @Test
    void leadershipIsHandedOverByHand() {
        Stage stage = new Stage(3, NO_MISTAKE);
        stage.openEverywhere();
        String old = stage.leaderName();
        String next = stage.other(old);
        stage.turn(old, replica -> replica.transfer(next));
        stage.run(10);
        assertThat(stage.get(next).role()).isEqualTo(Role.LEADER);
        assertThat(stage.get(old).leader()).isEqualTo(stage.get(next).self());
    }

    @Test
    void thoseWhoLostTheConnectionToTheirLeaderSaySo() {
        Stage stage = new Stage(3, NO_MISTAKE);
        stage.openEverywhere();
        String leader = stage.leaderName();
        stage.crash(leader);
        stage.run(20);
        assertThat(stage.leaderName()).isNotEqualTo(leader);
        assertThat(stage.notes)
                .anyMatch(note -> note.endsWith(
                        "FOLLOWER -> PRE_CANDIDATE in term 1: the connection to leader " + leader + " was lost"));
    }

    @Test
    void aReadIndexNeedsAQuorum() {
        Stage stage = new Stage(3, NO_MISTAKE);
        stage.openEverywhere();
        String leader = stage.leaderName();
        stage.turn(stage.other(leader), replica -> replica.read(7));
        stage.run(10);
        assertThat(stage.reads.get(stage.other(leader)))
                .singleElement()
                .satisfies(reply -> assertThat(reply.index())
                        .isEqualTo(stage.leader().last().index()));
        stage.isolate(leader);
        stage.turn(leader, replica -> replica.read(8));
        stage.run(1000);
        assertThat(stage.reads.get(leader)).isEmpty();
    }

    @Test
    void writesWaitForTheFullHouse() {
        Stage stage = new Stage(3, NO_MISTAKE);
        stage.isolate("c");
        stage.run(5000);
        assertThat(stage.get("a").mode()).isEqualTo(Mode.EMPTY);
        assertThat(stage.get("a").waitingFor()).endsWith("not heard yet: c");
        assertThat(waits(stage, "a"))
                .as("said once, though it lasts")
                .containsExactly("the cluster begins once every node of the list has been heard; not heard yet: c");
        stage.heal();
        stage.openEverywhere();
    }

    @Test
    void aLeaderSaysWhomTheFirstWriteWaitsFor() {
        Stage stage = new Stage(3, NO_MISTAKE);
        stage.runUntil(() -> stage.get("a").mode() == Mode.MEMBER
                && stage.get("b").mode() == Mode.MEMBER
                && stage.get("c").mode() == Mode.MEMBER);
        stage.isolate("c");
        stage.run(5000);
        String all = "the cluster opens for writes once every node of the list takes part";
        assertThat(waits(stage, "a")).containsExactly(all + "; missing: c");
        assertThat(waits(stage, "b")).containsExactly(all);
        stage.heal();
        stage.openEverywhere();
        assertThat(stage.get("a").isReady()).isTrue();
    }

    @Test
    void aNodeWithoutALeaderSaysSoOnceAndLaterWhatToDo() {
        Stage stage = new Stage(3, NO_MISTAKE);
        stage.openEverywhere();
        String alone = stage.other(stage.leaderName());
        stage.isolate(alone);
        stage.run(10_000);
        assertThat(waits(stage, alone))
                .containsExactly(
                        "no leader is known; an election is under way, and needs a majority of the voters",
                        "no leader is known; an election needs a majority of the voters. Should a majority be gone for good,"
                                + " and only then, one survivor can be told to recover");
    }

    @Test
    void aFoundingAsItShouldBeIsQuiet() {
        for (int seed = 0; seed < 20; seed++) {
            Stage stage = new Stage(3, NO_MISTAKE, seed);
            stage.openEverywhere();
            String leader = stage.leaderName();
            stage.crash(leader);
            stage.run(1000);
            assertThat(stage.leaderName()).isNotEqualTo(leader);
            assertThat(stage.notes).as("seed %d", seed).noneMatch(note -> note.contains("waits: "));
        }
    }

    /** What a node has said that it waits for. */
    private static List<String> waits(Stage stage, String node) {
        return stage.notes.stream()
                .filter(note -> note.contains(" " + node + ": waits: "))
                .map(note -> note.substring(note.indexOf("waits: ") + "waits: ".length()))
                .toList();
    }

    @Test
    void aFollowerThatWasAwayCatchesUpByTerm() {
        Stage stage = new Stage(3, NO_MISTAKE);
        stage.openEverywhere();
        String leader = stage.leaderName();
        String away = stage.other(leader);
        stage.isolate(away);
        for (int i = 1; i <= 500; i++) {
            stage.put(leader, i, i, Ack.LEADER_MEMORY, "k" + i % 50, "v" + i);
        }
        stage.run(2000);
        stage.heal();
        stage.run(1000);
        assertThat(stage.get(away).state().table(Stage.STORE).digest())
                .isEqualTo(stage.leader().state().table(Stage.STORE).digest());
        assertThat(stage.get(away).state().sessions().digest())
                .isEqualTo(stage.leader().state().sessions().digest());
    }

    /** A new leader that has not heard from a follower yet knows nothing about its log; least of all that it is empty. */
    @Test
    void aConnectionThatBreaksEarlyLeavesNobodyBehind() {
        Settings forgetful = new Settings(
                50 * Stage.MS, 250 * Stage.MS, 500 * Stage.MS, 4096, 4096, 1 << 20, 4096, 1024, NO_MISTAKE);
        Stage stage = new Stage(3, forgetful, 0);
        stage.openEverywhere();
        String old = stage.leaderName();
        for (int i = 1; i <= 500; i++) {
            stage.put(old, i, i, Ack.LEADER_MEMORY, "k" + i % 50, "v" + i);
            stage.run(1);
        }
        stage.run(200);
        assertThat(stage.get(old).log().firstIndex()).isGreaterThan(400);
        stage.lose(envelope -> envelope.message() instanceof Message.AppendReply);
        stage.isolate(old);
        stage.runUntil(() -> stage.replicas.values().stream()
                .anyMatch(each ->
                        each.role() == Role.LEADER && !each.self().name().equals(old)));
        String next = stage.leaderName();
        String third = stage.other(old, next);
        stage.turn(next, replica -> replica.onPeerDown(third));
        stage.run(100);
        stage.lose(envelope -> false);
        stage.runUntil(
                () -> stage.get(next).committed() == stage.get(next).last().index());
        stage.runUntil(() -> stage.get(third).committed() == stage.get(next).committed());
        assertThat(stage.notes).noneMatch(note -> note.contains("stays behind"));
    }

    /** Its answers are lost, and with them what the leader knows of it; its log is not. */
    @Test
    void whoeverHoldsTheLogIsNotLeftBehindBecauseItsAnswersWereLost() {
        Settings forgetful = new Settings(
                50 * Stage.MS, 250 * Stage.MS, 500 * Stage.MS, 4096, 1 << 20, 1 << 20, 4096, 1024, NO_MISTAKE);
        Stage stage = new Stage(3, forgetful, 0);
        stage.openEverywhere();
        String leader = stage.leaderName();
        String mute = stage.other(leader);
        stage.lose(envelope -> envelope.message() instanceof Message.AppendReply
                && envelope.sender().name().equals(mute));
        for (int i = 1; i <= 200; i++) {
            stage.put(leader, i, i, Ack.LEADER_MEMORY, "k" + i % 50, "v" + i);
        }
        stage.run(20);
        stage.turn(leader, replica -> replica.onPeerDown(mute));
        stage.run(500);
        stage.lose(envelope -> false);
        stage.put(leader, 201, 201, Ack.QUORUM_MEMORY, "k", "v");
        stage.reply(leader, 201);
        stage.runUntil(() -> stage.get(mute).committed() == stage.get(leader).committed());
        assertThat(stage.notes).noneMatch(note -> note.contains("stays behind"));
    }
}
