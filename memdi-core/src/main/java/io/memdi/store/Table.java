package io.memdi.store;

import io.memdi.transport.SegmentDigests;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.BitSet;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The keys of one store, with what is not committed yet on top of what is. The node's loop writes; any thread reads, without a
 * lock or a wait.
 *
 * <pre>
 *   segments[1024]        slots of a segment            versions, newest first
 *     by key hash           by key hash
 *
 *     |   |                 |   |                |
 *     | *-+---------------> | k |       *--------+---> k = 3  --replaced-->  k = 2  --replaced-->  k = 1  --| cut
 *     |   |                 | l |  7 at revision |     (latest)             (not committed)       (committed)
 *     |   |                 | i |                |     a grave
 *     |   |                 | m |       *--------+---> removal of m  --replaced-->  m = 7  --| cut
 *     |   |                 | n |       *--------+---> n = 5  --replaced-->  ABSENT
 * </pre>
 *
 * <p>The leader executes before it commits, so a key may have versions that are not committed. {@link #write} puts one on top,
 * {@link #cut} commits one by dropping its link to what it replaced, {@link #rollback} takes the top one back by following that
 * link. Each is one store that readers see or do not see. A reader of {@link #latest} takes the top; a reader of
 * {@link #committed} follows the links down to the first cut version, and asks nothing but the links (see {@link Version}).
 * Versions are cut in the order of their indexes and taken back in the opposite order, so that below a cut version nothing is ever
 * needed, and a version that is taken back was on top.
 *
 * <p>Once the top one is cut, the slot has its value and revision instead of it (see {@link Slots}): most reads find a value beside
 * its key, and a million keys are not a million objects more.
 *
 * <p>A committed removal leaves its slot at once as a grave; if newer versions lie above it, it goes with the link of the next one,
 * or when that is taken back.
 *
 * <p>While a {@link Pull} waits for a page of a segment, committed removals stay in its slots, cut and without a value: tombstones,
 * so that the page does not bring back what was removed since it was made. Readers see in them what they see in a grave.
 *
 * <p>When a segment has no room left, or mostly graves, its slots are copied to new ones, which replace them: one segment at a time,
 * so that the loop never stalls. A reader that is still on the old ones sees what was the newest of that moment, which
 * lies within its own call, while links go on changing in the versions, which both share. So what it returns was the
 * latest at that moment, or became committed since. The same holds for a reader that comes upon a version which is taken back
 * while it looks: what the link leads to was, or has become, the committed one during the call.
 */
public final class Table {
    private static final VarHandle SLOTS = MethodHandles.arrayElementVarHandle(Slots[].class);

    private final String name;

    private final Slots[] segments = new Slots[Slots.SEGMENTS];

    /** The same without the objects around the cells, for reads in a hurry. */
    private final ReadView view = new ReadView();

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
        return head.value == null ? null : head;
    }

    /** Where the value of {@link #latest} is found by fewer steps, as long as {@link Positions} let it be shown. */
    public ReadView view() {
        return view;
    }

    /** The newest committed version of the key; null if there is none. */
    public @Nullable Version committed(Object key, int hash) {
        Version version = head(key, hash).newestCut();
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
            slots(segment).forEach(head -> {
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
        slots(segment).forEach(head -> {
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

    /** The newest version of the key; {@link Version#ABSENT} if there is none. Any thread. */
    Version head(Object key, int hash) {
        Slots slots = slots(Slots.segmentOf(hash));
        int at = slots.seek(key, hash);
        return at < 0 ? Version.ABSENT : slots.at(at);
    }

    Slots slots(int segment) {
        return (Slots) SLOTS.getAcquire(segments, segment);
    }

    // --- the loop only ---

    /** From now on this is a table of objects: what lies here as bytes, or comes as bytes, is turned by that form. */
    public void thaw(Form form) {
        thaw = new Thaw(form);
    }

    /** Turns about so many keys more into objects; returns whether all are, so that the store can be handed out. */
    public boolean thawMore(int count) {
        return thaw.more(this, count);
    }

    /** As {@link #latest}, for whoever changes the table, and may have the key as bytes. */
    public @Nullable Version find(Object key, int hash) {
        return latest(thaw.key(this, key, hash), hash);
    }

    /** Whether {@link #find} finds anything. */
    public boolean contains(Object key, int hash) {
        Object own = thaw.key(this, key, hash);
        Slots slots = segments[Slots.segmentOf(hash)];
        int slot = slots.seek(own, hash);
        return slot >= 0 && slots.hasValue(slot);
    }

    /** A key as this table has keys. */
    public Object own(Object key, int hash) {
        return thaw.key(this, key, hash);
    }

    /**
     * Puts an uncommitted version (value null: an uncommitted removal) on top of what the key has.
     *
     * @throws IllegalStateException if the key has a version at that revision or a later one
     */
    public Version write(Object key, int hash, @Nullable Object value, long term, long index) {
        int segment = Slots.segmentOf(hash);
        Object own = thaw.key(this, key, hash);
        int slot = slotFor(segment, own, hash);
        Version head = segments[segment].at(slot);
        demand(head.isBelow(term, index), "a write is newer than what the key has", head);
        Version version = new Version(segments[segment].kept(slot, own), hash, thaw.value(value), term, index, head);
        place(segment, slot, version);
        return version;
    }

    /**
     * Commits a version; versions are cut in the order of their indexes.
     *
     * @throws IllegalStateException if it is cut already, or the version that it replaced is not
     */
    public void cut(Version written) {
        Version version = thaw.current(this, written);
        Version before = replacedBy(version);
        demand(before.isCut(), "versions are cut in order", version);
        int slot = segments[Slots.segmentOf(version.hash)].seek(version.key, version.hash);
        tally.commit(before, version);
        version.cut();
        settle(version, slot);
    }

    /**
     * Takes a version back; it is the newest of its key: versions are taken back in reverse order.
     *
     * @throws IllegalStateException if it is not the newest of its key, or is cut
     */
    public void rollback(Version written) {
        Version version = thaw.current(this, written);
        int segment = Slots.segmentOf(version.hash);
        int slot = segments[segment].seek(version.key, version.hash);
        demand(
                slot >= 0 && segments[segment].cells[slot + 1] == version,
                "the newest version is taken back first",
                version);
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
        Object own = thaw.key(this, key, hash);
        int slot = stays ? slotFor(segment, own, hash) : segments[segment].seek(own, hash);
        Slots slots = segments[segment];
        if (slot < 0 || !slots.isBelow(slot, term, index) || (!stays && slots.isVacant(slot))) {
            return;
        }
        demand(slots.isCut(slot), "a committed effect meets committed versions only", key);
        Version version = stays
                ? new Version(segments[segment].kept(slot, own), hash, thaw.value(value), term, index, null)
                : Version.ABSENT;
        boolean there = slots.isSettled(slot);
        if (there) {
            tally.digests().remove(hash, slots.term(slot), slots.index(slot));
        }
        if (value != null) {
            tally.digests().add(hash, term, index);
        }
        tally.addCommitted(count(value != null) - count(there));
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
        Slots slots = segments[segment];
        for (int i = 0, slot = 0; i < slots.length(); i++, slot = slots.next(slot)) {
            if (slots.hasTombstone(slot)) {
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
        thaw.touch(this, segment);
        Slots slots = segments[segment];
        for (int slot = slots.first(hash); slots.cells[slot] != null; slot = slots.next(slot)) {
            Version head = slots.hash(slot) == hash ? slots.at(slot) : Version.ABSENT;
            if (head.value != null && gone.test(head)) {
                demand(head.isCut(), "a committed version is removed", head);
                tally.commit(head, Version.ABSENT);
                place(segment, slot, Version.ABSENT);
            }
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

    /** See {@link Slots#touch}. */
    int touch(Object key, int hash) {
        return segments[Slots.segmentOf(hash)].touch(key, hash);
    }

    /** The newest versions of a segment, and what lies below them, are replaced by the same in another form. */
    void turn(int segment, UnaryOperator<Version> form) {
        publish(segment, segments[segment].rebuilt(form));
    }

    /** The slot that the key has, or a free one for it. */
    private int slotFor(int segment, Object key, int hash) {
        int slot = segments[segment].seek(key, hash);
        if (slot >= 0) {
            return slot;
        }
        if (segments[segment].hasRoom()) {
            return ~slot;
        }
        rebuild(segment);
        return ~segments[segment].seek(key, hash);
    }

    /** The one change of a slot; {@link Version#ABSENT} makes a grave. */
    private void place(int segment, int slot, Version version) {
        Slots slots = segments[segment];
        tally.addLatest(count(version.value != null) - count(slots.hasValue(slot)));
        slots.set(slot, version);
    }

    /** What is cut goes into its slot, unless newer versions lie above it; a removal leaves a grave. */
    private void settle(Version version, int slot) {
        int segment = Slots.segmentOf(version.hash);
        if (slot >= 0 && segments[segment].cells[slot + 1] == version) {
            place(segment, slot, version.value == null ? Version.ABSENT : version);
            tidy(segment);
        }
    }

    private void tidy(int segment) {
        if (segments[segment].wastes()) {
            rebuild(segment);
        }
    }

    private void rebuild(int segment) {
        publish(segment, segments[segment].rebuilt());
    }

    private void publish(int segment, Slots slots) {
        SLOTS.setRelease(segments, segment, slots);
        view.set(segment, slots.cells);
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
    private static void demand(boolean holds, String rule, Object what) {
        if (!holds) {
            throw new IllegalStateException(rule + ": " + what);
        }
    }
}
