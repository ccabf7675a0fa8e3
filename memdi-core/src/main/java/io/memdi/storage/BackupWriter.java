package io.memdi.storage;

import io.memdi.ClusterId;
import io.memdi.Revision;
import io.memdi.StorageException;
import io.memdi.storage.BackupBlock.Kind;
import io.memdi.storage.Disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.UUID;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A backup that is being written, by a thread of its own. The loop hands over and never waits; what is pending is bounded by the loop, which
 * looks at it.
 *
 * <p>It is whole under its name, or not there at all: it is written beside that, with {@code .tmp} behind the name, synced, and renamed. No
 * file that is there is touched, and that other one is made only where there is none; so two that write to one path do not meet.
 */
public final class BackupWriter {
    /** How the name ends of one that is not finished. */
    public static final String TEMPORARY = Names.TEMPORARY;

    /** After how much it is synced, so that the last sync does not take long. */
    private static final long SYNC_BYTES = 8 << 20;

    private static final long CLOSE_MILLIS = 5_000;

    /** How much is pending at most before no more pages are to be made. */
    private static final long MAX_PENDING = 4 << 20;

    private final Path target;
    private final ClusterId cluster;
    private final Revision start;
    private final LinkedBlockingQueue<Part> parts = new LinkedBlockingQueue<>();
    private final AtomicLong pending = new AtomicLong();
    private final Thread thread;

    /** Whether it is still open how it ends: it is given up, or gets its name, and not both. */
    private final AtomicBoolean open = new AtomicBoolean(true);

    /** Where the file ends. Its thread only; and the same for the others. */
    private long position;

    private volatile long bytes;
    private volatile boolean whole;
    private volatile @Nullable StorageException failure;

    /** What the thread writes next. */
    private sealed interface Part {}

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Block(Kind kind, byte[] bytes) implements Part {}

    private record End(Revision position) implements Part {}

    /** Nothing more comes. */
    private record Aborted() implements Part {}

    /**
     * Begins one.
     *
     * @param target the file
     * @param cluster that it is made of
     * @param start the position at which it begins
     * @param threads makes the thread that writes it
     */
    public BackupWriter(Path target, ClusterId cluster, Revision start, ThreadFactory threads) {
        this.target = target.toAbsolutePath().normalize();
        this.cluster = cluster;
        this.start = start;
        this.thread = threads.newThread(this::run);
        thread.start();
    }

    /**
     * One more part, in the order in which they stand in the file. Never blocks.
     *
     * @param kind what it is
     * @param bytes its bytes; not to be changed afterwards
     */
    public void put(Kind kind, byte[] bytes) {
        pending.addAndGet(bytes.length);
        parts.add(new Block(kind, bytes));
    }

    /**
     * All parts are there.
     *
     * @param end the position as of which it is
     */
    public void finish(Revision end) {
        parts.add(new End(end));
    }

    /**
     * It is not wanted any more: what there is of it goes.
     *
     * @return false if it is too late, because it is getting its name
     */
    public boolean abort() {
        boolean first = open.compareAndSet(true, false);
        parts.add(new Aborted());
        return first;
    }

    /** Waits until its thread has ended, which was told to; bounded in time. */
    public void close() {
        try {
            thread.join(CLOSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * What was handed over and is not in the file yet.
     *
     * @return in bytes
     */
    public long pendingBytes() {
        return pending.get();
    }

    /**
     * Whether so much is pending that no more pages are to be made.
     *
     * @return whether it is
     */
    public boolean isBusy() {
        return pending.get() > MAX_PENDING;
    }

    /**
     * How much of it is in the file.
     *
     * @return in bytes
     */
    public long bytes() {
        return bytes;
    }

    /**
     * Whether it is whole, and under its name.
     *
     * @return whether it is
     */
    public boolean isWhole() {
        return whole;
    }

    /**
     * Why there is none.
     *
     * @return in plain words, with the file; null if nothing has failed
     */
    public @Nullable StorageException failure() {
        return failure;
    }

    private void run() {
        try {
            write();
        } catch (IOException e) {
            failure = new StorageException(String.valueOf(e.getMessage()), e);
        } catch (InterruptedException e) {
            failure = new StorageException("the thread that writes " + target + " was interrupted", e);
        } catch (RuntimeException | Error e) {
            failure = new StorageException("cannot write " + target + ": " + e, e);
        } finally {
            parts.clear();
        }
    }

    private void write() throws IOException, InterruptedException {
        Path name = target.getFileName();
        Path directory = target.getParent();
        if (name == null || directory == null) {
            throw new IOException(target + " is no file that could be written; name one");
        }
        requireAbsent();
        try (FileDisk disk = FileDisk.openExisting(directory)) {
            String temporary = name + Names.TEMPORARY;
            take(directory.resolve(temporary));
            try {
                whole = write(disk, temporary, name.toString());
            } finally {
                if (!whole) {
                    disk.delete(temporary);
                }
            }
        }
    }

    private void requireAbsent() throws IOException {
        if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
            throw new IOException(
                    target + " is there already, and no backup is written over anything; name another file");
        }
    }

    private static void take(Path temporary) throws IOException {
        try {
            Files.createFile(temporary);
        } catch (FileAlreadyExistsException e) {
            throw new IOException(
                    temporary
                            + " is there already: a backup to that path is under way, or one was cut off, perhaps by a crash."
                            + " If none is under way, remove that file; or name another one",
                    e);
        } catch (FileSystemException e) {
            String reason = e.getReason() == null ? e.getClass().getSimpleName() : e.getReason();
            throw new IOException("cannot create " + temporary + ": " + reason, e);
        }
    }

    /** Whether it has become whole, and was not given up. */
    private boolean write(FileDisk disk, String temporary, String name) throws IOException, InterruptedException {
        try (DiskFile file = disk.create(temporary)) {
            UUID id = UUID.randomUUID();
            long high = id.getMostSignificantBits();
            long low = id.getLeastSignificantBits();
            append(file, BackupFile.header(high, low, cluster, start));
            long synced = 0;
            for (long blocks = 0; open.get(); blocks++) {
                Part part = parts.take();
                byte[] seed = BackupFile.seed(high, low, position);
                if (part instanceof Block block) {
                    append(file, BackupFile.block(seed, block.kind().code, block.bytes()));
                    pending.addAndGet(-block.bytes().length);
                } else if (part instanceof End end) {
                    append(file, BackupFile.footer(seed, blocks, end.position()));
                    file.sync();
                    break;
                }
                if (position - synced >= SYNC_BYTES) {
                    file.sync();
                    synced = position;
                }
            }
        }
        if (!open.compareAndSet(true, false)) {
            return false;
        }
        requireAbsent();
        disk.rename(temporary, name);
        disk.syncDirectory();
        return true;
    }

    private void append(DiskFile file, byte[] part) throws IOException {
        file.write(position, ByteBuffer.wrap(part));
        position += part.length;
        bytes = position;
    }
}
