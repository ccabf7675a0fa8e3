package io.memdi.shell.judges;

import io.memdi.Ack;
import io.memdi.ReadLevel;
import io.memdi.Revision;
import io.memdi.sim.History;
import io.memdi.sim.Operation;
import io.memdi.sim.Operation.Kind;
import io.memdi.sim.Operation.Outcome;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What all callers have done, and how it ended for them. Thread-safe; of an operation that is under way, only its caller writes. */
final class Book {
    private final Levels levels;
    private final History history = new History();
    private final List<Grant> grants = new ArrayList<>();
    private final Map<String, Operation> singles = new LinkedHashMap<>();
    private final List<Throwable> surprises = new ArrayList<>();
    private int operations;
    private int agreed;

    Book(Levels levels) {
        this.levels = levels;
    }

    /** At which levels its callers write. */
    Levels levels() {
        return levels;
    }

    /** A put that was acknowledged, and the revision that it was told. */
    record Grant(Operation operation, Revision revision) {}

    synchronized Operation write(
            String caller, Kind kind, String key, @Nullable String value, Revision expected, Ack ack) {
        Operation write = levels.in(Operation.write(++operations, caller, kind, key, value, expected, ack));
        return history.invoke(write, System.nanoTime());
    }

    synchronized Operation read(String caller, String key, ReadLevel level) {
        return history.invoke(Operation.read(++operations, caller, key, level, Revision.NONE), System.nanoTime());
    }

    /** The only write of a key, at a level at which it may be lost. */
    synchronized Operation single(String caller, String key, Ack ack) {
        String value = "v" + ++operations;
        Operation put = levels.in(Operation.write(operations, caller, Kind.PUT, key, value, Revision.NONE, ack));
        singles.put(key, put);
        put.invokedNanos = System.nanoTime();
        return put;
    }

    synchronized void end(Operation operation, Outcome outcome) {
        if (singles.get(operation.key) == operation) {
            operation.outcome = outcome;
            operation.returnedNanos = System.nanoTime();
        } else {
            history.end(operation, outcome, System.nanoTime());
        }
        boolean quorum = operation.kind.writes() && operation.ack == levels.safe();
        agreed += quorum && outcome == Outcome.APPLIED ? 1 : 0;
        notifyAll();
    }

    synchronized void granted(Operation operation, Revision revision) {
        grants.add(new Grant(operation, revision));
    }

    /** An end that is none of the three. */
    synchronized void surprise(Operation operation, Throwable end) {
        surprises.add(new AssertionError(operation + " ended in none of the three ways", end));
        notifyAll();
    }

    /** How many operations there are. */
    synchronized int size() {
        return operations;
    }

    /** How many writes were acknowledged at the safe level. */
    synchronized int agreed() {
        return agreed;
    }

    /** For a look while callers go on. */
    synchronized List<Operation> snapshot() {
        return List.copyOf(history.operations());
    }

    /** For when all are silent. */
    synchronized History history() {
        return history;
    }

    synchronized List<Grant> grants() {
        return List.copyOf(grants);
    }

    synchronized Map<String, Operation> singles() {
        return Map.copyOf(singles);
    }

    synchronized List<Throwable> surprises() {
        return List.copyOf(surprises);
    }

    /** Waits until so many more writes were acknowledged at the safe level. */
    synchronized void awaitAgreed(int more, long limitMillis) throws InterruptedException {
        int goal = agreed + more;
        long end = System.nanoTime() + limitMillis * 1_000_000;
        while (agreed < goal) {
            long left = (end - System.nanoTime()) / 1_000_000;
            if (left <= 0 || !surprises.isEmpty()) {
                AssertionError failure =
                        new AssertionError("of " + more + " writes, " + (goal - agreed) + " are missing");
                surprises.forEach(failure::addSuppressed);
                throw failure;
            }
            wait(left);
        }
    }
}
