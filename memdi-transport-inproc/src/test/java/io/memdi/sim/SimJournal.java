package io.memdi.sim;

import io.memdi.CorruptStorageException;
import io.memdi.StorageException;
import io.memdi.storage.Batch;
import io.memdi.storage.CarelessDisk;
import io.memdi.storage.Disk;
import io.memdi.storage.Journal;
import io.memdi.storage.Recovered;
import io.memdi.storage.SimDisk;
import io.memdi.storage.SnapshotHead;
import io.memdi.storage.SnapshotWriter;
import io.memdi.storage.SteppedJournal;
import io.memdi.transport.Entry;
import io.memdi.wire.StoreCodecs;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * The real journal on a simulated disk, in virtual time: whatever waits is written and synced as one group once the time of a sync has
 * passed. A crash comes between any two operations on files.
 */
final class SimJournal implements Journal, Journal.Listener {
    /** What a node says that stopped because of its disk. */
    static final String FAILED = "it cannot keep what it has to";

    /** For how long nothing comes before what was synced last is proven. */
    private static final Duration IDLE = Duration.ofMillis(5);

    /** A crash comes within so many operations of what was being written: of a group, or of a snapshot or a new file too. */
    private static final int FEW = 3;

    private static final int MANY = 16;

    private final World world;
    private final String name;
    private DiskModel model;
    private final StoreCodecs codecs;
    private final SplittableRandom random;
    private final SteppedJournal journal;

    /** The terms of the log, by index from 1 on, as it was handed over. */
    private final List<Long> terms = new ArrayList<>();

    private @Nullable Listener listener;
    private @Nullable Writer writing;
    private boolean planned;
    private boolean failed;
    private boolean over;

    /** Whether the process has died within an operation on a file. */
    private boolean died;

    private long lastTicket;

    SimJournal(World world, String name, DiskModel model, StoreCodecs codecs, SplittableRandom random) {
        this.world = world;
        this.name = name;
        this.model = model;
        this.codecs = codecs;
        this.random = random;
        Disk disk = CarelessDisk.of(model.bytes.mount(), world.planted());
        journal = new SteppedJournal(
                disk, codecs, world.plan.disks.journal(), random, () -> Instant.ofEpochSecond(0, world.now()));
        if (world.plan.disks.worksAhead()) {
            journal.workAhead(Runnable::run);
        }
    }

    @Override
    public Recovered recover() {
        try {
            Recovered recovered = model.recovered(journal.recover(), codecs);
            model.log().forEach(entry -> terms.add(entry.term()));
            return recovered;
        } catch (CorruptStorageException e) {
            model = world.disks.unreadable(name, e);
            throw e;
        }
    }

    @Override
    public void start(Listener to) {
        listener = to;
        journal.start(this);
    }

    @Override
    public void startAnew(Listener to, long openingId) {
        world.guard(() -> world.checker.setsAside(name, model));
        listener = to;
        journal.startAnew(this, openingId);
        plan();
    }

    @Override
    public void setAside(String where) {
        model.wasSetAside();
        world.disks.wasSetAside();
        if (listener != null && !over) {
            listener.setAside(where);
        }
    }

    // --- what is handed over ---

    @Override
    public void submit(Batch batch) {
        world.guard(() -> requireNext(batch));
        lastTicket = batch.ticket();
        if (batch.truncateFrom() > 0) {
            terms.subList((int) Math.min(batch.truncateFrom() - 1, terms.size()), terms.size())
                    .clear();
        }
        batch.entries().forEach(entry -> terms.add(entry.term()));
        model.submit(batch);
        journal.submit(batch);
        plan();
    }

    private void requireNext(Batch batch) {
        Violation.unless(!failed, "nothing reaches a disk that has failed", "%s wants to keep %s", name, batch);
        Violation.unless(
                batch.ticket() == lastTicket + 1, "batches follow each other", "%s after %d", batch, lastTicket);
        long cut = batch.truncateFrom();
        Violation.unless(
                cut <= terms.size(), "batches follow each other", "%s cuts a log up to %d", batch, terms.size());
        long next = (cut > 0 ? cut - 1 : terms.size()) + 1;
        for (Entry entry : batch.entries()) {
            Violation.unless(
                    entry.index() == next++,
                    "batches follow each other",
                    "%s has %s after a log up to %d",
                    name,
                    entry,
                    terms.size());
        }
    }

    @Override
    public long pendingBytes() {
        return journal.pendingBytes();
    }

    @Override
    public long logBytes() {
        return journal.logBytes();
    }

    /** Snapshots come more often than they would otherwise. */
    @Override
    public long snapshotBytes() {
        return 0;
    }

    @Override
    public SnapshotWriter snapshot(SnapshotHead head) {
        int start = (int) head.start().index();
        if (start > terms.size() || terms.get(start - 1) != head.start().term()) {
            // The log begins anew there.
            terms.subList(Math.min(start, terms.size()), terms.size()).clear();
            while (terms.size() < start) {
                terms.add(head.start().term());
            }
            terms.set(start - 1, head.start().term());
        }
        Writer begun = new Writer(model.begin(head, lastTicket + 1), journal.snapshot(head));
        writing = begun;
        plan();
        return begun;
    }

    private final class Writer implements SnapshotWriter {
        private final DiskModel.Snapshot kept;
        private final SnapshotWriter to;

        Writer(DiskModel.Snapshot kept, SnapshotWriter to) {
            this.kept = kept;
            this.to = to;
        }

        @Override
        public void page(byte[] page) {
            kept.page(page);
            to.page(page);
            plan();
        }

        @Override
        public long pendingBytes() {
            return to.pendingBytes();
        }

        @Override
        public void finish(long index) {
            kept.finish(index);
            to.finish(index);
            world.disks.finishing(name);
            plan();
        }

        @Override
        public void abort() {
            model.abort(kept, lastTicket + 1);
            to.abort();
            plan();
        }
    }

    // --- the work ---

    private void plan() {
        if (!planned && !over) {
            planned = true;
            long nanos = world.plan.syncNanos(random, world.disks.areCalm());
            world.network.after(Duration.ofNanos(nanos), this::work);
        }
    }

    private void work() {
        planned = false;
        if (over) {
            return;
        }
        try {
            if (journal.doWork()) {
                plan();
            } else {
                world.network.after(IDLE, this::idle);
            }
        } catch (SimDisk.Crash e) {
            die();
        }
    }

    private void die() {
        died = true;
        world.crash(name, random.nextBoolean());
    }

    private void idle() {
        if (!planned && !over) {
            try {
                journal.idle();
            } catch (SimDisk.Crash e) {
                die();
            }
        }
    }

    @Override
    public void synced(long ticket) {
        world.guard(() -> model.synced(ticket));
        if (listener != null && !over) {
            listener.synced(ticket);
        }
    }

    @Override
    public void snapshotTaken(long index) {
        if (writing != null) {
            DiskModel.Snapshot taken = writing.kept;
            world.guard(() -> model.taken(taken));
            world.disks.snapshotTaken();
        }
        if (listener != null && !over) {
            listener.snapshotTaken(index);
        }
    }

    @Override
    public void failed(StorageException reason) {
        failed = true;
        world.guard(() -> Violation.unless(
                reason.getCause() instanceof IOException, "journals do not fail", "%s: %s", name, reason));
        if (listener != null && !over) {
            listener.failed(reason);
        }
    }

    // --- the end ---

    /** Of a node that is closed: all is written; after a failure nothing is. */
    @Override
    public void close() {
        if (over) {
            return;
        }
        over = true;
        try {
            journal.close();
        } catch (SimDisk.Crash | StorageException e) {
            // What it has left there is compared when somebody comes back to it.
        }
        end();
    }

    /** The node has crashed, perhaps in the middle of what it was writing. */
    void crash() {
        if (over) {
            return;
        }
        over = true;
        if (listener != null && !died && random.nextBoolean()) {
            model.bytes.crashAt(model.bytes.operations() + 1 + random.nextInt(random.nextBoolean() ? FEW : MANY));
            try {
                journal.doWork();
            } catch (SimDisk.Crash e) {
                // as it was to be
            }
        }
        end();
    }

    /** A machine seldom goes down just because a disk has failed. */
    private void end() {
        if (random.nextInt(4) < (failed ? 1 : 3)) {
            model.bytes.losePower();
        } else {
            model.bytes.killProcess();
        }
    }

    boolean hasFailed() {
        return failed;
    }
}
