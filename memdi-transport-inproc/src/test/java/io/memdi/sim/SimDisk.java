package io.memdi.sim;

import io.memdi.Incarnation;
import io.memdi.Revision;
import io.memdi.log.Mistake;
import io.memdi.storage.Batch;
import io.memdi.storage.HardState;
import io.memdi.storage.Recovered;
import io.memdi.storage.SnapshotHead;
import io.memdi.transport.Entry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** The directory of a simulated node, as it would be found after a crash: what is synced. */
final class SimDisk {
    private final SplittableRandom random;
    private final @Nullable Mistake planted;
    private final List<Entry> log = new ArrayList<>();

    /** Positions that were synced at some time. */
    private final Set<Revision> everSynced = new HashSet<>();

    /** By incarnation, what was synced last of it: what it has said then may leave after it has drawn another. */
    private final Map<Incarnation, HardState> latest = new HashMap<>();

    /** The snapshot that counts; null if there is none. */
    private @Nullable SnapshotHead snapshot;

    private List<byte[]> pages = List.of();
    private long snapshotEnd;

    /** After a heal, the log that follows its start, until the snapshot of that takes its place; else null. */
    private @Nullable List<Entry> fresh;

    private Revision freshStart = Revision.NONE;

    private @Nullable HardState state;
    private long committed;
    private long openings;

    /** Whether the next sync fails. */
    private boolean failsNext;

    SimDisk(SplittableRandom random, @Nullable Mistake planted) {
        this.random = random;
        this.planted = planted;
    }

    Recovered recover() {
        openings++;
        failsNext = false;
        fresh = null;
        freshStart = Revision.NONE;
        return new Recovered(
                state,
                snapshot,
                pages,
                snapshotEnd,
                snapshot == null ? Revision.NONE : snapshot.start(),
                List.copyOf(log.subList((int) base(), log.size())),
                log.size(),
                committed,
                openings,
                List.of());
    }

    /** Index after which the log is kept. */
    long base() {
        return snapshot == null ? 0 : snapshot.start().index();
    }

    /** From now on the log follows that position. */
    void beginAnew(Revision start) {
        fresh = new ArrayList<>();
        freshStart = start;
    }

    /** Whether a log that began anew waits for its snapshot. */
    boolean beginsAnew() {
        return fresh != null;
    }

    /** Index up to which the log is synced, counting or not. */
    long end() {
        return fresh == null ? log.size() : freshStart.index() + fresh.size();
    }

    /**
     * A snapshot takes its place.
     *
     * @param before what is committed, of which a log that began anew has only the end
     */
    void take(SnapshotHead head, List<byte[]> all, long end, List<Entry> before) {
        if (fresh != null) {
            log.clear();
            log.addAll(before.subList(0, (int) freshStart.index()));
            log.addAll(fresh);
            log.forEach(entry -> everSynced.add(View.position(entry)));
            fresh = null;
            freshStart = Revision.NONE;
        }
        snapshot = head;
        pages = all;
        snapshotEnd = end;
    }

    /** A batch is synced. */
    void sync(Batch batch) {
        lay(pieces(batch));
    }

    /** A crash leaves some of what was on its way, from the front. */
    void crash(List<Batch> unsynced) {
        List<Runnable> pieces = new ArrayList<>();
        unsynced.forEach(batch -> pieces.addAll(pieces(batch)));
        int left = pieces.isEmpty() || random.nextBoolean() ? 0 : random.nextInt(pieces.size() + 1);
        lay(pieces.subList(0, left));
        boolean torn = planted == Mistake.KEEPS_TORN_TAIL && left < pieces.size();
        if (torn && !log.isEmpty() && log.get(log.size() - 1) instanceof Entry.Written written) {
            log.set(log.size() - 1, torn(written));
        }
    }

    private static Entry torn(Entry.Written entry) {
        return new Entry.Written(
                entry.term(),
                entry.index(),
                entry.session(),
                entry.number(),
                entry.firstOpen(),
                entry.result(),
                entry.seen(),
                entry.store(),
                entry.key(),
                entry.hash(),
                entry.value() == null ? null : "torn",
                entry.bytes());
    }

    private static void lay(List<Runnable> pieces) {
        pieces.forEach(Runnable::run);
    }

    private List<Runnable> pieces(Batch batch) {
        List<Runnable> pieces = new ArrayList<>();
        pieces.add(() -> committed = Math.max(committed, batch.committed()));
        HardState next = batch.state();
        if (next != null) {
            pieces.add(() -> {
                if (state != null && !state.incarnation().equals(next.incarnation())) {
                    committed = 0;
                }
                state = next;
                latest.put(next.incarnation(), next);
            });
        }
        if (batch.truncateFrom() > 0) {
            pieces.add(() -> cut(batch.truncateFrom()));
        }
        for (Entry entry : batch.entries()) {
            pieces.add(() -> {
                cut(entry.index());
                if (entry.index() == end() + 1) {
                    add(entry);
                }
            });
        }
        return pieces;
    }

    private void add(Entry entry) {
        if (fresh != null) {
            fresh.add(entry);
        } else {
            log.add(entry);
            everSynced.add(View.position(entry));
        }
    }

    private void cut(long from) {
        if (fresh != null) {
            int keep = (int) Math.max(0, from - freshStart.index() - 1);
            fresh.subList(Math.min(keep, fresh.size()), fresh.size()).clear();
            return;
        }
        if (from <= log.size()) {
            log.subList((int) from - 1, log.size()).clear();
        }
    }

    void failNext() {
        failsNext = true;
    }

    boolean fails() {
        return failsNext;
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

    /** Whether it had that entry once; a later leader may have had it taken back since. */
    boolean everHeld(Revision position) {
        return everSynced.contains(position);
    }
}
