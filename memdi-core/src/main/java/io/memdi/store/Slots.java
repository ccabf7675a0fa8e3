package io.memdi.store;

import io.memdi.transport.Range;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The slots of one segment: open-addressed, probed linearly from a key's home. What is committed lies in the slot itself, key,
 * value and revision; an object of its own, a {@link Version}, has only what is not.
 *
 * <pre>
 *   spread hash   [ 10 bits: segment | 22 bits: place in the segment ]     spread once more: the home
 *
 *   cells   | key | content | key | content | ...                    8 bytes per slot, with compressed references
 *   info    | index | hash, term | index | hash, term | ...          16 bytes per slot
 *
 *   content     null         nothing: a slot that was never used has no key either; else a grave, what a removal leaves
 *               a value      committed, at the revision in info
 *               a Version    not committed; or a removal that is kept for a while (a tombstone, see Table)
 * </pre>
 *
 * <p>A key, once in a slot, stays there for as long as the array lives, and so does the slot for the key, in a grave too.
 * Therefore a lock-free reader never misses a key that is there all the while, and need not ask whether what it finds beside a
 * key belongs to it.
 *
 * <p>A revision changes only while the content is no value. A reader that wants both reads the revision, the content, and the
 * revision once more: if both are the same, they belong to what is between, for a key has no revision twice (see {@link #at}).
 *
 * <p>Segments are between two fifths and half full as they grow, mostly: few probes, since each look at another key is a cache miss. Their
 * lengths are powers of two, and one and a half times those.
 *
 * <p>The loop writes, any thread reads. Stores that readers see are releases.
 */
final class Slots {
    static final int SEGMENTS = Range.SEGMENTS;

    /** What a segment starts with: nothing is ever stored into it, its one null ends every search. */
    static final Slots EMPTY = new Slots(1);

    private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(Object[].class);
    private static final VarHandle INFO = MethodHandles.arrayElementVarHandle(long[].class);

    private static final int SEGMENT_BITS = 10;
    private static final int SMALLEST = 4;
    private static final long UNSIGNED = 0xFFFF_FFFFL;

    /** Odd, and no kin of the factor in {@link Range#spread}. */
    private static final int HOME = 0x85EBCA6B;

    private static final int FOLD = 15;

    /** What readers have of these slots, so that a look-up does not go through one more object. */
    final @Nullable Object[] cells;

    private final long[] info;

    /** How many slots have content, and how many are graves. Loop only. */
    private int keys;

    private int graves;

    private Slots(int length) {
        cells = new Object[2 * length];
        info = new long[2 * length];
    }

    static int segmentOf(int hash) {
        return Range.spread(hash) >>> (Integer.SIZE - SEGMENT_BITS);
    }

    /** The place of a hash in its segment, whatever the length of the slots. */
    static int placeOf(int hash) {
        return Range.placeOf(hash);
    }

    /**
     * The cell of a key's home: its hash, spread otherwise than for its place, and scaled to the cells. Keys come in the order of
     * their places when a segment is loaded; if homes were in that order too, they would fill the slots from one end.
     */
    private static int home(int hash, int cells) {
        int spread = Range.spread(hash);
        int number = (spread ^ (spread >>> FOLD)) * HOME;
        return (int) (((number & UNSIGNED) * cells) >>> Integer.SIZE) & ~1;
    }

    // --- any thread ---

    /**
     * The content beside a key; null if there is none. One loop, although the first probe mostly is the last: keys are compared in one
     * place, so that the compiled code of a read stays small enough to become part of its callers. Plain loads spare the checks of a var
     * handle, which are a good part of a read, and both at once spare a check of bounds; the fence stands between them and what is
     * asked of what they found.
     */
    static @Nullable Object find(@Nullable Object[] cells, Object key, int hash) {
        int at = home(hash, cells.length);
        Object there = cells[at];
        Object content = cells[at + 1];
        while (there != null) {
            VarHandle.acquireFence();
            // The given key is asked, whose class the caller's code knows. Whether it is the same object, equals asks
            // anyhow.
            if (key.equals(there)) {
                return content;
            }
            at = next(at, cells.length);
            there = cells[at];
            content = cells[at + 1];
        }
        return null;
    }

    /**
     * The cell of a key; if it is not there, the complement of the cell that it would get. As users' keys are asked only about keys of the
     * same hash, all nodes ask the same, whatever else lies in their slots: what the leader has compared, no follower fails to compare.
     */
    int seek(Object key, int hash) {
        int at = home(hash, cells.length);
        Object there = cells[at];
        while (there != null) {
            VarHandle.acquireFence();
            if (hash(at) == hash && key.equals(there)) {
                return at;
            }
            at = next(at, cells.length);
            there = cells[at];
        }
        return ~at;
    }

    /** The hash of the key in a cell. */
    int hash(int at) {
        return hash((long) INFO.getOpaque(info, at + 1));
    }

    private static int next(int at, int cells) {
        int next = at + 2;
        return next == cells ? 0 : next;
    }

    /**
     * The newest version in a slot; {@link Version#ABSENT} if there is none. Where it is committed, this is an object of the moment.
     *
     * <p>What is read twice is a sequence lock whose writer nobody waits for: a reader begins again only if the loop has put another
     * version there meanwhile.
     *
     * @param at the cell of the key
     */
    Version at(int at) {
        Object key = CELL.getAcquire(cells, at);
        while (key != null) {
            long index = (long) INFO.getAcquire(info, at);
            long hashAndTerm = (long) INFO.getAcquire(info, at + 1);
            Object content = CELL.getAcquire(cells, at + 1);
            if (content instanceof Version version) {
                return version;
            }
            if (content == null) {
                return Version.ABSENT;
            }
            if ((long) INFO.getAcquire(info, at) == index && (long) INFO.getAcquire(info, at + 1) == hashAndTerm) {
                return new Version(key, hash(hashAndTerm), content, (int) hashAndTerm, index, null);
            }
        }
        return Version.ABSENT;
    }

    /** Visits the newest version of every key. */
    void forEach(Consumer<Version> action) {
        for (int at = 0; at < info.length; at += 2) {
            Version version = at(at);
            if (version != Version.ABSENT) {
                action.accept(version);
            }
        }
    }

    // --- the loop only ---

    int keys() {
        return keys;
    }

    /** With the graves. */
    int used() {
        return keys + graves;
    }

    int length() {
        return info.length / 2;
    }

    /** The newest versions whose places are those of a range, in no order. */
    List<Version> heads(Range range) {
        List<Version> heads = new ArrayList<>();
        for (int at = 0; at < info.length; at += 2) {
            if (cells[at + 1] != null) {
                int place = placeOf(hash(at));
                if (place >= range.from() && place <= range.end()) {
                    heads.add(at(at));
                }
            }
        }
        return heads;
    }

    /** Whether a removal is in a slot that is committed, and kept for a while. */
    boolean hasTombstone(int at) {
        return cells[at + 1] instanceof Version version && version.value == null && version.isCut();
    }

    /** The key object that is there stays, as in the JDK's maps: what replaces it on every write would only grow old in vain. */
    Object kept(int at, Object key) {
        Object there = cells[at];
        return there == null ? key : there;
    }

    /** Whether nothing is in a slot, of whatever key. */
    boolean isVacant(int at) {
        return cells[at + 1] == null;
    }

    /** Whether a reader of the newest versions finds a value in a slot. */
    boolean hasValue(int at) {
        Object content = cells[at + 1];
        return content instanceof Version version ? version.value != null : content != null;
    }

    /** Whether it is older than that revision, what is in a slot, or nothing is. */
    boolean isBelow(int at, long term, long index) {
        Object content = cells[at + 1];
        if (content instanceof Version version) {
            return version.isBelow(term, index);
        }
        return content == null || term(at) < term || (term(at) == term && info[at] < index);
    }

    /** Whether a value that is committed is in a slot; then {@link #term} and {@link #index} have its revision. */
    boolean isSettled(int at) {
        Object content = cells[at + 1];
        return content != null && !(content instanceof Version);
    }

    /** Whether nothing in a slot may be taken back. */
    boolean isCut(int at) {
        return !(cells[at + 1] instanceof Version version) || version.isCut();
    }

    long term(int at) {
        return (int) info[at + 1];
    }

    long index(int at) {
        return info[at];
    }

    /** Puts a version of a key into the slot that is the key's or may become it; {@link Version#ABSENT} makes a grave of it. */
    void set(int at, Version version) {
        count(at, -1);
        put(at, version);
        count(at, 1);
    }

    private void count(int at, int one) {
        if (cells[at + 1] != null) {
            keys += one;
        } else if (cells[at] != null) {
            graves += one;
        }
    }

    private void put(int at, Version version) {
        if (version == Version.ABSENT) {
            CELL.setRelease(cells, at + 1, null);
            return;
        }
        if (cells[at] == null) {
            info[at + 1] = hashAndTerm(version);
            CELL.setRelease(cells, at, version.key);
        }
        Object before = cells[at + 1];
        boolean settles = version.value != null && version.isCut();
        if (!settles || (before != null && before != version)) {
            CELL.setRelease(cells, at + 1, version);
        }
        if (settles) {
            INFO.setRelease(info, at, version.index());
            INFO.setRelease(info, at + 1, hashAndTerm(version));
            CELL.setRelease(cells, at + 1, version.value);
        }
    }

    /** The first slot on a hash's way, and the next ones: to look at all keys of one hash. */
    int first(int hash) {
        return home(hash, info.length);
    }

    int next(int at) {
        return next(at, info.length);
    }

    /**
     * Loads what a look-up of such a hash waits for, mostly. One look-up after the other waits four times for memory; several of these, one
     * after the other, wait together, since none depends on another (group prefetching: Chen, Ailamaki, Gibbons and Mowry, Improving Hash
     * Join Performance through Prefetching, ICDE 2004).
     *
     * @return something of what was loaded, so that the compiler cannot leave the loads out
     */
    int touch(Object key, int hash) {
        int at = first(hash);
        Object there = cells[at];
        return touch(key) + (int) info[at] + (there == null ? 0 : touch(there));
    }

    /** What is compared of two keys, where that can be had without asking code of users. */
    private static int touch(Object key) {
        return key instanceof String text ? text.length() : 0;
    }

    /** Whether one more slot may be in use: at least one null must be left to end a search. */
    boolean hasRoom() {
        return (used() + 1) * 2L <= length();
    }

    /** Whether so few keys are left that the array should shrink; far enough from {@link #hasRoom} that no churn pays it often. */
    boolean wastes() {
        return length() > SMALLEST && keys * 8L < length();
    }

    /** The smallest length that so many keys fill to two fifths at most, so that some room is left. */
    private static int lengthFor(int keys) {
        long least = keys * 5L / 2;
        long half = Math.max(SMALLEST, Long.highestOneBit(least));
        return Math.toIntExact(least < half ? half : least < half + half / 2 ? half + half / 2 : 2 * half);
    }

    /** The keys in slots of their own with room for more, without the graves. These slots are left as they are. */
    Slots rebuilt() {
        Slots fresh = new Slots(lengthFor(keys + 1));
        fresh.keys = keys;
        for (int at = 0; at < info.length; at += 2) {
            Object content = cells[at + 1];
            if (content != null) {
                int free = fresh.free(hash(info[at + 1]));
                fresh.cells[free] = cells[at];
                fresh.cells[free + 1] = content;
                fresh.info[free] = info[at];
                fresh.info[free + 1] = info[at + 1];
            }
        }
        return fresh;
    }

    /** As {@link #rebuilt()}, with what is made of each newest version. */
    Slots rebuilt(UnaryOperator<Version> form) {
        if (keys == 0) {
            return EMPTY;
        }
        Slots fresh = new Slots(lengthFor(keys + 1));
        forEach(version -> {
            Version formed = form.apply(version);
            fresh.set(fresh.free(formed.hash), formed);
        });
        return fresh;
    }

    private int free(int hash) {
        int at = first(hash);
        while (cells[at] != null) {
            at = next(at);
        }
        return at;
    }

    private static long hashAndTerm(Version version) {
        return (long) version.hash << Integer.SIZE | (version.term() & UNSIGNED);
    }

    private static int hash(long hashAndTerm) {
        return (int) (hashAndTerm >>> Integer.SIZE);
    }

    /** How many slots a table has, used or not: what tests hold against the number of keys. */
    static long count(Table table) {
        return IntStream.range(0, SEGMENTS)
                .mapToLong(segment -> table.slots(segment).length())
                .sum();
    }
}
