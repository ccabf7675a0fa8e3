package io.memdi.node;

import io.memdi.Revision;
import io.memdi.storage.Batch;
import io.memdi.storage.Journal;
import io.memdi.storage.Recovered;
import io.memdi.storage.SnapshotHead;
import io.memdi.storage.SnapshotWriter;
import java.util.List;
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
        return new Recovered(null, null, List.of(), 0, Revision.NONE, List.of(), 0, 0, 1, List.of());
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
