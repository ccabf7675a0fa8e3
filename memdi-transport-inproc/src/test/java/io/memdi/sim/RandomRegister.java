package io.memdi.sim;

import io.memdi.Ack;
import io.memdi.ReadLevel;
import io.memdi.Revision;
import io.memdi.sim.Operation.Kind;
import io.memdi.sim.Operation.Outcome;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** A register that takes each call at one moment between its invocation and its return, and records what its callers saw. */
final class RandomRegister {
    private static final int CALLERS = 6;
    private static final int CALLS = 400;

    private final Random random;
    private final History history;
    private final List<Operation> waiting = new ArrayList<>();
    private final List<Operation> taken = new ArrayList<>();
    private final List<Operation> late = new ArrayList<>();
    private final Map<Operation, Outcome> ends = new HashMap<>();
    private @Nullable String value;
    private @Nullable String previous;
    private Revision revision = Revision.NONE;
    private Revision observed = Revision.NONE;
    private Revision last = Revision.NONE;
    private int calls;

    RandomRegister(long seed, History history) {
        this.random = new Random(seed);
        this.history = history;
    }

    /** Runs some hundred calls; broken: at the end, some reads see a value that was there before. */
    void run(boolean broken) {
        while (calls < CALLS || !waiting.isEmpty() || !taken.isEmpty()) {
            int dice = random.nextInt(10);
            if (dice < 4 && calls < CALLS && waiting.size() + taken.size() < CALLERS) {
                waiting.add(history.invoke(draw(), calls));
            } else if (dice < 7 && !waiting.isEmpty()) {
                take(waiting.remove(random.nextInt(waiting.size())), broken && calls > CALLS / 2);
            } else if (dice < 9 && !taken.isEmpty()) {
                Operation operation = taken.remove(random.nextInt(taken.size()));
                observe(operation);
                boolean unknown = operation.revision == null && operation.kind.writes() && random.nextInt(8) == 0;
                history.end(operation, unknown ? Outcome.UNKNOWN : ends.remove(operation), calls);
            } else if (dice == 9 && !waiting.isEmpty() && mayComeLate(waiting.get(0)) && random.nextInt(8) == 0) {
                Operation operation = waiting.remove(0);
                late.add(operation);
                history.end(operation, Outcome.UNKNOWN, calls);
            } else if (!late.isEmpty() && random.nextInt(20) == 0) {
                take(late.remove(0), false);
            }
        }
    }

    /** A compound operation may not: what it was given it knows when it ends. */
    private static boolean mayComeLate(Operation operation) {
        return operation.kind.writes() && !operation.kind.computes();
    }

    private Operation draw() {
        calls++;
        Kind kind = Kind.values()[random.nextInt(Kind.values().length)];
        if (!kind.writes()) {
            return Operation.read(calls, "a", kind, "k", ReadLevel.LINEARIZABLE, Revision.NONE);
        }
        if (kind.computes()) {
            return Operation.write(calls, "a", kind, "k", "v" + calls, Revision.NONE, Ack.QUORUM_MEMORY);
        }
        if (observed.equals(Revision.NONE) && kind != Kind.PUT_IF_ABSENT) {
            kind = kind.puts() ? Kind.PUT : Kind.REMOVE;
        }
        Revision expected = kind == Kind.REPLACE || kind == Kind.REMOVE_AT ? observed : Revision.NONE;
        String put = kind.puts() ? "v" + calls : null;
        return Operation.write(calls, "a", kind, "k", put, expected, Ack.QUORUM_MEMORY);
    }

    /** What a caller learns at the return of a call, and may ask for in the next. */
    private void observe(Operation operation) {
        if (operation.revision != null) {
            observed = operation.revision;
        }
    }

    private void take(Operation operation, boolean stale) {
        boolean pending = operation.outcome == Outcome.PENDING;
        switch (operation.kind) {
            case READ, GET -> {
                operation.seen = stale && random.nextInt(4) == 0 ? previous : value;
                operation.revision = operation.seen != null && operation.seen.equals(value) ? revision : null;
                ends.put(operation, Outcome.ANSWERED);
            }
            case CONTAINS -> {
                String seen = stale && random.nextInt(4) == 0 ? previous : value;
                operation.seen = seen == null ? null : Operation.SOMETHING;
                ends.put(operation, Outcome.ANSWERED);
            }
            case COMPUTE, COMPUTE_IF_PRESENT -> {
                operation.seen = value;
                write(operation, operation.kind == Kind.COMPUTE || value != null);
            }
            case COMPUTE_IF_ABSENT -> {
                boolean there = value != null;
                operation.seen = value;
                write(operation, !there);
                ends.computeIfPresent(operation, (any, outcome) -> there ? Outcome.ANSWERED : outcome);
            }
            case PUT -> write(operation, true);
            case PUT_IF_ABSENT -> write(operation, value == null);
            case REMOVE -> write(operation, value != null);
            case REPLACE, REMOVE_AT -> write(operation, value != null && operation.expected.equals(revision));
        }
        if (pending) {
            taken.add(operation);
        }
    }

    private void write(Operation operation, boolean applied) {
        ends.put(operation, applied ? Outcome.APPLIED : Outcome.REFUSED);
        last = new Revision(1, last.index() + 1);
        if (applied) {
            previous = value;
            value = operation.value;
            revision = last;
            operation.revision = operation.kind == Kind.PUT && operation.outcome == Outcome.PENDING ? last : null;
        }
    }
}
