package io.memdi.shell;

import io.memdi.ReadOptions;
import io.memdi.Store;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A page of a store's keys, in their order. Reading it goes over the whole store, but keeps no more than one page.
 *
 * @param keys the keys
 * @param more whether there are keys after them
 */
record KeyPage(List<String> keys, boolean more) {

    /** Reads the first keys that start with a prefix, and come after a key if one is given. */
    static KeyPage read(
            Store<String, String> store, String prefix, @Nullable String after, int limit, ReadOptions options) {
        TreeSet<String> first = new TreeSet<>();
        store.forEach(
                (key, value) -> {
                    if (key.startsWith(prefix) && (after == null || key.compareTo(after) > 0)) {
                        first.add(key);
                        if (first.size() > limit + 1) {
                            first.pollLast();
                        }
                    }
                },
                options);
        List<String> keys = new ArrayList<>(first);
        boolean more = keys.size() > limit;
        return new KeyPage(more ? keys.subList(0, limit) : keys, more);
    }
}
