package io.memdi.sim;

import io.memdi.ReadLevel;
import io.memdi.ReadOptions;
import io.memdi.Revision;
import io.memdi.Store;
import io.memdi.sim.Model.Cell;
import io.memdi.sim.Operation.Sight;
import io.memdi.transport.Entry;
import io.memdi.transport.Result;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Walks of clients, whose pages may come from several nodes. What such a walk began with is not known; but it is not older than what its
 * session had seen, at {@code SESSION}, or than what was committed when it was called, at {@code LINEARIZABLE}. A key that was not touched
 * since then is shown once, as it was; any other at most once, with a value that was in a log, at the safe levels in that of the cluster.
 */
final class ClientWalks {
    private final World world;
    private final List<Walk> walks = new ArrayList<>();

    ClientWalks(World world) {
        this.world = world;
    }

    /** What an entry, committed or not, did to a key. */
    private record Change(Revision position, @Nullable Object value) {}

    void walk(String client, Store<String, String> store, ReadLevel level, ReadOptions options) {
        Walk walk = new Walk(client, level);
        store.async().forEach(walk::see, options).whenComplete((any, failure) -> world.guard(() -> walk.end(failure)));
    }

    /** A walk over the map, which waits. */
    void walk(String client, Map<String, String> map) {
        Walk walk = new Walk(client, ReadLevel.SESSION);
        map.forEach(walk::see);
        walk.end(null);
    }

    void check() {
        Map<Ledger, Map<Object, List<Change>>> changes = new HashMap<>();
        for (Walk walk : walks) {
            Ledger ledger = Objects.requireNonNull(walk.ledger);
            walk.check(ledger, changes.computeIfAbsent(ledger, ClientWalks::changes));
        }
    }

    private static Map<Object, List<Change>> changes(Ledger ledger) {
        Map<Object, List<Change>> changes = new HashMap<>();
        ledger.origins.forEach((position, origin) -> {
            if (origin.entry() instanceof Entry.Written written && written.result() == Result.APPLIED) {
                changes.computeIfAbsent(written.key(), any -> new ArrayList<>())
                        .add(new Change(position, written.value()));
            }
        });
        return changes;
    }

    private final class Walk {
        private final String client;
        private final ReadLevel level;
        private final @Nullable Sight before;
        private final Revision seen;
        private final Map<String, String> shown = new HashMap<>();
        private @Nullable Ledger ledger;
        private long decided;

        Walk(String client, ReadLevel level) {
            this.client = client;
            this.level = level;
            this.before = world.sight(client);
            this.seen = world.clients.seen(client);
        }

        void see(String key, String value) {
            String twin = shown.put(key, value);
            Violation.unless(twin == null, "a walk shows a key once", "%s showed %s twice", client, key);
        }

        void end(@Nullable Throwable failure) {
            Sight after = world.sight(client);
            if (failure != null) {
                Walker.requireRefusal(failure, client + " was asked for its pairs");
            } else if (before != null
                    && after != null
                    && before.cluster() != null
                    && before.cluster().equals(after.cluster())) {
                ledger = world.checker.ledger(before.cluster());
                decided = after.decided();
                walks.add(this);
            }
        }

        void check(Ledger ledger, Map<Object, List<Change>> changes) {
            long from = switch (level) {
                case LINEARIZABLE -> Objects.requireNonNull(before).decided();
                case SESSION -> ledger.isCommitted(seen) ? seen.index() : 0;
                case COMMITTED, LOCAL -> 0;
            };
            Map<Object, Cell> start = ledger.modelAt(from).cells(World.STORE);
            shown.forEach((key, value) -> {
                Cell cell = start.get(key);
                boolean was = cell != null && value.equals(cell.value());
                boolean becomes = changes.getOrDefault(key, List.of()).stream()
                        .anyMatch(change -> value.equals(change.value()) && isVisible(ledger, change, from));
                Violation.unless(
                        was || becomes,
                        "a walk shows what is there",
                        "%s showed %s = %s, which was %s at %d, and became %s",
                        this,
                        key,
                        value,
                        cell,
                        from,
                        changes.get(key));
            });
            start.forEach((key, cell) -> Violation.unless(
                    shown.containsKey(key)
                            || changes.getOrDefault(key, List.of()).stream()
                                    .anyMatch(change -> isVisible(ledger, change, from)),
                    "a walk shows what is there",
                    "%s did not show %s = %s, which nobody has touched after %d",
                    this,
                    key,
                    cell,
                    from));
        }

        private boolean isVisible(Ledger ledger, Change change, long from) {
            boolean committed = ledger.isCommitted(change.position());
            long index = change.position().index();
            boolean safe = level == ReadLevel.COMMITTED || level == ReadLevel.LINEARIZABLE;
            return safe ? committed && index > from && index <= decided : !committed || index > from;
        }

        @Override
        public String toString() {
            return "walk of " + client + " at " + level;
        }
    }
}
