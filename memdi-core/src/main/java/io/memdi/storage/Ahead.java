package io.memdi.storage;

import io.memdi.storage.Disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the next file of the log while the last one is still written: full of zeros, and synced, so that no sync of a group has to wait for a
 * file that grows. It is a help and no more. Where it has not come, the next file is made small, and grows.
 */
final class Ahead {
    private static final Logger log = LoggerFactory.getLogger(Ahead.class);

    /** How much is written between two syncs: other files wait for the same device. */
    private static final int STEP = 1 << 20;

    /** So many files have to fit: what is made ahead must not be what fills the disk. */
    private static final int ROOM = 4;

    private static final long CLOSE_SECONDS = 10;

    private final Disk disk;
    private final Executor executor;
    private final long opening;
    private @Nullable Making making;

    /** One file. */
    private static final class Making {
        final long number;
        final CountDownLatch over = new CountDownLatch(1);
        volatile boolean whole;
        volatile boolean unwanted;

        Making(long number) {
            this.number = number;
        }
    }

    Ahead(Disk disk, Executor executor, long opening) {
        this.disk = disk;
        this.executor = executor;
        this.opening = opening;
    }

    /** Of this opening alone: one that hangs may go on when the directory was opened again. */
    private String name(long number) {
        return Names.segment(number) + ".ahead-" + opening + Names.TEMPORARY;
    }

    /** Begins with the file of that number, unless that was begun. */
    void begin(long number, long bytes) {
        Making before = making;
        if (before != null && (before.number == number || before.over.getCount() > 0)) {
            return;
        }
        if (before != null && before.whole) {
            forget(name(before.number));
        }
        Making next = new Making(number);
        making = next;
        if (disk.freeBytes() < ROOM * bytes) {
            next.over.countDown();
            return;
        }
        try {
            executor.execute(() -> {
                try {
                    make(next, bytes);
                } finally {
                    next.over.countDown();
                }
            });
        } catch (RejectedExecutionException | OutOfMemoryError e) {
            log.debug("nobody makes {} ahead", disk.path(name(number)), e);
            next.over.countDown();
        }
    }

    private void make(Making next, long bytes) {
        String name = name(next.number);
        try {
            try (DiskFile file = disk.create(name)) {
                ByteBuffer zeros = ByteBuffer.allocateDirect((int) Math.min(STEP, bytes));
                for (long at = 0; at < bytes && !next.unwanted; at += zeros.limit()) {
                    zeros.clear().limit((int) Math.min(zeros.capacity(), bytes - at));
                    file.write(at, zeros);
                    file.sync();
                }
            }
            if (next.unwanted) {
                disk.delete(name);
            } else {
                next.whole = true;
            }
        } catch (IOException | OutOfMemoryError e) {
            // What is wrong with the disk, or with memory, shows where it matters.
            log.debug("{} was not made ahead", disk.path(name), e);
            forget(name);
        }
    }

    private void forget(String name) {
        try {
            disk.delete(name);
        } catch (IOException e) {
            log.debug("{} stays until the next start", disk.path(name), e);
        }
    }

    /** The name of the file that was made for that number, which is the caller's now; null if there is none. */
    @Nullable
    String take(long number) {
        Making made = making;
        if (made == null || made.number != number || !made.whole) {
            discard();
            return null;
        }
        making = null;
        return name(number);
    }

    private void discard() {
        Making made = making;
        if (made != null) {
            made.unwanted = true;
            if (made.whole) {
                making = null;
                forget(name(made.number));
            }
        }
    }

    /** Nothing is written any more when this returns, unless the disk hangs. */
    void close() {
        Making last = making;
        if (last == null) {
            return;
        }
        last.unwanted = true;
        boolean interrupted = Thread.interrupted();
        try {
            if (last.over.await(CLOSE_SECONDS, TimeUnit.SECONDS) && last.whole) {
                forget(name(last.number));
            }
        } catch (InterruptedException e) {
            interrupted = true;
        }
        making = null;
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
