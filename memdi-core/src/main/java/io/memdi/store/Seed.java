package io.memdi.store;

import io.memdi.Revision;
import io.memdi.transport.Entry;
import io.memdi.transport.Page;
import io.memdi.transport.Result;
import io.memdi.transport.StoreSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The state of all stores at one position, put together from a backup before any node has it. Sessions are not among that: whoever had one
 * belongs to another cluster. For one thread; then for the loop of the node that takes it over.
 */
public final class Seed {
    private final List<Entry.StoreCreated> registry = new ArrayList<>();
    private final Map<StoreSpec, Table> tables = new LinkedHashMap<>();
    private Revision position;

    /**
     * Begins with empty stores.
     *
     * @param start the position
     * @param stores those that are registered there
     */
    public Seed(Revision start, List<Entry.StoreCreated> stores) {
        position = start;
        stores.forEach(this::register);
    }

    private void register(Entry.StoreCreated created) {
        Table table = new Table(created.spec().name());
        if (created.store() != registry.size() + 1 || tables.putIfAbsent(created.spec(), table) != null) {
            throw new IllegalArgumentException("store " + (registry.size() + 1) + " should follow, not " + created);
        }
        registry.add(created);
    }

    /** A page of a store; what is newer here stays. */
    public void add(int store, Page page) {
        Pull.load(table(store), page);
    }

    /** The entry after this position. */
    public void add(Entry entry) {
        if (entry.index() != position.index() + 1 || entry.term() < position.term()) {
            throw new IllegalArgumentException(
                    "entry " + entry.term() + "." + entry.index() + " does not follow " + position);
        }
        if (entry instanceof Entry.StoreCreated created) {
            register(created);
        } else if (entry instanceof Entry.Written written && written.result() == Result.APPLIED) {
            table(written.store())
                    .apply(written.key(), written.hash(), written.value(), written.term(), written.index());
        }
        position = new Revision(entry.term(), entry.index());
    }

    private Table table(int store) {
        if (store < 1 || store > registry.size()) {
            throw new IllegalArgumentException("store " + store + " is none of the " + registry.size());
        }
        return table(registry.get(store - 1).spec());
    }

    /** What a store holds. */
    public Table table(StoreSpec store) {
        Table table = tables.get(store);
        if (table == null) {
            throw new IllegalArgumentException("no store " + store);
        }
        return table;
    }

    /** The stores, in the order of their numbers. */
    public List<Entry.StoreCreated> stores() {
        return List.copyOf(registry);
    }

    /** The position. */
    public Revision position() {
        return position;
    }
}
