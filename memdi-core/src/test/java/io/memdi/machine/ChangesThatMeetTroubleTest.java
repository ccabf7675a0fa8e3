package io.memdi.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.memdi.Ack;
import io.memdi.Revision;
import io.memdi.Role;
import io.memdi.transport.Entry;
import io.memdi.transport.Envelope;
import io.memdi.transport.HealMessage.HealPage;
import io.memdi.transport.Message.Append;
import io.memdi.transport.Message.Change;
import io.memdi.transport.Message.JoinReply;
import io.memdi.transport.Message.Verdict;
import io.memdi.transport.Write;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A change of members, and one failure beside it: no more than the cluster is to survive. */
class ChangesThatMeetTroubleTest {
    private Stage stage = new Stage(3, null);

    private boolean goesTo(Envelope envelope, String name) {
        return stage.get(name).self().incarnation().equals(envelope.target());
    }

    private static boolean hasJoint(Envelope envelope) {
        return envelope.message() instanceof Append append
                && append.entries().stream()
                        .anyMatch(entry -> entry instanceof Entry.Configured configured
                                && configured.configuration().isJoint());
    }

    private @Nullable String leaderBut(String name) {
        return stage.replicas.values().stream()
                .filter(replica -> replica.role() == Role.LEADER)
                .map(replica -> replica.self().name())
                .filter(each -> !each.equals(name))
                .findFirst()
                .orElse(null);
    }

    /**
     * The first leader alone knows that the newcomer is to vote, and needs its vote. The newcomer holds an entry of the second leader, which
     * crashed, and does not vote by its own log; so it has to stand itself.
     */
    @Test
    void theNewcomerMayHoldWhatNobodyElseDoes() {
        stage.openEverywhere();
        String first = stage.leaderName();
        stage.lose(ChangesThatMeetTroubleTest::hasJoint);
        stage.join("d", true);
        stage.runUntil(
                () -> Objects.requireNonNull(stage.get(first).configuration()).isJoint());
        stage.isolate(first);
        stage.runUntil(() -> leaderBut(first) != null);
        String second = Objects.requireNonNull(leaderBut(first));
        String third = stage.other(first, second, "d");
        stage.lose(envelope -> envelope.message() instanceof Append && goesTo(envelope, third));
        long term = stage.get(second).term();
        stage.runUntil(() -> stage.get("d").last().term() == term);
        assertThat(stage.get(third).last().term()).isLessThan(term);
        stage.crash(second);
        stage.lose(envelope -> false);
        stage.heal();
        stage.runUntil(() -> stage.replicas.values().stream().anyMatch(each -> each.role() == Role.LEADER)
                && stage.get("d").isReady());
    }

    /** Else commits would stall for as long as it heals, and one crash more would be the end. */
    @Test
    void noVoterIsTakenOutWhileItsMajorityNeedsOneThatHeals() {
        long ms = Stage.MS;
        stage = new Stage(3, new Settings(50 * ms, 250 * ms, 500 * ms, 512, 2048, 1 << 20, 2048, 1024, null), 0);
        stage.openEverywhere();
        String leader = stage.leaderName();
        String healing = stage.other(leader);
        String healthy = stage.other(leader, healing);
        stage.isolate(healing);
        for (int i = 1; i <= 200; i++) {
            long number = i;
            stage.turn(
                    leader,
                    replica -> replica.submit(
                            number,
                            List.of(Stage.write(
                                    number,
                                    Ack.QUORUM_MEMORY,
                                    Write.Operation.PUT,
                                    "k" + number,
                                    "v",
                                    Revision.NONE))));
            stage.reply(leader, i);
        }
        stage.lose(envelope -> envelope.message() instanceof HealPage);
        stage.heal();
        stage.runUntil(() -> stage.get(healing).healing() != null);
        stage.run(500);
        assertThat(remove(leader, healthy)).contains(healing).contains("heal");
        stage.lose(envelope -> false);
        stage.runUntil(() -> stage.get(healing).healing() == null);
        stage.run(500);
        assertThat(remove(leader, healthy)).isNull();
    }

    /** It has never learnt that it was taken in, so it asks again: it has left all the same. */
    @Test
    void whoIsRemovedBeforeItKnowsThatItCameDoesNotComeBackInThatLife() {
        stage.openEverywhere();
        String leader = stage.leaderName();
        stage.lose(envelope -> envelope.message() instanceof JoinReply reply && reply.verdict() == Verdict.WELCOME);
        stage.join("d", true);
        Replica leading = stage.get(leader);
        stage.runUntil(() ->
                !Objects.requireNonNull(leading.configuration()).learners().isEmpty() && leading.isSettled());
        assertThat(remove(leader, "d")).isNull();
        stage.lose(envelope -> false);
        stage.runUntil(() -> stage.get("d").role() == Role.STOPPED);
        assertThat(Objects.requireNonNull(leading.configuration()).members()).hasSize(3);
        stage.join("d", true);
        stage.runUntil(() -> stage.get("d").isReady());
    }

    private @Nullable String remove(String leader, String name) {
        stage.changes.clear();
        stage.turn(leader, replica -> replica.change(1, Change.REMOVE, name));
        stage.run(10);
        List<String> refusals = new ArrayList<>();
        stage.changes.forEach(reply -> refusals.add(reply.refusal()));
        return refusals.isEmpty() || refusals.get(0).isEmpty() ? null : refusals.get(0);
    }
}
