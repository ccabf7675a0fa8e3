package io.memdi.sim;

import io.memdi.Ack;
import io.memdi.ClusterId;
import io.memdi.Incarnation;
import io.memdi.Revision;
import io.memdi.sim.Ledger.Number;
import io.memdi.sim.Ledger.Origin;
import io.memdi.transport.ClientMessage.SessionWrites;
import io.memdi.transport.Entry;
import io.memdi.transport.Envelope;
import io.memdi.transport.Message.ReadReply;
import io.memdi.transport.Message.ReadRequest;
import io.memdi.transport.Message.WriteReplies;
import io.memdi.transport.Message.WriteReply;
import io.memdi.transport.Message.Writes;
import io.memdi.transport.Result;
import io.memdi.transport.Write;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Checks what leaders answer: an answer is that of the entry; at a quorum level the entry is committed; a read index covers all that
 * was committed when it was asked for; and what an acknowledgement at {@code LEADER_MEMORY} can lose is bounded.
 *
 * <p>The bound: let {@code first} be the first entry of a leader's term that is lost. No entry of that term that is lost was
 * acknowledged later than one minimum election timeout, by the leader's clock, after {@code first} was appended. In virtual time
 * that is the timeout divided by the slowest clock's rate.
 */
final class AnswerChecker {
    /** What a leader's own caller may learn late, because callbacks run one after another. */
    private static final long CALLBACK_NANOS = 5_000_000;

    private final StateChecker checker;
    private final StateChecker.Limits limits;
    private final LongSupplier clock;
    private final List<Envelope> replies = new ArrayList<>();
    private final Map<Question, Long> floors = new HashMap<>();
    private final List<Promise> promises = new ArrayList<>();
    private long acknowledgedAndLost;

    private record Question(Incarnation reader, long request) {}

    /** An acknowledgement from memory alone. */
    private record Promise(ClusterId cluster, Revision revision, long nanos) {}

    AnswerChecker(StateChecker checker, StateChecker.Limits limits, LongSupplier clock) {
        this.checker = checker;
        this.limits = limits;
        this.clock = clock;
    }

    /** By a node; or by a client, which is null here. */
    void sent(@Nullable View view, Envelope envelope) {
        if (envelope.cluster() == null) {
            return;
        }
        Ledger ledger = checker.ledger(envelope.cluster());
        Incarnation sender = envelope.sender().incarnation();
        if (envelope.message() instanceof Writes writes) {
            writes.writes().forEach(write -> issued(ledger, sender, write));
        } else if (envelope.message() instanceof SessionWrites writes) {
            writes.writes().writes().forEach(write -> issued(ledger, sender, write));
        } else if (envelope.message() instanceof WriteReplies) {
            replies.add(envelope);
        } else if (envelope.message() instanceof ReadRequest request) {
            floors.putIfAbsent(new Question(sender, request.request()), ledger.end());
        } else if (envelope.message() instanceof ReadReply reply) {
            Long floor = floors.get(new Question(envelope.target(), reply.request()));
            Violation.unless(
                    floor != null && reply.index() >= floor,
                    "a read index covers what was committed",
                    "%s gave read index %d to a request that was made when %s were committed",
                    view,
                    reply.index(),
                    floor);
        }
    }

    private static void issued(Ledger ledger, Incarnation session, Write write) {
        Write other = ledger.issued.putIfAbsent(new Number(session, write.number()), write);
        Violation.unless(
                other == null || other.equals(write),
                "a number belongs to one write",
                "session %s issued %s, and %s",
                session,
                other,
                write);
    }

    /** A leader's turn has ended: its log and commit index are as it left them. */
    void turned(View view, Ledger ledger) {
        List<Envelope> own = replies.stream()
                .filter(envelope -> envelope.sender().incarnation().equals(view.incarnation))
                .toList();
        for (Envelope envelope : own) {
            WriteReplies answer = (WriteReplies) envelope.message();
            for (WriteReply reply : answer.replies()) {
                answered(view, ledger, new Number(envelope.target(), reply.number()), reply);
            }
        }
        replies.removeAll(own);
    }

    private void answered(View view, Ledger ledger, Number number, WriteReply reply) {
        Entry.Written entry = null;
        for (Revision position : ledger.numbered.getOrDefault(number, List.of())) {
            if (view.holds(position)) {
                entry = (Entry.Written) view.log.get((int) position.index() - 1);
            }
        }
        Violation.unless(entry != null, "answers are of entries", "%s sent %s, but has no such entry", view, reply);
        Revision revision = reply.result() == Result.APPLIED ? View.position(entry) : entry.seen();
        Violation.unless(
                reply.result() == entry.result() && reply.revision().equals(revision),
                "answers are of entries",
                "%s sent %s, but the entry is %s",
                view,
                reply,
                entry);
        Write write = ledger.issued.get(number);
        Violation.unless(write != null, "answers are of writes", "%s sent %s, but nobody asked", view, reply);
        boolean committed = ledger.isCommitted(View.position(entry));
        if (view.disk != null && reply.result() == Result.APPLIED) {
            DiskChecker.answered(checker, view, write.ack(), View.position(entry));
        }
        boolean weak = write.ack() == Ack.LEADER_MEMORY || (view.disk != null && write.ack() != Ack.QUORUM_DISK);
        Violation.unless(
                committed || weak,
                "a quorum answer is committed",
                "%s sent %s, asked for at %s, but its entry is not committed: %s",
                view,
                reply,
                write.ack(),
                entry);
        Violation.unless(
                committed || reply.result() == Result.APPLIED,
                "a refusal is committed",
                "%s sent %s, but its entry is not committed: %s",
                view,
                reply,
                entry);
        if (!committed && write.ack() == Ack.LEADER_MEMORY) {
            promises.add(new Promise(ledger.cluster, revision, clock.getAsLong()));
        }
    }

    /** A caller has learnt that its write was applied. */
    void acknowledged(Operation operation, ClusterId cluster) {
        Ledger ledger = checker.ledger(cluster);
        Revision revision = operation.revision;
        if (operation.ack == Ack.LEADER_DISK && revision != null) {
            DiskChecker.requireOnSomeDisk(checker, operation, revision);
        }
        if (!operation.isWeak()) {
            boolean there = revision == null || ledger.isCommitted(revision);
            boolean value = operation.value == null || ledger.committedAt(operation.value) != null;
            Violation.unless(there && value, "a quorum answer is committed", "%s is not", operation);
        } else if (operation.ack == Ack.LEADER_MEMORY && revision != null && !ledger.isCommitted(revision)) {
            View leader = ledger.leaders.get(revision.term());
            if (leader != null && leader.name.equals(operation.node)) {
                promises.add(new Promise(cluster, revision, clock.getAsLong() - CALLBACK_NANOS));
            }
        }
    }

    /** At the end: what was promised from memory alone and is lost was promised within the bound. */
    void finish() {
        checker.ledgers().values().forEach(this::requireOnce);
        Map<ClusterId, Map<Long, Origin>> firstLost = new HashMap<>();
        for (Promise promise : promises) {
            Ledger ledger = checker.ledger(promise.cluster());
            boolean lost = !ledger.isCommitted(promise.revision())
                    && ledger.end() >= promise.revision().index();
            if (lost) {
                acknowledgedAndLost++;
                Origin first = firstLost
                        .computeIfAbsent(promise.cluster(), any -> firstLost(ledger))
                        .get(promise.revision().term());
                long age = promise.nanos() - first.nanos();
                Violation.unless(
                        age <= limits.electionMinVirtual(),
                        "what a leader's memory can lose is bounded",
                        "%s was acknowledged %.3f ms after %s was appended; both are lost",
                        promise,
                        age / 1e6,
                        first.entry());
            }
        }
    }

    private static Map<Long, Origin> firstLost(Ledger ledger) {
        Map<Long, Origin> first = new HashMap<>();
        ledger.origins.forEach((position, origin) -> {
            if (!ledger.isCommitted(position)) {
                first.merge(
                        position.term(),
                        origin,
                        (one, other) -> one.entry().index() < other.entry().index() ? one : other);
            }
        });
        return first;
    }

    private void requireOnce(Ledger ledger) {
        ledger.values.forEach((value, positions) -> Violation.unless(
                positions.stream().filter(ledger::isCommitted).count() <= 1,
                "a write takes effect once",
                "%s is committed at %s",
                value,
                positions));
    }

    /** How many acknowledgements from memory alone came to nothing. */
    long acknowledgedAndLost() {
        return acknowledgedAndLost;
    }
}
