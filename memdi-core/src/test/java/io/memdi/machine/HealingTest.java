package io.memdi.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.memdi.Ack;
import io.memdi.Revision;
import io.memdi.Role;
import io.memdi.log.Mistake;
import io.memdi.transport.Envelope;
import io.memdi.transport.HealMessage;
import io.memdi.transport.HealMessage.HealOpened;
import io.memdi.transport.HealMessage.HealPage;
import io.memdi.transport.HealMessage.HealRequest;
import io.memdi.transport.Message;
import io.memdi.transport.Message.Append;
import io.memdi.transport.Message.Heartbeat;
import io.memdi.transport.Write;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A follower that was away for longer than its leader keeps the log, or that is new, asks for keys. */
class HealingTest {
    private static final @Nullable Mistake NO_MISTAKE = null;
    private static final long MS = Stage.MS;

    /** Logs keep next to nothing, and a page holds two keys or so. */
    private final Stage stage =
            new Stage(3, new Settings(50 * MS, 250 * MS, 500 * MS, 512, 2048, 1 << 20, 2048, 1024, NO_MISTAKE), 0);

    private int number;

    private void put(String at, String key, @Nullable String value) {
        Write.Operation operation = value == null ? Write.Operation.REMOVE : Write.Operation.PUT;
        number++;
        Write write = Stage.write(number, Ack.QUORUM_MEMORY, operation, key, value, Revision.NONE);
        stage.turn(at, replica -> replica.submit(number, List.of(write)));
        stage.reply(at, number);
    }

    private void fill(String at, int from, int end, String value) {
        for (int i = from; i < end; i++) {
            put(at, "k" + i, value);
        }
    }

    private void heals(String name) {
        stage.runUntil(() -> stage.get(name).healing() != null);
    }

    private void healed(String name) {
        Replica leader = stage.leader();
        stage.runUntil(() -> stage.get(name).isReady()
                && stage.get(name).committed() == leader.committed()
                && leader.committed() == leader.last().index());
        requireSame(name, leader);
    }

    private void requireSame(String name, Replica leader) {
        assertThat(stage.get(name).state().digest()).isEqualTo(leader.state().digest());
        assertThat(stage.get(name).state().table(Stage.STORE).digest())
                .isEqualTo(leader.state().table(Stage.STORE).digest());
        assertThat(stage.get(name).positions().isHidden()).isFalse();
        assertThat(stage.get(name).positions().isSettled()).isTrue();
    }

    private String awayFrom(String leader) {
        String away = stage.other(leader);
        stage.isolate(away);
        return away;
    }

    /** Who has come and gone while it was away, and never knew: the log that says so is not retained any more. */
    @Test
    void whoHasHealedKnowsWhoHasLeft() {
        stage.openEverywhere();
        String leader = stage.leaderName();
        String away = awayFrom(leader);
        stage.lose(envelope ->
                envelope.message() instanceof Message.JoinReply reply && reply.verdict() == Message.Verdict.WELCOME);
        stage.join("d", true);
        Replica leading = stage.get(leader);
        stage.runUntil(() ->
                !Objects.requireNonNull(leading.configuration()).learners().isEmpty() && leading.isSettled());
        stage.lose(envelope -> envelope.message() instanceof Message.JoinReply);
        stage.turn(leader, replica -> replica.change(1, Message.Change.REMOVE, "d"));
        fill(leader, 0, 100, "v");
        stage.heal();
        healed(away);
        assertThat(Objects.requireNonNull(stage.get(away).configuration()).members())
                .hasSize(3);
        stage.turn(leader, replica -> replica.transfer(away));
        stage.runUntil(() -> stage.get(away).role() == Role.LEADER);
        stage.lose(envelope -> false);
        stage.runUntil(() -> stage.get("d").role() == Role.STOPPED);
        assertThat(stage.get("d").waitingFor()).contains("does not belong to its cluster any more");
    }

    @Test
    void aFollowerThatWasAwayForLongAsksForWhatHasChanged() {
        stage.openEverywhere();
        String leader = stage.leaderName();
        fill(leader, 0, 200, "old");
        stage.runUntil(() -> stage.replicas.values().stream()
                .allMatch(each -> each.committed() == each.last().index()));
        String away = awayFrom(leader);
        fill(leader, 0, 50, "new");
        fill(leader, 50, 80, null);
        List<Envelope> pages = new ArrayList<>();
        stage.lose(envelope -> envelope.message() instanceof HealPage && !pages.add(envelope));
        stage.heal();
        healed(away);
        assertThat(stage.latest(away, "k0")).isEqualTo("new");
        assertThat(stage.latest(away, "k60")).isNull();
        assertThat(stage.latest(away, "k100")).isEqualTo("old");
        long travelled = pages.stream()
                .flatMap(each -> ((HealPage) each.message()).page().buckets().stream())
                .mapToLong(bucket -> bucket.items().size())
                .sum();
        assertThat(travelled).as("only what differs travels").isLessThanOrEqualTo(50);
        assertThat(stage.notes).anyMatch(note -> note.contains(away + ": has healed"));
    }

    @Test
    void aNodeWithoutMemoryIsHealedAndVotesOnlyThen() {
        stage.openEverywhere();
        String leader = stage.leaderName();
        fill(leader, 0, 200, "v");
        String lost = stage.other(leader);
        stage.crash(lost);
        stage.start(lost);
        heals(lost);
        assertThat(Objects.requireNonNull(stage.get(leader).configuration())
                        .voter(stage.get(lost).self().incarnation()))
                .isNull();
        healed(lost);
        assertThat(Objects.requireNonNull(stage.get(leader).configuration()).voters())
                .contains(stage.get(lost).self());
        assertThat(stage.latest(lost, "k199")).isEqualTo("v");
    }

    @Test
    void writesGoOnWhileItHeals() {
        stage.openEverywhere();
        String leader = stage.leaderName();
        fill(leader, 0, 200, "old");
        String lost = stage.other(leader);
        stage.crash(lost);
        stage.start(lost);
        heals(lost);
        fill(leader, 0, 100, "new");
        fill(leader, 100, 120, null);
        healed(lost);
        assertThat(stage.latest(lost, "k99")).isEqualTo("new");
        assertThat(stage.latest(lost, "k110")).isNull();
    }

    @Test
    void anotherLeaderIsAskedForWhatIsLeft() {
        stage.openEverywhere();
        String leader = stage.leaderName();
        fill(leader, 0, 200, "v");
        String lost = stage.other(leader);
        String next = stage.other(leader, lost);
        stage.crash(lost);
        stage.start(lost);
        heals(lost);
        stage.runUntil(() -> {
            HealProgress progress = stage.get(lost).healing();
            return progress != null && progress.done() > 20;
        });
        stage.turn(leader, replica -> replica.transfer(next));
        stage.runUntil(() -> stage.get(next).role() == Role.LEADER);
        assertThat(Objects.requireNonNull(stage.get(lost).healing()).done()).isGreaterThan(20);
        healed(lost);
        assertThat(stage.notes.stream().filter(note -> note.contains(lost + ": heals: node")))
                .as("it did not begin anew")
                .hasSize(1);
    }

    @Test
    void whoeverHealsStandsInNoElectionAndShowsNothing() {
        stage.openEverywhere();
        String leader = stage.leaderName();
        fill(leader, 0, 200, "old");
        String away = awayFrom(leader);
        fill(leader, 0, 100, "new");
        stage.lose(envelope -> envelope.message() instanceof HealPage);
        stage.heal();
        heals(away);
        assertThat(stage.get(away).positions().isHidden()).isTrue();
        String other = stage.other(leader, away);
        stage.crash(leader);
        stage.run(3_000);
        assertThat(stage.get(away).role()).isEqualTo(Role.FOLLOWER);
        assertThat(stage.get(other).role()).as("it votes").isEqualTo(Role.LEADER);
        stage.lose(envelope -> false);
        stage.runUntil(() -> stage.get(away).healing() == null);
        requireSame(away, stage.get(other));
    }

    /** The leader and the one that heals are no majority. */
    @Test
    void whatIsAcknowledgedWhileItHealsDoesNotCount() {
        stage.openEverywhere();
        String leader = stage.leaderName();
        fill(leader, 0, 200, "old");
        String away = awayFrom(leader);
        fill(leader, 0, 100, "new");
        stage.lose(envelope -> envelope.message() instanceof HealPage);
        stage.heal();
        heals(away);
        stage.isolate(stage.other(leader, away));
        stage.run(20);
        long committed = stage.get(leader).committed();
        stage.turn(
                leader,
                replica -> replica.submit(
                        number + 1,
                        List.of(Stage.write(
                                number + 1, Ack.LEADER_MEMORY, Write.Operation.PUT, "k", "v", Revision.NONE))));
        stage.run(200);
        assertThat(stage.get(away).last().index()).isGreaterThan(committed);
        assertThat(stage.get(leader).committed()).isEqualTo(committed);
    }

    @Test
    void lostAndRepeatedMessagesDoNoHarm() {
        stage.openEverywhere();
        String leader = stage.leaderName();
        fill(leader, 0, 100, "v");
        String lost = stage.other(leader);
        stage.crash(lost);
        List<Envelope> heals = new ArrayList<>();
        int[] count = new int[1];
        Predicate<Envelope> every = envelope -> envelope.message() instanceof HealMessage;
        stage.lose(envelope -> {
            if (every.test(envelope)) {
                heals.add(envelope);
                return count[0]++ % 3 == 0;
            }
            return false;
        });
        stage.start(lost);
        healed(lost);
        fill(leader, 0, 50, "new");
        for (Envelope envelope : List.copyOf(heals)) {
            String to = stage.get(lost).self().incarnation().equals(envelope.target()) ? lost : leader;
            stage.turn(to, replica -> replica.onMessage(envelope));
        }
        stage.run(1_000);
        healed(lost);
        assertThat(stage.latest(lost, "k0")).isEqualTo("new");
    }

    @Test
    void whoCannotKeepUpBeginsAgainAndSaysSo() {
        stage.openEverywhere();
        String leader = stage.leaderName();
        fill(leader, 0, 200, "old");
        String lost = stage.other(leader);
        stage.crash(lost);
        stage.start(lost);
        heals(lost);
        stage.isolate(lost);
        fill(leader, 0, 200, "new");
        stage.heal();
        healed(lost);
        assertThat(stage.notes).anyMatch(note -> note.contains(lost + ": heals again"));
        assertThat(stage.latest(lost, "k0")).isEqualTo("new");
    }

    @Test
    void garbageCostsTheLeaderNothing() {
        stage.openEverywhere();
        String leader = stage.leaderName();
        fill(leader, 0, 10, "v");
        Replica follower = stage.get(stage.other(leader));
        Replica leading = stage.get(leader);
        for (int store : new int[] {0, 1, 7}) {
            var inventory = new io.memdi.transport.Inventory(
                    1, io.memdi.transport.Range.of(0), 0, new int[] {9, 3}, new int[2], new long[2]);
            Envelope envelope = new Envelope(
                    0,
                    leading.cluster(),
                    follower.self(),
                    leading.self().incarnation(),
                    leading.term(),
                    new HealRequest(store, inventory));
            stage.turn(leader, replica -> replica.onMessage(envelope));
        }
        stage.run(500);
        assertThat(stage.get(leader).role()).isEqualTo(Role.LEADER);
        assertThat(stage.notes).anyMatch(note -> note.contains("in a way that cannot be answered"));
    }

    @Test
    void whoHasHealedCountsThoughItsWordWasLost() {
        stage.openEverywhere();
        String leader = stage.leaderName();
        fill(leader, 0, 200, "old");
        String away = awayFrom(leader);
        fill(leader, 0, 100, "new");
        stage.heal();
        heals(away);
        stage.isolate(stage.other(leader, away));
        stage.turn(
                leader,
                replica -> replica.submit(
                        number + 1,
                        List.of(Stage.write(
                                number + 1, Ack.LEADER_MEMORY, Write.Operation.PUT, "k", "v", Revision.NONE))));
        stage.lose(envelope ->
                envelope.message() instanceof io.memdi.transport.Message.AppendReply reply && reply.round() == 0);
        long last = stage.get(leader).last().index();
        stage.runUntil(() -> stage.get(leader).committed() >= last);
    }

    /** A leader, one that was away and begins to heal, without a page yet, and one that is never told what is committed meanwhile. */
    private record Cast(String leader, String away, String next) {}

    private Cast oneHealsAndOneIsNotTold() {
        stage.openEverywhere();
        String leader = stage.leaderName();
        fill(leader, 0, 200, "old");
        String away = awayFrom(leader);
        String next = stage.other(leader, away);
        fill(leader, 0, 100, "new");
        stage.lose(envelope -> envelope.message() instanceof HealPage || tellsCommitted(envelope, next));
        stage.heal();
        heals(away);
        return new Cast(leader, away, next);
    }

    private void theOthersGoOnWithout(Cast cast) {
        stage.crash(cast.leader());
        stage.lose(envelope -> false);
        stage.runUntil(() -> stage.get(cast.next()).role() == Role.LEADER
                && stage.get(cast.away()).healing() == null
                && stage.get(cast.next()).committed()
                        == stage.get(cast.next()).last().index());
        assertThat(stage.latest(cast.away(), "k100")).isEqualTo("last");
    }

    /** Neither could go on without the other: what the one that heals knows to be committed is news to the leader that it needs. */
    @Test
    void aNewLeaderThatKnowsLessHealsTheOneThatItCannotDoWithout() {
        Cast cast = oneHealsAndOneIsNotTold();
        fill(cast.leader(), 100, 101, "last");
        stage.run(10);
        assertThat(stage.get(cast.next()).committed())
                .isLessThan(stage.get(cast.away()).committed());
        theOthersGoOnWithout(cast);
    }

    /** As above, but what is known beyond the new leader was told by the pages alone. */
    @Test
    void whatThePagesToldToBeCommittedIsCommittedUnderALeaderThatKnowsLess() {
        Cast cast = oneHealsAndOneIsNotTold();
        String away = cast.away();
        stage.lose(envelope -> envelope.message() instanceof HealPage
                || (envelope.message() instanceof Append && isLog(envelope, away))
                || tellsCommitted(envelope, cast.next()));
        fill(cast.leader(), 100, 101, "last");
        stage.lose(envelope -> (envelope.message() instanceof Append && isLog(envelope, away))
                || tellsCommitted(envelope, cast.next()));
        stage.runUntil(() -> {
            var progress = stage.get(away).healing();
            return progress != null && progress.done() == progress.segments();
        });
        assertThat(stage.get(cast.next()).committed())
                .isLessThan(stage.get(cast.leader()).committed());
        theOthersGoOnWithout(cast);
    }

    private boolean isLog(Envelope envelope, String to) {
        return stage.get(to).self().incarnation().equals(envelope.target())
                && (envelope.message() instanceof Append || envelope.message() instanceof Heartbeat);
    }

    private boolean tellsCommitted(Envelope envelope, String to) {
        return isLog(envelope, to)
                && !(envelope.message() instanceof Append append
                        && append.committed()
                                < append.previous().index() + append.entries().size());
    }

    /** A new leader may begin the heal anew from below what a page of the last one has brought. */
    @Test
    void whatAPageHasBroughtStaysWhenTheHealBeginsAnew() {
        stage.openEverywhere();
        String leader = stage.leaderName();
        fill(leader, 0, 200, "old");
        String away = awayFrom(leader);
        fill(leader, 0, 100, "new");
        List<HealRequest> requests = new ArrayList<>();
        stage.lose(envelope -> envelope.message() instanceof HealRequest request && requests.add(request));
        stage.heal();
        heals(away);
        stage.runUntil(() -> !requests.isEmpty());
        Replica leading = stage.get(leader);
        Replica healing = stage.get(away);
        long ahead = leading.committed() + 50;
        var asked = requests.get(0).inventory();
        deliver(
                away,
                new HealPage(
                        requests.get(0).store(),
                        new io.memdi.transport.Page(asked.pull(), asked.range(), ahead, List.of(), 0)));
        stage.isolate(away);
        fill(leader, 100, 130, "newer");
        stage.lose(envelope -> false);
        stage.heal();
        stage.run(2_000);
        assertThat(stage.notes).anyMatch(note -> note.contains(away + ": heals again"));
        assertThat(healing.healing()).as("not whole before %d", ahead).isNotNull();
        fill(leader, 130, 170, "newest");
        healed(away);
    }

    private void deliver(String to, io.memdi.transport.Message message) {
        Replica leading = stage.leader();
        Envelope envelope = new Envelope(
                0, leading.cluster(), leading.self(), stage.get(to).self().incarnation(), leading.term(), message);
        stage.turn(to, replica -> replica.onMessage(envelope));
    }

    /** What it has acknowledged was counted. */
    @Test
    void whoHoldsTheLogDoesNotLeaveIt() {
        stage.openEverywhere();
        String leader = stage.leaderName();
        fill(leader, 0, 10, "v");
        Replica leading = stage.get(leader);
        String follower = stage.other(leader);
        stage.lose(envelope -> envelope.message() instanceof Heartbeat);
        stage.turn(
                leader,
                replica -> replica.submit(
                        number + 1,
                        List.of(Stage.write(
                                number + 1, Ack.LEADER_MEMORY, Write.Operation.PUT, "k", "v", Revision.NONE))));
        stage.run(2);
        Replica behind = stage.get(follower);
        assertThat(behind.last().index()).isGreaterThan(behind.committed());
        HealOpened late = new HealOpened(
                1,
                new Revision(leading.term(), behind.committed() + 1),
                true,
                leading.configuredAt(),
                Objects.requireNonNull(leading.configuration()),
                List.of(),
                0);
        Envelope envelope =
                new Envelope(0, leading.cluster(), leading.self(), behind.self().incarnation(), leading.term(), late);
        Revision last = behind.last();
        stage.turn(follower, replica -> replica.onMessage(envelope));
        assertThat(behind.healing()).isNull();
        assertThat(behind.last()).isEqualTo(last);
    }
}
