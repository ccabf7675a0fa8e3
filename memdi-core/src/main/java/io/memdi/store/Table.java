package io.memdi.store;

import io.memdi.transport.SegmentDigests;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.BitSet;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The keys of one store, with what is not committed yet on top of what is. The node's loop writes; any thread reads, without a
 * lock, a wait or an allocation.
 *
 * <pre>
 *   segments[1024]        slots of a segment        versions, newest first
 *     by key hash           by key hash
 *
 *     |   |                 |  null  |
 *     | *-+---------------> |   *----+---> k = 3  --replaced-->  k = 2  --replaced-->  k = 1  --| cut
 *     |   |                 | ABSENT |     (latest)             (not committed)       (committed)
 *     |   |                 |   *----+---> removal of m  --replaced-->  m = 7  --| cut
 *     |   |                 |   *----+---> n = 5  --replaced-->  ABSENT
 * </pre>
 *
 * <p>The leader executes before it commits, so a key may have versions that are not committed. {@link #write} puts one on top,
 * {@link #cut} commits one by dropping its link to what it replaced, {@link #rollback} takes the top one back by following that
 * link. Each is one store that readers see or do not see. A reader of {@link #latest} takes the top; a reader of
 * {@link #committed} follows the links down to the first cut version, and asks nothing but the links (see {@link Version}).
 * Versions are cut in the order of their indexes and taken back in the opposite order, so that below a cut version nothing is ever
 * needed, and a version that is taken back was on top.
 *
 * <p>A committed removal leaves its slot at once as a grave (see {@link Slots}); if newer versions lie above it, it goes with the
 * link of the next one, or when that is taken back.
 *
 * <p>While a {@link Pull} waits for a page of a segment, committed removals stay in its slots, cut and without a value: tombstones,
 * so that the page does not bring back what was removed since it was made. Readers see in them what they see in a grave.
 *
 * <p>When a segment has no room left, or mostly graves, its versions are copied to a new array, which replaces the old one: one
 * segment at a time, so that the loop never stalls. A reader that is still on the old array sees the heads of that moment, which
 * lies within its own call, while links go on changing in the versions, which both arrays share. So what it returns was the
 * latest at that moment, or became committed since. The same holds for a reader that comes upon a version which is taken back
 * while it looks: what the link leads to was, or has become, the committed one during the call.
 */
public final class Table {
    private static final VarHandle SEGMENT = MethodHandles.arrayElementVarHandle(Version[][].class);

    private final String name;
    private final @Nullable Version[][] segments = new Version[Slots.SEGMENTS][];

    // Per segment, for the loop only. Beside the slots, so that a read does not go through one more object.
    private final int[] keys = new int[Slots.SEGMENTS];
    private final int[] graves = new int[Slots.SEGMENTS];
    private final Tally tally;

    /** The segments in which committed removals are kept as tombstones. */
    private final BitSet keepsTombstones = new BitSet(Slots.SEGMENTS);

    private final MeanSize sizes = new MeanSize();

    private Thaw thaw = Thaw.NONE;

    public Table(String name) {
        this.name = name;
        tally = new Tally(name);
        Arrays.fill(segments, Slots.EMPTY);
    }

    public String name() {
        return name;
    }

    // --- any thread, no lock, no wait ---

    /** The newest version of the key, committed or not; null if there is none or it is a removal. */
    public @Nullable Version latest(Object key, int hash) {
        Version head = head(key, hash);
        return head == null || head.value == null ? null : head;
    }

    /** The value of {@link #latest}, by fewer steps; null if there is none. */
    public @Nullable Object latestValue(Object key, int hash) {
        @Nullable Version[] slots = segments[Slots.segmentOf(hash)];
        VarHandle.acquireFence();
        Version head = Slots.head(slots, key, hash);
        if (head == null) {
            return null;
        }
        // Before the fence, so that it is not loaded again; it is final, so that a version which was found has it.
        Object value = head.value;
        VarHandle.acquireFence();
        return value;
    }

    /** The newest committed version of the key; null if there is none. */
    public @Nullable Version committed(Object key, int hash) {
        Version head = head(key, hash);
        if (head == null) {
            return null;
        }
        Version version = head.newestCut();
        return version.value == null ? null : version;
    }

    /** How many keys a reader of {@link #latest} finds. */
    public long size() {
        return tally.latest();
    }

    public long committedSize() {
        return tally.committed();
    }

    /** Weakly consistent: sees each key that was there all the time once, and none twice. */
    public void forEachLatest(Consumer<Version> action) {
        for (int segment = 0; segment < Slots.SEGMENTS; segment++) {
            Slots.forEach(slots(segment), head -> {
                if (head.value != null) {
                    action.accept(head);
                }
            });
        }
    }

    /** As {@link #forEachLatest}, of the committed versions. */
    public void forEachCommitted(Consumer<Version> action) {
        for (int segment = 0; segment < Slots.SEGMENTS; segment++) {
            forEachCommitted(segment, action);
        }
    }

    /** As {@link #forEachCommitted(Consumer)}, in one segment. */
    public void forEachCommitted(int segment, Consumer<Version> action) {
        Slots.forEach(slots(segment), head -> {
            Version version = head.newestCut();
            if (version.value != null) {
                action.accept(version);
            }
        });
    }

    public static int segments() {
        return Slots.SEGMENTS;
    }

    /** The segment of a key with that hash. */
    public static int segmentOf(int hash) {
        return Slots.segmentOf(hash);
    }

    /**
     * Loads and acquire fences: what was stored into an array before it was published is seen after the first, what was stored into
     * a version before that was published, after the second.
     */
    private @Nullable Version head(Object key, int hash) {
        @Nullable Version[] slots = segments[Slots.segmentOf(hash)];
        VarHandle.acquireFence();
        Version head = Slots.head(slots, key, hash);
        VarHandle.acquireFence();
        return head;
    }

    private @Nullable Version[] slots(int segment) {
        return (@Nullable Version[]) SEGMENT.getAcquire(segments, segment);
    }

    // --- the loop only ---

    /** From now on this is a table of objects: what lies here as bytes, or comes as bytes, is turned by that form. */
    public void thaw(Form form) {
        thaw = new Thaw(form);
    }

    /** Turns about so many keys more into objects; returns whether all are, so that the store can be handed out. */
    public boolean thawMore(int count) {
        return thaw.more(segments, keys, count);
    }

    /** As {@link #latest}, for whoever changes the table, and may have the key as bytes. */
    public @Nullable Version find(Object key, int hash) {
        return latest(thaw.key(segments, key, hash), hash);
    }

    /** A key as this table has keys. */
    public Object own(Object key, int hash) {
        return thaw.key(segments, key, hash);
    }

    /**
     * Puts an uncommitted version (value null: an uncommitted removal) on top of what the key has.
     *
     * @throws IllegalStateException if the key has a version at that revision or a later one
     */
    public Version write(Object key, int hash, @Nullable Object value, long term, long index) {
        int segment = Slots.segmentOf(hash);
        Object own = thaw.key(segments, key, hash);
        int slot = slotFor(segment, own, hash);
        Version head = headAt(segment, slot);
        demand(head.isBelow(term, index), "a write is newer than what the key has", head);
        Version version = new Version(keptKey(head, own), hash, thaw.value(value), term, index, head);
        place(segment, slot, version);
        return version;
    }

    /**
     * Commits a version; versions are cut in the order of their indexes.
     *
     * @throws IllegalStateException if it is cut already, or the version that it replaced is not
     */
    public void cut(Version written) {
        Version version = thaw.current(segments, written);
        Version before = replacedBy(version);
        demand(before.isCut(), "versions are cut in order", version);
        tally.commit(before, version);
        version.cut();
        if (version.value == null) {
            bury(version);
        }
    }

    /**
     * Takes a version back; it is the newest of its key: versions are taken back in reverse order.
     *
     * @throws IllegalStateException if it is not the newest of its key, or is cut
     */
    public void rollback(Version written) {
        Version version = thaw.current(segments, written);
        int segment = Slots.segmentOf(version.hash);
        int slot = Slots.locate(segments[segment], version.key, version.hash);
        demand(slot >= 0 && segments[segment][slot] == version, "the newest version is taken back first", version);
        Version before = replacedBy(version);
        boolean removed = before.value == null && before.isCut();
        place(segment, slot, removed ? Version.ABSENT : before);
        tidy(segment);
    }

    /**
     * A committed effect, at once; without effect unless it is newer than what the key has.
     *
     * @throws IllegalStateException if the newest version of the key is not committed
     */
    public void apply(Object key, int hash, @Nullable Object value, long term, long index) {
        int segment = Slots.segmentOf(hash);
        boolean stays = value != null || keepsTombstones.get(segment);
        Object own = thaw.key(segments, key, hash);
        int slot = stays ? slotFor(segment, own, hash) : Slots.locate(segments[segment], own, hash);
        Version head = slot < 0 ? Version.ABSENT : headAt(segment, slot);
        if (!head.isBelow(term, index) || (!stays && head == Version.ABSENT)) {
            return;
        }
        demand(head.isCut(), "a committed effect meets committed versions only", head);
        Version version =
                stays ? new Version(keptKey(head, own), hash, thaw.value(value), term, index, null) : Version.ABSENT;
        tally.commit(head, version);
        place(segment, slot, version);
        tidy(segment);
    }

    /** From now on committed removals in a segment leave tombstones. */
    void keepTombstones(int segment) {
        keepsTombstones.set(segment);
    }

    /** The tombstones of a segment go, and from now on removals leave none. */
    void dropTombstones(int segment) {
        keepsTombstones.clear(segment);
        @Nullable Version[] slots = segments[segment];
        for (int slot = 0; slot < slots.length; slot++) {
            Version head = slots[slot];
            if (head != null && head != Version.ABSENT && head.value == null && head.isCut()) {
                place(segment, slot, Version.ABSENT);
            }
        }
        tidy(segment);
    }

    /**
     * Committed keys of one hash go, without a tombstone.
     *
     * @throws IllegalStateException if the newest version of such a key is not committed
     */
    void removeIf(int hash, Predicate<Version> gone) {
        int segment = Slots.segmentOf(hash);
        thaw.touch(segments, segment);
        @Nullable Version[] slots = segments[segment];
        int slot = Slots.home(hash, slots.length);
        for (Version head = slots[slot]; head != null; head = slots[slot]) {
            if (head.hash == hash && head.value != null && gone.test(head)) {
                demand(head.isCut(), "a committed version is removed", head);
                tally.commit(head, Version.ABSENT);
                place(segment, slot, Version.ABSENT);
            }
            slot = Slots.next(slot, slots.length);
        }
        tidy(segment);
    }

    /** What its keys and values take, about. */
    public MeanSize sizes() {
        return sizes;
    }

    /** The digests of the committed keys and revisions, segment by segment, as of now. */
    public SegmentDigests digests() {
        return tally.bySegment();
    }

    /** Digest of the whole table, as 32 hexadecimal digits. */
    public String digest() {
        return tally.digest();
    }

    /** The slots of a segment, to be looked at, until the next change. */
    @Nullable
    Version[] heads(int segment) {
        return segments[segment];
    }

    /** How many heads there are in a segment. */
    int headCount(int segment) {
        return keys[segment];
    }

    /** The slot that the key has, or a free one for it. */
    private int slotFor(int segment, Object key, int hash) {
        int slot = Slots.locate(segments[segment], key, hash);
        if (slot >= 0) {
            return slot;
        }
        boolean reuses = segments[segment][~slot] == Version.ABSENT;
        if (reuses || Slots.holds(segments[segment].length, keys[segment] + graves[segment] + 1)) {
            return ~slot;
        }
        rebuild(segment);
        return ~Slots.locate(segments[segment], key, hash);
    }

    private Version headAt(int segment, int slot) {
        Version head = segments[segment][slot];
        return head == null ? Version.ABSENT : head;
    }

    /** The key object that is there stays, as in the JDK's maps: what replaces it on every write would only grow old in vain. */
    private static Object keptKey(Version head, Object key) {
        return head == Version.ABSENT ? key : head.key;
    }

    /** The one store into a slot that readers can see; {@link Version#ABSENT} makes a grave. */
    private void place(int segment, int slot, Version version) {
        Version before = segments[segment][slot];
        boolean there = before != null && before != Version.ABSENT;
        keys[segment] += count(version != Version.ABSENT) - count(there);
        graves[segment] += count(version == Version.ABSENT) - count(before == Version.ABSENT);
        tally.add(count(version.value != null) - count(there && before.value != null));
        Slots.store(segments[segment], slot, version);
    }

    private void bury(Version removal) {
        int segment = Slots.segmentOf(removal.hash);
        int slot = Slots.locate(segments[segment], removal.key, removal.hash);
        if (slot >= 0 && segments[segment][slot] == removal) {
            place(segment, slot, Version.ABSENT);
            tidy(segment);
        }
    }

    private void tidy(int segment) {
        if (Slots.wastes(segments[segment].length, keys[segment])) {
            rebuild(segment);
        }
    }

    private void rebuild(int segment) {
        SEGMENT.setRelease(segments, segment, Slots.rebuilt(segments[segment], keys[segment]));
        graves[segment] = 0;
    }

    private static Version replacedBy(Version version) {
        Version replaced = version.replaced();
        if (replaced == null) {
            throw new IllegalStateException(version + " is committed: it is neither cut again nor taken back");
        }
        return replaced;
    }

    private static int count(boolean one) {
        return one ? 1 : 0;
    }

    /** Invariants stay on in production: each is a comparison of what is at hand. */
    private static void demand(boolean holds, String rule, Version version) {
        if (!holds) {
            throw new IllegalStateException(rule + ": " + version);
        }
    }
}
