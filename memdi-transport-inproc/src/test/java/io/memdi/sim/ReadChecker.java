package io.memdi.sim;

import io.memdi.ClusterId;
import io.memdi.ReadLevel;
import io.memdi.Revision;
import io.memdi.sim.Operation.Kind;
import io.memdi.sim.Operation.Outcome;
import io.memdi.sim.Operation.Sight;
import io.memdi.transport.Entry;
import io.memdi.transport.Result;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Checks every read of a history against what the cluster committed in the end, level by level:
 *
 * <ul>
 *   <li>{@code COMMITTED}, and {@code LOCAL} and {@code SESSION} on a follower: what was committed there at some moment of the call;
 *   <li>{@code LINEARIZABLE}: what was committed at some moment of the call, in the cluster;
 *   <li>{@code SESSION}: not older than what this node or client acknowledged to its callers before, unless that is lost; for a client,
 *       nor than what it has read before at any level but {@code LOCAL};
 *   <li>{@code atLeast}: not older than that revision, unless that is lost.
 * </ul>
 *
 * <p>And every write: applied once at most, not by a try that came after it was acknowledged, never where the caller was told that it was not, and in the order of the node's calls.
 */
final class ReadChecker {
    private final History history;
    private final Map<ClusterId, Ledger> ledgers;
    private final Map<ClusterId, Map<String, List<Change>>> changes = new HashMap<>();

    /** By session, the newest write that was acknowledged to it and is not lost. */
    private final Map<String, Revision> acknowledged = new HashMap<>();

    /** By session of a client, the newest of what it has read, and is not lost. */
    private final Map<String, Revision> seen = new HashMap<>();

    /** What a committed entry did to a key. */
    private record Change(Revision position, @Nullable Object value) {}

    ReadChecker(History history, Map<ClusterId, Ledger> ledgers) {
        this.history = history;
        this.ledgers = ledgers;
        ledgers.forEach((cluster, ledger) -> changes.put(cluster, changes(ledger)));
    }

    private static Map<String, List<Change>> changes(Ledger ledger) {
        Map<String, List<Change>> byKey = new HashMap<>();
        for (Entry entry : ledger.committed) {
            if (entry instanceof Entry.Written written && written.result() == Result.APPLIED) {
                byKey.computeIfAbsent((String) written.key(), any -> new ArrayList<>())
                        .add(new Change(View.position(entry), written.value()));
            }
        }
        return byKey;
    }

    void check() {
        Queue<Operation> returns = new PriorityQueue<>(Comparator.comparingLong(operation -> operation.returned));
        for (Operation operation : history.operations()) {
            if (operation.outcome == Outcome.APPLIED || operation.outcome == Outcome.ANSWERED) {
                returns.add(operation);
            }
        }
        for (Operation operation : history.operations()) {
            while (!returns.isEmpty() && returns.peek().returned < operation.invoked) {
                returned(returns.remove());
            }
            boolean mayHaveHappened = operation.outcome == Outcome.APPLIED || operation.staysOpen();
            if (!mayHaveHappened && operation.value != null) {
                requireNotApplied(operation);
            }
            if (operation.outcome == Outcome.ANSWERED
                    && operation.before != null
                    && operation.before.cluster() != null
                    && isOfOneCluster(operation)
                    && operation.after != null) {
                read(operation);
            }
        }
        ledgers.values().forEach(this::requireOrder);
    }

    private void returned(Operation operation) {
        if (operation.outcome == Outcome.APPLIED) {
            acknowledged(operation);
        } else if (isOfClient(operation) && operation.level != ReadLevel.LOCAL) {
            seen.merge(operation.session(), position(operation), ReadChecker::later);
        }
    }

    private static Revision later(Revision one, Revision other) {
        return one.isAtLeast(other) ? one : other;
    }

    private static boolean isOfClient(Operation operation) {
        Sight before = operation.before;
        return before != null && before.isOfClient() && before.cluster() != null && isOfOneCluster(operation);
    }

    /** What a read has certainly seen that is committed in the end. */
    private Revision position(Operation read) {
        Sight before = Objects.requireNonNull(read.before);
        Ledger ledger = ledgers.get(Objects.requireNonNull(before.cluster()));
        Revision position = Revision.NONE;
        if (read.level == ReadLevel.LINEARIZABLE && before.decided() > 0) {
            position = View.position(ledger.committed.get((int) before.decided() - 1));
        }
        Revision found = read.revision;
        if (found == null && read.seen != null) {
            // What was executed more than once has several, and nobody knows which was seen.
            List<Revision> all = ledger.values.getOrDefault(read.seen, List.of());
            found = all.size() == 1 ? all.get(0) : null;
        }
        return found != null && ledger.isCommitted(found) ? later(position, found) : position;
    }

    /** A write has returned: from now on its session sees it, if it was not lost. */
    private void acknowledged(Operation write) {
        Sight after = write.after;
        if (after != null && after.cluster() != null) {
            Revision revision = revision(write, after.cluster());
            Ledger ledger = ledgers.get(after.cluster());
            Revision fate = write.value == null ? null : ledger.committedAt(write.value);
            Violation.unless(
                    revision == null || fate == null || revision.isAtLeast(fate),
                    "what is acknowledged is not tried again",
                    "%s came through at %s",
                    write,
                    fate);
            if (revision != null && ledger.isCommitted(revision)) {
                acknowledged.merge(write.session(), revision, ReadChecker::later);
            }
        }
    }

    private void requireNotApplied(Operation operation) {
        for (Ledger ledger : ledgers.values()) {
            Violation.unless(
                    ledger.committedAt(Objects.requireNonNull(operation.value)) == null,
                    "what is said to have no effect never has one",
                    "%s was",
                    operation);
        }
    }

    private void read(Operation read) {
        Sight before = Objects.requireNonNull(read.before);
        Sight after = Objects.requireNonNull(read.after);
        boolean follower = before.follower() >= 0 && before.follower() == after.follower();
        switch (read.level) {
            case COMMITTED, LINEARIZABLE -> within(read, before.floor(read.level), after.committed());
            case LOCAL, SESSION -> {
                if (follower) {
                    within(read, before.committed(), after.committed());
                }
            }
        }
        if (read.level == ReadLevel.SESSION) {
            Revision revision = acknowledged.getOrDefault(read.session(), Revision.NONE);
            notBefore(read, revision, "a session sees what it wrote");
            notBefore(read, seen.getOrDefault(read.session(), Revision.NONE), "a session does not go back");
        }
        notBefore(read, read.expected, "a read at least at a revision");
    }

    private @Nullable Revision revision(Operation write, ClusterId cluster) {
        if (write.revision != null || write.value == null) {
            return write.revision;
        }
        return ledgers.get(cluster).committedAt(write.value);
    }

    /** What was read is what the key had at some number of committed entries within these bounds. */
    private void within(Operation read, long from, long to) {
        List<Change> all = changesOf(read);
        int first = at(all, from);
        int last = at(all, to);
        for (int i = first; i <= last; i++) {
            if (saw(read, i < 0 ? null : all.get(i))) {
                return;
            }
        }
        throw new Violation(
                "reads are of what is committed",
                String.format(
                        "%s, where %d to %d entries were committed: %s",
                        read, from, to, all.subList(Math.max(0, Math.min(first, last + 1)), last + 1)));
    }

    /** A node that gave its first cluster up may have been asked in the one, and have answered in the other. */
    private static boolean isOfOneCluster(Operation read) {
        return read.before == null || read.after == null || Objects.equals(read.before.cluster(), read.after.cluster());
    }

    private List<Change> changesOf(Operation read) {
        ClusterId cluster = Objects.requireNonNull(read.before).cluster();
        return changes.getOrDefault(cluster, Map.of()).getOrDefault(read.key, List.of());
    }

    /** The last change that the first entries contain; -1 if none. */
    private static int at(List<Change> changes, long index) {
        int at = changes.size() - 1;
        while (at >= 0 && changes.get(at).position().index() > index) {
            at--;
        }
        return at;
    }

    private static boolean saw(Operation read, @Nullable Change change) {
        if (change == null || change.value() == null) {
            return read.seen == null;
        }
        if (read.kind == Kind.CONTAINS) {
            return read.seen != null;
        }
        return change.value().equals(read.seen) && (read.revision == null || read.revision.equals(change.position()));
    }

    /** What was read is what the key had at that revision, or later; unless that revision is lost. */
    private void notBefore(Operation read, Revision revision, String invariant) {
        Ledger ledger = ledgers.get(Objects.requireNonNull(read.before).cluster());
        if (!ledger.isCommitted(revision)) {
            return;
        }
        List<Change> all = changesOf(read);
        int at = at(all, revision.index());
        boolean fine = saw(read, at < 0 ? null : all.get(at));
        if (!fine && read.kind == Kind.CONTAINS && read.seen != null) {
            fine = ledger.puts.getOrDefault(read.key, Revision.NONE).compareTo(revision) > 0;
        } else if (!fine && read.seen != null) {
            fine = ledger.values.getOrDefault(read.seen, List.of()).stream()
                    .anyMatch(position -> position.compareTo(revision) > 0);
        } else if (!fine) {
            fine = ledger.removals.getOrDefault(read.key, Revision.NONE).compareTo(revision) > 0;
        }
        Violation.unless(
                fine, invariant, "%s, where the key had %s at %s", read, at < 0 ? "nothing" : all.get(at), revision);
    }

    /** Writes of one node take effect in the order in which they were issued. */
    private void requireOrder(Ledger ledger) {
        Map<Object, Operation> byValue = new HashMap<>();
        for (Operation operation : history.operations()) {
            // A compound operation writes when it has read, and again when somebody came between.
            if (operation.value != null && !operation.kind.computes()) {
                byValue.put(operation.value, operation);
            }
        }
        Map<String, Operation> newest = new HashMap<>();
        for (Entry entry : ledger.committed) {
            Operation operation = entry instanceof Entry.Written written ? byValue.get(written.value()) : null;
            if (operation != null) {
                Operation earlier = newest.get(operation.session());
                // What blocks waits for room first, and others come before it.
                long issued = operation.blocks ? operation.returned : operation.invoked;
                Violation.unless(
                        earlier == null || earlier.invoked <= issued,
                        "a session's writes once and in order",
                        "%s took effect before %s",
                        earlier,
                        operation);
                newest.merge(operation.session(), operation, (one, other) -> one.invoked > other.invoked ? one : other);
            }
        }
    }
}
