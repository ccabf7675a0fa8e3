package io.memdi.node;

import io.memdi.storage.Batch;
import io.memdi.storage.Journal;
import io.memdi.storage.Recovered;
import io.memdi.storage.SnapshotHead;
import io.memdi.storage.SnapshotWriter;
import org.jspecify.annotations.Nullable;

/** A disk that answers at once, until it hangs. It is empty at first, and nobody asks for what it has. */
final class HangingJournal implements Journal {
    private @Nullable Listener listener;
    private boolean hangs;

    void hang() {
        hangs = true;
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
        return 0;
    }

    @Override
    public SnapshotWriter snapshot(SnapshotHead head) {
        throw new IllegalStateException("none is due, and nobody heals");
    }

    @Override
    public void close() {}
}
