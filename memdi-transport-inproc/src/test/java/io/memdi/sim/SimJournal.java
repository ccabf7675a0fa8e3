package io.memdi.sim;

import io.memdi.Revision;
import io.memdi.storage.Batch;
import io.memdi.storage.Journal;
import io.memdi.storage.Recovered;
import io.memdi.storage.SnapshotHead;
import io.memdi.storage.SnapshotWriter;
import io.memdi.storage.StorageException;
import io.memdi.transport.Entry;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** A journal in virtual time: all that waits when a sync begins is synced by it, and that takes as long as the plan says. */
final class SimJournal implements Journal {
    static final String FAILED = "the disk of the simulation has failed";

    private final World world;
    private final String name;
    private final SimDisk disk;
    private final SplittableRandom random;
    private final ArrayDeque<Batch> waiting = new ArrayDeque<>();

    /** Where the log begins anew, and before the batch of which ticket. */
    private final ArrayDeque<Anew> anews = new ArrayDeque<>();

    private record Anew(long before, Revision start) {}

    private @Nullable Writer writing;
    private @Nullable Listener listener;
    private boolean syncing;
    private boolean failed;
    private boolean over;
    private long lastTicket;
    private long lastIndex;

    SimJournal(World world, String name, SimDisk disk, SplittableRandom random) {
        this.world = world;
        this.name = name;
        this.disk = disk;
        this.random = random;
    }

    @Override
    public Recovered recover() {
        Recovered recovered = disk.recover();
        lastIndex = disk.end();
        return recovered;
    }

    @Override
    public void start(Listener to) {
        listener = to;
    }

    @Override
    public void submit(Batch batch) {
        world.guard(() -> requireNext(batch));
        lastTicket = batch.ticket();
        lastIndex = Math.max(0, batch.truncateFrom() > 0 ? batch.truncateFrom() - 1 : lastIndex);
        lastIndex += batch.entries().size();
        waiting.add(batch);
        sync();
    }

    private void requireNext(Batch batch) {
        Violation.unless(!failed, "nothing reaches a disk that has failed", "%s wants to keep %s", name, batch);
        Violation.unless(
                batch.ticket() == lastTicket + 1, "batches follow each other", "%s after %d", batch, lastTicket);
        long cut = batch.truncateFrom();
        Violation.unless(
                cut == 0 || cut <= lastIndex, "batches follow each other", "%s cuts a log up to %d", batch, lastIndex);
        long next = (cut > 0 ? cut - 1 : lastIndex) + 1;
        for (Entry entry : batch.entries()) {
            Violation.unless(
                    entry.index() == next++,
                    "batches follow each other",
                    "%s has %s after a log up to %d",
                    name,
                    entry,
                    lastIndex);
        }
    }

    private void sync() {
        if (syncing || waiting.isEmpty() || over) {
            return;
        }
        syncing = true;
        int group = waiting.size();
        world.network.after(Duration.ofNanos(world.plan.syncNanos(random, world.disksAreCalm())), () -> synced(group));
    }

    private void synced(int group) {
        syncing = false;
        if (over || listener == null) {
            return;
        }
        if (disk.fails()) {
            failed = true;
            disk.crash(anews.isEmpty() ? take(group) : List.of());
            listener.failed(new StorageException(FAILED, null));
            return;
        }
        List<Batch> batches = take(group);
        batches.forEach(this::sync);
        listener.synced(batches.get(batches.size() - 1).ticket());
        takeSnapshot();
        sync();
    }

    private void sync(Batch batch) {
        beginAnew(batch.ticket());
        disk.sync(batch);
    }

    private void beginAnew(long ticket) {
        while (!anews.isEmpty() && anews.getFirst().before() <= ticket) {
            disk.beginAnew(anews.removeFirst().start());
        }
    }

    /** A snapshot counts once the log is synced up to where its pages have come. */
    private void takeSnapshot() {
        Writer from = writing;
        if (from != null && from.end >= 0 && listener != null) {
            if (waiting.isEmpty()) {
                beginAnew(Long.MAX_VALUE);
            }
            if (anews.isEmpty() && disk.end() >= from.end) {
                writing = null;
                disk.take(
                        from.head,
                        from.pages,
                        from.end,
                        world.committed(
                                disk.state() == null ? null : disk.state().cluster()));
                listener.snapshotTaken(from.end);
            }
        }
    }

    private List<Batch> take(int count) {
        List<Batch> taken = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            taken.add(waiting.remove());
        }
        return taken;
    }

    @Override
    public long pendingBytes() {
        return waiting.stream()
                .flatMap(batch -> batch.entries().stream())
                .mapToLong(Entry::bytes)
                .sum();
    }

    @Override
    public long logBytes() {
        long after = world.plan.snapshotAfter;
        return after == 0 || disk.log().size() - disk.base() < after ? 0 : Long.MAX_VALUE;
    }

    @Override
    public SnapshotWriter snapshot(SnapshotHead head) {
        world.guard(() -> Violation.unless(writing == null, "one snapshot at a time", "%s begins another", name));
        Writer begun = new Writer(head);
        writing = begun;
        if (!holds(head.start())) {
            anews.add(new Anew(lastTicket + 1, head.start()));
            lastIndex = head.start().index();
        }
        return begun;
    }

    /** Whether the log, with what is on its way, has that entry. */
    private boolean holds(Revision position) {
        boolean onDisk = anews.isEmpty() && !disk.beginsAnew() && disk.holds(position);
        return onDisk
                || position.index() == 0
                || waiting.stream()
                        .flatMap(batch -> batch.entries().stream())
                        .anyMatch(entry -> View.position(entry).equals(position));
    }

    private final class Writer implements SnapshotWriter {
        private final SnapshotHead head;
        private final List<byte[]> pages = new ArrayList<>();
        private long end = -1;

        Writer(SnapshotHead head) {
            this.head = head;
        }

        @Override
        public void page(byte[] page) {
            pages.add(page);
        }

        @Override
        public long pendingBytes() {
            return 0;
        }

        @Override
        public void finish(long index) {
            long nanos = world.plan.syncNanos(random, world.disksAreCalm());
            world.network.after(Duration.ofNanos(nanos), () -> {
                end = index;
                if (!over && !failed && writing == this) {
                    takeSnapshot();
                }
            });
        }

        @Override
        public void abort() {
            if (writing == this) {
                writing = null;
            }
        }
    }

    /** Of a node that is closed: all is written; after a failure nothing is. */
    @Override
    public void close() {
        if (!over && !failed) {
            take(waiting.size()).forEach(this::sync);
        }
        over = true;
    }

    /** The node has crashed: what was on its way is lost, or a part of it. */
    void crash() {
        if (!over) {
            over = true;
            disk.crash(anews.isEmpty() ? take(waiting.size()) : List.of());
        }
    }

    boolean hasFailed() {
        return failed;
    }
}
