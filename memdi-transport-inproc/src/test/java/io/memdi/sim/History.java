package io.memdi.sim;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Everything that callers of one cluster did, in the order of their calls. */
public final class History {
    private final List<Operation> operations = new ArrayList<>();
    private long sequence;

    /** Records that a call begins. */
    public Operation invoke(Operation operation, long nanos) {
        operation.invoked = ++sequence;
        operation.invokedNanos = nanos;
        operations.add(operation);
        return operation;
    }

    /** Records that a call ends; what it ended with is in the operation. */
    public void end(Operation operation, Operation.Outcome outcome, long nanos) {
        Violation.unless(!operation.ended(), "one end", "%s ends again, now as %s", operation, outcome);
        operation.outcome = outcome;
        operation.returned = ++sequence;
        operation.returnedNanos = nanos;
    }

    /** Adds a call that was recorded elsewhere, with its sequences. */
    void add(Operation operation) {
        operations.add(operation);
    }

    void clear() {
        operations.clear();
    }

    public int size() {
        return operations.size();
    }

    public List<Operation> operations() {
        return Collections.unmodifiableList(operations);
    }

    public Map<String, List<Operation>> byKey() {
        Map<String, List<Operation>> keys = new LinkedHashMap<>();
        for (Operation operation : operations) {
            keys.computeIfAbsent(operation.key, key -> new ArrayList<>()).add(operation);
        }
        return keys;
    }
}
