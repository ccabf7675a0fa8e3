package io.memdi.storage;

import io.memdi.Revision;
import io.memdi.transport.Entry;
import io.memdi.wire.LogCodec;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Writes an open directory, step by step, on the thread of whoever calls. Once something has thrown, nothing more may be called but {@link
 * #close}: what is on disk is unknown then.
 *
 * <p>Batches are collected into a group; {@link #flush} writes the group and syncs it. {@link Recovery} makes writers.
 */
final class JournalWriter {
    private final Disk disk;
    private final Identity identity;
    private final LogCodec codec;
    private final JournalSettings settings;
    private final LogFiles files;
    private final GroupWriter group;
    private final LoggedStores stores = new LoggedStores();

    /** With what is in the group; the base is where the snapshot starts. */
    private Terms terms;

    /** Without what is in the group. */
    private Revision flushed;

    private @Nullable HardState flushedState;
    private long flushedCommitted;
    private @Nullable HardState state;
    private long committed;

    /** The last group is not proven to have been synced. */
    private boolean unproven = true;

    /** The log was begun anew for a snapshot that came to nothing: no entry belongs to it. */
    private boolean inTheAir;

    private long snapshots;
    private long snapshotBytes;
    private @Nullable SnapshotOutput snapshot;

    JournalWriter(
            Disk disk,
            Identity identity,
            LogCodec codec,
            JournalSettings settings,
            LogFiles files,
            LogImage image,
            @Nullable SnapshotFile last) {
        this.disk = disk;
        this.identity = identity;
        this.settings = settings;
        this.files = files;
        this.codec = codec;
        this.group = new GroupWriter(codec);
        this.terms = new Terms(image.base());
        for (Entry entry : image.entries()) {
            terms.append(entry.term(), entry.index());
            stores.add(entry);
        }
        this.flushed = terms.last();
        this.flushedState = image.state();
        this.state = flushedState;
        this.committed = image.committed();
        this.flushedCommitted = committed;
        this.snapshots = last == null ? 0 : last.number();
        this.snapshotBytes = last == null ? 0 : last.size();
    }

    /** From now on that makes the next file of the log while the last one is still written. */
    void workAhead(Executor executor) {
        files.workAhead(executor);
    }

    /** Takes a batch into the group; writes groups that are full. */
    void add(Batch batch) throws IOException {
        HardState changed = batch.state();
        if (changed != null) {
            group.state(changed);
            state = changed;
        }
        List<Entry> entries = batch.entries();
        long from = batch.truncateFrom();
        if (inTheAir && (from > 0 || !entries.isEmpty())) {
            throw new IllegalStateException("entries came before a snapshot that they follow: " + batch.ticket());
        }
        if (from > 0 && from <= terms.last().index()) {
            terms.cut(from);
            group.cut(from);
            committed = Math.min(committed, from - 1);
        }
        committed = Math.max(committed, batch.committed());
        int at = 0;
        while (at < entries.size()) {
            at = addEntries(entries, at);
        }
    }

    /** As many entries as the group has room for; returns how far it has come. */
    private int addEntries(List<Entry> entries, int start) throws IOException {
        Revision previous = terms.last();
        long room = (long) settings.groupBytes() - group.size();
        int end = start;
        while (end < entries.size() && room > 0) {
            Entry entry = entries.get(end);
            terms.append(entry.term(), entry.index());
            stores.add(entry);
            room -= entry.bytes();
            end++;
        }
        if (end > start) {
            group.entries(previous, entries.subList(start, end), stores);
        }
        if (room <= 0) {
            flush();
        }
        return end;
    }

    /** Writes what was added, and syncs it. */
    void flush() throws IOException {
        if (group.size() == 0) {
            return;
        }
        Thread.interrupted(); // as a codec may have left it; files are closed to a thread that is interrupted
        if (!files.hasRoom(group.size())) {
            nextFile(flushed, false);
        }
        files.append(group, committed);
        group.clear(settings.groupBytes());
        flushed = terms.last();
        flushedState = state;
        flushedCommitted = committed;
        unproven = true;
    }

    private void nextFile(Revision base, boolean anew) throws IOException {
        long number = files.nextNumber();
        files.next(base, anew, new GroupWriter(codec).firstGroup(identity, number, flushedState, flushedCommitted));
    }

    /** Proves what was synced last. The proof itself is not synced. */
    void prove() throws IOException {
        if (unproven && group.size() == 0) {
            files.prove(committed);
            unproven = false;
        }
    }

    /** The last entry that is synced. */
    Revision flushed() {
        return flushed;
    }

    long logBytes() {
        return files.bytes();
    }

    long snapshotBytes() {
        return snapshotBytes;
    }

    /** Begins a snapshot. If the log does not have its start, the log begins there anew. */
    void begin(SnapshotHead head) throws IOException {
        flush();
        Revision start = head.start();
        if (inTheAir || !terms.contains(start)) {
            nextFile(start, true);
            terms = new Terms(start);
            stores.clear();
            flushed = start;
            unproven = true;
            inTheAir = false;
            snapshot = new SnapshotOutput(disk, identity, snapshots + 1, files.firstAfter(start), head, true);
        } else {
            snapshot = new SnapshotOutput(disk, identity, snapshots + 1, files.firstAfter(start), head, false);
        }
    }

    void page(byte[] page) throws IOException {
        snapshot().page(page);
    }

    private SnapshotOutput snapshot() {
        if (snapshot == null) {
            throw new IllegalStateException("no snapshot is being written");
        }
        return snapshot;
    }

    /** The snapshot takes its place. What the log has up to that index is synced. */
    void finish(long index) throws IOException {
        SnapshotOutput output = snapshot();
        if (index < output.start().index() || index > flushed.index()) {
            throw new IllegalStateException("a snapshot from " + output.start() + " to " + index
                    + ", where the log is synced up to " + flushed);
        }
        output.finish(index);
        snapshot = null;
        snapshots++;
        snapshotBytes = output.size();
        recordSnapshot();
        files.deleteBefore(output.firstSegment());
        for (long number : Names.snapshots(disk.list())) {
            if (number < snapshots) {
                disk.delete(Names.snapshot(number));
            }
        }
        terms.trim(output.start());
    }

    /** Has the log say that the latest snapshot has taken its place, so that its loss is noticed. */
    void recordSnapshot() throws IOException {
        group.snapshot(snapshots);
        flush();
    }

    void abort() throws IOException {
        SnapshotOutput output = snapshot();
        snapshot = null;
        inTheAir = output.beginsLog();
        output.abort();
    }

    /** Proves and syncs what is there. */
    void end() throws IOException {
        flush();
        if (snapshot != null) {
            abort();
        }
        prove();
        files.sync();
    }

    void close() throws IOException {
        try {
            if (snapshot != null) {
                snapshot.close();
            }
        } finally {
            try {
                files.close();
            } finally {
                disk.close();
            }
        }
    }
}
