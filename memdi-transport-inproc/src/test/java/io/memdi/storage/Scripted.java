package io.memdi.storage;

import io.memdi.Revision;
import io.memdi.StorageException;
import io.memdi.transport.Entry;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** A journal on a simulated disk, and the model of what it was told: for stories that are written down. */
final class Scripted implements Journal.Listener {
    static final JournalSettings SMALL = new JournalSettings(900, 200, 400, 1000);

    final SimDisk disk;
    final Tape tape;
    private final JournalModel model;
    private final ArrayDeque<long[]> tickets = new ArrayDeque<>();
    private SteppedJournal journal;
    private JournalModel.@Nullable Snapshot snapshot;
    private @Nullable SnapshotWriter writer;
    private @Nullable StorageException failure;
    private Revision last = Revision.NONE;
    private long ticket;
    private long syncedTicket;
    private boolean taken;

    Scripted(long seed) {
        disk = new SimDisk(seed);
        tape = new Tape(seed, 40);
        tape.register();
        model = new JournalModel(tape);
        journal = new SteppedJournal(disk.mount(), tape.codecs, SMALL, new Random(seed));
    }

    SteppedJournal journal() {
        return journal;
    }

    /** Opens the directory, and compares what it has. */
    Recovered open() {
        journal = new SteppedJournal(disk.mount(), tape.codecs, SMALL, new Random(disk.operations()));
        Recovered recovered = journal.recover();
        model.recovered(recovered);
        journal.start(this);
        last = Tape.last(recovered.entries(), recovered.base());
        tickets.clear();
        failure = null;
        taken = false;
        return recovered;
    }

    /** As many entries of a term, and a state. */
    void keep(long term, int count) {
        keep(new Batch(ticket + 1, tape.state(term), 0, tape.entries(last, term, count), 0));
    }

    void keep(Batch batch) {
        ticket = batch.ticket();
        last = Tape.last(batch.entries(), last);
        model.batch(batch);
        journal.submit(batch);
        tickets.add(new long[] {ticket, model.position()});
    }

    void work() {
        boolean more = true;
        while (more) {
            more = journal.doWork();
        }
    }

    void begin(Revision start, boolean anew) {
        JournalModel.Snapshot begun = new JournalModel.Snapshot(start, new byte[] {(byte) start.index()}, anew);
        snapshot = begun;
        taken = false;
        model.begin(begun);
        writer = journal.snapshot(new SnapshotHead(start, begun.meta));
        if (anew) {
            last = start;
        }
    }

    void page(byte[] page) {
        if (snapshot != null && writer != null) {
            snapshot.pages.add(page);
            writer.page(page);
        }
    }

    void finish(long end) {
        if (snapshot != null && writer != null) {
            snapshot.end = end;
            writer.finish(end);
        }
    }

    void abort() {
        if (writer != null) {
            writer.abort();
            model.abort();
        }
    }

    Revision last() {
        return last;
    }

    long ticket() {
        return ticket;
    }

    long syncedTicket() {
        return syncedTicket;
    }

    boolean isTaken() {
        return taken;
    }

    @Nullable
    StorageException failure() {
        return failure;
    }

    List<Entry> entries(long term, int count) {
        return tape.entries(last, term, count);
    }

    @Override
    public void synced(long upTo) {
        syncedTicket = upTo;
        int position = 0;
        while (!tickets.isEmpty() && tickets.peek()[0] <= upTo) {
            position = (int) tickets.poll()[1];
        }
        move(model.synced(position));
    }

    private void move(int moved) {
        tickets.forEach(pair -> pair[1] -= moved);
    }

    @Override
    public void snapshotTaken(long index) {
        taken = true;
        if (snapshot != null) {
            move(model.taken(snapshot));
        }
    }

    @Override
    public void failed(StorageException reason) {
        failure = reason;
    }
}
