package io.memdi.storage;

import io.memdi.transport.Entry;
import io.memdi.transport.StoreSpec;
import io.memdi.wire.LogCodec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which stores the log has registered, as far as it is here: what it says after its last entry. */
final class LoggedStores implements LogCodec.Registered {
    private final List<Entry.StoreCreated> created = new ArrayList<>();
    private final Map<Integer, StoreSpec> specs = new HashMap<>();

    @Override
    public @Nullable StoreSpec spec(int number) {
        return specs.get(number);
    }

    void add(Entry entry) {
        if (entry instanceof Entry.StoreCreated store) {
            created.add(store);
            specs.put(store.store(), store.spec());
        }
    }

    /** The entries from an index on are gone. */
    void cut(long index) {
        if (created.removeIf(store -> store.index() >= index)) {
            specs.clear();
            created.forEach(store -> specs.put(store.store(), store.spec()));
        }
    }
}
