package io.memdi.storage;

import io.memdi.transport.Entry;
import io.memdi.transport.StoreSpec;
import io.memdi.wire.LogCodec;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which stores the log has registered, as far as it is here. A registration that is cut may stay: nothing uses its number before another
 * registration takes it.
 */
final class LoggedStores implements LogCodec.Registered {
    private final Map<Integer, StoreSpec> specs = new HashMap<>();

    @Override
    public @Nullable StoreSpec spec(int number) {
        return specs.get(number);
    }

    void add(Entry entry) {
        if (entry instanceof Entry.StoreCreated store) {
            specs.put(store.store(), store.spec());
        }
    }

    void clear() {
        specs.clear();
    }
}
