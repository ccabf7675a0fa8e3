package io.memdi.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.memdi.Ack;
import io.memdi.ClusterId;
import io.memdi.Incarnation;
import io.memdi.Revision;
import io.memdi.Role;
import io.memdi.storage.Batch;
import io.memdi.storage.HardState;
import io.memdi.storage.Recovered;
import io.memdi.transport.Configuration;
import io.memdi.transport.Contact;
import io.memdi.transport.Entry;
import io.memdi.transport.Envelope;
import io.memdi.transport.Member;
import io.memdi.transport.Message;
import io.memdi.transport.Message.AppendReply;
import io.memdi.transport.Message.HeartbeatReply;
import io.memdi.transport.Message.Mode;
import io.memdi.transport.Message.VoteReply;
import io.memdi.transport.Message.VoteRequest;
import io.memdi.transport.Write;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** One of three, with a disk that is slow, or hangs; the others are as the test plays them. A turn takes a millisecond. */
class SlowDiskTest {
    private static final long MS = Stage.MS;
    private static final int ELECTION = 500;
    private static final Settings SETTINGS =
            new Settings(50 * MS, 250 * MS, ELECTION * MS, 4096, 16384, 1 << 20, 1 << 20, 1024, null);
    private static final ClusterId CLUSTER = new ClusterId(7, 7);
    private static final Member A = new Member("a", new Incarnation(1, 1), "a");
    private static final Member B = new Member("b", new Incarnation(2, 2), "b");
    private static final Member C = new Member("c", new Incarnation(3, 3), "c");

    private final List<Envelope> sent = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private Replica replica = open(List.of(A, B, C));
    private @Nullable Batch last;
    private @Nullable String stopped;
    private long now;

    /** Whether b and c answer what is asked of them; all that they hold is on their disks. */
    private boolean othersAnswer = true;

    private long bSyncs = Long.MAX_VALUE;
    private long cSyncs = Long.MAX_VALUE;

    private static Replica open(List<Member> founders) {
        Configuration configuration = Configuration.founding(founders);
        List<Entry> log = List.of(
                new Entry.Configured(0, 1, configuration),
                new Entry.Opened(1, 2),
                new Entry.StoreCreated(1, 3, 1, Stage.STORE));
        return open(configuration, log);
    }

    private static Replica open(Configuration configuration, List<Entry> log) {
        HardState state = new HardState(A.incarnation(), 1, null, Mode.MEMBER, CLUSTER, configuration, 0);
        Recovered recovered = new Recovered(
                state, null, List.of(), 0, Revision.NONE, log, log.size(), log.size(), 2, 2, 1, null, List.of());
        List<Contact> contacts = configuration.voters().stream()
                .map(each -> new Contact(each.name(), each.address()))
                .toList();
        return new Replica(SETTINGS, contacts.get(0), Start.founding(contacts), new Random(1), recovered, null);
    }

    private void turn(Consumer<Replica> action) {
        List<Envelope> answers = new ArrayList<>();
        replica.begin(now);
        action.accept(replica);
        Effects effects = replica.end();
        last = effects.batch() == null ? last : effects.batch();
        stopped = effects.stopped();
        notes.addAll(effects.notes());
        for (int i = 0; i < effects.sends(); i++) {
            sent.add(effects.envelope(i));
            Envelope answer = othersAnswer ? answer(effects.envelope(i)) : null;
            if (answer != null) {
                answers.add(answer);
            }
        }
        now += MS;
        if (!answers.isEmpty()) {
            turn(each -> answers.forEach(each::onMessage));
        }
    }

    private @Nullable Envelope answer(Envelope to) {
        Member from = B.incarnation().equals(to.target()) ? B : C;
        Message message = null;
        if (to.message() instanceof VoteRequest request) {
            message = new VoteReply(request.pre(), request.term(), true);
        } else if (to.message() instanceof Message.Heartbeat heartbeat) {
            message = new HeartbeatReply(heartbeat.round());
        } else if (to.message() instanceof Message.Append append) {
            long match = append.previous().index() + append.entries().size();
            message = new AppendReply(
                    true,
                    match,
                    Revision.NONE,
                    append.round(),
                    false,
                    Math.min(match, from.equals(B) ? bSyncs : cSyncs),
                    1);
        }
        return message == null
                ? null
                : new Envelope(0, CLUSTER, from, A.incarnation(), Math.max(to.term(), replica.term()), message);
    }

    private void idle(int turns) {
        for (long end = now + turns * MS; now < end; ) {
            turn(each -> {});
        }
    }

    private void sync() {
        turn(each -> disk().onSynced(Objects.requireNonNull(last).ticket()));
    }

    private Durability disk() {
        return Objects.requireNonNull(replica.disk());
    }

    private void lead() {
        for (int i = 0; i < 3 * ELECTION && replica.role() != Role.LEADER; i++) {
            turn(each -> {});
            if (last != null) {
                sync();
            }
        }
        assertThat(replica.role()).isEqualTo(Role.LEADER);
        sync();
    }

    private void put(long number) {
        turn(each -> each.submit(
                1,
                List.of(Stage.write(
                        number, Ack.LEADER_MEMORY, Write.Operation.PUT, "k" + number, "v", Revision.NONE))));
    }

    @Test
    void aFounderWhoseDiskIsAwaitedIsMissing() {
        Configuration founders = Configuration.founding(List.of(A, B, C));
        replica = open(founders, List.of(new Entry.Configured(0, 1, founders)));
        bSyncs = 0;
        cSyncs = 0;
        lead();
        idle(100);
        assertThat(replica.waitingFor()).contains("missing: b, c");
    }

    @Test
    void aLeaderWhoseDiskHangsLeavesTheLeadToThoseWhoseDisksGoOn() {
        lead();
        put(1);
        idle(2 * ELECTION - 10);
        assertThat(replica.role()).isEqualTo(Role.LEADER);
        assertThat(replica.committed()).as("by the disks of the others").isGreaterThan(disk().synced());
        idle(20);
        assertThat(replica.role()).isEqualTo(Role.FOLLOWER);
        assertThat(notes).last().asString().contains("its disk has not answered for more than 1000 ms");
        assertThat(replica.isReady()).isFalse();
        assertThat(replica.waitingFor()).contains("its disk has not answered for more than 1000 ms");
        idle(5 * ELECTION);
        assertThat(replica.role()).as("it does not stand").isEqualTo(Role.FOLLOWER);
        assertThat(notes).last().asString().contains("waits: ", "its disk has not answered");
        sync();
        lead();
    }

    @Test
    void theLeadGoesToWhomeverHasMostOnDisk() {
        bSyncs = 2;
        lead();
        put(1);
        turn(each -> each.transfer(null));
        assertThat(notes).last().isEqualTo("hands its leadership over to c");
        cSyncs = 2;
        bSyncs = Long.MAX_VALUE;
        idle(ELECTION);
        put(2);
        turn(each -> each.transfer(null));
        assertThat(notes).last().isEqualTo("hands its leadership over to b");
    }

    @Test
    void aLeaderWithoutWhomNothingGoesOnStaysThatAndSaysWhatItWaitsFor() {
        replica = open(List.of(A));
        lead();
        put(1);
        idle(5 * ELECTION);
        assertThat(replica.role()).isEqualTo(Role.LEADER);
        assertThat(replica.isReady()).isFalse();
        assertThat(notes).last().asString().contains("waits: ", "its disk has not answered for more than 1000 ms");
        sync();
        assertThat(replica.isReady()).isTrue();
    }

    @Test
    void aDiskThatHangsForLongEndsTheNode() {
        replica = open(List.of(A));
        lead();
        put(1);
        idle(119 * ELECTION);
        assertThat(stopped).isNull();
        idle(2 * ELECTION);
        assertThat(stopped).contains("its disk has not answered for 60000 ms");
        assertThat(replica.role()).isEqualTo(Role.STOPPED);
    }

    @Test
    void aProcessThatStoodStillDoesNotBlameItsDisk() {
        replica = open(List.of(A));
        lead();
        put(1);
        now += 3600_000 * MS;
        turn(each -> {});
        assertThat(stopped).isNull();
        assertThat(replica.waitingFor()).doesNotContain("its disk");
        sync();
        assertThat(replica.isReady()).isTrue();
    }

    @Test
    void nobodyIsMissedWhoWasNotAskedYet() {
        turn(each -> {});
        sync();
        for (int i = 0; i < 2 * ELECTION && replica.role() != Role.CANDIDATE; i++) {
            turn(each -> {});
        }
        assertThat(replica.role()).isEqualTo(Role.CANDIDATE);
        othersAnswer = false;
        long term = replica.term();
        idle(2 * ELECTION - 100);
        assertThat(sent).noneMatch(each -> each.message() instanceof VoteRequest request && !request.pre());
        assertThat(replica.term()).isEqualTo(term);
        sync();
        assertThat(sent).anyMatch(each -> each.message() instanceof VoteRequest request && !request.pre());
        idle(2 * ELECTION - 100);
        assertThat(replica.role()).as("their disks may be as slow").isEqualTo(Role.CANDIDATE);
        idle(2 * ELECTION);
        assertThat(replica.role()).isNotEqualTo(Role.CANDIDATE);
    }

    @Test
    void whoHasVotedWaitsFromWhenTheVoteLeaves() {
        othersAnswer = false;
        turn(each -> {});
        sync();
        Message believed = new Message.PresenceReply(disk().opening(), disk().openingId(), "");
        turn(each -> List.of(B, C)
                .forEach(from ->
                        each.onMessage(new Envelope(0, CLUSTER, from, A.incarnation(), each.term(), believed))));
        sent.clear();
        turn(each -> each.onMessage(
                new Envelope(0, CLUSTER, B, A.incarnation(), 2, new VoteRequest(false, 2, new Revision(9, 9)))));
        idle(2 * ELECTION - 100);
        assertThat(replica.role()).isEqualTo(Role.FOLLOWER);
        assertThat(sent).isEmpty();
        sync();
        assertThat(sent).singleElement().extracting(Envelope::message).isEqualTo(new VoteReply(false, 2, true));
        idle(249);
        assertThat(replica.role()).isEqualTo(Role.FOLLOWER);
        idle(3 * ELECTION);
        assertThat(replica.role()).isEqualTo(Role.PRE_CANDIDATE);
    }
}
