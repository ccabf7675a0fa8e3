package io.memdi.store;

import io.memdi.transport.Range;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The slots of one segment: an open-addressed array of the newest versions, probed linearly from a key's home.
 *
 * <pre>
 *   spread hash   [ 10 bits: segment | 22 bits: where in the segment the home is ]
 *
 *   slots         | null | a7 | b3 | ABSENT | c9 | null | ...
 *                          ^ home of a, b and c: whoever looks for c passes b and the grave
 * </pre>
 *
 * <p>A slot goes from null to a version, from a version to a newer one of the same key or to {@link Version#ABSENT} (a grave),
 * and from a grave to a version of any key. It never becomes null again, and a key never moves to another slot while it is there.
 * Therefore a lock-free reader never misses such a key, whatever happens around it: all that lay on the way to it still does.
 *
 * <p>Lengths are powers of two, and segments are between a quarter and half full as they grow: 16 bytes per key at worst, and few
 * probes, since each probe into another key's version is a cache miss.
 *
 * <p>The loop writes, any thread reads. Stores into slots are releases, so that a reader who finds a version finds it whole: a walk
 * loads with acquire, a look-up plainly, between the two acquire fences of {@link Table}.
 */
final class Slots {
    static final int SEGMENTS = Range.SEGMENTS;

    /** What a segment starts with: nothing is ever stored into it, its one null ends every search. */
    static final @Nullable Version[] EMPTY = new Version[1];

    private static final VarHandle SLOT = MethodHandles.arrayElementVarHandle(Version[].class);

    private static final int SEGMENT_BITS = 10;
    private static final int SMALLEST = 8;

    private static final int HOME_FOLD = (Integer.SIZE - SEGMENT_BITS) / 2;

    private Slots() {}

    static int segmentOf(int hash) {
        return Range.spread(hash) >>> (Integer.SIZE - SEGMENT_BITS);
    }

    /** The place of a hash in its segment, whatever the length of the slots. */
    static int placeOf(int hash) {
        return Range.placeOf(hash);
    }

    /** The upper half of the bits that the segment leaves is folded onto the lower, whose quality is less. */
    static int home(int hash, int length) {
        int spread = Range.spread(hash);
        return (spread ^ (spread >>> HOME_FOLD)) & (length - 1);
    }

    /** How many slots a table has, used or not: what tests hold against the number of keys. */
    static long count(Table table) {
        long count = 0;
        for (int segment = 0; segment < SEGMENTS; segment++) {
            count += table.heads(segment).length;
        }
        return count;
    }

    static int next(int slot, int length) {
        return (slot + 1) & (length - 1);
    }

    /**
     * The newest version of a key; null if there is none. Any thread, provided that a fence follows (see {@link Table}): plain loads
     * spare the checks of a var handle, which are a good part of a read. One loop, although the first probe mostly is the last: keys
     * are compared in one place, so that the compiled code of a read stays small enough to become part of its callers.
     */
    static @Nullable Version head(@Nullable Version[] slots, Object key, int hash) {
        int slot = home(hash, slots.length);
        Version version = slots[slot];
        while (version != null && !version.isFor(key, hash)) {
            slot = next(slot, slots.length);
            version = slots[slot];
        }
        return version;
    }

    /**
     * Loads what a look-up of such a hash waits for, mostly. One look-up after the other waits four times for memory; several of these, one
     * after the other, wait together, since none depends on another (group prefetching: Chen, Ailamaki, Gibbons and Mowry, Improving Hash
     * Join Performance through Prefetching, ICDE 2004). Loop only.
     *
     * @return something of what was loaded, so that the compiler cannot leave the loads out
     */
    static int touch(@Nullable Version[] slots, Object key, int hash) {
        Version version = slots[home(hash, slots.length)];
        return touch(key) + (version == null ? 0 : version.hash + touch(version.key));
    }

    /** What is compared of two keys, where that can be had without asking code of users. */
    private static int touch(Object key) {
        return key instanceof String text ? text.length() : 0;
    }

    /** Loop only: the key's slot, or the complement of the slot that it would get: the first grave on the way, else a null. */
    static int locate(@Nullable Version[] slots, Object key, int hash) {
        int grave = -1;
        int slot = home(hash, slots.length);
        Version version = slots[slot];
        while (version != null) {
            if (version == Version.ABSENT) {
                grave = grave < 0 ? slot : grave;
            } else if (version.isFor(key, hash)) {
                return slot;
            }
            slot = next(slot, slots.length);
            version = slots[slot];
        }
        return ~(grave < 0 ? slot : grave);
    }

    /** Loop only. */
    static void store(@Nullable Version[] slots, int slot, Version version) {
        SLOT.setRelease(slots, slot, version);
    }

    /** Whether so many slots, versions and graves together, may be in use: at least one null must be left to end a search. */
    static boolean holds(int length, int used) {
        return used * 2L <= length;
    }

    /** Whether so few keys are left that the array should shrink; far enough from {@link #holds} that no churn pays it often. */
    static boolean wastes(int length, int keys) {
        return length > SMALLEST && keys * 8L < length;
    }

    /** The smallest length that so many keys fill to three eighths at most, so that some room is left. */
    private static int lengthFor(int keys) {
        long least = keys * 8L / 3;
        return Math.max(SMALLEST, Math.toIntExact(Long.highestOneBit(least) << 1));
    }

    /** Loop only: the keys in an array of their own with room for more, without the graves. The old array is left as it is. */
    static @Nullable Version[] rebuilt(@Nullable Version[] slots, int keys) {
        @Nullable Version[] fresh = new Version[lengthFor(keys + 1)];
        for (Version version : slots) {
            if (version != null && version != Version.ABSENT) {
                int slot = home(version.hash, fresh.length);
                while (fresh[slot] != null) {
                    slot = next(slot, fresh.length);
                }
                fresh[slot] = version;
            }
        }
        return fresh;
    }

    /**
     * Visits the newest version of every key, on any thread. Keys are visited from a copy, because a key that is removed and put
     * again during the walk can come to lie in a later slot, and would be visited twice.
     */
    static void forEach(@Nullable Version[] slots, Consumer<Version> action) {
        @Nullable Version[] seen = new Version[slots.length];
        for (int slot = 0; slot < seen.length; slot++) {
            seen[slot] = (Version) SLOT.getAcquire(slots, slot);
        }
        for (int slot = 0; slot < seen.length; slot++) {
            Version version = seen[slot];
            if (version != null && version != Version.ABSENT && isFirst(seen, slot, version)) {
                action.accept(version);
            }
        }
    }

    private static boolean isFirst(@Nullable Version[] seen, int at, Version version) {
        for (int slot = home(version.hash, seen.length); slot != at; slot = next(slot, seen.length)) {
            Version other = seen[slot];
            if (other != null && other.isFor(version.key, version.hash)) {
                return false;
            }
        }
        return true;
    }
}
