package io.memdi.store;

import java.util.ArrayDeque;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * Turns a table of bytes into one of objects, segment by segment, while the log goes on: a segment that is to be changed or looked into is
 * turned first. So a segment never holds a key in two forms.
 *
 * <p>Versions are replaced by new ones of the same revision. Whoever holds one from before (the window of what is not committed) finds what
 * has replaced it by key and index. No other thread reads the table meanwhile: a store is handed out once all of it is turned. Loop only.
 */
final class Thaw {
    /** Of a table that stays as it is. */
    static final Thaw NONE = new Thaw(null);

    private final @Nullable Form form;
    private final BitSet done = new BitSet(Slots.SEGMENTS);

    Thaw(@Nullable Form form) {
        this.form = form;
    }

    /** A key that comes from outside, as the segment has keys that it belongs to. */
    Object key(Table table, Object key, int hash) {
        if (form == null) {
            return key;
        }
        touch(table, Slots.segmentOf(hash));
        return form.isBytes(key) ? form.key(key) : key;
    }

    /** A value that comes from outside, as the table has values. */
    @Nullable
    Object value(@Nullable Object value) {
        return form != null && value != null && form.isBytes(value) ? form.value(value) : value;
    }

    /** Turns a segment, unless it is turned. */
    void touch(Table table, int segment) {
        if (form == null || done.get(segment)) {
            return;
        }
        table.turn(segment, head -> thawed(form, head));
        done.set(segment);
    }

    /** Turns segments, until about so many keys are turned; returns whether all are. */
    boolean more(Table table, int count) {
        int left = count;
        int segment = done.nextClearBit(0);
        while (form != null && segment < Slots.SEGMENTS && left > 0) {
            touch(table, segment);
            left -= table.slots(segment).keys();
            segment = done.nextClearBit(segment);
        }
        return form == null || segment >= Slots.SEGMENTS;
    }

    /** The version, and those that it has replaced and may come back to, as objects. */
    private static Version thawed(Form form, Version head) {
        Object key = form.isBytes(head.key) ? form.key(head.key) : head.key;
        ArrayDeque<Version> chain = new ArrayDeque<>();
        Version version = head;
        for (Version below = head.replaced(); below != null; below = version.replaced()) {
            chain.push(version);
            version = below;
        }
        Version result = version == Version.ABSENT ? version : copy(form, version, key, null);
        while (!chain.isEmpty()) {
            result = copy(form, chain.pop(), key, result);
        }
        return result;
    }

    private static Version copy(Form form, Version version, Object key, @Nullable Version replaced) {
        Object value = version.value;
        Object own = value != null && form.isBytes(value) ? form.value(value) : value;
        return new Version(key, version.hash, own, version.term(), version.index(), replaced);
    }

    /** What has taken the place of a version that was made before its segment was turned: itself, if it was made since. */
    Version current(Table table, Version version) {
        if (form == null || !form.isBytes(version.key)) {
            return version;
        }
        Version found = table.head(key(table, version.key, version.hash), version.hash);
        while (found != null && found.index() != version.index()) {
            found = found.replaced();
        }
        if (found == null) {
            throw new IllegalStateException("what has replaced it was not found: " + version);
        }
        return found;
    }
}
