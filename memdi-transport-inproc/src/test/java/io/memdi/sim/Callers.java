package io.memdi.sim;

import io.memdi.Ack;
import io.memdi.AsyncStore;
import io.memdi.NotAppliedException;
import io.memdi.OutcomeUnknownException;
import io.memdi.ReadLevel;
import io.memdi.ReadOptions;
import io.memdi.Revision;
import io.memdi.Store;
import io.memdi.Versioned;
import io.memdi.WriteOptions;
import io.memdi.sim.Operation.Kind;
import io.memdi.sim.Operation.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * Those who use the cluster: several at each node, each of whom issues one call after another, sometimes several at once, and writes
 * down what it saw.
 */
final class Callers {
    private static final Duration[] TIMEOUTS = {
        Duration.ofMillis(20), Duration.ofMillis(200), Duration.ofSeconds(1), Duration.ofSeconds(4)
    };

    private final World world;
    private final Plan plan;
    private final SplittableRandom random;
    private final List<Revision> observed = new ArrayList<>();
    private int ids;
    private boolean stopped;

    Callers(World world) {
        this.world = world;
        this.plan = world.plan;
        this.random = plan.random.split();
    }

    void start() {
        for (String name : plan.names) {
            for (int i = 0; i < plan.callersPerNode; i++) {
                new Caller(name).pause();
            }
        }
    }

    void stop() {
        stopped = true;
    }

    /** One who calls one node. */
    private final class Caller {
        private final String node;
        private final Map<String, Revision> known = new HashMap<>();
        private int waiting;

        Caller(String node) {
            this.node = node;
        }

        void pause() {
            long nanos = 1 + random.nextLong(2 * plan.thinkNanos);
            world.network.after(Duration.ofNanos(nanos), this::go);
        }

        private void go() {
            if (stopped || world.history.size() >= plan.maxOperations) {
                return;
            }
            Store<String, String> store = world.store(node);
            if (store == null || !world.isUp(node)) {
                pause();
                return;
            }
            int calls = random.nextInt(8) == 0 ? 1 + random.nextInt(6) : 1;
            waiting += calls;
            for (int i = 0; i < calls; i++) {
                Operation operation = draw();
                issue(store.async(), operation).whenComplete((any, failure) -> ended(operation));
            }
        }

        private Operation draw() {
            String key = random.nextInt(100) < 70 || plan.coldKeys == 0
                    ? "hot" + random.nextInt(plan.hotKeys)
                    : "cold" + random.nextInt(plan.coldKeys);
            return random.nextDouble() < plan.readShare ? drawRead(key) : drawWrite(key);
        }

        private Operation drawRead(String key) {
            ReadLevel level = ReadLevel.values()[random.nextInt(4)];
            boolean atLeast = !observed.isEmpty() && random.nextInt(8) == 0;
            Revision minimum = atLeast ? observed.get(random.nextInt(observed.size())) : Revision.NONE;
            return Operation.read(ids++, node, key, level, minimum);
        }

        private Operation drawWrite(String key) {
            Revision expected = known.get(key);
            int dice = random.nextInt(100);
            Kind kind = dice < 50
                    ? Kind.PUT
                    : dice < 62
                            ? Kind.PUT_IF_ABSENT
                            : dice < 75
                                    ? Kind.REMOVE
                                    : expected == null ? Kind.PUT : dice < 90 ? Kind.REPLACE : Kind.REMOVE_AT;
            boolean conditional = kind == Kind.REPLACE || kind == Kind.REMOVE_AT;
            int id = ids++;
            return Operation.write(
                    id,
                    node,
                    kind,
                    key,
                    kind.puts() ? node + id : null,
                    conditional && expected != null ? expected : Revision.NONE,
                    random.nextDouble() < plan.quorumShare ? Ack.QUORUM_MEMORY : Ack.LEADER_MEMORY);
        }

        private CompletableFuture<?> issue(AsyncStore<String, String> store, Operation operation) {
            Duration timeout = TIMEOUTS[random.nextInt(TIMEOUTS.length)];
            CompletableFuture<?> call = Callers.this.issue(store, operation, timeout);
            if (random.nextInt(60) == 0) {
                Duration patience = Duration.ofNanos(random.nextLong(20_000_000));
                world.network.after(patience, () -> call.cancel(true));
            }
            return call;
        }

        private void ended(Operation operation) {
            if (operation.revision != null) {
                known.put(operation.key, operation.revision);
                observed.add(operation.revision);
                if (observed.size() > 8) {
                    observed.remove(0);
                }
            }
            if (--waiting == 0) {
                pause();
            }
        }
    }

    /** Issues a call that is not one of the callers'. */
    CompletableFuture<?> write(String node, Kind kind, String key, Ack ack, Duration timeout) {
        int id = ids++;
        Operation operation = Operation.write(id, node, kind, key, kind.puts() ? node + id : null, Revision.NONE, ack);
        return issue(world.store(node).async(), operation, timeout);
    }

    CompletableFuture<?> read(String node, String key, ReadLevel level, Duration timeout) {
        Operation operation = Operation.read(ids++, node, key, level, Revision.NONE);
        return issue(world.store(node).async(), operation, timeout);
    }

    private CompletableFuture<?> issue(AsyncStore<String, String> store, Operation operation, Duration timeout) {
        operation.life = world.life(operation.node);
        operation.before = world.sight(operation.node);
        world.history.invoke(operation, world.now());
        CompletableFuture<?> call = operation.kind == Kind.READ
                ? store.getVersioned(
                        operation.key,
                        ReadOptions.at(operation.level)
                                .atLeast(operation.expected)
                                .timeout(timeout))
                : write(store, operation, WriteOptions.ack(operation.ack).withTimeout(timeout));
        call.whenComplete((result, failure) -> world.guard(() -> ended(operation, result, failure)));
        return call;
    }

    private static CompletableFuture<?> write(
            AsyncStore<String, String> store, Operation operation, WriteOptions options) {
        String key = operation.key;
        return switch (operation.kind) {
            case PUT -> store.put(key, operation.value, options);
            case PUT_IF_ABSENT -> store.putIfAbsent(key, operation.value, options);
            case REPLACE -> store.replace(key, operation.expected, operation.value, options);
            case REMOVE -> store.remove(key, options);
            case REMOVE_AT -> store.remove(key, operation.expected, options);
            case READ -> throw new IllegalArgumentException("reads " + operation);
        };
    }

    /** Exactly one of three ways, for a write; a read ends with a result or without. */
    private void ended(Operation operation, @Nullable Object result, @Nullable Throwable failure) {
        operation.after = world.sight(operation.node);
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        Outcome outcome;
        if (cause == null) {
            outcome = succeeded(operation, result);
        } else if (cause instanceof NotAppliedException) {
            outcome = Outcome.NOT_APPLIED;
        } else if (cause instanceof OutcomeUnknownException || cause instanceof CancellationException) {
            outcome = Outcome.UNKNOWN;
        } else {
            throw new Violation("every call ends in one of three ways", operation + " ended with " + cause);
        }
        world.history.end(operation, outcome, world.now());
        if (outcome == Outcome.APPLIED) {
            world.acknowledged(operation);
        }
    }

    private static Outcome succeeded(Operation operation, @Nullable Object result) {
        if (operation.kind == Kind.READ) {
            if (result instanceof Versioned<?> versioned) {
                operation.seen = (String) versioned.value();
                operation.revision = versioned.revision();
            }
            return Outcome.ANSWERED;
        }
        if (operation.kind == Kind.PUT) {
            operation.revision = (Revision) result;
            return Outcome.APPLIED;
        }
        return Boolean.TRUE.equals(result) ? Outcome.APPLIED : Outcome.REFUSED;
    }
}
