package io.memdi.node;

import io.memdi.machine.Durability;
import io.memdi.machine.Image;
import io.memdi.machine.Images;
import io.memdi.machine.Replica;
import io.memdi.storage.Journal;
import io.memdi.storage.SnapshotHead;
import io.memdi.storage.SnapshotWriter;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a snapshot when the log has grown, so that older files of it can go: by the scan of a heal, a slice in each turn, while writes go
 * on. Loop only.
 *
 * <pre>
 *   begin at 70:  members, stores, sessions | page as of 70 | page as of 75 ... page as of 90 |  finish(90)
 *   the log         71 72 73 ...................................................... 90 91      whole with it up to 90
 * </pre>
 *
 * <p>After a heal it begins at the position from which the node went on, and scans once the node holds all: until then, and until that
 * snapshot has taken its place, the directory has what it had before.
 */
final class Snapshots {
    private static final Logger log = LoggerFactory.getLogger(Snapshots.class);

    /** How much waits for the disk at most. */
    private static final long MAX_PENDING = 4 << 20;

    /**
     * How fast a snapshot is written; and how much faster as the log grows meanwhile, so that this grows by no more than half of the
     * snapshot. Nobody waits for it, and whatever it takes of processor and disk is taken from writes: on one device, a sync of the log
     * waits while a piece of the snapshot is synced.
     */
    private static final long BYTES_PER_SECOND = 4 << 20;

    private static final int TIMES_THE_LOG = 2;

    private static final long SECOND = 1_000_000_000;

    /** A start holds all entries of the log at once: they get so small a part of the heap. */
    private static final int HEAP_SHARE = 16;

    /** How much may be written at once, after a rest. */
    private static final long BURST = 1 << 20;

    private static final long MOST = 64 << 20;

    private final String name;
    private final Journal journal;
    private final Replica replica;
    private final Images images;
    private final long afterLogBytes;

    /** The snapshot that is being written; null if none is. */
    private @Nullable SnapshotWriter writer;

    private @Nullable Image image;

    private @Nullable TableScan scan;

    /** Whether it is finished, and on its way to its place. */
    private boolean finished;

    private long end;

    /** Whether this node counts for little until it is there. */
    private boolean hurries;

    /** How much may be written by now. */
    private long allowance = BURST;

    private long allowedAt;
    private long logThen;

    Snapshots(String name, Journal journal, Replica replica, Images images, long afterLogBytes) {
        this.afterLogBytes = afterLogBytes;
        this.name = name;
        this.journal = journal;
        this.replica = replica;
        this.images = images;
    }

    /** A heal goes on from there: the log begins anew. Before anything that follows that position is handed to the journal. */
    void beginAnew(Image from) {
        abort();
        begin(from);
        hurries = true;
    }

    private void begin(Image from) {
        image = from;
        writer = journal.snapshot(new SnapshotHead(from.opened().position(), images.write(from)));
        scan = new TableScan(replica, from.stores());
        hurries = false;
        finished = false;
        allowance = BURST;
        logThen = journal.logBytes();
    }

    private void abort() {
        if (writer != null) {
            writer.abort();
        }
        writer = null;
        image = null;
        finished = false;
    }

    /** One has taken its place; returns whether it is that which is awaited, and not one from before a heal. */
    boolean taken(long index) {
        boolean awaited = finished && index == end;
        if (awaited) {
            log.info("{}: a snapshot has taken its place on disk, with the log up to {}", name, index);
            writer = null;
            image = null;
            finished = false;
        }
        return awaited;
    }

    /**
     * A slice, after all that the turn has committed was handed to the journal; returns whether there is more to do at once. Where a
     * slice has to wait, it comes with a later turn: there are some in each heartbeat.
     */
    boolean turn(long now) {
        if (image != null && image.opened().position().index() > replica.committed()) {
            abort(); // it has begun another life, and holds nothing
        }
        // Not more often than the log grows by a snapshot: so what snapshots write is at most what the log has written;
        // unless a start would need too much memory for such a log.
        long large = Math.min(journal.snapshotBytes(), Runtime.getRuntime().maxMemory() / HEAP_SHARE);
        boolean due = journal.logBytes() >= Math.max(afterLogBytes, large);
        Durability disk = Objects.requireNonNull(replica.disk());
        if (writer == null && due && replica.healing() == null && replica.isOpen() && disk.isListed()) {
            begin(disk.image());
        }
        SnapshotWriter to = writer;
        TableScan from = scan;
        if (to == null || from == null || finished || replica.healing() != null || to.pendingBytes() > MAX_PENDING) {
            return false;
        }
        allow(now);
        if (allowance <= 0 && !hurries) {
            return false;
        }
        TableScan.Slice slice = from.next();
        if (slice != null) {
            byte[] page = images.write(slice.store().spec(), slice.page());
            to.page(page);
            allowance -= page.length;
        }
        if (from.isOver()) {
            finished = true;
            end = replica.committed();
            to.finish(end);
        }
        return !finished;
    }

    private void allow(long now) {
        long logBytes = journal.logBytes();
        long elapsed = Math.max(0, Math.min(now - allowedAt, SECOND));
        long rested = BYTES_PER_SECOND / 1024 * elapsed / (SECOND / 1024);
        allowance = Math.max(allowance, Math.min(BURST, allowance + rested));
        allowance = Math.min(MOST, allowance + TIMES_THE_LOG * Math.max(0, logBytes - logThen));
        allowedAt = now;
        logThen = logBytes;
    }
}
