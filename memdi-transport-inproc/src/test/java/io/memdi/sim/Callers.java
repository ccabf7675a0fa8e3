package io.memdi.sim;

import io.memdi.Ack;
import io.memdi.AsyncStore;
import io.memdi.MemdiException;
import io.memdi.NotAppliedException;
import io.memdi.OutcomeUnknownException;
import io.memdi.ReadLevel;
import io.memdi.ReadOptions;
import io.memdi.Revision;
import io.memdi.Store;
import io.memdi.Versioned;
import io.memdi.WriteOptions;
import io.memdi.WrongCodecException;
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
 * Those who use the cluster: several at each node and at each client, each of whom issues one call after another, sometimes several at once, and writes
 * down what it saw.
 */
final class Callers {
    private static final Duration[] TIMEOUTS = {
        Duration.ofMillis(20), Duration.ofMillis(200), Duration.ofSeconds(1), Duration.ofSeconds(4)
    };

    /** Some calls of clients outlive their sessions. */
    private static final Duration[] TIMEOUTS_OF_CLIENTS = {
        Duration.ofMillis(20), Duration.ofSeconds(1), Duration.ofSeconds(6), Duration.ofSeconds(12)
    };

    private static final Kind[] READS = {Kind.READ, Kind.READ, Kind.GET, Kind.CONTAINS};

    private final World world;
    private final Plan plan;
    private final SplittableRandom random;

    /** For what was added since: the other draws stay what they were. */
    private final SplittableRandom later;

    private final MapCalls maps;
    private final Walker walker;
    private final List<Revision> observed = new ArrayList<>();
    private int ids;
    private boolean stopped;

    Callers(World world) {
        this.world = world;
        this.plan = world.plan;
        this.random = plan.random.split();
        this.later = new SplittableRandom(plan.seed ^ 0x6d617073L);
        this.maps = new MapCalls(world, later.split());
        this.walker = new Walker(world, later.split());
    }

    Walker walker() {
        return walker;
    }

    void start() {
        for (String name : plan.names) {
            for (int i = 0; i < plan.callersPerNode; i++) {
                new Caller(name).pause();
            }
        }
    }

    /** More of them, at a client. */
    void join(String client, int callers) {
        for (int i = 0; i < callers; i++) {
            new Caller(client).pause();
        }
    }

    void stop() {
        stopped = true;
    }

    /** One who calls one node. */
    private final class Caller {
        private final String node;
        private final boolean isClient;
        private final Map<String, Revision> known = new HashMap<>();
        private int waiting;

        Caller(String node) {
            this.node = node;
            this.isClient = world.clients.isClient(node);
        }

        void pause() {
            long nanos = 1 + random.nextLong(2 * plan.thinkNanos);
            world.network.after(Duration.ofNanos(nanos), this::go);
        }

        private void go() {
            if (stopped || world.history.size() >= plan.maxOperations || world.clients.isGone(node)) {
                return;
            }
            Store<String, String> store = world.store(node);
            if (store == null || !world.isUp(node)) {
                pause();
                return;
            }
            if (isClient && plan.coldKeys > 0 && later.nextInt(12) == 0) {
                walker.walk(node, store);
            }
            if (plan.walkShare > 0 && later.nextDouble() < plan.walkShare) {
                walker.walk(node, store);
            }
            if (plan.mapShare > 0 && later.nextDouble() < plan.mapShare && world.enterWait()) {
                try {
                    callMap(store.asMap());
                } finally {
                    world.leaveWait();
                }
                pause();
                return;
            }
            if (plan.blockShare > 0 && later.nextDouble() < plan.blockShare && world.enterWait()) {
                try {
                    block(store);
                } finally {
                    world.leaveWait();
                }
                return;
            }
            int calls = random.nextInt(8) == 0 ? 1 + random.nextInt(6) : 1;
            waiting += calls;
            for (int i = 0; i < calls; i++) {
                Operation operation = draw();
                issue(store.async(), operation).whenComplete((any, failure) -> ended(operation));
            }
        }

        private void callMap(Map<String, String> map) {
            if (later.nextInt(8) == 0) {
                walker.walk(node, map);
            } else {
                Operation operation = maps.draw(ids++, node, drawKey(later));
                invoked(operation);
                maps.call(map, operation);
            }
        }

        /** The world goes on within the call, so there is one at a time, as with those of the map. */
        private void block(Store<String, String> store) {
            Operation operation = draw();
            Duration timeout = timeout(later);
            operation.blocks = true;
            waiting++;
            invoked(operation);
            Object result = null;
            MemdiException failure = null;
            try {
                result = operation.kind.writes()
                        ? write(store, operation, writeOptions(operation, timeout))
                        : read(store, operation, readOptions(operation, timeout));
            } catch (MemdiException e) {
                failure = e;
            }
            // Whoever crashed meanwhile has learnt nothing.
            if (world.isUp(operation)) {
                Callers.this.ended(operation, result, failure);
            }
            ended(operation);
        }

        private Duration timeout(SplittableRandom from) {
            Duration[] timeouts = isClient ? TIMEOUTS_OF_CLIENTS : TIMEOUTS;
            return timeouts[from.nextInt(timeouts.length)];
        }

        private String drawKey(SplittableRandom from) {
            return from.nextInt(100) < 70 || plan.coldKeys == 0
                    ? "hot" + from.nextInt(plan.hotKeys)
                    : "cold" + from.nextInt(plan.coldKeys);
        }

        private Operation draw() {
            String key = drawKey(random);
            return random.nextDouble() < plan.readShare ? drawRead(key) : drawWrite(key);
        }

        private Operation drawRead(String key) {
            ReadLevel level = ReadLevel.values()[random.nextInt(4)];
            boolean atLeast = !observed.isEmpty() && random.nextInt(8) == 0;
            Revision minimum = atLeast ? observed.get(random.nextInt(observed.size())) : Revision.NONE;
            Kind kind = plan.isWider() ? READS[later.nextInt(READS.length)] : Kind.READ;
            return Operation.read(ids++, node, kind, key, level, minimum);
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
                    kind.puts() ? Operation.value(node, id) : null,
                    conditional && expected != null ? expected : Revision.NONE,
                    plan.level(random.nextDouble() < plan.quorumShare, id));
        }

        private CompletableFuture<?> issue(AsyncStore<String, String> store, Operation operation) {
            Duration timeout = timeout(random);
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
            // Another node may answer, at once.
            Store<String, String> store = isClient && operation.ended() ? world.store(node) : null;
            if (store != null && world.isUp(node) && later.nextInt(4) == 0) {
                waiting++;
                Operation again = Operation.read(ids++, node, operation.key, ReadLevel.SESSION, Revision.NONE);
                issue(store.async(), again).whenComplete((any, failure) -> ended(again));
            }
            if (--waiting == 0) {
                pause();
            }
        }
    }

    /** Issues a call that is not one of the callers'. */
    CompletableFuture<?> write(String node, Kind kind, String key, Ack ack, Duration timeout) {
        if (world.store(node) == null) {
            return CompletableFuture.completedFuture(null); // it was started again, and its store has other codecs
        }
        int id = ids++;
        Operation operation = Operation.write(
                id, node, kind, key, kind.puts() ? Operation.value(node, id) : null, Revision.NONE, ack);
        return issue(world.store(node).async(), operation, timeout);
    }

    CompletableFuture<?> read(String node, String key, ReadLevel level, Duration timeout) {
        Operation operation = Operation.read(ids++, node, key, level, Revision.NONE);
        return issue(world.store(node).async(), operation, timeout);
    }

    private CompletableFuture<?> issue(AsyncStore<String, String> store, Operation operation, Duration timeout) {
        invoked(operation);
        CompletableFuture<?> call = operation.kind.writes()
                ? write(store, operation, writeOptions(operation, timeout))
                : read(store, operation, readOptions(operation, timeout));
        call.whenComplete((result, failure) -> world.guard(() -> ended(operation, result, failure)));
        return call;
    }

    private void invoked(Operation operation) {
        operation.life = world.life(operation.node);
        operation.durable = plan.durable;
        operation.before = world.sight(operation.node);
        world.history.invoke(operation, world.now());
    }

    private static WriteOptions writeOptions(Operation operation, Duration timeout) {
        return WriteOptions.ack(operation.ack).withTimeout(timeout);
    }

    private static ReadOptions readOptions(Operation operation, Duration timeout) {
        return ReadOptions.at(operation.level).atLeast(operation.expected).withTimeout(timeout);
    }

    private static CompletableFuture<?> read(
            AsyncStore<String, String> store, Operation operation, ReadOptions options) {
        return switch (operation.kind) {
            case READ -> store.getVersioned(operation.key, options);
            case GET -> store.get(operation.key, options);
            case CONTAINS -> store.containsKey(operation.key, options);
            default -> throw new IllegalArgumentException("does not read " + operation);
        };
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
            default -> throw new IllegalArgumentException("is no single write: " + operation);
        };
    }

    private static @Nullable Object read(Store<String, String> store, Operation operation, ReadOptions options) {
        return switch (operation.kind) {
            case READ -> store.getVersioned(operation.key, options);
            case GET -> store.get(operation.key, options);
            case CONTAINS -> store.containsKey(operation.key, options);
            default -> throw new IllegalArgumentException("does not read " + operation);
        };
    }

    private static Object write(Store<String, String> store, Operation operation, WriteOptions options) {
        String key = operation.key;
        return switch (operation.kind) {
            case PUT -> store.put(key, operation.value, options);
            case PUT_IF_ABSENT -> store.putIfAbsent(key, operation.value, options);
            case REPLACE -> store.replace(key, operation.expected, operation.value, options);
            case REMOVE -> store.remove(key, options);
            case REMOVE_AT -> store.remove(key, operation.expected, options);
            default -> throw new IllegalArgumentException("is no single write: " + operation);
        };
    }

    /** Exactly one of three ways, for a write; a read ends with a result or without. */
    private void ended(Operation operation, @Nullable Object result, @Nullable Throwable failure) {
        operation.after = world.sightSince(operation.before, operation.node);
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        Outcome outcome;
        if (cause == null) {
            outcome = succeeded(operation, result);
        } else if (cause instanceof NotAppliedException) {
            outcome = Outcome.NOT_APPLIED;
            operation.wrongCodec = cause instanceof WrongCodecException;
        } else if (cause instanceof OutcomeUnknownException || cause instanceof CancellationException) {
            outcome = Outcome.UNKNOWN;
        } else {
            throw new Violation("every call ends in one of three ways", operation + " ended with " + cause);
        }
        world.history.end(operation, outcome, world.now());
        boolean timely = !operation.blocks && world.wasToldAtOnce(operation);
        if (outcome == Outcome.APPLIED && (timely || !operation.isWeak())) {
            world.acknowledged(operation);
        }
    }

    private static Outcome succeeded(Operation operation, @Nullable Object result) {
        if (!operation.kind.writes()) {
            if (result instanceof Versioned<?> versioned) {
                operation.seen = (String) versioned.value();
                operation.revision = versioned.revision();
            } else if (operation.kind == Kind.GET) {
                operation.seen = (String) result;
            } else if (operation.kind == Kind.CONTAINS) {
                operation.seen = Boolean.TRUE.equals(result) ? Operation.SOMETHING : null;
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
