package io.memdi.sim;

import io.memdi.ClusterId;
import io.memdi.Incarnation;
import io.memdi.Revision;
import io.memdi.storage.Batch;
import io.memdi.storage.HardState;
import io.memdi.storage.Recovered;
import io.memdi.storage.SimDisk;
import io.memdi.storage.SnapshotHead;
import io.memdi.transport.Entry;
import io.memdi.transport.StoreSpec;
import io.memdi.wire.LogCodec;
import io.memdi.wire.StoreCodecs;
import io.memdi.wire.WireWriter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What is on the disk of a simulated node as far as it was told: what the real journal has reported as synced, and behind that, step by
 * step, what it was given since. Whatever is recovered from the bytes must be what some of those steps have left, without a hole.
 */
final class DiskModel {
    static final String RECOVERED = "what is on disk is recovered";

    private @Nullable DiskModel replaced;
    private static final int MOST_BYTES = 64 << 20;

    /** What the journal has written. */
    final SimDisk bytes;

    private final Function<@Nullable ClusterId, List<Entry>> committed;
    private final List<Entry> log = new ArrayList<>();

    /** Positions that were synced at some time. */
    private final Set<Revision> everSynced = new HashSet<>();

    /** By incarnation, what was synced last of it: what it has said then may leave after it has drawn another. */
    private final Map<Incarnation, HardState> latest = new HashMap<>();

    /** What was handed over and is not reported yet, in order. */
    private final ArrayDeque<Step> steps = new ArrayDeque<>();

    /** The snapshot that counts; null if there is none. */
    private @Nullable Snapshot snapshot;

    /** The one that is being written. */
    private @Nullable Snapshot open;

    /** After a heal, the log that follows its start, until the snapshot of that takes its place; else null. */
    private @Nullable List<Entry> fresh;

    private Revision freshStart = Revision.NONE;

    /** Whether the snapshot of the fresh log came to nothing: entries follow only after another has begun. */
    private boolean inTheAir;

    private @Nullable HardState state;

    /** Whether something on it was damaged while nobody ran, and it was neither read as a whole nor set aside since. */
    private boolean damaged;

    /** Whether it was copied from another one. */
    private boolean copied;

    /** One thing that reaches the disk as a whole, or not: by the time when that ticket is synced. */
    private record Step(long ticket, Runnable effect) {}

    /** A snapshot, as it was handed over. */
    static final class Snapshot {
        private final SnapshotHead head;
        private final List<byte[]> pages = new ArrayList<>();
        private long end = -1;

        Snapshot(SnapshotHead head) {
            this.head = head;
        }

        void page(byte[] page) {
            pages.add(page);
        }

        void finish(long index) {
            end = index;
        }
    }

    /**
     * An empty directory.
     *
     * @param committed what is committed in a cluster, of which a log that begins anew has only the end
     */
    DiskModel(SimDisk bytes, Function<@Nullable ClusterId, List<Entry>> committed) {
        this.bytes = bytes;
        this.committed = committed;
    }

    // --- what is handed over ---

    void submit(Batch batch) {
        HardState next = batch.state();
        if (next != null) {
            add(batch, () -> {
                state = next;
                latest.put(next.incarnation(), next);
            });
        }
        if (batch.truncateFrom() > 0) {
            add(batch, () -> cut(batch.truncateFrom()));
        }
        for (Entry entry : batch.entries()) {
            add(batch, () -> append(entry));
        }
    }

    private void add(Batch batch, Runnable effect) {
        steps.add(new Step(batch.ticket(), effect));
    }

    /** A snapshot is begun, before a batch. */
    Snapshot begin(SnapshotHead head, long before) {
        Snapshot begun = new Snapshot(head);
        steps.add(new Step(before, () -> {
            open = begun;
            if (inTheAir || !contains(head.start())) {
                fresh = new ArrayList<>();
                freshStart = head.start();
                inTheAir = false;
            }
        }));
        return begun;
    }

    void abort(Snapshot begun, long before) {
        steps.add(new Step(before, () -> {
            if (open == begun) {
                open = null;
                inTheAir = fresh != null;
            }
        }));
    }

    private boolean contains(Revision position) {
        return fresh == null && position.index() >= base() && holds(position);
    }

    private void append(Entry entry) {
        Violation.unless(
                entry.index() == end() + 1, "batches follow each other", "%s after a log up to %d", entry, end());
        if (fresh != null) {
            fresh.add(entry);
        } else {
            log.add(entry);
            everSynced.add(View.position(entry));
        }
    }

    private void cut(long from) {
        List<Entry> of = fresh != null ? fresh : log;
        int keep = (int) Math.max(0, from - 1 - (fresh != null ? freshStart.index() : 0));
        of.subList(Math.min(keep, of.size()), of.size()).clear();
    }

    private long end() {
        return fresh == null ? log.size() : freshStart.index() + fresh.size();
    }

    /** Index after which the log is kept. */
    private long base() {
        return snapshot == null ? 0 : snapshot.head.start().index();
    }

    // --- what is reported ---

    void synced(long ticket) {
        while (!steps.isEmpty() && steps.peek().ticket() <= ticket) {
            steps.remove().effect().run();
        }
    }

    /** A snapshot has taken its place. */
    void taken(Snapshot of) {
        while (open != of) {
            steps.remove().effect().run();
        }
        take();
    }

    private void take() {
        if (fresh != null) {
            List<Entry> before = committed.apply(state == null ? null : state.cluster());
            log.clear();
            log.addAll(before.subList(0, (int) freshStart.index()));
            log.addAll(fresh);
            log.forEach(entry -> everSynced.add(View.position(entry)));
            fresh = null;
        }
        snapshot = open;
        open = null;
    }

    // --- what is recovered ---

    /**
     * Compares what was read with what may be there, and goes on with that.
     *
     * @return the same, with keys and values as the objects that they were
     */
    Recovered recovered(Recovered read, StoreCodecs codecs) {
        List<byte[]> pages = new ArrayList<>();
        read.pages().forEach(pages::add);
        String expected = toString();
        while (true) {
            if (!is(snapshot, read, pages) && open != null && is(open, read, pages)) {
                take();
            }
            if (is(snapshot, read, pages) && isLog(read, codecs)) {
                break;
            }
            Violation.unless(
                    !steps.isEmpty(),
                    RECOVERED,
                    "%s, and a snapshot at %s, with a log after %s of %d entries, where there was: %s, and then at most %s",
                    read.state(),
                    read.snapshot(),
                    read.base(),
                    read.entries().size(),
                    expected,
                    this);
            steps.remove().effect().run();
        }
        steps.clear();
        open = null;
        fresh = null;
        inTheAir = false;
        damaged = false;
        return new Recovered(
                read.state(),
                read.snapshot(),
                pages,
                read.snapshotEnd(),
                read.base(),
                List.copyOf(log.subList((int) base(), log.size())),
                read.recordedSynced(),
                read.committed(),
                read.opening(),
                read.openingId(),
                read.openedBefore(),
                read.damage(),
                read.notes());
    }

    private static boolean is(@Nullable Snapshot snapshot, Recovered read, List<byte[]> pages) {
        SnapshotHead head = read.snapshot();
        if (snapshot == null || head == null) {
            return snapshot == null && head == null;
        }
        return snapshot.head.start().equals(head.start())
                && snapshot.end == read.snapshotEnd()
                && Arrays.equals(snapshot.head.meta(), head.meta())
                && Arrays.deepEquals(snapshot.pages.toArray(), pages.toArray());
    }

    private boolean isLog(Recovered read, StoreCodecs codecs) {
        Revision base = base() == 0 ? Revision.NONE : View.position(log.get((int) base() - 1));
        List<Entry> kept = log.subList((int) base(), log.size());
        return Objects.equals(state, read.state())
                && base.equals(read.base())
                && kept.size() == read.entries().size()
                && (kept.isEmpty() || View.position(last(kept)).equals(View.position(last(read.entries()))))
                && Arrays.equals(written(base, kept, codecs), written(base, read.entries(), codecs));
    }

    private static Entry last(List<Entry> entries) {
        return entries.get(entries.size() - 1);
    }

    /** Entries as bytes: keys and values may be objects or bytes. */
    private byte[] written(Revision base, List<Entry> entries, StoreCodecs codecs) {
        Map<Integer, StoreSpec> stores = new HashMap<>();
        for (Entry entry : log) {
            if (entry instanceof Entry.StoreCreated created) {
                stores.put(created.store(), created.spec());
            }
        }
        WireWriter out = new WireWriter(1024, MOST_BYTES);
        new LogCodec(codecs).writeEntries(out, base, entries, stores::get);
        return Arrays.copyOf(out.buffer(), out.size());
    }

    // --- what checkers ask ---

    void damaged() {
        damaged = true;
    }

    boolean isDamaged() {
        return damaged;
    }

    /** What it had is out of the way, and it is empty. */
    void wasSetAside() {
        damaged = false;
    }

    boolean isCopy() {
        return copied;
    }

    /** Whether all that it was given is on disk, and no snapshot is being written. */
    boolean isAtRest() {
        return steps.isEmpty() && open == null && fresh == null && !inTheAir;
    }

    /** Another directory with what this one has, which is at rest. */
    DiskModel copy(long seed) {
        DiskModel copy = new DiskModel(bytes.copy(seed), committed);
        copy.copied = true;
        copy.log.addAll(log);
        copy.everSynced.addAll(everSynced);
        copy.latest.putAll(latest);
        copy.snapshot = snapshot;
        copy.state = state;
        return copy;
    }

    @Nullable
    HardState state() {
        return state;
    }

    /** What was synced last of an incarnation; null if nothing was. */
    @Nullable
    HardState state(Incarnation incarnation) {
        return latest.get(incarnation);
    }

    List<Entry> log() {
        return log;
    }

    /** Whether it has the entry at that position. */
    boolean holds(Revision position) {
        long index = position.index();
        return index >= 1 && index <= log.size() && log.get((int) index - 1).term() == position.term();
    }

    /** From now on it is found where that one was, which was all right when it was last seen. */
    void takesThePlaceOf(DiskModel other) {
        replaced = other;
    }

    /** Whether it holds that entry, or what it has taken the place of did: an acknowledgement of that was true, and may arrive yet. */
    boolean counts(Revision position) {
        return holds(position) || (replaced != null && replaced.counts(position));
    }

    /** Whether it had that entry once; a later leader may have had it taken back since. */
    boolean everHeld(Revision position) {
        return everSynced.contains(position);
    }

    @Override
    public String toString() {
        return state + ", a snapshot at " + base() + ", a log up to "
                + (log.isEmpty() ? Revision.NONE : View.position(last(log)))
                + (fresh == null ? "" : ", one after " + freshStart + " up to " + end());
    }
}
