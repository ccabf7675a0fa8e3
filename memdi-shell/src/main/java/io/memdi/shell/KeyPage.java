package io.memdi.shell;

import io.memdi.ReadOptions;
import io.memdi.Store;
import java.io.Serial;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A page of a store's keys, in their order. Reading it goes over the whole store, unless less effort is asked for, but keeps no more than
 * one page.
 *
 * @param keys the keys
 * @param more whether there are keys after them
 */
record KeyPage(List<String> keys, boolean more) {

    /** How much of the store is looked at. */
    enum Effort {
        /** All of it: only so are the first keys found in their order, as a store has none. */
        ALL,
        /** No more than it takes to fill a page, with whatever keys come. */
        FIRST_FOUND,
        /** A limited number of keys, as for a completion: what is found is some of what there is. */
        GLANCE
    }

    private static final int GLANCE = 2000;

    /** Ends a walk. */
    private static final class Enough extends RuntimeException {
        @Serial
        private static final long serialVersionUID = 1;

        Enough() {
            super("enough keys were seen", null, false, false);
        }
    }

    /**
     * What is looked for.
     *
     * @param prefix what the keys start with
     * @param after what they come after; null for nothing
     * @param limit how many of them make a page
     */
    record Search(String prefix, @Nullable String after, int limit) {

        KeyPage run(Store<String, String> store, ReadOptions options, Effort effort) {
            Found found = new Found(this, effort);
            try {
                store.forEach((key, value) -> found.take(key), options);
            } catch (Enough e) {
                // What was found is what was asked for.
            }
            List<String> keys = new ArrayList<>(found.first);
            boolean more = keys.size() > limit;
            return new KeyPage(more ? keys.subList(0, limit) : keys, more);
        }

        private boolean fits(String key) {
            return key.startsWith(prefix) && (after == null || key.compareTo(after) > 0);
        }
    }

    private static final class Found {
        private final Search search;
        private final Effort effort;
        private final TreeSet<String> first = new TreeSet<>();
        private int seen;

        Found(Search search, Effort effort) {
            this.search = search;
            this.effort = effort;
        }

        void take(String key) {
            if (effort == Effort.GLANCE && ++seen > GLANCE) {
                throw new Enough();
            }
            if (search.fits(key)) {
                first.add(key);
                if (first.size() > search.limit() + 1) {
                    first.pollLast();
                }
                if (effort == Effort.FIRST_FOUND && first.size() > search.limit()) {
                    throw new Enough();
                }
            }
        }
    }
}
