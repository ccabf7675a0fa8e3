package io.memdi.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.memdi.Incarnation;
import io.memdi.Role;
import io.memdi.log.Mistake;
import io.memdi.transport.Configuration;
import io.memdi.transport.Entry;
import io.memdi.transport.Envelope;
import io.memdi.transport.Member;
import io.memdi.transport.Message.Append;
import io.memdi.transport.Message.VoteRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a configuration in the log does to votes and commits before it is committed. It gets there by an append of a later term. */
class JointConfigurationTest {
    private static final @Nullable Mistake NO_MISTAKE = null;
    private static final Member STRANGER = new Member("d", new Incarnation(4, 4), "d");

    private final Stage stage = new Stage(3, NO_MISTAKE);
    private final String name = followerName();
    private final Replica follower = stage.get(name);
    private final Configuration before = Objects.requireNonNull(follower.configuration());

    private String followerName() {
        stage.openEverywhere();
        Replica leader = stage.leader();
        String other = stage.other(leader.self().name());
        stage.runUntil(() -> stage.get(other).last().equals(leader.last()));
        return other;
    }

    /** Cuts the follower off, and puts a configuration at the end of its log, which the others have not got. */
    private void append(Function<Configuration, Configuration> change) {
        stage.isolate(name);
        long term = follower.term() + 1;
        Configuration changed = change.apply(before);
        Entry entry = new Entry.Configured(term, follower.last().index() + 1, changed);
        Append append = new Append(follower.last(), List.of(entry), follower.committed(), 1);
        Member sender = stage.leader().self();
        stage.turn(
                name,
                replica -> replica.onMessage(new Envelope(
                        0, replica.cluster(), sender, replica.self().incarnation(), term, append)));
        assertThat(follower.configuration()).isEqualTo(changed);
    }

    /** From now on nobody but the follower can win an election. */
    private void silenceOtherCandidates() {
        stage.lose(envelope -> envelope.message() instanceof VoteRequest
                && !envelope.sender().name().equals(name));
    }

    @Test
    void aMajorityOfTheVotersToComeNeitherElectsNorCommits() {
        append(now -> now.with(List.of(follower.self()), List.of(), now.voters()));
        stage.run(5_000);
        assertThat(follower.role()).isNotEqualTo(Role.LEADER);
        silenceOtherCandidates();
        stage.heal();
        stage.runUntil(() -> follower.role() == Role.LEADER);
        long ownEntry = follower.last().index();
        assertThat(follower.committed()).isLessThan(ownEntry);
        stage.runUntil(() -> follower.committed() >= ownEntry);
        assertThat(stage.replicas.values().stream().filter(each -> each.last().index() >= ownEntry))
                .hasSizeGreaterThan(1);
        stage.runUntil(() ->
                before.with(List.of(follower.self()), List.of(), List.of()).equals(follower.configuration())
                        && follower.committed() == follower.last().index());
    }

    @Test
    void aMajorityOfTheVotersBeforeIsNotEnoughAndWhatIsTakenBackIsNotInForce() {
        append(now -> now.with(List.of(STRANGER), List.of(), now.voters()));
        stage.heal();
        stage.runUntil(() -> before.equals(follower.configuration()));
        assertThat(follower.role()).isEqualTo(Role.FOLLOWER);
        assertThat(stage.notes).anyMatch(note -> note.contains(name + ": took back 1 uncommitted"));
        assertThat(stage.notes).noneMatch(note -> note.contains(name + ": CANDIDATE -> LEADER"));
        stage.run(2_000);
        assertThat(stage.leader().configuration()).isEqualTo(before);
    }

    @Test
    void aLearnerGetsTheLogAndCountsForNothing() {
        List<Envelope> appends = new ArrayList<>();
        append(now -> now.with(now.voters(), List.of(STRANGER), List.of()));
        stage.heal();
        stage.lose(envelope -> {
            if (STRANGER.incarnation().equals(envelope.target()) && envelope.message() instanceof Append) {
                appends.add(envelope);
            }
            assertThat(STRANGER.incarnation().equals(envelope.target()) && envelope.message() instanceof VoteRequest)
                    .isFalse();
            return envelope.message() instanceof VoteRequest
                    && !envelope.sender().name().equals(name);
        });
        stage.runUntil(() -> follower.role() == Role.LEADER
                && follower.committed() == follower.last().index());
        stage.run(2_000);
        assertThat(appends).isNotEmpty();
        assertThat(follower.role()).isEqualTo(Role.LEADER);
    }
}
