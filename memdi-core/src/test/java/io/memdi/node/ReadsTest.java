package io.memdi.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memdi.Incarnation;
import io.memdi.NoLeaderException;
import io.memdi.NodeClosedException;
import io.memdi.NotReadyException;
import io.memdi.ReadLevel;
import io.memdi.Revision;
import io.memdi.TimedOutException;
import io.memdi.log.Mistake;
import io.memdi.machine.Settings;
import io.memdi.store.Positions;
import io.memdi.transport.Member;
import io.memdi.transport.Message.ReadReply;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ReadsTest {
    private static final long MS = 1_000_000;
    private static final Member A = new Member("a", new Incarnation(1, 1), "a");
    private static final Member B = new Member("b", new Incarnation(2, 2), "b");

    private final List<Long> asked = new ArrayList<>();
    private final Positions positions = new Positions();
    private final Completions completions = new Completions(Runnable::run, null);
    private boolean leaderKnown = true;
    private long now;
    private Reads reads;

    @BeforeEach
    void start() {
        begin(null);
    }

    private void begin(Mistake planted) {
        Settings settings = new Settings(50 * MS, 250 * MS, 500 * MS, 1000, 2000, 1 << 20, 1 << 20, 16, planted);
        reads = new Reads(settings, 1, this::ask, completions);
        reads.follow(A, 1);
    }

    private boolean ask(long request) {
        if (leaderKnown) {
            asked.add(request);
        }
        return leaderKnown;
    }

    private PendingRead<String> add(ReadLevel level, Revision minimum) {
        return add(level, minimum, Long.MAX_VALUE);
    }

    private PendingRead<String> add(ReadLevel level, Revision minimum, long deadline) {
        PendingRead<String> read = new PendingRead<>(
                new PendingRead.Wish("test", level, minimum), positions, () -> "found", deadline, null);
        reads.add(read);
        return read;
    }

    private PendingRead<String> linearizable() {
        return add(ReadLevel.LINEARIZABLE, Revision.NONE);
    }

    private void turn() {
        reads.expire(now);
        reads.flush(now);
        reads.answer();
        completions.flush();
    }

    private void holds(long held, long committed) {
        positions.publish(new Revision(1, held), new Revision(1, committed));
    }

    @Test
    void oneRequestIsOnItsWayForAllReadsThatCameBefore() {
        PendingRead<String> first = linearizable();
        PendingRead<String> second = linearizable();
        turn();
        PendingRead<String> later = linearizable();
        turn();
        assertThat(asked).containsExactly(1L);

        holds(5, 5);
        reads.onReply(new ReadReply(1, 5));
        turn();
        assertThat(first.join()).isEqualTo("found");
        assertThat(second).isDone();
        assertThat(later).isNotDone();
        assertThat(asked).containsExactly(1L, 2L);
        reads.onReply(new ReadReply(2, 5));
        turn();
        assertThat(later).isDone();
    }

    @Test
    void aReadWaitsUntilItsIndexIsCommittedHere() {
        PendingRead<String> read = linearizable();
        turn();
        holds(5, 4);
        reads.onReply(new ReadReply(1, 5));
        turn();
        assertThat(read).isNotDone();
        holds(5, 5);
        turn();
        assertThat(read).isDone();
    }

    @Test
    void anAnswerToAnOlderRequestIsNoProof() {
        linearizable();
        turn();
        reads.onReply(new ReadReply(1, 0));
        PendingRead<String> read = linearizable();
        turn();
        reads.onReply(new ReadReply(1, 0));
        turn();
        assertThat(read).isNotDone();
    }

    @Test
    void thePlantedMistakeTakesIt() {
        begin(Mistake.TAKES_LATE_COMPLETION);
        linearizable();
        turn();
        reads.onReply(new ReadReply(1, 0));
        PendingRead<String> read = linearizable();
        turn();
        reads.onReply(new ReadReply(1, 0));
        turn();
        assertThat(read).isDone();
    }

    @Test
    void theSameRequestIsSentAgainToANewLeaderAndAfterSilence() {
        linearizable();
        turn();
        reads.follow(null, 1);
        leaderKnown = false;
        turn();
        reads.follow(B, 2);
        leaderKnown = true;
        turn();
        assertThat(asked).containsExactly(1L, 1L);
        assertThat(reads.deadline()).isEqualTo(200 * MS);
        now = 200 * MS;
        turn();
        assertThat(asked).containsExactly(1L, 1L, 1L);
        reads.onPeerDown("b");
        turn();
        assertThat(asked).hasSize(4);
    }

    @Test
    void readsWaitForTheRevisionThatTheyAskFor() {
        Revision minimum = new Revision(1, 7);
        PendingRead<String> local = add(ReadLevel.LOCAL, minimum);
        PendingRead<String> session = add(ReadLevel.SESSION, minimum);
        PendingRead<String> committed = add(ReadLevel.COMMITTED, minimum);
        PendingRead<String> strict = add(ReadLevel.LINEARIZABLE, minimum);
        turn();
        reads.onReply(new ReadReply(1, 3));
        holds(6, 6);
        turn();
        assertThat(List.of(local, session, committed, strict)).noneMatch(PendingRead::isDone);
        holds(7, 6);
        turn();
        assertThat(local).isDone();
        assertThat(session).isDone();
        assertThat(committed).isNotDone();
        assertThat(strict).isNotDone();
        holds(7, 7);
        turn();
        assertThat(committed).isDone();
        assertThat(strict).isDone();
        assertThat(reads.size()).isZero();
    }

    @Test
    void aSessionReadWaitsForWhatThisNodeHasAcknowledged() {
        holds(5, 5);
        positions.acknowledge(new Revision(1, 6));
        PendingRead<String> read = add(ReadLevel.SESSION, Revision.NONE);
        turn();
        assertThat(read).isNotDone();
        holds(6, 6);
        turn();
        assertThat(read).isDone();
    }

    @Test
    void aReadRunsOutOfTimeWhereverItWaits() {
        PendingRead<String> asking = add(ReadLevel.LINEARIZABLE, Revision.NONE, 20 * MS);
        turn();
        PendingRead<String> fresh = add(ReadLevel.LINEARIZABLE, Revision.NONE, 20 * MS);
        PendingRead<String> waiting = add(ReadLevel.COMMITTED, new Revision(1, 1), 20 * MS);
        now = 20 * MS;
        turn();
        for (PendingRead<String> read : List.of(asking, fresh, waiting)) {
            assertThatThrownBy(read::join).hasCauseInstanceOf(TimedOutException.class);
        }
        assertThat(reads.size()).isZero();

        reads.follow(null, 1);
        PendingRead<String> leaderless = add(ReadLevel.LINEARIZABLE, Revision.NONE, 30 * MS);
        now = 30 * MS;
        turn();
        assertThatThrownBy(leaderless::join).hasCauseInstanceOf(NoLeaderException.class);
    }

    /** An empty table of a node that is not a member yet would pass for an empty store. */
    @ParameterizedTest
    @EnumSource(ReadLevel.class)
    void nothingIsReadWhileTheTablesAreHidden(ReadLevel level) {
        positions.hide(true);
        PendingRead<String> read = add(level, Revision.NONE, 20 * MS);
        turn();
        assertThat(read).isNotDone();
        now = 20 * MS;
        turn();
        assertThatThrownBy(read::join)
                .hasCauseInstanceOf(NotReadyException.class)
                .hasMessageContaining("not ready");
    }

    @Test
    void whatAKeysOwnEqualsThrowsEndsTheReadAlone() {
        PendingRead<String> read = new PendingRead<>(
                new PendingRead.Wish("test", ReadLevel.LOCAL, Revision.NONE),
                positions,
                () -> {
                    throw new UnsupportedOperationException("equals");
                },
                Long.MAX_VALUE,
                null);
        reads.add(read);
        turn();
        assertThatThrownBy(read::join).hasCauseInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void atTheEndEveryReadEnds() {
        PendingRead<String> read = linearizable();
        reads.forget(linearizable());
        assertThat(reads.size()).isEqualTo(1);
        reads.close("this node was closed");
        completions.flush();
        assertThatThrownBy(read::join).hasCauseInstanceOf(NodeClosedException.class);
    }
}
