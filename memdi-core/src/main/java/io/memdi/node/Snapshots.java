package io.memdi.node;

import io.memdi.machine.Durability;
import io.memdi.machine.Image;
import io.memdi.machine.Images;
import io.memdi.machine.Replica;
import io.memdi.storage.Journal;
import io.memdi.storage.SnapshotHead;
import io.memdi.storage.SnapshotWriter;
import io.memdi.store.Pager;
import io.memdi.store.Table;
import io.memdi.transport.Entry;
import io.memdi.transport.HealMessage.HealPage;
import io.memdi.transport.Inventory;
import io.memdi.transport.Page;
import io.memdi.transport.Range;
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

    /** How many bytes a turn scans, about. */
    private static final int PAGE_BYTES = 64 << 10;

    /** How many segments a turn looks into, where they are empty. */
    private static final int SEGMENTS_PER_TURN = 64;

    /** How much waits for the disk at most. */
    private static final long MAX_PENDING = 4 << 20;

    private final String name;
    private final Journal journal;
    private final Replica replica;
    private final Images images;
    private final long afterLogBytes;

    /** The snapshot that is being written; null if none is. */
    private @Nullable SnapshotWriter writer;

    private @Nullable Image image;

    /** Where the scan is: the place of a store among those of the image, and what is left of a segment. */
    private int store;

    private Range rest = Range.of(0);

    /** Whether it is finished, and on its way to its place. */
    private boolean finished;

    private long end;

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
    }

    private void begin(Image from) {
        image = from;
        writer = journal.snapshot(new SnapshotHead(from.opened().position(), images.write(from)));
        store = 0;
        rest = Range.of(0);
        finished = false;
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

    /** A slice, after all that the turn has committed was handed to the journal; returns whether there is more to do at once. */
    boolean turn() {
        if (image != null && image.opened().position().index() > replica.committed()) {
            abort(); // it has begun another life, and holds nothing
        }
        boolean due = journal.logBytes() >= afterLogBytes;
        Durability disk = Objects.requireNonNull(replica.disk());
        if (writer == null && due && replica.healing() == null && replica.isOpen() && disk.isListed()) {
            begin(disk.image());
        }
        SnapshotWriter to = writer;
        Image from = image;
        if (to == null || from == null || finished || replica.healing() != null || to.pendingBytes() > MAX_PENDING) {
            return false;
        }
        for (int i = 0; i < SEGMENTS_PER_TURN && store < from.stores().size(); i++) {
            if (scan(to, from.stores().get(store))) {
                break;
            }
        }
        if (store == from.stores().size()) {
            finished = true;
            end = replica.committed();
            to.finish(end);
        }
        return !finished;
    }

    /** Scans a slice of a segment; returns whether anything was in it. */
    private boolean scan(SnapshotWriter to, Entry.StoreCreated created) {
        Table table = replica.state().table(created.spec());
        Inventory nothing = new Inventory(0, rest, replica.committed(), new int[0], new int[0], new long[0]);
        Page page = new Pager(table, PAGE_BYTES, version -> table.sizes().bytes()).page(nothing, replica.committed());
        boolean found = !page.buckets().isEmpty();
        if (found) {
            to.page(images.write(created.spec(), new HealPage(created.store(), page)));
        }
        int segment = rest.segment();
        rest = rest.without(page.range());
        if (rest.isEmpty()) {
            store += segment + 1 == Range.SEGMENTS ? 1 : 0;
            rest = Range.of((segment + 1) % Range.SEGMENTS);
        }
        return found;
    }
}
