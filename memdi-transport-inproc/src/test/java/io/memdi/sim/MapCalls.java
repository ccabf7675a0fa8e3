package io.memdi.sim;

import io.memdi.NotAppliedException;
import io.memdi.OutcomeUnknownException;
import io.memdi.ReadLevel;
import io.memdi.Revision;
import io.memdi.sim.Operation.Kind;
import io.memdi.sim.Operation.Outcome;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Calls of the store's view as a map. They block, which in virtual time means that the world goes on within the call; so there is one
 * at a time, or they would nest without end.
 */
final class MapCalls {
    private static final Kind[] KINDS = {
        Kind.COMPUTE,
        Kind.COMPUTE,
        Kind.COMPUTE_IF_PRESENT,
        Kind.COMPUTE_IF_PRESENT,
        Kind.COMPUTE_IF_ABSENT,
        Kind.GET,
        Kind.CONTAINS
    };

    private final World world;
    private final SplittableRandom random;

    MapCalls(World world, SplittableRandom random) {
        this.world = world;
        this.random = random;
    }

    Operation draw(int id, String node, String key) {
        Kind kind = KINDS[random.nextInt(KINDS.length)];
        if (!kind.writes()) {
            return Operation.read(id, node, kind, key, ReadLevel.SESSION, Revision.NONE);
        }
        boolean removes = kind == Kind.COMPUTE && random.nextInt(4) == 0;
        return Operation.compute(id, node, kind, key, removes ? null : Operation.value(node, id));
    }

    /** Makes a call, and writes down how it ended; whoever crashed meanwhile has learnt nothing. */
    void call(Map<String, String> map, Operation operation) {
        Outcome outcome;
        try {
            outcome = make(map, operation);
        } catch (NotAppliedException e) {
            outcome = Outcome.NOT_APPLIED;
        } catch (OutcomeUnknownException e) {
            outcome = Outcome.UNKNOWN;
        }
        if (world.isUp(operation)) {
            operation.after = world.sight(operation.node);
            world.history.end(operation, outcome, world.now());
        }
    }

    private static Outcome make(Map<String, String> map, Operation operation) {
        String key = operation.key;
        String value = operation.value;
        return switch (operation.kind) {
            case COMPUTE -> {
                map.compute(key, (any, found) -> given(operation, found));
                yield value == null && operation.seen == null ? Outcome.REFUSED : Outcome.APPLIED;
            }
            case COMPUTE_IF_PRESENT -> {
                boolean applied = map.computeIfPresent(key, (any, found) -> given(operation, found)) != null;
                operation.seen = applied ? operation.seen : null;
                yield applied ? Outcome.APPLIED : Outcome.REFUSED;
            }
            case COMPUTE_IF_ABSENT -> {
                String result = map.computeIfAbsent(key, any -> value);
                boolean applied = result != null && result.equals(value);
                operation.seen = applied ? null : result;
                yield applied ? Outcome.APPLIED : Outcome.ANSWERED;
            }
            case GET -> {
                operation.seen = map.get(key);
                yield Outcome.ANSWERED;
            }
            case CONTAINS -> {
                operation.seen = map.containsKey(key) ? Operation.SOMETHING : null;
                yield Outcome.ANSWERED;
            }
            default -> throw new IllegalArgumentException("no call of a map: " + operation);
        };
    }

    private static @Nullable String given(Operation operation, @Nullable String found) {
        operation.seen = found;
        return operation.value;
    }
}
