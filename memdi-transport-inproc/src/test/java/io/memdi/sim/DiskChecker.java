package io.memdi.sim;

import io.memdi.Ack;
import io.memdi.Revision;
import io.memdi.storage.HardState;
import io.memdi.transport.ClientMessage;
import io.memdi.transport.ClientMessage.Answers;
import io.memdi.transport.ClientMessage.StatusReply;
import io.memdi.transport.Configuration;
import io.memdi.transport.Entry;
import io.memdi.transport.Envelope;
import io.memdi.transport.Message;
import io.memdi.transport.Message.Mode;

/**
 * Checks what durable nodes say and do against what is on their disks: nothing that depends on a term, a vote or a promise is said
 * before that is synced; what is synced is what a restart goes on with; and each answer is as good as its level.
 */
final class DiskChecker {
    private static final String SAID = "what is said is on disk";

    static final String ASIDE = "a damaged directory stays until a leader has taken its node in";
    static final String SILENT = "who has a damaged directory promises nothing";

    private DiskChecker() {}

    /** A node goes on that was here before. */
    static void reopened(StateChecker checker, View view, long nanos) {
        HardState state = view.disk.state();
        Violation.unless(
                state != null
                        && state.term() == view.probe.term()
                        && state.mode() == view.probe.mode()
                        && state.incarnation().equals(view.incarnation),
                "what is on disk is recovered",
                "%s is in term %d, and its disk has %s",
                view,
                view.probe.term(),
                state);
        view.mode = view.probe.mode();
        view.cluster = view.probe.cluster();
        view.term = view.probe.term();
        if (view.mode != Mode.MEMBER) {
            return;
        }
        Ledger ledger = checker.ledger(view.cluster);
        for (Entry entry : view.disk.log()) {
            ledger.note(entry, view.last(), view, nanos);
            view.append(entry, nanos);
        }
        Violation.unless(
                view.probe.last().equals(view.last()),
                "what is on disk is recovered",
                "%s goes on with a log up to %s, and its disk has %s",
                view,
                view.probe.last(),
                view.last());
        view.committed = view.probe.committed();
        for (long index = 1; index <= view.committed; index++) {
            Violation.unless(
                    ledger.isCommitted(view.position(index)),
                    "committed never changes",
                    "%s takes %s for committed",
                    view,
                    view.position(index));
        }
    }

    /** A message leaves: the term in which it is said, and what it promises, are on disk. */
    static void sent(View view, Envelope envelope) {
        // What a client has asked of the node itself is answered from what is committed, and promises nothing.
        if (view.disk == null || envelope.message() instanceof Answers || envelope.message() instanceof StatusReply) {
            return;
        }
        if (view.disk.isDamaged()) {
            Message message = envelope.message();
            Violation.unless(
                    message instanceof Message.Hello
                            || message instanceof Message.JoinRequest
                            || message instanceof ClientMessage,
                    SILENT,
                    "%s sends %s",
                    view,
                    envelope);
            return;
        }
        HardState state = view.disk.state(envelope.sender().incarnation());
        Violation.unless(state != null, SAID, "%s sends %s, and its disk has %s", view, envelope, view.disk.state());
        Violation.unless(
                envelope.cluster() == null
                        || (envelope.cluster().equals(state.cluster()) && envelope.term() <= state.term()),
                SAID,
                "%s sends %s, and its disk has %s",
                view,
                envelope,
                state);
        Message message = envelope.message();
        if (message instanceof Message.VoteReply reply && !reply.pre() && reply.granted()) {
            boolean kept = state.term() > reply.term() || envelope.target().equals(state.vote());
            Violation.unless(kept, SAID, "%s sends %s, and its disk has %s", view, envelope, state);
        } else if (message instanceof Message.ProposeReply reply && reply.answer() == Message.Answer.IN) {
            Violation.unless(
                    reply.cluster().equals(state.cluster()),
                    SAID,
                    "%s sends %s, and its disk has %s",
                    view,
                    envelope,
                    state);
        }
        long term = view.disk.log().isEmpty()
                ? 0
                : view.disk.log().get(view.disk.log().size() - 1).term();
        Violation.unless(
                view.disk.state() != state || state.mode() != Mode.MEMBER || term <= state.term(),
                "the term is on disk before its entries",
                "%s has entries of term %d on disk, and %s",
                view,
                term,
                state);
    }

    /** A leader has answered that a write was applied. */
    static void answered(StateChecker checker, View leader, Ack ack, Revision position) {
        if (ack == Ack.LEADER_DISK) {
            Violation.unless(
                    leader.disk.holds(position),
                    "a disk answer is on disk",
                    "%s answered at %s for %s, which is not on its disk",
                    leader,
                    ack,
                    position);
        } else if (ack == Ack.QUORUM_MEMORY && !leader.inMemoryOfQuorum.isAtLeast(position)) {
            Violation.unless(
                    leader.inForce.stream().anyMatch(each -> isHeld(checker, each, position)),
                    "a memory quorum holds it",
                    "%s answered at %s for %s, which too few of %s have held",
                    leader,
                    ack,
                    position,
                    leader.inForce);
            leader.inMemoryOfQuorum = position;
        }
    }

    private static boolean isHeld(StateChecker checker, Configuration configuration, Revision position) {
        return configuration.agrees(voter -> {
            View other = checker.views().get(voter);
            return other != null && other.everHeld(position);
        });
    }

    /** A caller has learnt that its write is on the leader's disk, whoever that was. */
    static void requireOnSomeDisk(StateChecker checker, Operation operation, Revision position) {
        Violation.unless(
                checker.views().values().stream().anyMatch(view -> view.disk != null && view.disk.everHeld(position)),
                "a disk answer is on disk",
                "%s is on none",
                operation);
    }
}
