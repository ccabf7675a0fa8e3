package io.memdi.shell.judges;

import java.util.ArrayList;
import java.util.List;

/** Which nodes have ended without a farewell, and when, as whoever ended them knows. Thread-safe. */
final class Deaths {
    private final List<Death> all = new ArrayList<>();

    /**
     * The end of a process, with what it held in its memory.
     *
     * @param name the node
     * @param from it was alive until then
     * @param to it was dead from then on
     */
    record Death(String name, long from, long to) {
        Death {
            if (to - from < 0) {
                throw new IllegalArgumentException(name + " was dead before it died");
            }
        }
    }

    synchronized void add(String name, long from, long to) {
        all.add(new Death(name, from, to));
    }

    synchronized List<Death> all() {
        return List.copyOf(all);
    }
}
