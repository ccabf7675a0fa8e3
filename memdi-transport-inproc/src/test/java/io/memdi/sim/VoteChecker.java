package io.memdi.sim;

import io.memdi.Incarnation;
import io.memdi.Revision;
import io.memdi.Role;
import io.memdi.sim.Ledger.Ballot;
import io.memdi.storage.HardState;
import io.memdi.transport.Configuration;
import io.memdi.transport.Envelope;
import io.memdi.transport.Message.VoteReply;
import io.memdi.transport.Message.VoteRequest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Checks votes: one per incarnation and term, only for a log that is up to date, and who leads has the votes of a majority of those
 * that are listed.
 */
final class VoteChecker {
    private final StateChecker checker;

    /** What candidates have said of their logs, as it reached those that they asked. */
    private final Map<Asked, Revision> asked = new HashMap<>();

    /** Votes that were refused since the last turn that was looked at. */
    private final List<Envelope> refusals = new ArrayList<>();

    /** Likewise, of those who asked whether they would be voted for. */
    private final Map<Asked, Revision> sounded = new HashMap<>();

    /**
     * Where the logs of durable voters ended when they were asked: their answers leave once they are on disk, and logs have grown since. Each
     * time that one was started anew, since it may have lost the end of its log.
     */
    private final Map<Held, Revision> held = new HashMap<>();

    private record Asked(Incarnation voter, Incarnation candidate, long term) {}

    private record Held(View voter, Incarnation candidate, long term) {}

    VoteChecker(StateChecker checker) {
        this.checker = checker;
    }

    void delivered(View view, Envelope envelope) {
        if (envelope.message() instanceof VoteRequest request) {
            Asked question = new Asked(view.incarnation, envelope.sender().incarnation(), request.term());
            if (view.disk != null) {
                held.putIfAbsent(
                        new Held(view, envelope.sender().incarnation(), request.term()), view.votingPosition());
            }
            if (request.pre()) {
                // One that asks again may hold more by then, and both may reach the voter in one turn.
                sounded.merge(question, request.last(), (one, other) -> one.isAtLeast(other) ? one : other);
            } else {
                asked.put(question, request.last());
            }
        }
    }

    void sent(View view, Envelope envelope) {
        if (envelope.message() instanceof VoteReply reply && !reply.pre() && !reply.granted()) {
            refusals.add(envelope);
        }
        if (!(envelope.message() instanceof VoteReply reply)
                || !reply.granted()
                || envelope.cluster() == null
                || envelope.target() == null) {
            return;
        }
        if (!reply.pre()) {
            vote(checker.ledger(envelope.cluster()), view, reply.term(), envelope.target());
        }
        Revision last =
                (reply.pre() ? sounded : asked).get(new Asked(view.incarnation, envelope.target(), reply.term()));
        Violation.unless(last != null, "votes are asked for", "%s sent %s unasked", view, envelope);
        // Within its turn a log is only replaced by what a later leader has, so the one before the turn is the lesser
        // measure.
        Revision own = held.getOrDefault(new Held(view, envelope.target(), reply.term()), view.votingPosition());
        Violation.unless(
                last.isAtLeast(own),
                "votes are for logs that are up to date",
                "%s, with a log up to %s, voted (or would vote) in term %d for one up to %s",
                view,
                own,
                reply.term(),
                last);
    }

    /** Who was free, and is asked by somebody fit, gives its vote, whatever it believes about the configuration. */
    private void requireGood(View view, Envelope refusal) {
        VoteReply reply = (VoteReply) refusal.message();
        Revision last = asked.get(new Asked(view.incarnation, refusal.target(), reply.term()));
        boolean free = view.probe.term() == reply.term()
                && view.probe.votedFor() == null
                && view.probe.role() == Role.FOLLOWER;
        boolean fit = last != null && last.isAtLeast(view.votingPosition()) && last.isAtLeast(view.probe.last());
        Violation.unless(
                !free || !fit,
                "votes are given to whoever is fit",
                "%s refused %s, whose log ends at %s",
                view,
                refusal,
                last);
    }

    void turned(View view, Ledger ledger) {
        refusals.stream()
                .filter(refusal -> refusal.sender().incarnation().equals(view.incarnation))
                .forEach(refusal -> requireGood(view, refusal));
        Incarnation votedFor = view.probe.votedFor();
        if (view.disk != null) {
            // A vote that is not on disk yet was not given yet.
            HardState state = view.disk.state();
            if (state != null && state.vote() != null && ledger.cluster.equals(state.cluster())) {
                vote(ledger, view, state.term(), state.vote());
            }
        } else if (votedFor != null) {
            vote(ledger, view, view.probe.term(), votedFor);
        }
    }

    /** The turn was looked at, by all processes of that name: whoever refused a vote in it was judged. */
    void lookedAt() {
        refusals.clear();
    }

    private static void vote(Ledger ledger, View voter, long term, Incarnation candidate) {
        Incarnation other = ledger.votes.putIfAbsent(new Ballot(voter.incarnation, term), candidate);
        Violation.unless(
                other == null || other.equals(candidate),
                "one vote per term",
                "%s voted in term %d for %s, and for %s",
                voter,
                term,
                other,
                candidate);
    }

    void requireElected(View leader, Ledger ledger, long term) {
        Configuration configuration = leader.probe.configuration();
        Violation.unless(configuration != null, "logs begin with the founding", "%s leads without", leader);
        Violation.unless(
                configuration.agrees(voter -> leader.incarnation.equals(ledger.votes.get(new Ballot(voter, term)))),
                "leaders are elected by those that are listed",
                "%s leads term %d with the votes of too few of %s",
                leader,
                term,
                configuration);
    }
}
