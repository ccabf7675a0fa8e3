package io.memdi.shell.judges;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memdi.Ack;
import io.memdi.ReadLevel;
import io.memdi.Revision;
import io.memdi.sim.Operation;
import io.memdi.sim.Operation.Kind;
import io.memdi.sim.Operation.Outcome;
import io.memdi.sim.Violation;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The judge sees what he is there to see. */
class FindingsTest {
    private final Book book = new Book();

    private Operation wrote(Kind kind, String key, String value, Outcome outcome) {
        Operation write = book.write("c1", kind, key, value, Revision.NONE, Ack.QUORUM_MEMORY);
        book.end(write, outcome);
        return write;
    }

    private void read(String key, @Nullable String value) {
        Operation read = book.read("c2", key, ReadLevel.LINEARIZABLE);
        read.seen = value;
        book.end(read, Outcome.ANSWERED);
    }

    private Operation single(long term, long index) {
        Operation put = book.single("c1", "single-" + index);
        book.granted(put, new Revision(term, index));
        book.end(put, Outcome.APPLIED);
        return put;
    }

    private final List<List<String>> logs = new ArrayList<>();

    private void isFine(Map<String, String> singles) {
        new Findings(book, singles, new Leaderships(logs, Duration.ZERO)).check();
    }

    /** A line of a log, so many seconds from now. */
    private static String line(int seconds, String text) {
        return OffsetDateTime.now().plusSeconds(seconds) + " INFO " + text;
    }

    private void isSeen(String invariant) {
        isSeen(invariant, Map.of());
    }

    private void isSeen(String invariant, Map<String, String> singles) {
        assertThatThrownBy(() -> isFine(singles))
                .isInstanceOf(Violation.class)
                .hasMessageStartingWith(invariant + ": ");
    }

    @Test
    void nothingWrong() {
        wrote(Kind.PUT_IF_ABSENT, "count-0", "1#x", Outcome.APPLIED);
        read("count-0", "1#x");
        wrote(Kind.PUT_IF_ABSENT, "list-0", "x", Outcome.APPLIED);
        read("list-0", "x");
        Operation put = single(1, 3);
        isFine(Map.of(put.key, String.valueOf(put.value)));
    }

    @Test
    void anAcknowledgedWriteThatIsLost() {
        wrote(Kind.PUT, "agreed-0", "x", Outcome.APPLIED);
        read("agreed-0", null);
        isSeen("linearizability");
    }

    @Test
    void aStaleRead() {
        wrote(Kind.PUT, "agreed-0", "x", Outcome.APPLIED);
        wrote(Kind.PUT, "agreed-0", "y", Outcome.APPLIED);
        read("agreed-0", "x");
        isSeen("linearizability");
    }

    @Test
    void aWriteThatWasNotApplied() {
        wrote(Kind.PUT, "agreed-0", "x", Outcome.NOT_APPLIED);
        read("agreed-0", "x");
        isSeen("not applied is never seen");
    }

    /** One register could not tell; a counter can. */
    @Test
    void anIncrementTooFew() {
        wrote(Kind.PUT, "count-0", "1#x", Outcome.APPLIED);
        wrote(Kind.PUT, "count-0", "1#y", Outcome.APPLIED);
        read("count-0", "1#y");
        isSeen("each write at most once");
    }

    @Test
    void anIncrementTooMany() {
        wrote(Kind.PUT, "count-0", "2#x", Outcome.APPLIED);
        read("count-0", "2#x");
        isSeen("each write at most once");
    }

    @Test
    void anAppendTwice() {
        wrote(Kind.PUT, "list-0", "x,x", Outcome.APPLIED);
        read("list-0", "x,x");
        isSeen("each write at most once");
    }

    @Test
    void anAppendThatIsLost() {
        wrote(Kind.PUT, "list-0", "x", Outcome.APPLIED);
        wrote(Kind.PUT, "list-0", "y", Outcome.APPLIED);
        read("list-0", "y");
        isSeen("nothing acknowledged is lost");
    }

    @Test
    void appendsInAnotherOrder() {
        wrote(Kind.PUT, "list-0", "x", Outcome.APPLIED);
        wrote(Kind.PUT, "list-0", "y,x,z", Outcome.UNKNOWN);
        wrote(Kind.PUT, "list-0", "z,y", Outcome.APPLIED);
        wrote(Kind.PUT, "list-0", "z,y,x,w", Outcome.APPLIED);
        read("list-0", "z,y,x,w");
        isSeen("the order of each client");
    }

    @Test
    void aLossThatACommitRulesOut() {
        single(1, 3);
        Operation put = wrote(Kind.PUT, "agreed-0", "x", Outcome.APPLIED);
        book.granted(put, new Revision(1, 4));
        isSeen("nothing that was committed is lost");
    }

    /** In the same order, but of another term: that is no promise; nor did any leader fail, which is needed for a loss. */
    @Test
    void aLossWithoutATrouble() {
        single(1, 3);
        Operation put = wrote(Kind.PUT, "agreed-0", "x", Outcome.APPLIED);
        book.granted(put, new Revision(2, 4));
        isSeen("the window of LEADER_MEMORY");
    }

    @Test
    void aLossAtTheEndOfALeadership() {
        single(2, 3);
        logs.add(List.of(line(-60, "a: CANDIDATE -> LEADER in term 2: 2 of 3 voted for it")));
        logs.add(List.of(
                line(0, "b: FOLLOWER -> PRE_CANDIDATE in term 2: the connection to leader a was lost"),
                line(1, "b: PRE_CANDIDATE -> FOLLOWER in term 2: too many refused"),
                line(9, "b: FOLLOWER -> PRE_CANDIDATE in term 2: no leader was heard"),
                line(9, "b: PRE_CANDIDATE -> CANDIDATE in term 3: 2 of 3 would vote for it"),
                line(9, "b: CANDIDATE -> LEADER in term 3: 2 of 3 voted for it")));
        isFine(Map.of());
    }

    @Test
    void aLossWhenALeaderGaveUp() {
        single(2, 3);
        logs.add(List.of(
                line(-60, "a: CANDIDATE -> LEADER in term 2: 2 of 3 voted for it"),
                line(0, "a: LEADER -> FOLLOWER in term 2: a quorum was silent for the minimum election timeout")));
        logs.add(List.of(line(60, "b: CANDIDATE -> LEADER in term 3: 2 of 3 voted for it")));
        isFine(Map.of());
    }

    @Test
    void aLossLongBeforeTheEndOfALeadership() {
        single(2, 3);
        logs.add(List.of(line(-60, "a: CANDIDATE -> LEADER in term 2: 2 of 3 voted for it")));
        logs.add(List.of(
                line(5, "b: FOLLOWER -> PRE_CANDIDATE in term 2: the connection to leader a was lost"),
                line(5, "b: CANDIDATE -> LEADER in term 3: 2 of 3 voted for it")));
        isSeen("the window of LEADER_MEMORY");
    }

    /** That a follower misses its leader for a moment is no reason to lose anything. */
    @Test
    void aLossWhileAFollowerWasInTrouble() {
        single(2, 3);
        logs.add(List.of(line(-60, "a: CANDIDATE -> LEADER in term 2: 2 of 3 voted for it")));
        logs.add(List.of(
                line(0, "b: FOLLOWER -> PRE_CANDIDATE in term 2: no leader was heard"),
                line(1, "b: PRE_CANDIDATE -> FOLLOWER in term 2 under a: it leads"),
                line(60, "b: FOLLOWER -> PRE_CANDIDATE in term 2: no leader was heard"),
                line(60, "b: CANDIDATE -> LEADER in term 3: 2 of 3 voted for it")));
        isSeen("the window of LEADER_MEMORY");
    }

    /** Who led before, and ended just now, had nothing to do with it. */
    @Test
    void aLossInATermThatWasNotTheOneThatEnded() {
        single(3, 3);
        logs.add(List.of(
                line(-60, "a: CANDIDATE -> LEADER in term 2: 2 of 3 voted for it"),
                line(0, "a: LEADER -> FOLLOWER in term 3 under b: it leads")));
        logs.add(List.of(line(0, "b: CANDIDATE -> LEADER in term 3: 2 of 3 voted for it")));
        isSeen("the window of LEADER_MEMORY");
    }

    @Test
    void anOperationWithoutEnd() {
        book.write("c1", Kind.PUT, "agreed-0", "x", Revision.NONE, Ack.QUORUM_MEMORY);
        isSeen("every operation ends");
    }

    @Test
    void aFourthEnd() {
        Operation read = book.read("c1", "agreed-0", ReadLevel.LOCAL);
        book.surprise(read, new IllegalStateException());
        assertThatThrownBy(() -> isFine(Map.of())).hasMessage("there is no fourth end");
    }
}
