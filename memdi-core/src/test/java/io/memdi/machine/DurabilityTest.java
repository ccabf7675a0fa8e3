package io.memdi.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memdi.Ack;
import io.memdi.ClusterId;
import io.memdi.Incarnation;
import io.memdi.Revision;
import io.memdi.Role;
import io.memdi.StorageException;
import io.memdi.storage.Batch;
import io.memdi.storage.HardState;
import io.memdi.storage.Recovered;
import io.memdi.transport.Configuration;
import io.memdi.transport.Contact;
import io.memdi.transport.Entry;
import io.memdi.transport.Envelope;
import io.memdi.transport.Member;
import io.memdi.transport.Message;
import io.memdi.transport.Message.Mode;
import io.memdi.transport.Result;
import io.memdi.transport.Write;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** One server with a disk, turn by turn. */
class DurabilityTest {
    private static final long MS = Stage.MS;
    private static final Settings SETTINGS =
            new Settings(50 * MS, 250 * MS, 500 * MS, 4096, 16384, 1 << 20, 1 << 20, 1024, null);
    private static final Contact A = new Contact("a", "a");
    private static final Contact B = new Contact("b", "b");

    private static final ClusterId CLUSTER = new ClusterId(7, 7);

    private final List<Batch> batches = new ArrayList<>();
    private final List<Envelope> sent = new ArrayList<>();
    private final List<Long> answered = new ArrayList<>();
    private Replica replica = open(List.of(A), nothing(1));
    private long now;

    private static Recovered nothing(long opening) {
        return recovered(null, List.of(), 0, opening);
    }

    private static Recovered recovered(@Nullable HardState state, List<Entry> entries, long committed, long opening) {
        return new Recovered(
                state,
                null,
                List.of(),
                0,
                Revision.NONE,
                entries,
                entries.size(),
                committed,
                opening,
                opening,
                opening - 1,
                null,
                List.of());
    }

    private static Replica open(List<Contact> founders, Recovered recovered) {
        return new Replica(SETTINGS, A, Start.founding(founders), new Random(1), recovered, null);
    }

    private void turn(Consumer<Replica> action) {
        replica.begin(now);
        action.accept(replica);
        Effects effects = replica.end();
        if (effects.batch() != null) {
            batches.add(effects.batch());
        }
        for (int i = 0; i < effects.sends(); i++) {
            sent.add(effects.envelope(i));
        }
        effects.replies().forEach(reply -> answered.add(reply.number()));
        now += MS;
    }

    private void syncAll() {
        turn(each -> disk().onSynced(last().ticket()));
    }

    private Durability disk() {
        return Objects.requireNonNull(replica.disk());
    }

    private Batch last() {
        return batches.get(batches.size() - 1);
    }

    private void until(BooleanSupplier condition, boolean syncs) {
        for (int i = 0; i < 5_000 && !condition.getAsBoolean(); i++) {
            turn(each -> {
                if (syncs && !batches.isEmpty()) {
                    disk().onSynced(last().ticket());
                }
            });
        }
        assertThat(condition.getAsBoolean()).isTrue();
    }

    private void put(long number, Ack ack) {
        turn(each -> each.submit(
                1, List.of(Stage.write(number, ack, Write.Operation.PUT, "k" + number, "v", Revision.NONE))));
    }

    private void ready() {
        until(() -> replica.isReady(), true);
        syncAll();
    }

    /** All that was handed to the disk, as the next opening finds it. */
    private Recovered kept(long opening) {
        HardState state = null;
        List<Entry> log = new ArrayList<>();
        long committed = 0;
        for (Batch batch : batches) {
            state = batch.state() == null ? state : batch.state();
            if (batch.truncateFrom() > 0) {
                log.subList((int) batch.truncateFrom() - 1, log.size()).clear();
            }
            log.addAll(batch.entries());
            committed = batch.committed();
        }
        return recovered(state, log, committed, opening);
    }

    @Test
    void aVoteCountsOnceItIsOnDiskTheOwnOneToo() {
        until(() -> replica.role() == Role.CANDIDATE, true);
        for (int i = 0; i < 100; i++) {
            turn(each -> {});
        }
        assertThat(replica.role()).isEqualTo(Role.CANDIDATE);
        syncAll();
        assertThat(replica.role()).isEqualTo(Role.LEADER);
    }

    @Test
    void eachLevelIsAnsweredWhereItSays() {
        ready();
        put(1, Ack.LEADER_MEMORY);
        assertThat(answered).containsExactly(1L);
        put(2, Ack.QUORUM_MEMORY);
        assertThat(answered).containsExactly(1L, 2L);
        put(3, Ack.LEADER_DISK);
        put(4, Ack.QUORUM_DISK);
        turn(each -> {});
        assertThat(answered).containsExactly(1L, 2L);
        long committed = replica.committed();
        syncAll();
        assertThat(answered).containsExactlyInAnyOrder(1L, 2L, 3L, 4L);
        assertThat(replica.committed()).isGreaterThan(committed);
    }

    @Test
    void messagesWaitBehindAStateAndLeaveInOrder() {
        replica = open(List.of(A, B), nothing(1));
        turn(each -> {});
        for (int i = 0; i < 200; i++) {
            turn(each -> {});
        }
        assertThat(sent).isEmpty();
        assertThat(last().state()).extracting(HardState::mode).isEqualTo(Mode.EMPTY);
        syncAll();
        assertThat(sent).isNotEmpty().allMatch(each -> each.message() instanceof Message.Hello);
        int before = sent.size();
        turn(each -> {});
        until(() -> sent.size() > before, false);
    }

    @Test
    void aRestartGoesOnAsTheMemberThatItWas() {
        ready();
        put(1, Ack.QUORUM_DISK);
        put(2, Ack.QUORUM_DISK);
        syncAll();
        Incarnation life = replica.self().incarnation();
        Revision end = replica.last();
        long term = replica.term();
        replica = open(List.of(A), kept(2));
        assertThat(replica.self().incarnation()).isEqualTo(life);
        assertThat(replica.last()).isEqualTo(end);
        assertThat(replica.mode()).isEqualTo(Mode.MEMBER);
        assertThat(Durability.firstNumber(disk())).isGreaterThan(1L << 39);
        ready();
        assertThat(replica.term()).isGreaterThan(term);
        assertThat(replica.state().table(Stage.STORE).latest("k2", "k2".hashCode()))
                .isNotNull();
    }

    @Test
    void aFounderWhoseFirstEntryIsMissingBeginsAgain() {
        ready();
        HardState member = Objects.requireNonNull(kept(1).state());
        replica = open(List.of(A), recovered(member, List.of(), 0, 2));
        assertThat(replica.log().get(1)).isInstanceOf(Entry.Configured.class);
        ready();
    }

    /** Two of them, of which the other one leads; this one is back with a log up to the third entry, of which it knows two to be committed. */
    private Member restoredFollower() {
        Member self = new Member("a", new Incarnation(1, 2), "a");
        Member leader = new Member("b", new Incarnation(3, 4), "b");
        Configuration founders = Configuration.founding(List.of(self, leader));
        List<Entry> entries = List.of(
                new Entry.Configured(0, 1, founders),
                new Entry.Opened(1, 2),
                new Entry.StoreCreated(1, 3, 1, Stage.STORE));
        HardState state = new HardState(self.incarnation(), 1, null, Mode.MEMBER, CLUSTER, founders, 0);
        replica = open(List.of(A, B), recovered(state, entries, 2, 2));
        turn(each -> {});
        syncAll();
        return leader;
    }

    private void hear(Member leader, Message message) {
        turn(each -> each.onMessage(
                new Envelope(0, CLUSTER, leader, each.self().incarnation(), Math.max(1, each.term()), message)));
    }

    @Test
    void whoIsBackIsReadyOnceItHoldsWhatItsLeaderHad() {
        Member leader = restoredFollower();
        hear(leader, new Message.Heartbeat(1, 0));
        assertThat(replica.leader()).isEqualTo(leader);
        assertThat(replica.isOpen()).isTrue();
        assertThat(replica.positions().isHidden()).isTrue();
        assertThat(replica.isReady()).isFalse();
        assertThat(replica.waitingFor()).contains("does not hold yet all that its leader has committed");
        hear(leader, new Message.Append(new Revision(1, 3), List.of(), 3, 1));
        assertThat(replica.positions().isHidden()).isFalse();
        assertThat(replica.isReady()).isTrue();
        assertThat(replica.waitingFor()).isEmpty();
    }

    @Test
    void whoHasAgreedToFoundAClusterGoesOnWithTheListOfThat() {
        Member self = new Member("a", new Incarnation(1, 2), "a");
        Configuration founders =
                Configuration.founding(List.of(self, new Member("b", new Incarnation(3, 4), "127.0.0.1:7002")));
        Contact other = new Contact("b", "127.0.0.1:7002");
        replica = open(List.of(A, other), nothing(1));
        turn(each -> {});
        long list = Objects.requireNonNull(last().state()).list();
        HardState state = new HardState(self.incarnation(), 0, null, Mode.LOCKED, CLUSTER, founders, list);
        assertThat(open(List.of(A, other), recovered(state, List.of(), 0, 2)).mode())
                .isEqualTo(Mode.LOCKED);
        for (List<Contact> another :
                List.of(List.of(A), List.of(A, B), List.of(other, A), List.of(A, other, new Contact("c", "c")))) {
            assertThatThrownBy(() -> open(another, recovered(state, List.of(), 0, 2)))
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining("has agreed to found a cluster of a, b=127.0.0.1:7002")
                    .hasMessageContaining("start it with that list again");
        }
    }

    @Test
    void whoWasTakenInAndHasNothingOnDiskThatSaysSoBeginsAnew() {
        Incarnation life = new Incarnation(1, 2);
        Configuration others = Configuration.founding(List.of(new Member("b", new Incarnation(3, 4), "b")));
        HardState state = new HardState(life, 1, null, Mode.MEMBER, CLUSTER, null, 0);
        List<Entry> entries = List.of(new Entry.Configured(0, 1, others), new Entry.Opened(1, 2));
        replica = join(recovered(state, List.of(), 0, 2));
        assertThat(replica.mode()).isEqualTo(Mode.EMPTY);
        assertThat(replica.self().incarnation()).isNotEqualTo(life);
        replica = join(recovered(state, entries, 2, 2));
        assertThat(replica.mode()).isEqualTo(Mode.EMPTY);
        turn(each -> {});
        assertThat(last().truncateFrom()).isEqualTo(1);
        assertThat(last().state())
                .extracting(HardState::incarnation)
                .isEqualTo(replica.self().incarnation());
        entries = List.of(
                entries.get(0),
                entries.get(1),
                new Entry.Configured(1, 3, Membership.listing(others, new Member("a", life, "a"))));
        replica = join(recovered(state, entries, 3, 2));
        assertThat(replica.mode()).isEqualTo(Mode.MEMBER);
        assertThat(replica.self().incarnation()).isEqualTo(life);
    }

    private static Replica join(Recovered recovered) {
        return new Replica(SETTINGS, A, Start.joining(List.of(B), true), new Random(1), recovered, null);
    }

    @Test
    void aLogOfAClusterThatWasGivenUpIsCut() {
        ready();
        Recovered kept = kept(2);
        HardState anew = new HardState(new Incarnation(1, 2), 0, null, Mode.EMPTY, null, null, 0);
        replica = open(List.of(A), recovered(anew, kept.entries(), 0, 2));
        batches.clear();
        turn(each -> {});
        assertThat(last().truncateFrom()).isEqualTo(1);
        // Alone on its list, it founds another one at once.
        assertThat(replica.last()).isEqualTo(new Revision(0, 1));
        assertThat(Stage.configuration(replica).voter(new Incarnation(1, 2))).isNotNull();
    }

    @Test
    void aDiskThatIsBehindTakesNoMore() {
        ready();
        turn(each -> disk().onPending(SETTINGS.maxUncommittedBytes() + 1));
        put(1, Ack.LEADER_MEMORY);
        assertThat(answered).isEmpty();
        turn(each -> disk().onPending(0));
        assertThat(replica.last().index()).isLessThan(5);
        put(1, Ack.LEADER_MEMORY);
        assertThat(answered).containsExactly(1L);
    }

    @Test
    void aDiskThatFailsEndsTheServer() {
        ready();
        put(1, Ack.LEADER_MEMORY);
        batches.clear();
        replica.begin(now);
        disk().onFailure("its disk has failed");
        Effects effects = replica.end();
        assertThat(effects.stopped()).isEqualTo("its disk has failed");
        assertThat(effects.batch()).isNull();
        assertThat(replica.role()).isEqualTo(Role.STOPPED);
        assertThat(replica.configuration()).isInstanceOf(Configuration.class);
    }

    /** Somebody stands for the next term, and asks this server. */
    private static Envelope candidature(Member candidate, Replica each) {
        return new Envelope(
                0,
                CLUSTER,
                candidate,
                each.self().incarnation(),
                each.term() + 1,
                new Message.VoteRequest(false, each.term() + 1, new Revision(9, 9)));
    }

    @Test
    void whatIsSaidInTheTurnOfAFailureDoesNotLeave() {
        Member other = restoredFollower();
        hear(other, new Message.PresenceReply(disk().opening(), disk().openingId(), ""));
        turn(each -> each.onMessage(candidature(other, each)));
        assertThat(last().state()).extracting(HardState::vote).isEqualTo(other.incarnation());
        syncAll();
        assertThat(sent.get(sent.size() - 1).message()).isEqualTo(new Message.VoteReply(false, replica.term(), true));
        sent.clear();
        turn(each -> {
            disk().onFailure("its disk has failed");
            each.onMessage(candidature(other, each));
            each.onMessage(candidature(other, each));
        });
        assertThat(sent).isEmpty();
    }

    @Test
    void anAppendIsAnsweredOnceItIsOnDiskUnlessSomebodyWaitsForTheMemory() {
        Member leader = restoredFollower();
        Revision end = replica.last();
        long index = end.index();
        sent.clear();
        hear(leader, new Message.Append(end, List.of(new Entry.Blank(1, index + 1)), 0, 0));
        assertThat(sent).isEmpty();
        syncAll();
        assertThat(appendReplies()).containsExactly(index + 1);
        sent.clear();
        hear(leader, new Message.Append(replica.last(), List.of(new Entry.Blank(1, index + 2)), 0, 1));
        assertThat(appendReplies()).containsExactly(index + 2);
        syncAll();
        sent.clear();
        // Whoever waits for a slow disk says with the next heartbeat that the entries have come.
        hear(leader, new Message.Append(replica.last(), List.of(new Entry.Blank(1, index + 3)), 0, 0));
        assertThat(sent).isEmpty();
        hear(leader, new Message.Heartbeat(2, 0));
        assertThat(appendReplies()).containsExactly(index + 3);
    }

    /** How far those that have left say that the log goes. */
    private List<Long> appendReplies() {
        return sent.stream()
                .map(Envelope::message)
                .filter(Message.AppendReply.class::isInstance)
                .map(message -> ((Message.AppendReply) message).match())
                .toList();
    }

    @Test
    void whatAHealBroughtAndIsNotOnDiskYetIsNotRecovered() {
        restoredFollower();
        for (int i = 0; i < 600; i++) {
            turn(each -> {});
        }
        Refusal early = Objects.requireNonNull(replica.recover());
        assertThat(early.later()).isTrue();
        assertThat(early.reason())
                .contains("started a moment ago", "may still have to say that its directory is a copy");
        for (int i = 0; i < 1600; i++) {
            turn(each -> {});
        }
        Incarnation life = replica.self().incarnation();
        turn(each -> {
            disk().beginAnew(disk().image());
            assertThat(each.recover())
                    .as("a crash would find the log from before the heal, and the new cluster")
                    .isNotNull()
                    .matches(Refusal::later)
                    .extracting(Refusal::reason)
                    .asString()
                    .contains("not on its disk yet");
        });
        assertThat(replica.self().incarnation()).isEqualTo(life);
        turn(each -> {
            disk().onSnapshotTaken();
            assertThat(each.recover()).isNull();
        });
        assertThat(replica.self().incarnation()).isNotEqualTo(life);
    }

    @Test
    void answersToAFormerOpeningAreNotHeeded() {
        HardState empty = new HardState(new Incarnation(1, 2), 0, null, Mode.EMPTY, null, null, 0);
        replica = join(recovered(empty, List.of(), 0, 2));
        turn(each -> {});
        syncAll();
        long first = sent.stream()
                .filter(each -> each.message() instanceof Message.JoinRequest)
                .mapToLong(each -> ((Message.JoinRequest) each.message()).number())
                .min()
                .orElseThrow();
        assertThat(first).isGreaterThanOrEqualTo(Durability.firstNumber(disk()));
        Member other = new Member("b", new Incarnation(3, 4), "b");
        turn(each -> each.onMessage(joinReply(other, each, first - 1)));
        assertThat(replica.role()).isNotEqualTo(Role.STOPPED);
        turn(each -> each.onMessage(joinReply(other, each, first)));
        assertThat(replica.role()).isEqualTo(Role.STOPPED);
    }

    private static Envelope joinReply(Member from, Replica each, long number) {
        Message.JoinReply reply =
                new Message.JoinReply(number, CLUSTER, Message.Verdict.OTHER_STORAGE, Revision.NONE, null, null, "");
        return new Envelope(0, null, from, each.self().incarnation(), 0, reply);
    }

    /** It may know nobody else any more, and nobody votes to whom it could apply. */
    @Test
    void whoIsBackAndWasTakenOutMeanwhileIsTold() {
        restoredFollower();
        sent.clear();
        Member gone = new Member("x", new Incarnation(5, 6), "x");
        hear(gone, new Message.Presence(3, 4, 5, 1, Revision.NONE));
        assertThat(sent)
                .filteredOn(envelope -> gone.incarnation().equals(envelope.target()))
                .extracting(Envelope::message)
                .containsExactly(new Message.Evicted(new Revision(0, 1)));
    }

    /** The group that a crash has left may say less of commits than its entries do. */
    @Test
    void aWriteProvesThatTheOpeningOfItsSessionIsCommitted() {
        ready();
        put(1, Ack.LEADER_MEMORY);
        Recovered kept = kept(2);
        long last = kept.entries().size();
        Member other = new Member("x", new Incarnation(5, 6), "x");
        List<Entry> log = new ArrayList<>(kept.entries());
        log.add(new Entry.Configured(
                replica.term(), last + 1, Membership.listing(Stage.configuration(replica), other)));
        log.add(new Entry.Written(
                replica.term(),
                last + 2,
                other.incarnation(),
                1,
                1,
                Result.APPLIED,
                Revision.NONE,
                1,
                "k",
                "k".hashCode(),
                "v",
                2));
        replica = open(List.of(A), recovered(kept.state(), log, last, 2));
        assertThat(replica.committed()).isEqualTo(last + 1);
        until(() -> replica.role() == Role.LEADER, true);
    }

    /** Until an entry of its own term is there too, another leader may take it back. */
    @Test
    void whatALeaderInheritedIsAnsweredOnceItsOwnTermIsOnItsDisk() {
        ready();
        put(1, Ack.LEADER_MEMORY);
        answered.clear();
        replica = open(List.of(A), kept(2));
        until(() -> replica.role() == Role.LEADER, true);
        put(1, Ack.LEADER_DISK);
        assertThat(answered).isEmpty();
        syncAll();
        assertThat(answered).containsExactly(1L);
    }

    @Test
    void whoHasHealedIsReadyOnceThatIsOnItsDisk() {
        ready();
        turn(each -> disk().beginAnew(disk().image()));
        assertThat(replica.isReady()).isFalse();
        assertThat(replica.waitingFor()).contains("not on its disk yet");
        turn(each -> disk().onSnapshotTaken());
        assertThat(replica.isReady()).isTrue();
        assertThat(replica.waitingFor()).isEmpty();
    }
}
