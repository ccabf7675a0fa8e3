package io.memdi.storage;

import io.memdi.StorageException;
import io.memdi.wire.StoreCodecs;
import java.io.IOException;
import java.lang.invoke.VarHandle;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A journal with a thread of its own, which parks while there is nothing to do.
 *
 * <p>No wake-up is lost: whoever has something puts it into a queue, then reads {@code dozing}; the thread sets {@code dozing}, then looks
 * into the queues once more. With a full fence between on both sides, one of the two sees the other.
 */
public final class DiskJournal implements Journal {
    private static final Logger log = LoggerFactory.getLogger(DiskJournal.class);

    /** For how long nothing comes before what was synced last is proven. */
    private static final long IDLE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    /** How long a disk may take to write what was submitted when the node is closed. */
    private static final long CLOSE_MILLIS = TimeUnit.SECONDS.toMillis(30);

    private final SteppedJournal journal;
    private final ThreadFactory threads;
    private final String where;
    private @Nullable Thread thread;
    private volatile boolean dozing;
    private volatile boolean closing;

    /** What has failed while it was closed, and nobody knows yet. */
    private volatile @Nullable StorageException atTheEnd;

    private DiskJournal(SteppedJournal journal, ThreadFactory threads, String where) {
        this.journal = journal;
        journal.workAhead(task -> {
            Thread made = threads.newThread(task);
            made.setName(made.getName() + "-ahead");
            made.start();
        });
        this.threads = threads;
        this.where = where;
    }

    /**
     * A journal in a directory, which is made where it does not exist.
     *
     * @param directory its path
     * @param stores the codecs of the node's stores
     * @param threads makes the thread
     * @return a journal that is to be recovered, then started
     * @throws StorageException if the directory cannot be made
     */
    public static DiskJournal open(Path directory, StoreCodecs stores, ThreadFactory threads) {
        return open(directory, stores, threads, JournalSettings.DEFAULT);
    }

    static DiskJournal open(Path directory, StoreCodecs stores, ThreadFactory threads, JournalSettings settings) {
        try {
            return of(FileDisk.openOrCreate(directory), directory.toString(), stores, threads, settings);
        } catch (IOException e) {
            throw new StorageException("the directory was not opened: " + e.getMessage(), e);
        }
    }

    static DiskJournal of(
            Disk disk, String where, StoreCodecs stores, ThreadFactory threads, JournalSettings settings) {
        return new DiskJournal(new SteppedJournal(disk, stores, settings, new SecureRandom()), threads, where);
    }

    /** Files are closed to a thread that is interrupted; so whoever was before stays so afterwards, and not meanwhile. */
    private static <T> T undisturbed(Supplier<T> work) {
        boolean interrupted = Thread.interrupted();
        try {
            return work.get();
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public Recovered recover() {
        return undisturbed(journal::recover);
    }

    @Override
    public void start(Listener listener) {
        journal.start(listener);
        start();
    }

    @Override
    public void startAnew(Listener listener, long openingId) {
        journal.startAnew(listener, openingId);
        start();
    }

    private void start() {
        journal.onWork(this::wake);
        Thread made = threads.newThread(this::run);
        thread = made;
        made.start();
    }

    private void wake() {
        VarHandle.fullFence();
        if (dozing) {
            dozing = false;
            LockSupport.unpark(thread);
        }
    }

    private void run() {
        try {
            while (!closing) {
                Thread.interrupted(); // nobody has a reason to, and a set flag would turn parking into spinning
                if (!journal.doWork()) {
                    doze();
                }
            }
        } catch (Throwable e) {
            journal.fail(e);
            throw e;
        } finally {
            end();
        }
    }

    /** The loop runs no turn any more; so what fails now is for the log, and for whoever closes. */
    private void end() {
        boolean told = journal.hasFailed();
        try {
            journal.close();
            atTheEnd = told ? null : journal.failure();
        } catch (StorageException e) {
            atTheEnd = e;
        }
        if (atTheEnd != null) {
            log.error("{}: what was submitted last may not be on disk", where, atTheEnd);
        }
    }

    private void doze() {
        boolean proven = false;
        dozing = true;
        VarHandle.fullFence();
        while (dozing && !closing) {
            Thread.interrupted();
            if (journal.doWork()) {
                dozing = false;
            } else if (proven) {
                LockSupport.park(this);
            } else {
                LockSupport.parkNanos(this, IDLE_NANOS);
                if (dozing) {
                    journal.idle();
                    proven = true;
                }
            }
        }
        dozing = false;
    }

    @Override
    public void submit(Batch batch) {
        journal.submit(batch);
    }

    @Override
    public long pendingBytes() {
        return journal.pendingBytes();
    }

    @Override
    public long logBytes() {
        return journal.logBytes();
    }

    @Override
    public long snapshotBytes() {
        return journal.snapshotBytes();
    }

    @Override
    public SnapshotWriter snapshot(SnapshotHead head) {
        return journal.snapshot(head);
    }

    @Override
    public void close() {
        Thread running = thread;
        if (running == null) {
            undisturbed(() -> {
                end();
                return true;
            });
        } else {
            join(running);
        }
        StorageException failure = atTheEnd;
        atTheEnd = null;
        if (failure != null) {
            throw failure;
        }
    }

    private void join(Thread running) {
        closing = true;
        LockSupport.unpark(running);
        boolean interrupted = false;
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(CLOSE_MILLIS);
        while (running.isAlive() && end - System.nanoTime() > 0) {
            try {
                running.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime())));
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (running.isAlive()) {
            log.warn(
                    "{}: what was submitted last is still being written after {} ms; the thread is left to it",
                    where,
                    CLOSE_MILLIS);
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
