package io.memdi.storage;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Between the loop, which makes pages, and the IO thread, which writes them. Bounded by the loop, which looks at what is pending. */
final class PageQueue implements SnapshotWriter {
    /** It is not finished. */
    static final long OPEN = -1;

    private final SnapshotHead head;
    private final SteppedJournal journal;
    private final Queue<byte[]> pages = new ConcurrentLinkedQueue<>();
    private final AtomicLong pending = new AtomicLong();
    private volatile long end = OPEN;

    PageQueue(SnapshotHead head, SteppedJournal journal) {
        this.head = head;
        this.journal = journal;
    }

    SnapshotHead head() {
        return head;
    }

    @Override
    public void page(byte[] page) {
        if (end != OPEN) {
            throw new IllegalStateException("the snapshot was finished");
        }
        if (!journal.hasFailed()) {
            pending.addAndGet(page.length);
            pages.add(page);
            journal.wake();
        }
    }

    @Override
    public long pendingBytes() {
        return pending.get();
    }

    @Override
    public void finish(long index) {
        end = index;
        journal.wake();
    }

    @Override
    public void abort() {
        journal.abort(this);
    }

    /** What it was finished with; {@link #OPEN} if it was not. Asked before the pages, for none comes after it. */
    long end() {
        return end;
    }

    byte @Nullable [] next() {
        return pages.poll();
    }

    void written(byte[] page) {
        pending.addAndGet(-page.length);
    }
}
