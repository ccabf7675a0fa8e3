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
    private Book book = new Book(Levels.IN_MEMORY);
    private final Deaths deaths = new Deaths();

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
        return single(term, index, Ack.LEADER_MEMORY);
    }

    private Operation single(long term, long index, Ack ack) {
        Operation put = book.single("c1", "single-" + index, ack);
        book.granted(put, new Revision(term, index));
        book.end(put, Outcome.APPLIED);
        return put;
    }

    private final List<List<String>> logs = new ArrayList<>();

    private void isFine(Map<String, String> singles) {
        new Findings(book, singles, new Leaderships(logs, deaths.all(), Duration.ZERO)).check();
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
                line(20, "b: FOLLOWER -> PRE_CANDIDATE in term 2: the connection to leader a was lost"),
                line(20, "b: CANDIDATE -> LEADER in term 3: 2 of 3 voted for it")));
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

    // --- on disks ---

    private void safe(long term, long index) {
        Operation put = book.write("c1", Kind.PUT, "agreed-" + index, "s" + index, Revision.NONE, Ack.QUORUM_DISK);
        book.granted(put, new Revision(term, index));
        book.end(put, Outcome.APPLIED);
    }

    /** The first leads term 2, the second term 3, and so on, since some time before the loss or after it. */
    private void lead(String... names) {
        for (int i = 0; i < names.length; i++) {
            logs.add(List.of(line(
                    100 * i - 60, names[i] + ": CANDIDATE -> LEADER in term " + (i + 2) + ": 2 of 3 voted for it")));
        }
    }

    private void die(String name, int seconds) {
        long at = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
        deaths.add(name, at, at);
    }

    private void onDisks() {
        book = new Book(Levels.ON_DISKS);
    }

    @Test
    void aLossOfWhatAQuorumHasSynced() {
        onDisks();
        Operation put = book.write("c1", Kind.PUT, "agreed-0", "x", Revision.NONE, Ack.QUORUM_DISK);
        book.end(put, Outcome.APPLIED);
        read("agreed-0", null);
        isSeen("linearizability");
    }

    /** In a register of which everybody knows that it may go. */
    @Test
    void aLossOfWhatAQuorumHasInMemory() {
        onDisks();
        wrote(Kind.PUT, "quick-0", "x", Outcome.APPLIED);
        read("quick-0", null);
        isFine(Map.of());
    }

    @Test
    void aLossOfWhatTheNextLeaderNeverSaw() {
        onDisks();
        single(2, 3, Ack.LEADER_DISK);
        lead("a", "b");
        isFine(Map.of());
    }

    @Test
    void aLossOfWhatTheLeaderHasSyncedAndLeadsOn() {
        onDisks();
        single(2, 3, Ack.LEADER_DISK);
        lead("a");
        die("a", 0);
        isSeen("the window of LEADER_DISK");
    }

    @Test
    void aLossOfWhatTheNextLeaderHasSyncedItself() {
        onDisks();
        single(2, 3, Ack.LEADER_DISK);
        lead("a", "a");
        die("a", 0);
        isSeen("the window of LEADER_DISK");
    }

    @Test
    void aLossAfterTheLeaderWasLeaderOnceMoreAndGotNothingDone() {
        onDisks();
        single(2, 3, Ack.LEADER_DISK);
        lead("a", "a", "b");
        isFine(Map.of());
    }

    @Test
    void aLossAfterTheLeaderWasLeaderOnceMoreAndCommitted() {
        onDisks();
        single(2, 3, Ack.LEADER_DISK);
        lead("a", "a", "b");
        safe(3, 9);
        isSeen("the window of LEADER_DISK");
    }

    @Test
    void aLossWhenTwoDied() {
        onDisks();
        single(2, 3, Ack.QUORUM_MEMORY);
        die("a", 0);
        die("b", 20);
        isFine(Map.of());
    }

    @Test
    void aLossWhenOneDied() {
        onDisks();
        single(2, 3, Ack.QUORUM_MEMORY);
        lead("a", "b");
        die("a", 0);
        isSeen("the window of QUORUM_MEMORY");
    }

    @Test
    void aLossLongBeforeTwoDied() {
        onDisks();
        single(2, 3, Ack.QUORUM_MEMORY);
        lead("a", "b");
        die("a", 20);
        die("b", 20);
        isSeen("the window of QUORUM_MEMORY");
    }

    /** The next leader had to be started first. */
    @Test
    void aLossWhenTheLeaderDiedLongBeforeTheNextOneAsked() {
        onDisks();
        single(2, 3, Ack.LEADER_MEMORY);
        lead("a", "b");
        die("a", 0);
        isFine(Map.of());
    }

    @Test
    void aLossWhenAnotherThanTheLeaderDied() {
        onDisks();
        single(2, 3, Ack.LEADER_MEMORY);
        lead("a", "b");
        die("c", 0);
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
