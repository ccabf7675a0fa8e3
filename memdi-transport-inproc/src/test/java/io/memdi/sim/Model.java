package io.memdi.sim;

import io.memdi.Incarnation;
import io.memdi.Revision;
import io.memdi.store.State;
import io.memdi.store.Table;
import io.memdi.store.Version;
import io.memdi.transport.Configuration;
import io.memdi.transport.Entry;
import io.memdi.transport.Member;
import io.memdi.transport.Result;
import io.memdi.transport.StoreSpec;
import io.memdi.transport.Write;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a log says, told by the plainest code that can: maps. It is the measure for what the nodes hold, and at every entry it
 * checks what the leader decided.
 */
final class Model {
    /** A key's value and where it came from. */
    record Cell(@Nullable Object value, Revision revision) {}

    private final Map<Ledger.Number, Write> issued;
    private final List<StoreSpec> registry = new ArrayList<>();
    private final Map<String, Map<Object, Cell>> stores = new TreeMap<>();
    private final Map<Incarnation, Long> taken = new HashMap<>();

    /** The incarnations that have a session as members. */
    private final Set<Incarnation> members = new HashSet<>();

    /** The sessions of clients, with their tickets. */
    private final Map<Incarnation, Revision> clients = new HashMap<>();

    /** Of those, the ones that an entry ends which is not committed. */
    private final Set<Incarnation> closing = new HashSet<>();

    private long index;
    private boolean open;

    /** An empty one; what was asked for is known for some of the writes. */
    Model(Map<Ledger.Number, Write> issued) {
        this.issued = issued;
    }

    Model copy() {
        Model copy = new Model(issued);
        copy.registry.addAll(registry);
        stores.forEach((name, cells) -> copy.stores.put(name, new HashMap<>(cells)));
        copy.taken.putAll(taken);
        copy.members.addAll(members);
        copy.clients.putAll(clients);
        copy.closing.addAll(closing);
        copy.index = index;
        copy.open = open;
        return copy;
    }

    long index() {
        return index;
    }

    /** Whether {@code opened} is among the entries. */
    boolean isOpen() {
        return open;
    }

    /** What the key holds; null if it is absent. */
    @Nullable
    Cell cell(String store, Object key) {
        return stores.getOrDefault(store, Map.of()).get(key);
    }

    /** What a store holds. */
    Map<Object, Cell> cells(String store) {
        return stores.getOrDefault(store, Map.of());
    }

    String storeName(Entry.Written written) {
        return registry.get(written.store() - 1).name();
    }

    void apply(Entry entry) {
        apply(entry, true);
    }

    /** Sessions are opened and closed when that is committed; all else holds from the moment that it is appended. */
    void apply(Entry entry, boolean committed) {
        Violation.unless(entry.index() == index + 1, "logs have no holes", "%s follows index %d", entry, index);
        index++;
        if (entry instanceof Entry.Opened) {
            open = true;
        } else if (entry instanceof Entry.StoreCreated created) {
            boolean next = created.store() == registry.size() + 1;
            boolean fresh = !stores.containsKey(created.spec().name());
            Violation.unless(next && fresh, "stores are created once", "%s after %s", created, registry);
            Violation.unless(open, "no write before the full house", "%s", created);
            registry.add(created.spec());
            stores.put(created.spec().name(), new HashMap<>());
        } else if (entry instanceof Entry.Written written) {
            Violation.unless(open, "no write before the full house", "%s", written);
            Violation.unless(
                    members.contains(written.session()) || clients.containsKey(written.session()),
                    "writes are of sessions",
                    "%s, but members are %s, and clients %s",
                    written,
                    members,
                    clients);
            Violation.unless(
                    !closing.contains(written.session()), "a session that ends takes no more writes", "%s", written);
            apply(written);
        } else if (entry instanceof Entry.SessionClosed closed) {
            close(closed.client(), committed);
        } else if (committed && entry instanceof Entry.SessionOpened opened) {
            clients.putIfAbsent(opened.client(), new Revision(opened.term(), opened.index()));
        } else if (committed && entry instanceof Entry.Configured configured) {
            apply(configured.configuration());
        }
    }

    private void apply(Configuration configuration) {
        Set<Incarnation> listed =
                configuration.members().stream().map(Member::incarnation).collect(Collectors.toSet());
        members.addAll(listed);
        if (!configuration.isJoint()) {
            members.retainAll(listed);
            taken.keySet().removeIf(session -> !listed.contains(session) && !clients.containsKey(session));
        }
    }

    private void close(Incarnation client, boolean committed) {
        if (committed && clients.remove(client) != null) {
            taken.remove(client);
        }
        if (!committed && clients.containsKey(client)) {
            closing.add(client);
        }
    }

    /** How many sessions are of clients. */
    int clients() {
        return clients.size();
    }

    private void apply(Entry.Written written) {
        long before = taken.getOrDefault(written.session(), 0L);
        Violation.unless(
                written.number() > before,
                "a session's writes once and in order",
                "%s after number %d",
                written,
                before);
        taken.put(written.session(), written.number());
        if (written.store() == 0) {
            Violation.unless(written.result() != Result.APPLIED, "writes are to stores", "%s", written);
            return;
        }
        Violation.unless(written.store() <= registry.size(), "writes are to stores", "%s", written);
        Map<Object, Cell> cells = stores.get(storeName(written));
        Cell cell = cells.get(written.key());
        Revision found = cell == null ? Revision.NONE : cell.revision();
        Write write = issued.get(new Ledger.Number(written.session(), written.number()));
        if (write != null) {
            requireDecision(write, written, found, registry.get(written.store() - 1));
        }
        switch (written.result()) {
            case APPLIED -> {
                if (written.value() == null) {
                    Violation.unless(
                            cell != null, "conditions are decided in log order", "removes nothing: %s", written);
                    cells.remove(written.key());
                } else {
                    cells.put(written.key(), new Cell(written.value(), revision(written)));
                }
            }
            case CONDITION_FAILED ->
                Violation.unless(
                        written.seen().equals(found),
                        "conditions are decided in log order",
                        "%s, but the key was at %s",
                        written,
                        found);
            case WRONG_CODEC -> {}
        }
    }

    /** What was asked for decides, at the entry's place in the log, what becomes of it. */
    private static void requireDecision(Write write, Entry.Written written, Revision found, StoreSpec store) {
        boolean there = !found.equals(Revision.NONE);
        boolean holds = switch (write.operation()) {
            case PUT -> true;
            case PUT_IF_ABSENT -> !there;
            case REMOVE -> there;
            case REPLACE, REMOVE_AT -> there && found.equals(write.expected());
        };
        Result result =
                !write.store().equals(store) ? Result.WRONG_CODEC : holds ? Result.APPLIED : Result.CONDITION_FAILED;
        Object value = result == Result.APPLIED ? write.value() : null;
        boolean same = written.key().equals(write.key())
                && Objects.equals(written.value(), value)
                && written.result() == result;
        Violation.unless(
                same,
                "conditions are decided in log order",
                "%s became %s, where the key was at %s",
                write,
                written,
                found);
    }

    /** Compares what a node says is committed with this. */
    void requireCommitted(String node, State state) {
        for (Table table : state.tables()) {
            Map<Object, Cell> seen = new HashMap<>();
            table.forEachCommitted(version -> put(node, seen, version));
            require(node + " committed", table.name(), seen);
            Violation.unless(
                    table.committedSize() == seen.size(),
                    "equal state at equal index",
                    "%s counts %d committed keys of %s, and has %d",
                    node,
                    table.committedSize(),
                    table.name(),
                    seen.size());
        }
        requireRegistry(node, state);
        requireClients(node, state);
        taken.forEach((session, number) -> {
            var held = state.sessions().get(session);
            long committed = held == null ? 0 : held.committedTaken();
            Violation.unless(
                    committed == number,
                    "equal state at equal index",
                    "%s has committed number %d of session %s, the log %d",
                    node,
                    committed,
                    session,
                    number);
        });
    }

    /** Compares what a reader of the node's memory sees, committed or not, with this. */
    void requireLatest(String node, State state) {
        for (Table table : state.tables()) {
            Map<Object, Cell> seen = new HashMap<>();
            table.forEachLatest(version -> put(node, seen, version));
            require(node + " now", table.name(), seen);
            Violation.unless(
                    table.size() == seen.size(),
                    "memory shows the log",
                    "%s counts %d keys of %s, and has %d",
                    node,
                    table.size(),
                    table.name(),
                    seen.size());
        }
        taken.forEach((session, number) -> {
            var held = state.sessions().get(session);
            long took = held == null ? 0 : held.taken();
            Violation.unless(
                    took == number,
                    "memory shows the log",
                    "%s took number %d of session %s, the log says %d",
                    node,
                    took,
                    session,
                    number);
        });
    }

    private void requireClients(String node, State state) {
        Map<Incarnation, Revision> held = new HashMap<>();
        state.sessions()
                .ofClients()
                .forEach(client -> held.put(
                        client,
                        Objects.requireNonNull(state.sessions().get(client)).ticket()));
        Violation.unless(
                held.equals(clients) && state.sessions().clients() == clients.size(),
                "equal state at equal index",
                "%s has sessions of clients %s, the log %s",
                node,
                held,
                clients);
    }

    private void requireRegistry(String node, State state) {
        for (StoreSpec spec : registry) {
            Violation.unless(
                    spec.equals(state.registered(spec.name())),
                    "equal state at equal index",
                    "%s has %s registered, not %s",
                    node,
                    state.registered(spec.name()),
                    spec);
        }
    }

    private static void put(String node, Map<Object, Cell> seen, Version version) {
        Cell twin = seen.put(version.key(), new Cell(version.value(), version.revision()));
        Violation.unless(twin == null, "a key is there once", "%s has %s twice", node, version.key());
    }

    private void require(String whose, String store, Map<Object, Cell> seen) {
        Map<Object, Cell> cells = stores.getOrDefault(store, Map.of());
        if (!cells.equals(seen)) {
            Map<Object, Object> differences = new TreeMap<>();
            cells.forEach((key, cell) -> {
                if (!cell.equals(seen.get(key))) {
                    differences.put(key, cell + " in the log, " + seen.get(key) + " there");
                }
            });
            seen.forEach((key, cell) -> {
                if (!cells.containsKey(key)) {
                    differences.put(key, "absent in the log, " + cell + " there");
                }
            });
            throw new Violation(
                    "memory shows the log",
                    "at index " + index + ", " + whose + ", store " + store + ": " + differences);
        }
    }

    private static Revision revision(Entry.Written written) {
        return new Revision(written.term(), written.index());
    }
}
