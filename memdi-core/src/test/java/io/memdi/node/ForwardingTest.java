package io.memdi.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memdi.Incarnation;
import io.memdi.NoLeaderException;
import io.memdi.NodeClosedException;
import io.memdi.OutcomeUnknownException;
import io.memdi.Revision;
import io.memdi.TimedOutException;
import io.memdi.log.Mistake;
import io.memdi.machine.Settings;
import io.memdi.store.Positions;
import io.memdi.transport.Member;
import io.memdi.transport.Message.WriteReply;
import io.memdi.transport.Write;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The way of writes to a leader that is played here, and back. */
class ForwardingTest {
    private static final long MS = 1_000_000;
    private static final Member A = new Member("a", new Incarnation(1, 1), "a");
    private static final Member B = new Member("b", new Incarnation(2, 2), "b");

    /** What the leader was handed: {@code firstOpen: numbers}. */
    private final List<String> handed = new ArrayList<>();

    private final Positions positions = new Positions();
    private final Completions completions = new Completions(Runnable::run, null);
    private boolean leaderTakes = true;
    private long now;
    private Forwarding forwarding;

    @BeforeEach
    void start() {
        begin(settings(4, null));
    }

    private static Settings settings(int window, Mistake planted) {
        return new Settings(50 * MS, 250 * MS, 500 * MS, 1000, 2000, 1 << 20, 1 << 20, window, planted);
    }

    private void begin(Settings settings) {
        forwarding = new Forwarding(settings, 1, this::submit, positions::acknowledge, completions);
    }

    private boolean submit(long firstOpen, List<Write> writes) {
        if (leaderTakes) {
            handed.add(firstOpen + ": " + writes.stream().map(Write::number).toList());
        }
        return leaderTakes;
    }

    /** One turn. */
    private void turn() {
        forwarding.expire(now);
        forwarding.flush(now);
        completions.flush();
    }

    private void reply(WriteReply reply) {
        forwarding.onReply(reply, now);
        completions.flush();
    }

    private PendingWrite<WriteReply> add(String key) {
        PendingWrite<WriteReply> write = Writes.put(key);
        forwarding.add(write);
        return write;
    }

    private PendingWrite<WriteReply> addUntil(long deadline) {
        PendingWrite<WriteReply> write = Writes.put("key", deadline, Writes.SIZE);
        forwarding.add(write);
        return write;
    }

    @Test
    void aWriteWaitsForALeaderAndThenGetsItsNumber() {
        PendingWrite<WriteReply> write = add("k");
        turn();
        assertThat(handed).isEmpty();
        assertThat(forwarding.size()).isEqualTo(1);
        assertThat(forwarding.hasMore()).isFalse();

        forwarding.follow(A, 1);
        assertThat(forwarding.hasMore()).isTrue();
        turn();
        assertThat(handed).containsExactly("1: [1]");

        reply(Writes.applied(1));
        assertThat(write.join()).isEqualTo(Writes.applied(1));
        assertThat(forwarding.size()).isZero();
    }

    @Test
    void anAcknowledgedWriteUnsettlesTheNodeUntilItHoldsIt() {
        forwarding.follow(A, 1);
        add("k");
        turn();
        reply(Writes.applied(1));
        assertThat(positions.isSettled()).isFalse();
        positions.publish(new Revision(1, 101), new Revision(1, 101));
        assertThat(positions.isSettled()).isTrue();
    }

    @Test
    void batchesAreBoundedInBytesAndTheWindowInNumbersAndBytes() {
        begin(settings(64, null));
        forwarding.follow(A, 1);
        for (int i = 0; i < 30; i++) {
            add("k" + i);
        }
        turn();
        // 100 bytes each: 1000 in a batch, 2000 on their way.
        assertThat(handed)
                .containsExactly(
                        "1: " + IntStream.rangeClosed(1, 10).boxed().toList(),
                        "1: " + IntStream.rangeClosed(11, 20).boxed().toList());
        reply(Writes.applied(1));
        assertThat(forwarding.hasMore()).isTrue();
        turn();
        assertThat(handed.get(2)).isEqualTo("2: [21]");
    }

    @Test
    void aWriteThatIsLargerThanEveryBoundStillGoesAlone() {
        forwarding.follow(A, 1);
        forwarding.add(Writes.put("large", Long.MAX_VALUE, 5000));
        add("small");
        turn();
        assertThat(handed).containsExactly("1: [1]");
        reply(Writes.applied(1));
        turn();
        assertThat(handed).containsExactly("1: [1]", "2: [2]");
    }

    @Test
    void noMoreThanTheWindowIsOpenFromTheFirstOpenNumberOn() {
        forwarding.follow(A, 1);
        for (int i = 0; i < 6; i++) {
            add("k" + i);
        }
        turn();
        reply(Writes.applied(2));
        reply(Writes.applied(3));
        turn();
        assertThat(handed).containsExactly("1: [1, 2, 3, 4]");
        reply(Writes.applied(1));
        turn();
        assertThat(handed).containsExactly("1: [1, 2, 3, 4]", "4: [5, 6]");
    }

    @Test
    void aNewLeaderIsSentEverythingThatIsOpenInOrder() {
        forwarding.follow(A, 1);
        for (int i = 0; i < 3; i++) {
            add("k" + i);
        }
        turn();
        reply(Writes.applied(2));
        forwarding.follow(null, 1);
        turn();
        assertThat(handed).hasSize(1);
        forwarding.follow(B, 2);
        add("k3");
        turn();
        assertThat(handed).containsExactly("1: [1, 2, 3]", "1: [1, 3, 4]");
        turn();
        assertThat(handed).hasSize(2);
        forwarding.follow(B, 3); // the same node, elected again
        turn();
        assertThat(handed).hasSize(3).last().isEqualTo("1: [1, 3, 4]");
    }

    @Test
    void aBrokenConnectionToTheLeaderIsAReasonToSendAgain() {
        forwarding.follow(A, 1);
        add("k");
        turn();
        forwarding.onPeerDown("b");
        turn();
        assertThat(handed).hasSize(1);
        forwarding.onPeerDown("a");
        turn();
        assertThat(handed).hasSize(2);
    }

    @Test
    void silenceIsAReasonToSendAgainLessAndLessOften() {
        forwarding.follow(A, 1);
        add("k");
        turn();
        List<Long> times = new ArrayList<>();
        for (; now < 2500 * MS; now += 10 * MS) {
            int before = handed.size();
            if (now >= forwarding.deadline()) {
                turn();
            }
            if (handed.size() > before) {
                times.add(now / MS);
            }
        }
        assertThat(times).containsExactly(200L, 600L, 1100L, 1600L, 2100L);
    }

    @Test
    void repliesToOthersAreNoReasonNotToAskForTheFirstAgain() {
        begin(settings(64, null));
        forwarding.follow(A, 1);
        add("lost");
        turn();
        int next = 2;
        for (; now < 190 * MS; now += 10 * MS) {
            add("k");
            turn();
            reply(Writes.applied(next++));
        }
        handed.clear();
        now = 200 * MS;
        turn();
        assertThat(handed).containsExactly("1: [1]");
    }

    @Test
    void aLateReplyIsIgnored() {
        forwarding.follow(A, 1);
        PendingWrite<WriteReply> first = add("1");
        PendingWrite<WriteReply> second = add("2");
        turn();
        reply(Writes.applied(1));
        reply(Writes.applied(1));
        reply(Writes.applied(99));
        assertThat(first).isDone();
        assertThat(second).isNotDone();
    }

    @Test
    void thePlantedMistakeTakesALateReplyForANewOne() {
        begin(settings(4, Mistake.TAKES_LATE_COMPLETION));
        forwarding.follow(A, 1);
        add("1");
        PendingWrite<WriteReply> second = add("2");
        turn();
        reply(Writes.applied(1));
        reply(Writes.applied(1));
        assertThat(second).isDone();
    }

    @Test
    void aLeaderThatWaitsForANumberIsSentItOnceFromThereOn() {
        forwarding.follow(A, 1);
        for (int i = 0; i < 4; i++) {
            add("k" + i);
        }
        turn();
        handed.clear();
        forwarding.onExpected(3);
        assertThat(forwarding.hasMore()).isTrue();
        turn();
        forwarding.onExpected(3); // of the messages that the first hint has crossed
        assertThat(forwarding.hasMore()).isFalse();
        turn();
        assertThat(handed).containsExactly("1: [3, 4]");

        reply(Writes.applied(1));
        forwarding.onExpected(3); // about other writes
        turn();
        assertThat(handed).containsExactly("1: [3, 4]", "2: [3, 4]");
        forwarding.onExpected(99); // nothing there
        forwarding.onExpected(1); // ended
        turn();
        assertThat(handed).last().isEqualTo("2: [2, 3, 4]");
    }

    @Test
    void whatTheLeaderDoesNotTakeWasNotSent() {
        leaderTakes = false;
        forwarding.follow(A, 1);
        PendingWrite<WriteReply> write = addUntil(1000 * MS);
        turn();
        assertThat(forwarding.hasMore()).isFalse();
        assertThat(forwarding.deadline()).isEqualTo(50 * MS);
        now = 50 * MS;
        leaderTakes = true;
        turn();
        assertThat(handed).containsExactly("1: [1]");
        now = 1000 * MS;
        turn();
        assertThatThrownBy(write::join).hasCauseInstanceOf(OutcomeUnknownException.class);
    }

    @Test
    void aWriteThatRanOutOfTimeWithoutALeaderWasNotApplied() {
        PendingWrite<WriteReply> write = addUntil(20 * MS);
        add("other");
        assertThat(forwarding.deadline()).isEqualTo(20 * MS);
        now = 20 * MS;
        turn();
        assertThatThrownBy(write::join)
                .hasCauseInstanceOf(NoLeaderException.class)
                .hasMessageContaining("was not applied");
        assertThat(forwarding.size()).isEqualTo(1);
    }

    @Test
    void aWriteThatRanOutOfTimeWhileItWaitedForItsTurnWasNotApplied() {
        forwarding.follow(A, 1);
        for (int i = 0; i < 4; i++) {
            add("k" + i);
        }
        PendingWrite<WriteReply> write = addUntil(20 * MS);
        turn();
        now = 20 * MS;
        turn();
        assertThatThrownBy(write::join).hasCauseInstanceOf(TimedOutException.class);
    }

    @Test
    void aWriteThatRanOutOfTimeAfterItWasSentMayHaveBeenAppliedAndLeavesAClosedGap() {
        forwarding.follow(A, 1);
        PendingWrite<WriteReply> first = addUntil(20 * MS);
        PendingWrite<WriteReply> second = add("2");
        turn();
        now = 20 * MS;
        turn();
        assertThatThrownBy(first::join)
                .hasCauseInstanceOf(OutcomeUnknownException.class)
                .hasMessageContaining("may have been applied");
        add("3");
        turn();
        assertThat(handed).containsExactly("1: [1, 2]", "2: [3]");
        reply(Writes.applied(1)); // late: nobody is told
        assertThat(second).isNotDone();
        reply(Writes.applied(2));
        assertThat(second).isDone();
    }

    @Test
    void aWriteWhoseCallerHasGivenUpBeforeItWasSentIsNotSent() {
        PendingWrite<WriteReply> first = add("1");
        PendingWrite<WriteReply> second = add("2");
        PendingWrite<WriteReply> third = add("3");
        assertThat(first.withdraw()).isTrue();
        forwarding.follow(A, 1);
        leaderTakes = false;
        turn(); // numbers the second and the third
        assertThat(second.withdraw()).isTrue();
        leaderTakes = true;
        now = 50 * MS;
        turn();
        assertThat(handed).containsExactly("2: [2]");
        assertThat(third.withdraw()).isFalse();
        forwarding.forget(third, now);
        assertThat(forwarding.size()).isZero();
    }

    @Test
    void aCallerWhoGivesUpIsForgottenWhereverTheWriteIs() {
        forwarding.follow(A, 1);
        PendingWrite<WriteReply> sent = add("1");
        turn();
        PendingWrite<WriteReply> waiting = add("2");
        forwarding.forget(waiting, now);
        forwarding.forget(sent, now);
        assertThat(forwarding.size()).isZero();
        forwarding.forget(sent, now);
        assertThat(forwarding.size()).isZero();
    }

    @Test
    void aLostSessionEndsWhatWasSubmittedAndKeepsTheRest() {
        forwarding.follow(A, 1);
        PendingWrite<WriteReply> sent = add("1");
        turn();
        forwarding.follow(null, 1);
        PendingWrite<WriteReply> waiting = add("2");
        forwarding.loseSession("this node began a new life", now);
        completions.flush();
        assertThatThrownBy(sent::join).hasCauseInstanceOf(OutcomeUnknownException.class);
        assertThat(waiting).isNotDone();
        forwarding.follow(B, 2);
        turn();
        assertThat(handed).last().isEqualTo("2: [2]");
    }

    @Test
    void atTheEndEveryWriteEnds() {
        forwarding.follow(A, 1);
        PendingWrite<WriteReply> sent = add("1");
        turn();
        PendingWrite<WriteReply> waiting = add("2");
        forwarding.close("this node was closed");
        completions.flush();
        assertThatThrownBy(sent::join)
                .hasCauseInstanceOf(OutcomeUnknownException.class)
                .hasMessageContaining("this node was closed");
        assertThatThrownBy(waiting::join).hasCauseInstanceOf(NodeClosedException.class);
        assertThat(forwarding.size()).isZero();
    }

    @Test
    void nothingIsDueWhenNothingIsOpen() {
        forwarding.follow(A, 1);
        assertThat(forwarding.deadline()).isEqualTo(Long.MAX_VALUE);
        assertThat(forwarding.hasMore()).isFalse();
    }
}
