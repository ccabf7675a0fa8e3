package io.memdi.storage;

import io.memdi.CorruptStorageException;
import io.memdi.StorageException;
import io.memdi.wire.LogCodec;
import io.memdi.wire.StoreCodecs;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A journal without a thread: somebody calls {@link #doWork}, a thread of {@link DiskJournal} or a test. What waits then goes to disk as
 * one group: one write, one sync.
 *
 * <p>Everything but {@link #recover}, {@link #start}, {@link #doWork}, {@link #idle} and {@link #close} may be called while another thread
 * works.
 */
public final class SteppedJournal implements Journal {
    private final Disk disk;
    private final LogCodec codec;
    private final JournalSettings settings;
    private final RandomGenerator random;
    private final InstantSource clock;
    private final Queue<Task> tasks = new ConcurrentLinkedQueue<>();
    private final AtomicLong pending = new AtomicLong();
    private final AtomicReference<@Nullable PageQueue> snapshot = new AtomicReference<>();
    private volatile long logBytes;
    private volatile long snapshotBytes;
    private volatile @Nullable StorageException failure;
    private volatile Runnable waker = () -> {};
    private @Nullable JournalWriter writer;
    private @Nullable Listener listener;

    /** Makes files ahead; null if nobody does. */
    private @Nullable Executor ahead;

    private boolean closed;

    /** Whether what is there is damaged, and is to be set aside before anything is written. */
    private boolean damaged;

    /** Of the directory that takes its place. */
    private long openingId;

    /** Whose pages are being written. */
    private @Nullable PageQueue writing;

    private sealed interface Task {}

    private record Keep(Batch batch, long bytes) implements Task {}

    private record Begin(PageQueue pages) implements Task {}

    private record Abort(PageQueue pages) implements Task {}

    /**
     * A journal in a directory, which nothing has touched yet.
     *
     * @param disk the directory; closed with the journal
     * @param stores the codecs of the node's stores
     * @param settings how large things are
     * @param random where ids come from
     */
    public SteppedJournal(Disk disk, StoreCodecs stores, JournalSettings settings, RandomGenerator random) {
        this(disk, stores, settings, random, InstantSource.system());
    }

    /**
     * The same, with another time of day, by which what was damaged is called when it is set aside.
     *
     * @param disk the directory; closed with the journal
     * @param stores the codecs of the node's stores
     * @param settings how large things are
     * @param random where ids come from
     * @param clock the time of day
     */
    public SteppedJournal(
            Disk disk, StoreCodecs stores, JournalSettings settings, RandomGenerator random, InstantSource clock) {
        this.disk = disk;
        this.codec = new LogCodec(stores);
        this.settings = settings;
        this.random = random;
        this.clock = clock;
    }

    @Override
    public Recovered recover() {
        if (writer != null) {
            throw new IllegalStateException("it was recovered before");
        }
        boolean done = false;
        try {
            disk.lock();
            Recovery.Opened opened = new Recovery(disk, codec, settings, random).open();
            writer = opened.writer();
            measure(opened.writer());
            begins(opened.writer());
            done = true;
            return opened.recovered();
        } catch (CorruptStorageException e) {
            done = damaged(e);
            throw e;
        } catch (IOException e) {
            throw new StorageException("the directory was not opened: " + e.getMessage(), e);
        } finally {
            if (!done) {
                close();
            }
        }
    }

    /** It stays locked, so that what was seen is what is set aside. */
    private boolean damaged(CorruptStorageException damage) {
        try {
            SetAside.requireRoom(disk, damage);
            damaged = true;
            return true;
        } catch (IOException e) {
            damage.addSuppressed(e);
            return false;
        }
    }

    @Override
    public void startAnew(Listener toTell, long id) {
        if (!damaged) {
            throw new IllegalStateException("it is not damaged");
        }
        openingId = id;
        listener = toTell;
    }

    private void setAside() throws IOException {
        String where = SetAside.move(disk, clock.instant());
        JournalWriter anew =
                new Recovery(disk, codec, settings, random).create(openingId).writer();
        writer = anew;
        begins(anew);
        listener().setAside(where);
    }

    @Override
    public void start(Listener toTell) {
        writer();
        listener = toTell;
    }

    private JournalWriter writer() {
        if (writer == null) {
            throw new IllegalStateException("it was not recovered");
        }
        return writer;
    }

    private Listener listener() {
        if (listener == null) {
            throw new IllegalStateException("it was not started");
        }
        return listener;
    }

    @Override
    public void submit(Batch batch) {
        if (failure == null) {
            long bytes = batch.bytes();
            pending.addAndGet(bytes);
            put(new Keep(batch, bytes));
        }
    }

    private void put(Task task) {
        tasks.add(task);
        wake();
    }

    /** Whether nothing is taken any more. */
    boolean hasFailed() {
        return failure != null;
    }

    /** Why nothing is taken any more; null if it is. */
    @Nullable
    StorageException failure() {
        return failure;
    }

    /** There is something to do. */
    void wake() {
        waker.run();
    }

    /** What is to be called, on any thread, when there is something to do. */
    void onWork(Runnable wakeUp) {
        waker = wakeUp;
    }

    /**
     * Has the next file of the log made while the last one is still written. Before {@link #recover}.
     *
     * @param executor does that; one at a time is enough
     */
    public void workAhead(Executor executor) {
        ahead = executor;
    }

    private void begins(JournalWriter of) {
        if (ahead != null) {
            of.workAhead(ahead);
        }
    }

    private void measure(JournalWriter of) {
        logBytes = of.logBytes();
        snapshotBytes = of.snapshotBytes();
    }

    @Override
    public long pendingBytes() {
        return pending.get();
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
        PageQueue pages = new PageQueue(head, this);
        if (!snapshot.compareAndSet(null, pages)) {
            throw new IllegalStateException("another snapshot is being written");
        }
        put(new Begin(pages));
        return pages;
    }

    void abort(PageQueue pages) {
        if (snapshot.compareAndSet(pages, null)) {
            put(new Abort(pages));
        }
    }

    /**
     * Writes and syncs what waits, up to a bound; then a part of the snapshot.
     *
     * @return whether there was something to do, so that there may be more
     */
    public boolean doWork() {
        if (failure != null) {
            return false;
        }
        try {
            if (damaged && writer == null) {
                setAside();
            }
            boolean worked = keep();
            worked |= writePages();
            measure(writer());
            return worked;
        } catch (IOException | RuntimeException e) {
            fail(e);
            return false;
        }
    }

    private boolean keep() throws IOException {
        JournalWriter to = writer();
        Task task = tasks.poll();
        if (task == null) {
            return false;
        }
        Batch last = null;
        long bytes = 0;
        while (task != null) {
            if (task instanceof Keep keep) {
                last = keep.batch();
                to.add(last);
                bytes += keep.bytes();
            } else if (task instanceof Begin begin) {
                to.begin(begin.pages().head());
                writing = begin.pages();
            } else if (task instanceof Abort abort && abort.pages() == writing) {
                writing = null;
                to.abort();
            }
            task = bytes < settings.groupBytes() ? tasks.poll() : null;
        }
        to.flush();
        pending.addAndGet(-bytes);
        if (last != null) {
            listener().synced(last.ticket());
        }
        return true;
    }

    private boolean writePages() throws IOException {
        PageQueue from = writing;
        if (from == null) {
            return false;
        }
        long end = from.end();
        long bytes = 0;
        while (bytes < settings.snapshotBytes()) {
            byte[] page = from.next();
            if (page == null) {
                return finish(from, end) || bytes > 0;
            }
            writer().page(page);
            from.written(page);
            bytes += Math.max(1, page.length);
        }
        return true;
    }

    private boolean finish(PageQueue from, long end) throws IOException {
        if (end == PageQueue.OPEN || writer().flushed().index() < end || !snapshot.compareAndSet(from, null)) {
            return false;
        }
        writing = null;
        writer().finish(end);
        listener().snapshotTaken(end);
        return true;
    }

    /** There is time: proves what was synced last, which costs a small write and no sync. */
    public void idle() {
        if (failure == null) {
            try {
                writer().prove();
            } catch (IOException | RuntimeException e) {
                fail(e);
            }
        }
    }

    /** Nothing is written any more. */
    void fail(Throwable cause) {
        StorageException reason = new StorageException(
                "the journal has stopped, and what this node has on disk is unknown from now on: "
                        + (cause instanceof IOException
                                ? cause.getMessage() + "; mend the cause, then start the node again"
                                : cause + "; that is no failure of the disk, but of this program or of a codec"),
                cause);
        failure = reason;
        tasks.clear();
        if (listener != null) {
            listener.failed(reason);
        }
    }

    /** Writes and syncs what was submitted, on this thread. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (damaged && listener != null && writer == null) {
            doWork();
        }
        try {
            if (writer == null) {
                disk.close();
            } else {
                end(writer);
                writer.close();
            }
        } catch (IOException e) {
            throw new StorageException("the directory was not closed: " + e.getMessage(), e);
        }
    }

    private void end(JournalWriter closing) {
        while (listener != null && doWork()) {
            // until nothing waits
        }
        if (failure == null) {
            try {
                closing.end();
            } catch (IOException | RuntimeException e) {
                fail(e);
            }
        }
    }
}
