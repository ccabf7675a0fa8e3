package io.memdi.node;

import io.memdi.CorruptStorageException;
import io.memdi.StorageException;
import io.memdi.machine.Durability;
import io.memdi.machine.Effects;
import io.memdi.machine.Image;
import io.memdi.machine.Images;
import io.memdi.machine.Replica;
import io.memdi.storage.Batch;
import io.memdi.storage.Journal;
import io.memdi.storage.Recovered;
import io.memdi.transport.Contact;
import io.memdi.transport.EventLoop;
import io.memdi.wire.StoreCodecs;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Between the loop of a durable node and its journal: batches go there, and what has become of them comes back. */
final class Keeper implements Journal.Listener, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Keeper.class);

    private final Journal journal;
    private final Images images;
    private final long snapshotAfterBytes;
    private @Nullable Durability disk;

    /** Whether what is there is damaged: it stays as it is until the machines want something kept. */
    private boolean damaged;

    private String name = "";
    private @Nullable EventLoop loop;
    private volatile long synced;
    private volatile @Nullable StorageException failure;

    /** Up to where the latest snapshot needs the log that has taken its place; 0 if that is known. */
    private final AtomicLong taken = new AtomicLong();

    private @Nullable Snapshots snapshots;

    /** The latest ticket that the machines were told of. Loop only. */
    private long told;

    /** Opens a journal. */
    Keeper(Journals journals, StoreCodecs codecs) {
        this.journal = journals.open(codecs);
        this.images = journals.images(codecs);
        this.snapshotAfterBytes = journals.snapshotAfterBytes();
    }

    /** What snapshots are written by, and read. */
    Images images() {
        return images;
    }

    /**
     * What the journal has. Once, and before anything else; blocks.
     *
     * @param random for the id of the directory that may take the place of a damaged one
     * @throws StorageException if that cannot be used, or is damaged and there is nobody to heal from
     */
    Recovered recover(NodeSettings settings, Contact self, RandomGenerator random) {
        name = settings.name();
        try {
            Recovered recovered = journal.recover();
            recovered.notes().forEach(note -> log.info("{}: {}", name, note));
            return recovered;
        } catch (CorruptStorageException e) {
            if (!settings.start().asksOthers(self)) {
                throw new CorruptStorageException(
                        e.getMessage()
                                + ". There is no other node from which this one could heal. Move the directory away,"
                                + " and begin with a backup of the cluster, or empty. Nothing was changed",
                        e);
            }
            log.warn(
                    "{}: {}. Nothing that is there is used or changed; looks for a leader to heal from",
                    name,
                    e.getMessage());
            damaged = true;
            return Recovered.nothingBut(random.nextLong(), String.valueOf(e.getMessage()));
        }
    }

    /** From now on it takes what the machines of that loop want kept. Before the first turn. */
    void start(String node, Replica replica, EventLoop of) {
        disk = replica.disk();
        snapshots = new Snapshots(node, journal, replica, images, snapshotAfterBytes);
        loop = of;
        if (!damaged) {
            journal.start(this);
        }
    }

    @Override
    public void synced(long ticket) {
        synced = ticket;
        wake();
    }

    @Override
    public void snapshotTaken(long index) {
        taken.set(index);
        wake();
    }

    @Override
    public void setAside(String where) {
        log.warn(
                "{}: what was damaged is in {} now, and an empty directory has taken its place. Remove it once nobody"
                        + " wants to look into it",
                name,
                where);
    }

    @Override
    public void failed(StorageException reason) {
        failure = reason;
        wake();
    }

    private void wake() {
        if (loop != null) {
            loop.wake();
        }
    }

    /** The loop, within a turn: tells the machines what is on disk by now. */
    void take() {
        Durability machine = Objects.requireNonNull(disk, "started");
        StorageException reason = failure;
        if (reason != null) {
            machine.onFailure("it cannot keep what it has to: " + reason.getMessage());
        }
        long upTo = synced;
        if (upTo > told) {
            told = upTo;
            machine.onSynced(upTo);
        }
        // In one step: another one may take its place in between, and to miss it would be for good.
        long index = taken.getAndSet(0);
        if (index > 0 && snapshots().taken(index)) {
            machine.onSnapshotTaken();
        }
        machine.onPending(journal.pendingBytes());
    }

    private Snapshots snapshots() {
        return Objects.requireNonNull(snapshots, "started");
    }

    /** The loop: hands over what the turn wants kept. */
    void keep(Effects effects) {
        Image anew = effects.anew();
        Batch batch = effects.batch();
        if (damaged && (anew != null || batch != null)) {
            damaged = false;
            journal.startAnew(this, Objects.requireNonNull(disk, "started").openingId());
        }
        if (anew != null) {
            snapshots().beginAnew(anew);
        }
        if (batch != null) {
            journal.submit(batch);
        }
    }

    /** The loop, after that: goes on with a snapshot; returns whether there is more to do at once. */
    boolean scan(long now) {
        return failure == null && snapshots().turn(now);
    }

    /** What was handed over reaches the disk. Once the loop runs no turn any more. */
    @Override
    public void close() {
        journal.close();
    }
}
