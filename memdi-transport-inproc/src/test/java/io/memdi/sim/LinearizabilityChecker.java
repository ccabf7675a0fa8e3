package io.memdi.sim;

import io.memdi.ReadLevel;
import io.memdi.Revision;
import io.memdi.sim.Operation.Kind;
import io.memdi.sim.Operation.Outcome;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tells whether a history could have come from one copy of the data. It sees only what callers saw.
 *
 * <p>Each key is a register of its own. A call takes effect at one moment between its invocation and its return:
 *
 * <ul>
 *   <li>a write acknowledged at a quorum level, and one that was refused at any: at exactly one such moment;
 *   <li>a read at {@code LINEARIZABLE}: likewise;
 *   <li>a write acknowledged at {@code LEADER_MEMORY}: at one such moment, or never, for it may be lost;
 *   <li>a write without a known outcome: at one moment after its invocation, or never;
 *   <li>a write that certainly was not applied: never.
 * </ul>
 *
 * <p>Besides, writes take effect in the order of their revisions, a revision belongs to one write, and a value to one revision.
 * Reads at other levels take part only in that. The search is in {@link KeySearch}.
 */
public final class LinearizabilityChecker {
    static final String INVARIANT = "linearizability";

    /** Steps that the search for one key may take, before it gives up with an error. */
    static final int STEPS = 2_000_000;

    private LinearizabilityChecker() {}

    /** Knows what became of writes in the end. It makes the search faster and the check stricter. */
    @FunctionalInterface
    interface Fates {
        /** Nobody knows: the search tries everything. */
        Fates UNKNOWN = value -> null;

        /** The revision of the write of that value; {@link Revision#NONE} if it has none and never will; null if unknown. */
        @Nullable
        Revision of(String value);
    }

    /** Throws a {@link Violation} if the history cannot have come from one copy; returns how many operations it looked at. */
    public static int check(History history) {
        return check(history, Fates.UNKNOWN, STEPS);
    }

    static int check(History history, Fates fates, int steps) {
        int checked = 0;
        for (Map.Entry<String, List<Operation>> key : history.byKey().entrySet()) {
            checked += new Key(key.getKey(), key.getValue(), fates).check(steps);
        }
        return checked;
    }

    /** What a call means to the search. */
    static final class Call {
        final Operation operation;
        /** Its place among the calls of its key. */
        final int place;
        /** False if it may be left out. */
        final boolean must;
        /** True if it changes the register. */
        final boolean effect;
        /** Its revision, where anybody learnt it. */
        final @Nullable Revision revision;
        /** The register after it: its own place, {@link #ABSENT} or {@link #ANONYMOUS}. */
        int after;
        /** What the register has to be, or must not be, before it: a place, or one of the constants below. */
        int before = ANY;

        boolean negated;

        static final int ANY = -1;
        static final int ABSENT = -2;
        /** A value that nobody read and no condition asked for: all such are the same to everybody. */
        static final int ANONYMOUS = -3;
        /** A revision that no write of the history can have. */
        static final int NOTHING = -4;

        Call(Operation operation, int place, boolean must, boolean effect, @Nullable Revision revision) {
            this.operation = operation;
            this.place = place;
            this.must = must;
            this.effect = effect;
            this.revision = revision;
        }

        boolean fits(int register) {
            return before == ANY || (register == before) != negated;
        }

        /** Two calls that the search need not tell apart, as long as it takes the earlier one first. */
        boolean sameAs(Call other) {
            return !must
                    && !other.must
                    && revision == null
                    && other.revision == null
                    && operation.staysOpen()
                    && other.operation.staysOpen()
                    && after == other.after
                    && after != place
                    && before == other.before
                    && negated == other.negated;
        }
    }

    /** One key's calls, and what is known of their values and revisions. */
    private static final class Key {
        private final String key;
        private final List<Operation> operations;
        private final Fates fates;
        private final Map<String, Operation> writers = new HashMap<>();
        private final Map<Operation, Revision> revisions = new HashMap<>();
        private final Map<Revision, Operation> owners = new HashMap<>();

        /**
         * What reads saw that may see what is taken back: a write that was taken back and executed again has several revisions, of
         * which one at most lasts.
         */
        private final Map<Revision, Operation> glimpses = new HashMap<>();

        Key(String key, List<Operation> operations, Fates fates) {
            this.key = key;
            this.operations = operations;
            this.fates = fates;
        }

        int check(int steps) {
            learn();
            List<Call> calls = calls();
            new KeySearch(key, calls, steps).run();
            return calls.size();
        }

        private void learn() {
            for (Operation operation : operations) {
                if (operation.value != null) {
                    Operation twin = writers.put(operation.value, operation);
                    Violation.unless(twin == null, "history", "%s and %s write the same value", twin, operation);
                }
            }
            for (Operation operation : operations) {
                Revision fate = fate(operation);
                if (operation.outcome == Outcome.APPLIED && operation.revision != null) {
                    if (lastsElsewhere(operation, fate)) {
                        glimpses.put(operation.revision, operation);
                    } else {
                        learn(operation, operation.revision, operation);
                    }
                }
                if (fate != null && !fate.equals(Revision.NONE)) {
                    learn(operation, fate, operation);
                }
            }
            for (Operation read : operations) {
                boolean saw = read.outcome == Outcome.ANSWERED || read.kind.computes();
                if (saw && read.seen != null && read.kind != Kind.CONTAINS) {
                    learnFromRead(read, read.seen);
                }
            }
            glimpses.forEach((revision, writer) -> {
                if (!revisions.containsKey(writer)) {
                    owners.putIfAbsent(revision, writer);
                }
            });
        }

        /** What was acknowledged from memory was lost, but an earlier try, in the log of an earlier leader, came through. */
        private boolean lastsElsewhere(Operation operation, @Nullable Revision fate) {
            return operation.isWeak()
                    && fate != null
                    && !fate.equals(Revision.NONE)
                    && !fate.equals(operation.revision);
        }

        private @Nullable Revision fate(Operation operation) {
            return operation.value == null || !operation.mayHaveHappened() ? null : fates.of(operation.value);
        }

        private void learnFromRead(Operation read, String seen) {
            Operation writer = writers.get(seen);
            Violation.unless(writer != null, "reads are of writes", "nobody wrote what %s", read);
            boolean safe = read.level == ReadLevel.COMMITTED || read.level == ReadLevel.LINEARIZABLE;
            // What was taken back may have been refused when it was executed again, by its condition or for its codecs.
            boolean takenBack =
                    !safe && (writer.outcome == Outcome.REFUSED || writer.wrongCodec || writer.kind.computes());
            Violation.unless(
                    writer.mayHaveHappened() || takenBack,
                    "not applied is never seen",
                    "%s saw the effect of %s",
                    read,
                    writer);
            Violation.unless(
                    writer.invoked < read.returned, "reads are of writes", "%s saw %s before it was", read, writer);
            if (read.revision != null && safe) {
                learn(writer, read.revision, read);
            } else if (read.revision != null) {
                Operation other = glimpses.put(read.revision, writer);
                Violation.unless(
                        other == null || other == writer,
                        "a revision belongs to one write",
                        "%s belongs to %s, and to %s",
                        read.revision,
                        other,
                        writer);
            }
        }

        private void learn(Operation writer, Revision revision, Operation witness) {
            Revision known = revisions.put(writer, revision);
            Violation.unless(
                    known == null || known.equals(revision),
                    "a write takes effect once",
                    "%s has revision %s, and %s according to %s",
                    writer,
                    known,
                    revision,
                    witness);
            Operation owner = owners.put(revision, writer);
            Violation.unless(
                    owner == null || owner == writer,
                    "a revision belongs to one write",
                    "%s belongs to %s, and to %s according to %s",
                    revision,
                    owner,
                    writer,
                    witness);
        }

        private List<Call> calls() {
            Set<Operation> named = named();
            Map<Operation, Call> byOperation = new HashMap<>();
            List<Call> calls = new ArrayList<>();
            operations.stream().sorted(Comparator.comparingLong(o -> o.invoked)).forEach(operation -> {
                if (counts(operation)) {
                    boolean must = operation.outcome == Outcome.ANSWERED
                            || operation.outcome == Outcome.REFUSED
                            || (!operation.staysOpen() && (!operation.isWeak() || fate(operation) != null));
                    boolean effect = operation.kind.writes() && operation.outcome != Outcome.REFUSED;
                    Call call = new Call(operation, calls.size(), must, effect, revisions.get(operation));
                    boolean removes = operation.kind.writes() && operation.value == null;
                    call.after = removes ? Call.ABSENT : named.contains(operation) ? call.place : Call.ANONYMOUS;
                    calls.add(call);
                    byOperation.put(operation, call);
                }
            });
            calls.forEach(call -> condition(call, byOperation));
            return calls;
        }

        private boolean counts(Operation operation) {
            if (!operation.kind.writes() || operation.outcome == Outcome.ANSWERED) {
                return operation.outcome == Outcome.ANSWERED && operation.level == ReadLevel.LINEARIZABLE;
            }
            boolean mayBeLost = operation.outcome != Outcome.REFUSED && (operation.isWeak() || operation.staysOpen());
            return operation.outcome != Outcome.NOT_APPLIED && !(mayBeLost && Revision.NONE.equals(fate(operation)));
        }

        /** The writes whose values somebody can tell from others. */
        private Set<Operation> named() {
            Set<Operation> named = new HashSet<>();
            for (Operation operation : operations) {
                if (!operation.kind.writes() || operation.kind.computes()) {
                    if (counts(operation) && operation.seen != null && operation.kind != Kind.CONTAINS) {
                        named.add(writers.get(operation.seen));
                    }
                } else if (owners.containsKey(operation.expected)) {
                    named.add(owners.get(operation.expected));
                }
            }
            return named;
        }

        private void condition(Call call, Map<Operation, Call> calls) {
            Operation operation = call.operation;
            boolean refused = operation.outcome == Outcome.REFUSED;
            switch (operation.kind) {
                case PUT -> {
                    Violation.unless(!refused, "history", "a put cannot be refused: %s", operation);
                    call.before = Call.ANY;
                }
                case PUT_IF_ABSENT, COMPUTE_IF_ABSENT -> {
                    call.before = Call.ABSENT;
                    call.negated = refused;
                }
                case REMOVE -> {
                    call.before = Call.ABSENT;
                    call.negated = !refused;
                }
                case REPLACE, REMOVE_AT -> {
                    Operation owner = owners.get(operation.expected);
                    Call writer = owner == null ? null : calls.get(owner);
                    call.before = writer == null ? Call.NOTHING : writer.after;
                    call.negated = refused;
                    if (refused && owner != null && !revisions.containsKey(owner)) {
                        call.before = Call.ANY; // it may have had another revision
                    }
                }
                // What the function was given is what the write was conditional on, and what a refusal has made sure
                // of.
                case READ, GET, COMPUTE, COMPUTE_IF_PRESENT -> call.before = seen(operation, calls);
                case CONTAINS -> {
                    call.before = Call.ABSENT;
                    call.negated = operation.seen != null;
                }
            }
        }

        private int seen(Operation operation, Map<Operation, Call> calls) {
            if (operation.seen == null) {
                return Call.ABSENT;
            }
            Call writer = calls.get(writers.get(operation.seen));
            return writer == null ? Call.NOTHING : writer.after;
        }
    }
}
