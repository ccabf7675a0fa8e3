package io.memdi.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memdi.Ack;
import io.memdi.ReadLevel;
import io.memdi.Revision;
import io.memdi.sim.LinearizabilityChecker.Fates;
import io.memdi.sim.Operation.Kind;
import io.memdi.sim.Operation.Outcome;
import org.junit.jupiter.api.Test;

/** The checker must be able to fail: each rule has a history that it accepts, and one that it refuses. */
class LinearizabilityCheckerTest {
    private static final Revision R1 = new Revision(1, 1);
    private static final Revision R2 = new Revision(1, 2);
    private static final Revision R3 = new Revision(2, 3);

    private final History history = new History();
    private int ids;

    @Test
    void anEmptyHistoryIsFine() {
        accepted();
    }

    @Test
    void aReadSeesTheWriteBeforeIt() {
        put("v1").applied(R1).during(1, 2);
        read("v1").during(3, 4);
        accepted();
    }

    @Test
    void aStaleReadIsRefused() {
        put("v1").applied(R1).during(1, 2);
        put("v2").applied(R2).during(3, 4);
        read("v1").during(5, 6);
        refused(LinearizabilityChecker.INVARIANT);
    }

    @Test
    void aLostQuorumWriteIsRefused() {
        put("v1").applied(R1).during(1, 2);
        read(null).during(3, 4);
        refused(LinearizabilityChecker.INVARIANT);
    }

    @Test
    void aReadBesideAWriteSeesItOrNot() {
        put("v1").applied(R1).during(1, 10);
        read(null).during(2, 3);
        read("v1").during(4, 5);
        accepted();
    }

    @Test
    void readsBesideAWriteDoNotSwing() {
        put("v1").applied(R1).during(1, 10);
        read("v1").during(2, 3);
        read(null).during(4, 5);
        refused(LinearizabilityChecker.INVARIANT);
    }

    @Test
    void aWriteAtLeaderMemoryMayBeLost() {
        put("v1").atLeaderMemory().applied(R1).during(1, 2);
        read(null).during(3, 4);
        accepted();
    }

    @Test
    void aWriteAtLeaderMemoryThatWasSeenIsNotLostLater() {
        put("v1").atLeaderMemory().applied(R1).during(1, 2);
        read("v1").during(3, 4);
        read(null).during(5, 6);
        refused(LinearizabilityChecker.INVARIANT);
    }

    @Test
    void aWriteAtLeaderMemoryThatWasLostDoesNotComeBack() {
        put("v1").atLeaderMemory().applied(R1).during(1, 2);
        read(null).during(3, 4);
        read("v1").during(5, 6);
        refused(LinearizabilityChecker.INVARIANT);
    }

    @Test
    void anUnknownWriteMayComeLate() {
        put("v1").unknown().during(1, 2);
        read(null).during(3, 4);
        read("v1").during(5, 6);
        accepted();
    }

    @Test
    void anUnknownWriteComesOnce() {
        put("v1").unknown().during(1, 2);
        read("v1").during(3, 4);
        put("v2").applied(R2).during(5, 6);
        read("v1").during(7, 8);
        refused(LinearizabilityChecker.INVARIANT);
    }

    @Test
    void aWriteThatNeverReturnedMayHaveHappened() {
        put("v1").pending(1);
        read(null).during(3, 4);
        read("v1").during(5, 6);
        accepted();
    }

    @Test
    void aWriteThatWasNotAppliedIsNeverSeen() {
        put("v1").notApplied().during(1, 2);
        read("v1").during(3, 4);
        refused("not applied is never seen");
    }

    @Test
    void aReadAtAnotherLevelShowsThatAWriteWasAppliedAfterAll() {
        put("v1").notApplied().during(1, 2);
        read("v1").at(ReadLevel.LOCAL).during(3, 4);
        refused("not applied is never seen");
    }

    @Test
    void aLocalReadMayBeStale() {
        put("v1").applied(R1).during(1, 2);
        read(null).at(ReadLevel.LOCAL).during(3, 4);
        accepted();
    }

    @Test
    void whatIsKnownToBeLostIsNotSeen() {
        put("v1").atLeaderMemory().applied(R1).during(1, 2);
        read("v1").during(3, 4);
        accepted();
        assertThatThrownBy(() -> LinearizabilityChecker.check(history, value -> Revision.NONE, 100))
                .isInstanceOf(Violation.class);
    }

    @Test
    void aWriteThatWasTakenBackMayBeRefusedInTheEnd() {
        call(Kind.PUT_IF_ABSENT, "v1").refused().during(1, 9);
        put("v2").applied(R2).during(3, 4);
        read("v1").at(ReadLevel.LOCAL).revision(R1).during(2, 3);
        accepted();
    }

    @Test
    void aWriteThatWasTakenBackMayMeetOtherCodecsInTheEnd() {
        put("v1").wrongCodec().during(1, 9);
        read("v1").at(ReadLevel.SESSION).revision(R1).during(2, 3);
        accepted();
    }

    @Test
    void aSafeReadNeverSeesAWriteThatMetOtherCodecs() {
        put("v1").wrongCodec().during(1, 9);
        read("v1").at(ReadLevel.COMMITTED).revision(R1).during(2, 3);
        refused("not applied is never seen");
    }

    @Test
    void onlyOneOfTwoRivalsPutsWhereNothingWas() {
        call(Kind.PUT_IF_ABSENT, "v1").applied(null).during(1, 4);
        call(Kind.PUT_IF_ABSENT, "v2").refused().during(2, 3);
        read("v1").during(5, 6);
        accepted();
    }

    @Test
    void twoRivalsDoNotBothPutWhereNothingWas() {
        call(Kind.PUT_IF_ABSENT, "v1").applied(null).during(1, 4);
        call(Kind.PUT_IF_ABSENT, "v2").applied(null).during(2, 3);
        refused(LinearizabilityChecker.INVARIANT);
    }

    @Test
    void aConditionDoesNotFailForNothing() {
        call(Kind.PUT_IF_ABSENT, "v1").refused().during(1, 2);
        refused(LinearizabilityChecker.INVARIANT);
    }

    @Test
    void aConditionMayFailForAWriteOfUnknownOutcome() {
        put("v1").unknown().during(1, 2);
        call(Kind.PUT_IF_ABSENT, "v2").refused().during(3, 4);
        read("v1").during(5, 6);
        accepted();
    }

    @Test
    void aConditionThatFailedForAWriteShowsThatItHappened() {
        put("v1").unknown().during(1, 2);
        call(Kind.PUT_IF_ABSENT, "v2").refused().during(3, 4);
        read(null).during(5, 6);
        refused(LinearizabilityChecker.INVARIANT);
    }

    @Test
    void aRefusalAtLeaderMemoryBindsToo() {
        call(Kind.PUT_IF_ABSENT, "v1").atLeaderMemory().refused().during(1, 2);
        read(null).during(3, 4);
        refused(LinearizabilityChecker.INVARIANT);
    }

    @Test
    void replaceGoesByRevision() {
        put("v1").applied(R1).during(1, 2);
        replace(R1, "v2").applied(null).during(3, 4);
        replace(R1, "v3").refused().during(5, 6);
        read("v2").revision(R2).during(7, 8);
        replace(R2, "v4").applied(null).during(9, 10);
        accepted();
    }

    @Test
    void replaceDoesNotWinTwice() {
        put("v1").applied(R1).during(1, 2);
        replace(R1, "v2").applied(null).during(3, 10);
        replace(R1, "v3").applied(null).during(4, 9);
        refused(LinearizabilityChecker.INVARIANT);
    }

    @Test
    void removalEndsWhatAReadSees() {
        put("v1").applied(R1).during(1, 2);
        call(Kind.REMOVE, null).applied(null).during(3, 4);
        call(Kind.REMOVE, null).refused().during(5, 6);
        read(null).during(7, 8);
        accepted();
    }

    @Test
    void aRemovedValueDoesNotComeBack() {
        put("v1").applied(R1).during(1, 2);
        call(Kind.REMOVE, null).applied(null).during(3, 4);
        read("v1").during(5, 6);
        refused(LinearizabilityChecker.INVARIANT);
    }

    @Test
    void effectsComeInTheOrderOfRevisions() {
        put("v1").applied(R2).during(1, 10);
        put("v2").applied(R1).during(2, 9);
        read("v1").during(11, 12);
        accepted();
    }

    @Test
    void effectsDoNotComeAgainstTheOrderOfRevisions() {
        put("v1").applied(R1).during(1, 10);
        put("v2").applied(R2).during(2, 9);
        read("v1").during(11, 12);
        refused(LinearizabilityChecker.INVARIANT);
    }

    @Test
    void aLaterWriteHasAHigherRevision() {
        put("v1").applied(R2).during(1, 2);
        put("v2").applied(R1).during(3, 4);
        refused(LinearizabilityChecker.INVARIANT);
    }

    @Test
    void aRevisionBelongsToOneWrite() {
        put("v1").applied(R1).during(1, 2);
        put("v2").applied(R1).during(3, 4);
        refused("a revision belongs to one write");
    }

    @Test
    void aWriteHasOneRevision() {
        put("v1").applied(R1).during(1, 2);
        read("v1").at(ReadLevel.COMMITTED).revision(R3).during(3, 4);
        refused("a write takes effect once");
    }

    @Test
    void aWriteThatIsTakenBackAndExecutedAgainHasAnotherRevision() {
        put("v1").applied(R3).during(1, 6);
        read("v1").at(ReadLevel.LOCAL).revision(R1).during(2, 3);
        accepted();
    }

    @Test
    void aValueFromNowhereIsRefused() {
        read("v1").during(1, 2);
        refused("reads are of writes");
    }

    @Test
    void aValueFromTheFutureIsRefused() {
        read("v1").during(1, 2);
        put("v1").applied(R1).during(3, 4);
        refused("reads are of writes");
    }

    @Test
    void aSearchThatIsTooLongIsAnError() {
        for (int i = 0; i < 24; i++) {
            call(i % 2 == 0 ? Kind.PUT_IF_ABSENT : Kind.REMOVE, i % 2 == 0 ? "v" + i : null)
                    .applied(null)
                    .during(i + 1, 1000 - i);
        }
        read("v2").during(2000, 2001);
        assertThatThrownBy(() -> LinearizabilityChecker.check(history, Fates.UNKNOWN, 100))
                .isInstanceOfSatisfying(
                        Violation.class,
                        violation -> assertThat(violation.invariant()).isEqualTo("checker"));
    }

    /** Against a register that is linearizable by construction: many callers, some of whose calls end as unknown. */
    @Test
    void whatARealRegisterDoesIsAccepted() {
        for (int seed = 0; seed < 200; seed++) {
            history.clear();
            new RandomRegister(seed, history).run(false);
            assertThatCode(() -> LinearizabilityChecker.check(history))
                    .as("register %d", seed)
                    .doesNotThrowAnyException();
        }
    }

    /** The same with one read that is stale: nearly always that shows. */
    @Test
    void whatABrokenRegisterDoesIsMostlyRefused() {
        int found = 0;
        for (int seed = 0; seed < 200; seed++) {
            history.clear();
            new RandomRegister(seed, history).run(true);
            try {
                LinearizabilityChecker.check(history);
            } catch (Violation expected) {
                found++;
            }
        }
        assertThat(found).isGreaterThan(150);
    }

    private void accepted() {
        assertThatCode(() -> LinearizabilityChecker.check(history)).doesNotThrowAnyException();
    }

    private void refused(String invariant) {
        assertThatThrownBy(() -> LinearizabilityChecker.check(history))
                .isInstanceOfSatisfying(
                        Violation.class,
                        violation -> assertThat(violation.invariant()).isEqualTo(invariant));
    }

    private Line put(String value) {
        return call(Kind.PUT, value);
    }

    private Line call(Kind kind, String value) {
        return new Line(Operation.write(ids++, "a", kind, "k", value, Revision.NONE, Ack.QUORUM_MEMORY));
    }

    private Line replace(Revision expected, String value) {
        return new Line(Operation.write(ids++, "a", Kind.REPLACE, "k", value, expected, Ack.QUORUM_MEMORY));
    }

    private Line read(String seen) {
        Line line = new Line(Operation.read(ids++, "a", "k", ReadLevel.LINEARIZABLE, Revision.NONE));
        line.operation.outcome = Outcome.ANSWERED;
        line.operation.seen = seen;
        return line;
    }

    /** One line of a script: how a call ended, and when. */
    private final class Line {
        private Operation operation;

        Line(Operation operation) {
            this.operation = operation;
        }

        Line atLeaderMemory() {
            Operation old = operation;
            operation =
                    Operation.write(old.id, old.node, old.kind, old.key, old.value, old.expected, Ack.LEADER_MEMORY);
            return this;
        }

        Line at(ReadLevel level) {
            Operation old = operation;
            operation = Operation.read(old.id, old.node, old.key, level, Revision.NONE);
            operation.outcome = old.outcome;
            operation.seen = old.seen;
            return this;
        }

        Line applied(Revision revision) {
            operation.outcome = Outcome.APPLIED;
            operation.revision = revision;
            return this;
        }

        Line revision(Revision revision) {
            operation.revision = revision;
            return this;
        }

        Line refused() {
            operation.outcome = Outcome.REFUSED;
            return this;
        }

        Line unknown() {
            operation.outcome = Outcome.UNKNOWN;
            return this;
        }

        Line notApplied() {
            operation.outcome = Outcome.NOT_APPLIED;
            return this;
        }

        Line wrongCodec() {
            operation.wrongCodec = true;
            return notApplied();
        }

        void during(long invoked, long returned) {
            operation.invoked = invoked;
            operation.returned = returned;
            history.add(operation);
        }

        void pending(long invoked) {
            operation.invoked = invoked;
            history.add(operation);
        }
    }
}
