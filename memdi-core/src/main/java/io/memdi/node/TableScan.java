package io.memdi.node;

import io.memdi.machine.Replica;
import io.memdi.store.Pager;
import io.memdi.store.Table;
import io.memdi.transport.Entry;
import io.memdi.transport.HealMessage.HealPage;
import io.memdi.transport.Inventory;
import io.memdi.transport.Page;
import io.memdi.transport.Range;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Goes over what some stores have committed, a slice at a time, while writes go on: as of when each slice is made. Loop only. */
final class TableScan {
    /** How many bytes a slice has, about. */
    private static final int PAGE_BYTES = 64 << 10;

    /** How many segments a slice looks into, where they are empty. */
    private static final int SEGMENTS = 64;

    private final Replica replica;
    private final List<Entry.StoreCreated> stores;

    /** The place of a store among those, and what is left of one of its segments. */
    private int store;

    private Range rest = Range.of(0);

    /** A slice of a store. */
    record Slice(Entry.StoreCreated store, HealPage page) {}

    TableScan(Replica replica, List<Entry.StoreCreated> stores) {
        this.replica = replica;
        this.stores = stores;
    }

    boolean isOver() {
        return store == stores.size();
    }

    /** How much is done, from 0 to 100. */
    int percent() {
        return stores.isEmpty()
                ? 100
                : (int) (100L
                        * ((long) store * Range.SEGMENTS + rest.segment())
                        / ((long) stores.size() * Range.SEGMENTS));
    }

    /** The next slice; null if a part of the stores was looked into that has nothing. */
    @Nullable
    Slice next() {
        Slice found = null;
        for (int i = 0; i < SEGMENTS && found == null && !isOver(); i++) {
            found = slice(stores.get(store));
        }
        return found;
    }

    private @Nullable Slice slice(Entry.StoreCreated created) {
        Table table = replica.state().table(created.spec());
        Inventory nothing = new Inventory(0, rest, replica.committed(), new int[0], new int[0], new long[0]);
        Page page = new Pager(table, PAGE_BYTES, version -> table.sizes().bytes()).page(nothing, replica.committed());
        int segment = rest.segment();
        rest = rest.without(page.range());
        if (rest.isEmpty()) {
            store += segment + 1 == Range.SEGMENTS ? 1 : 0;
            rest = Range.of((segment + 1) % Range.SEGMENTS);
        }
        return page.buckets().isEmpty() ? null : new Slice(created, new HealPage(created.store(), page));
    }
}
