package io.memdi.store;

import io.memdi.transport.Entry;
import org.jspecify.annotations.Nullable;

/**
 * What a leader has executed and not committed, in the order of the log: each entry, with the version that it wrote, if it wrote one.
 * Two rings side by side, so that a write allocates nothing here. Loop only.
 */
final class Uncommitted {
    private @Nullable Entry[] entries = new Entry[64];
    private @Nullable Version[] versions = new Version[64];
    private long first;
    private long end;

    boolean isEmpty() {
        return first == end;
    }

    void add(Entry entry, @Nullable Version version) {
        if (end - first == entries.length) {
            grow();
        }
        entries[slot(end)] = entry;
        versions[slot(end)] = version;
        end++;
    }

    /** The oldest entry; there is one. */
    Entry first() {
        return at(first);
    }

    /** What the oldest entry wrote; null if nothing. */
    @Nullable
    Version firstVersion() {
        return versions[slot(first)];
    }

    void removeFirst() {
        at(first);
        erase(first);
        first++;
    }

    /** The newest entry; there is one. */
    Entry last() {
        return at(end - 1);
    }

    /** What the newest entry wrote; null if nothing. */
    @Nullable
    Version lastVersion() {
        return versions[slot(end - 1)];
    }

    void removeLast() {
        at(end - 1);
        end--;
        erase(end);
    }

    private Entry at(long place) {
        Entry entry = entries[slot(place)];
        if (isEmpty() || entry == null) {
            throw new IllegalStateException("nothing is uncommitted");
        }
        return entry;
    }

    private void erase(long place) {
        entries[slot(place)] = null;
        versions[slot(place)] = null;
    }

    private void grow() {
        @Nullable Entry[] moreEntries = new Entry[entries.length * 2];
        @Nullable Version[] moreVersions = new Version[entries.length * 2];
        for (long place = first; place < end; place++) {
            int to = (int) (place & (moreEntries.length - 1));
            moreEntries[to] = entries[slot(place)];
            moreVersions[to] = versions[slot(place)];
        }
        entries = moreEntries;
        versions = moreVersions;
    }

    private int slot(long place) {
        return (int) (place & (entries.length - 1));
    }
}
