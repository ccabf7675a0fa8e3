package io.memdi.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.memdi.Ack;
import io.memdi.Revision;
import io.memdi.Role;
import io.memdi.transport.Envelope;
import io.memdi.transport.HealMessage.HealDigests;
import io.memdi.transport.HealMessage.HealOpened;
import io.memdi.transport.HealMessage.HealPage;
import io.memdi.transport.HealMessage.HealPart;
import io.memdi.transport.SessionState;
import io.memdi.transport.StoreSpec;
import io.memdi.transport.Write;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** How a heal begins: with all stores and all sessions of one position, however many they are, in messages that are bounded. */
class HealOpeningTest {
    private static final long MS = Stage.MS;
    private static final int BATCH = 512;

    private final Stage stage =
            new Stage(3, new Settings(50 * MS, 250 * MS, 500 * MS, BATCH, 2048, 1 << 20, 2048, 4096, null), 0);

    private int number;

    /** None of them is closed: all outcomes are remembered. */
    private void put(String at, StoreSpec store, String key) {
        number++;
        Write write = new Write(
                number,
                Ack.QUORUM_MEMORY,
                store,
                Write.Operation.PUT,
                key,
                key.hashCode(),
                "v",
                Revision.NONE,
                key.length() + 1);
        stage.turn(at, replica -> replica.submit(1, List.of(write)));
        stage.reply(at, number);
    }

    private static StoreSpec store(int number) {
        return new StoreSpec("store " + number, "string", "string");
    }

    private void fill(String at, int from, int end) {
        for (int i = from; i < end; i++) {
            put(at, store(i % 40), "k" + i);
        }
    }

    private void healed(String name) {
        Replica leader = stage.leader();
        Replica healing = stage.get(name);
        stage.runUntil(() -> healing.isReady()
                && healing.healing() == null
                && healing.committed() == leader.committed()
                && leader.committed() == leader.last().index());
        assertThat(healing.state().digest()).isEqualTo(leader.state().digest());
        assertThat(healing.state().specs()).isEqualTo(leader.state().specs());
        for (StoreSpec store : leader.state().specs()) {
            assertThat(healing.state().table(store).digest())
                    .isEqualTo(leader.state().table(store).digest());
        }
    }

    /** A leader with 40 stores and 200 open numbers, and one that was away meanwhile. */
    private String away() {
        stage.openEverywhere();
        String leader = stage.leaderName();
        String away = stage.other(leader);
        stage.isolate(away);
        fill(leader, 0, 200);
        return away;
    }

    private static long bytes(HealPart part) {
        return part.stores().stream()
                        .mapToLong(store -> store.spec().name().length())
                        .sum()
                + part.sessions().stream()
                        .mapToLong(session -> session.size() * 4L * SessionState.STRIDE)
                        .sum();
    }

    @Test
    void manyStoresAndOpenNumbersComeInParts() {
        String away = away();
        List<HealPart> parts = new ArrayList<>();
        List<HealDigests> digests = new ArrayList<>();
        stage.lose(envelope -> (envelope.message() instanceof HealPart part && !parts.add(part))
                || (envelope.message() instanceof HealDigests some && !digests.add(some)));
        stage.heal();
        healed(away);
        assertThat(parts)
                .hasSizeGreaterThan(20)
                .allMatch(part -> bytes(part) <= BATCH)
                .allMatch(part -> part.stores().size() + part.sessions().size() >= 1);
        assertThat(digests)
                .hasSizeGreaterThanOrEqualTo(40)
                .allMatch(some -> some.digests().size() == 1);
    }

    /** What has come by then is of no use: the other leader may be at another position. */
    @Test
    void aLeaderThatIsLostHalfwayLeavesTheFollowerAsItWas() {
        String away = away();
        String leader = stage.leaderName();
        String next = stage.other(leader, away);
        Replica follower = stage.get(away);
        Revision last = follower.last();
        int[] came = new int[1];
        stage.lose(envelope -> envelope.message() instanceof HealPart part && (part.part() > 5 || came[0]++ < 0));
        stage.heal();
        stage.runUntil(() -> came[0] > 5);
        stage.run(500);
        assertThat(follower.healing()).as("nothing has changed").isNull();
        assertThat(follower.last()).isEqualTo(last);
        stage.turn(leader, replica -> replica.transfer(next));
        stage.runUntil(() -> stage.get(next).role() == Role.LEADER);
        stage.lose(envelope -> false);
        healed(away);
    }

    /** Then the leader holds that opening no more, and begins another one. */
    @Test
    void aLogThatGoesOnFasterThanThePartsBeginsAnew() {
        String away = away();
        String leader = stage.leaderName();
        List<HealOpened> openings = new ArrayList<>();
        int[] came = new int[1];
        stage.lose(envelope -> (envelope.message() instanceof HealOpened opened && !openings.add(opened))
                || (envelope.message() instanceof HealPart part && (part.part() > 5 || came[0]++ < 0)));
        stage.heal();
        stage.runUntil(() -> came[0] > 5);
        fill(leader, 200, 300);
        stage.lose(envelope -> envelope.message() instanceof HealOpened opened && !openings.add(opened));
        healed(away);
        assertThat(openings.stream().map(HealOpened::opening).distinct()).hasSizeGreaterThan(1);
    }

    /** A part of an opening that was given up, and all others, once more and in any order. */
    @Test
    void partsThatAreLateRepeatedOrLostDoNoHarm() {
        String away = away();
        String leader = stage.leaderName();
        List<Envelope> parts = new ArrayList<>();
        int[] count = new int[1];
        stage.lose(envelope -> {
            boolean isPart = envelope.message() instanceof HealPart || envelope.message() instanceof HealDigests;
            if (isPart) {
                parts.add(envelope);
            }
            return isPart && count[0]++ % 3 == 0;
        });
        stage.heal();
        stage.runUntil(() -> parts.size() > 10);
        fill(leader, 200, 300);
        for (Envelope part : List.copyOf(parts)) {
            stage.turn(away, replica -> replica.onMessage(part));
        }
        healed(away);
        for (Envelope part : List.copyOf(parts)) {
            stage.turn(away, replica -> replica.onMessage(part));
        }
        stage.run(500);
        healed(away);
    }

    /** The digests are of a later moment than the position, and what they say may come with the log a second time. */
    @Test
    void writesThatComeWhileDigestsAreAskedForAreNotLost() {
        String away = away();
        String leader = stage.leaderName();
        stage.lose(envelope -> envelope.message() instanceof HealDigests digests && digests.store() == 20);
        stage.heal();
        Replica follower = stage.get(away);
        stage.runUntil(() -> follower.healing() != null);
        fill(leader, 100, 130);
        stage.run(200);
        assertThat(follower.healing()).isNotNull();
        stage.lose(envelope -> false);
        healed(away);
    }

    /** A leader that has not committed as much may not say what agrees. */
    @Test
    void aNewLeaderIsAskedForTheDigestsThatAreLeft() {
        String away = away();
        String leader = stage.leaderName();
        String next = stage.other(leader, away);
        stage.lose(envelope -> envelope.message() instanceof HealDigests digests && digests.store() == 20);
        stage.heal();
        Replica follower = stage.get(away);
        stage.runUntil(() -> follower.healing() != null);
        stage.turn(leader, replica -> replica.transfer(next));
        stage.runUntil(() -> stage.get(next).role() == Role.LEADER);
        assertThat(Objects.requireNonNull(follower.healing()).done()).isNotNegative();
        stage.lose(envelope -> false);
        healed(away);
        assertThat(stage.notes.stream().filter(note -> note.contains(away + ": heals: node")))
                .as("it did not begin anew")
                .hasSize(1);
    }

    /** It may have been told of the position before another page was: what is not asked for is not taken. */
    @Test
    void digestsThatWereNotAskedForChangeNothing() {
        String away = away();
        List<Envelope> held = new ArrayList<>();
        stage.lose(envelope -> (envelope.message() instanceof HealDigests && held.add(envelope))
                || envelope.message() instanceof HealPage);
        stage.heal();
        Replica follower = stage.get(away);
        stage.runUntil(() -> !held.isEmpty());
        Envelope asked = held.get(0);
        HealDigests digests = (HealDigests) asked.message();
        for (HealDigests wrong : List.of(
                new HealDigests(digests.request() + 1, 1, digests.committed(), digests.digests()),
                new HealDigests(digests.request(), 2, digests.committed(), digests.digests()),
                new HealDigests(digests.request(), 1, 0, digests.digests()),
                new HealDigests(digests.request(), 1, digests.committed(), List.of()))) {
            stage.turn(
                    away,
                    replica -> replica.onMessage(
                            new Envelope(0, asked.cluster(), asked.sender(), asked.target(), asked.term(), wrong)));
            assertThat(Objects.requireNonNull(follower.healing()).segments()).isZero();
        }
        stage.turn(away, replica -> replica.onMessage(asked));
        assertThat(Objects.requireNonNull(follower.healing()).segments()).isPositive();
    }
}
