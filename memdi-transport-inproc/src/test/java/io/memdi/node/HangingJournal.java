package io.memdi.node;

import io.memdi.storage.Batch;
import io.memdi.storage.Journal;
import io.memdi.storage.Recovered;
import io.memdi.storage.SnapshotHead;
import io.memdi.storage.SnapshotWriter;
import org.jspecify.annotations.Nullable;

/**
 * A disk that answers at once, until it hangs. It is empty at first, and nobody asks for what it has. How large its files are is what a
 * test says.
 */
final class HangingJournal implements Journal {
    private @Nullable Listener listener;
    private boolean hangs;
    private long logBytes;
    private long snapshotBytes;
    private int snapshots;
    private long written;
    private boolean finished;

    void hang() {
        hangs = true;
    }

    void measures(long log, long snapshot) {
        logBytes = log;
        snapshotBytes = snapshot;
    }

    /** How many bytes of pages were written. */
    long written() {
        return written;
    }

    boolean isFinished() {
        return finished;
    }

    /** How many snapshots were begun. */
    int snapshots() {
        return snapshots;
    }

    @Override
    public Recovered recover() {
        return Recovered.nothing(1);
    }

    @Override
    public void startAnew(Listener toTell, long openingId) {
        throw new IllegalStateException("it is not damaged");
    }

    @Override
    public void start(Listener toTell) {
        listener = toTell;
    }

    @Override
    public void submit(Batch batch) {
        if (!hangs && listener != null) {
            listener.synced(batch.ticket());
        }
    }

    @Override
    public long pendingBytes() {
        return 0;
    }

    @Override
    public long logBytes() {
        return logBytes;
    }

    @Override
    public long snapshotBytes() {
        return snapshotBytes;
    }

    @Override
    public SnapshotWriter snapshot(SnapshotHead head) {
        snapshots++;
        return new SnapshotWriter() {
            @Override
            public void page(byte[] page) {
                written += page.length;
            }

            @Override
            public long pendingBytes() {
                return 0;
            }

            @Override
            public void finish(long index) {
                finished = true;
            }

            @Override
            public void abort() {}
        };
    }

    @Override
    public void close() {}
}
