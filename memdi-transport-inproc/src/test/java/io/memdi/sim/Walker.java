package io.memdi.sim;

import io.memdi.NotAppliedException;
import io.memdi.ReadLevel;
import io.memdi.ReadOptions;
import io.memdi.Role;
import io.memdi.Store;
import io.memdi.sim.Model.Cell;
import io.memdi.transport.Entry;
import io.memdi.transport.Result;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * Walks over whole stores, and counts their keys: {@code size} and {@code forEach}, also of the map's view.
 *
 * <p>A walk is weakly consistent: a key that nobody touches meanwhile is shown once, as it is, or not at all if it is absent; one that
 * is touched is shown at most once, as it was at some moment of the walk. What is shown is measured by the node's own log. Some walks
 * take their time, while the world goes on.
 */
final class Walker {
    private static final String STORE = World.STORE;

    private final World world;
    private final SplittableRandom random;
    private final ClientWalks ofClients;
    private final List<Count> counts = new ArrayList<>();
    private int walks;

    /** What {@code size} said, and between which numbers of committed entries. */
    private record Count(Ledger ledger, String node, ReadLevel level, long from, long to, long size) {}

    Walker(World world, SplittableRandom random) {
        this.world = world;
        this.random = random;
        this.ofClients = new ClientWalks(world);
    }

    /** How many walks have ended, and were looked at. */
    int walks() {
        return walks;
    }

    /** Asks for one or the other, without waiting. */
    void walk(String node, Store<String, String> store) {
        walk(node, store, ReadLevel.values()[random.nextInt(4)]);
    }

    void walk(String node, Store<String, String> store, ReadLevel level) {
        ReadOptions options = ReadOptions.at(level).withTimeout(Duration.ofSeconds(1));
        Operation.Sight before = world.sight(node);
        if (random.nextInt(3) == 0) {
            store.async()
                    .size(options)
                    .whenComplete((size, failure) -> world.guard(() -> counted(node, level, before, size, failure)));
            return;
        }
        boolean slow = random.nextInt(4) == 0;
        if (world.clients.isClient(node)) {
            ofClients.walk(node, store, level, options);
            return;
        }
        Walk walk = new Walk(node, level, before, slow);
        CompletableFuture<?> call = store.async().forEach(walk::see, options);
        call.whenComplete((any, failure) -> world.guard(() -> walk.end(failure)));
    }

    /** Walks over the map, and waits for it. */
    void walk(String node, Map<String, String> map) {
        Walk walk = new Walk(node, ReadLevel.SESSION, world.sight(node), false);
        try {
            if (world.clients.isClient(node)) {
                ofClients.walk(node, map);
            } else {
                map.forEach(walk::see);
                walk.end(null);
            }
        } catch (NotAppliedException e) {
            walk.end(e);
        }
    }

    // --- size ---

    private void counted(
            String node,
            ReadLevel level,
            Operation.@Nullable Sight before,
            @Nullable Long size,
            @Nullable Throwable failure) {
        Operation.Sight after = world.sightSince(before, node);
        if (size == null) {
            requireRefusal(failure, node + " was asked for its size");
        } else if (before != null
                && after != null
                && before.cluster() != null
                && before.cluster().equals(after.cluster())) {
            Ledger ledger = world.checker.ledger(before.cluster());
            boolean follower = before.follower() >= 0 && before.follower() == after.follower();
            long from = before.floor(level);
            if (follower || level == ReadLevel.COMMITTED || level == ReadLevel.LINEARIZABLE) {
                counts.add(new Count(ledger, node, level, from, after.committed(), size));
            }
        }
    }

    static void requireRefusal(@Nullable Throwable failure, String what) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        Violation.unless(
                cause instanceof NotAppliedException, "every call ends in one of three ways", "%s: %s", what, cause);
    }

    /** At the end: each count is that of some number of committed entries within its bounds. */
    void check() {
        ofClients.check();
        Map<Ledger, List<Integer>> sizes = new HashMap<>();
        for (Count count : counts) {
            List<Integer> all = sizes.computeIfAbsent(count.ledger(), Walker::sizes);
            boolean fits = false;
            for (long index = count.from(); index <= count.to() && !fits; index++) {
                fits = all.get((int) index) == count.size();
            }
            Violation.unless(fits, "counts are of what is committed", "%s", count);
        }
    }

    private static List<Integer> sizes(Ledger ledger) {
        List<Integer> sizes = new ArrayList<>(List.of(0));
        Set<Object> keys = new HashSet<>();
        for (Entry entry : ledger.committed) {
            if (entry instanceof Entry.Written written && written.result() == Result.APPLIED) {
                if (written.value() == null) {
                    keys.remove(written.key());
                } else {
                    keys.add(written.key());
                }
            }
            sizes.add(keys.size());
        }
        return sizes;
    }

    // --- forEach ---

    /** One walk. It begins with the first pair that it is shown. */
    private final class Walk {
        private final String node;
        private final boolean latest;
        private final Operation.@Nullable Sight before;
        private final boolean slow;
        private final Map<String, String> shown = new HashMap<>();

        /** Whom it asked: one that was started again in the meantime shows nothing to those who asked before. */
        private final @Nullable View asked;

        private @Nullable View view;
        private @Nullable Ledger ledger;
        private Map<Object, Cell> start = Map.of();
        private long from;
        private long term;
        private Role role = Role.FOUNDING;
        private int leadership;
        private int truncations;
        private int healings;

        Walk(String node, ReadLevel level, Operation.@Nullable Sight before, boolean slow) {
            this.node = node;
            this.latest = level == ReadLevel.LOCAL || level == ReadLevel.SESSION;
            this.before = level == ReadLevel.LINEARIZABLE ? before : null;
            this.slow = slow;
            this.asked = world.checker.view(node);
        }

        private void begin() {
            view = world.checker.view(node);
            if (view == null || view != asked || view.cluster == null) {
                view = null;
                return;
            }
            ledger = world.checker.ledger(view.cluster);
            start = Map.copyOf(StateChecker.modelOf(view, ledger, latest).cells(STORE));
            from = reached();
            term = view.term;
            role = view.role;
            leadership = view.leadership;
            truncations = view.truncations;
            healings = view.healings;
            boolean fresh = before == null || !view.cluster.equals(before.cluster()) || from >= before.decided();
            Violation.unless(fresh, "a read index covers what was committed", "%s walks at %d, %s", view, from, before);
        }

        private long reached() {
            return latest ? view.probe.state().executed() : view.committed;
        }

        void see(String key, String value) {
            if (shown.isEmpty()) {
                begin();
            }
            String twin = shown.put(key, value);
            Violation.unless(twin == null, "a walk shows a key once", "%s showed %s twice", node, key);
            if (slow && random.nextInt(3) == 0 && world.enterWait()) {
                try {
                    world.network.advance(Duration.ofNanos(random.nextLong(5_000_000)));
                } finally {
                    world.leaveWait();
                    world.heldCallbacks(node);
                }
            }
        }

        void end(@Nullable Throwable failure) {
            if (failure != null) {
                requireRefusal(failure, node + " was asked for its pairs");
                return;
            }
            if (shown.isEmpty()) {
                begin();
            }
            boolean steady = view != null
                    && world.checker.view(node) == view
                    && view.term == term
                    && view.role == role
                    && view.leadership == leadership
                    && view.truncations == truncations
                    && view.healings == healings;
            if (steady) {
                requireShown();
                walks++;
            }
        }

        private void requireShown() {
            Map<Object, Set<Object>> touched = new HashMap<>();
            for (long index = from + 1; index <= reached(); index++) {
                if (view.log.get((int) index - 1) instanceof Entry.Written written
                        && written.result() == Result.APPLIED) {
                    touched.computeIfAbsent(written.key(), any -> new HashSet<>())
                            .add(written.value());
                }
            }
            shown.forEach((key, value) -> {
                Cell cell = start.get(key);
                boolean was = cell != null && value.equals(cell.value());
                Violation.unless(
                        was || touched.getOrDefault(key, Set.of()).contains(value),
                        "a walk shows what is there",
                        "%s showed %s = %s, which was %s, and became %s",
                        view,
                        key,
                        value,
                        cell,
                        touched.get(key));
            });
            start.forEach((key, cell) -> Violation.unless(
                    shown.containsKey(key) || touched.containsKey(key),
                    "a walk shows what is there",
                    "%s did not show %s = %s",
                    view,
                    key,
                    cell));
        }
    }
}
