package io.memdi.store;

import io.memdi.Revision;
import io.memdi.log.Mistake;
import io.memdi.transport.Entry;
import io.memdi.transport.Result;
import io.memdi.transport.SessionState;
import io.memdi.transport.StoreSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Everything that the log replicates: tables, sessions, the registry of stores.
 *
 * <p>A leader {@linkplain #execute executes} an entry at once, and {@linkplain #commit commits} it later; a follower only
 * commits, which applies. {@link #rollback} takes back what was executed and not committed, and leaves the log alone. Called by
 * the node's loop only; the tables may be read by any thread.
 */
public final class State {
    private final @Nullable Mistake planted;
    /** By name and codecs, so that a store which was opened here with other codecs never shows what is not of its types. */
    private final Map<StoreSpec, Table> tables = new LinkedHashMap<>();

    private final List<Registration> registry = new ArrayList<>();
    private final Map<String, Registration> registered = new LinkedHashMap<>();
    private final Sessions sessions = new Sessions();

    private final Uncommitted window = new Uncommitted();

    private long committed;

    @SuppressWarnings("UnusedVariable") // Of no meaning: written, so that what it is made of has to be loaded.
    private int foreseen;

    /** How often the registry has changed. */
    private long registryVersion;

    /**
     * A store that has its number, committed or not.
     *
     * @param entry the entry that gave it the number
     * @param table what it holds
     */
    public record Registration(Entry.StoreCreated entry, Table table) {
        /** The store's number. */
        public int number() {
            return entry.store();
        }

        /** Its name and codecs. */
        public StoreSpec spec() {
            return entry.spec();
        }
    }

    /**
     * Starts empty.
     *
     * @param planted a mistake to make, in tests; else null
     */
    public State(@Nullable Mistake planted) {
        this.planted = planted;
    }

    /** The table of a store with those codecs, made if it is not there. It stays the same object as long as the node lives. */
    public Table table(StoreSpec spec) {
        return tables.computeIfAbsent(spec, wanted -> new Table(wanted.name()));
    }

    /** One table for each name, in the order in which this node came to know them: the registered one where there is one. */
    public List<Table> tables() {
        Map<String, Table> byName = new LinkedHashMap<>();
        tables.forEach((spec, table) -> {
            Registration registration = registered.get(spec.name());
            byName.put(spec.name(), registration == null ? table : registration.table());
        });
        return List.copyOf(byName.values());
    }

    /** A store that is registered here, committed or not; null if it has no write yet. */
    public @Nullable Registration registration(String name) {
        return registered.get(name);
    }

    /** How a store is registered here; null if it has no write yet. */
    public @Nullable StoreSpec registered(String name) {
        Registration registration = registered.get(name);
        return registration == null ? null : registration.spec();
    }

    /** The number that the next new store gets. */
    public int nextStore() {
        return registry.size() + 1;
    }

    /** The sessions of the cluster's members. */
    public Sessions sessions() {
        return sessions;
    }

    /** Index of the last committed entry that was applied. */
    public long committed() {
        return committed;
    }

    /** Index of the last entry whose effect this node's memory shows. */
    public long executed() {
        return window.isEmpty() ? committed : window.last().index();
    }

    /** An entry is about to be applied: for several, before the first of them is, see {@link Slots#touch}. Changes nothing. */
    public void foresee(Entry entry) {
        if (entry instanceof Entry.Written written && written.store() <= registry.size() && written.store() > 0) {
            foresee(registry.get(written.store() - 1), written.key(), written.hash());
        }
    }

    /** A write of that key is about to be decided about. */
    public void foresee(Registration store, Object key, int hash) {
        foreseen += store.table().touch(key, hash);
    }

    /** Executes the entry after the last executed one, on a leader. It can be taken back until it is committed. */
    public void execute(Entry entry) {
        requireNext(executed(), entry);
        Version version = null;
        if (entry instanceof Entry.Written written) {
            take(written);
            if (hasEffect(written)) {
                version = tableOf(written)
                        .write(written.key(), written.hash(), written.value(), written.term(), written.index());
            }
        } else if (entry instanceof Entry.StoreCreated created) {
            register(created);
        } else if (entry instanceof Entry.SessionClosed closed) {
            sessions.closing(closed.client(), true);
        }
        window.add(entry, version);
    }

    /** Commits the entry after the last committed one: what was executed is cut, what was not is applied. */
    public void commit(Entry entry) {
        requireNext(committed, entry);
        boolean executed = !window.isEmpty();
        Version version = null;
        if (executed) {
            if (window.first() != entry) {
                throw new IllegalStateException("executed " + window.first() + ", but committed is " + entry);
            }
            version = window.firstVersion();
            window.removeFirst();
        }
        if (entry instanceof Entry.Written written) {
            commitWrite(written, executed, version);
        } else if (entry instanceof Entry.StoreCreated created && !executed) {
            register(created);
        } else if (entry instanceof Entry.Configured configured) {
            sessions.open(configured.configuration());
            if (!configured.configuration().isJoint()) {
                sessions.closeAllBut(configured.configuration());
            }
        } else if (entry instanceof Entry.SessionOpened opened) {
            sessions.open(opened.client(), new Revision(opened.term(), opened.index()));
        } else if (entry instanceof Entry.SessionClosed closed) {
            sessions.close(closed.client());
        }
        committed = entry.index();
    }

    private void commitWrite(Entry.Written written, boolean executed, @Nullable Version version) {
        if (hasEffect(written) && written.value() != null) {
            tableOf(written).sizes().saw(written.bytes());
        }
        if (!executed) {
            take(written);
            if (hasEffect(written)) {
                tableOf(written).apply(written.key(), written.hash(), written.value(), written.term(), written.index());
            }
        } else if (version != null) {
            tableOf(written).cut(version);
        }
        Session session = sessions.get(written.session());
        if (session != null) {
            session.commit(written);
        }
    }

    /** Takes back what was executed and is not committed, newest first. */
    public void rollback() {
        while (!window.isEmpty()) {
            Entry entry = window.last();
            Version version = window.lastVersion();
            window.removeLast();
            if (entry instanceof Entry.StoreCreated created) {
                registry.remove(registry.size() - 1);
                registryVersion++;
                registered.remove(created.spec().name());
            } else if (entry instanceof Entry.SessionClosed closed) {
                sessions.closing(closed.client(), false);
            } else if (version != null && entry instanceof Entry.Written written) {
                boolean forgotten = planted == Mistake.FORGETS_ROLLBACK
                        || (planted == Mistake.FORGETS_TOMBSTONES && written.value() == null);
                if (!forgotten) {
                    tableOf(written).rollback(version);
                }
            }
        }
        if (planted != Mistake.FORGETS_SESSION_ROLLBACK) {
            sessions.rollback();
        }
    }

    /** Starts over, in a node that gave a cluster up before it held anything. The tables stay the same objects. */
    public void reset() {
        if (!window.isEmpty() || !registry.isEmpty()) {
            throw new IllegalStateException("holds state up to " + committed + ": cannot start over");
        }
        sessions.clear();
        committed = 0;
    }

    /** All stores that have a number, committed or not, in the order of their numbers. */
    public List<StoreSpec> specs() {
        return registry.stream().map(Registration::spec).toList();
    }

    /** Another number whenever {@link #specs} may have changed. */
    public long registryVersion() {
        return registryVersion;
    }

    /** The stores whose registration is committed, in the order of their numbers. */
    public List<Registration> committedRegistry() {
        return registry.stream()
                .filter(registration -> registration.entry().index() <= committed)
                .toList();
    }

    /**
     * Goes on from an index of the leader's log, in a node that heals: with the leader's registry and sessions of that index. The tables
     * stay as they are, and are brought to that state segment by segment.
     */
    public void restart(long index, List<Entry.StoreCreated> stores, List<SessionState> states) {
        if (!window.isEmpty() || index < committed) {
            throw new IllegalStateException("is at " + executed() + ": cannot go on from " + index);
        }
        registry.clear();
        registryVersion++;
        registered.clear();
        stores.forEach(this::register);
        sessions.restore(states);
        committed = index;
    }

    /** A store of those, by name and codecs, that this node has opened already; null if there is none. */
    public @Nullable StoreSpec openedOf(Seed seed) {
        return seed.stores().stream()
                .map(Entry.StoreCreated::spec)
                .filter(tables::containsKey)
                .findFirst()
                .orElse(null);
    }

    /** Takes over the tables of a backup, in a node that holds nothing and has opened none of its stores; {@link #restart} is to follow. */
    public void adopt(Seed seed) {
        if (committed > 0 || openedOf(seed) != null) {
            throw new IllegalStateException("holds state up to " + committed + ": cannot begin with a backup");
        }
        seed.stores().forEach(created -> tables.put(created.spec(), seed.table(created.spec())));
    }

    /** A digest of the sessions and the registry as far as they are committed; tables have digests of their own. */
    public long digest() {
        long digest = sessions.digest();
        for (Registration registration : registry) {
            Entry.StoreCreated created = registration.entry();
            if (created.index() <= committed) {
                digest = digest * 31 + created.spec().hashCode() + created.index();
            }
        }
        return digest;
    }

    private void take(Entry.Written written) {
        Session session = sessions.get(written.session());
        if (session == null) {
            throw new IllegalStateException("no session for " + written);
        }
        session.take(written);
    }

    private static boolean hasEffect(Entry.Written written) {
        return written.result() == Result.APPLIED;
    }

    private void register(Entry.StoreCreated created) {
        if (created.store() != nextStore()) {
            throw new IllegalStateException("store " + nextStore() + " should follow, not " + created);
        }
        Registration registration = new Registration(created, table(created.spec()));
        registry.add(registration);
        registryVersion++;
        registered.put(created.spec().name(), registration);
    }

    private Table tableOf(Entry.Written written) {
        return registry.get(written.store() - 1).table();
    }

    private static void requireNext(long before, Entry entry) {
        if (entry.index() != before + 1) {
            throw new IllegalStateException("entry " + entry.index() + " does not follow " + before);
        }
    }
}
