package io.memdi.node;

import io.memdi.BackupException;
import io.memdi.ClusterId;
import io.memdi.Revision;
import io.memdi.StorageException;
import io.memdi.machine.Image;
import io.memdi.machine.Replica;
import io.memdi.storage.BackupBlock.Kind;
import io.memdi.storage.BackupWriter;
import io.memdi.store.Table;
import io.memdi.transport.Entry;
import io.memdi.transport.EventLoop;
import io.memdi.transport.HealMessage.HealPart;
import io.memdi.transport.StoreSpec;
import io.memdi.wire.BackupCodec;
import io.memdi.wire.SnapshotCodec;
import io.memdi.wire.StoreCodecs;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes backups, one at a time: by the scan of a heal, a slice in each turn, while writes go on, with what is committed meanwhile. Loop
 * only, but for {@link Backup#abort}.
 *
 * <pre>
 *   begin at 70:  members, stores | page as of 70 | 71 72 | page as of 72 | 73 ... 90 | page as of 90 | what the stores come to at 90
 * </pre>
 *
 * <p>Only what is committed is looked at, so nothing of it can be taken back. The log keeps what it has not handed over yet; and what waits
 * for the disk is bounded: a disk that is slower than the writes ends the backup, and not the node.
 */
final class Backups {
    private static final Logger log = LoggerFactory.getLogger(Backups.class);

    /** How many bytes of entries go into one block, about. */
    private static final long BLOCK_BYTES = 256 << 10;

    /** How much may wait for the disk. */
    private static final long MAX_PENDING = Defaults.BACKUP_PENDING_BYTES;

    /** How often is looked whether the disk has gone on: only while there is a backup, and no thread but the loop's has to know of the loop. */
    private static final long LOOK_NANOS = 1_000_000;

    private final String name;
    private final Replica replica;
    private final EventLoop loop;
    private final BackupCodec codec;
    private @Nullable Backup present;

    Backups(String name, Replica replica, EventLoop loop, StoreCodecs codecs) {
        this.name = name;
        this.replica = replica;
        this.loop = loop;
        this.codec = new BackupCodec(codecs);
    }

    /** One backup. */
    final class Backup {
        private final Path path;
        private final ClusterId cluster;
        private final BackupWriter writer;
        private final TableScan scan;

        /** Up to where entries were handed over. */
        private Revision position;

        private boolean finished;
        private int tenths;
        private volatile @Nullable String abort;

        /** How it has ended, which {@link #outcome} tells; null before. */
        private @Nullable String failure;

        private @Nullable Throwable cause;
        private @Nullable Revision result;

        private Backup(Path path, Image image, ClusterId cluster) {
            byte[] head = codec.writeHead(
                    new SnapshotCodec.Head(image.opened(), new HealPart(0, 0, image.stores(), image.sessions())));
            this.path = path;
            this.cluster = cluster;
            this.position = image.opened().position();
            this.scan = new TableScan(replica, image.stores());
            this.writer = new BackupWriter(path, cluster, position, this::thread);
            writer.put(Kind.HEAD, head);
        }

        private Thread thread(Runnable task) {
            Thread thread = new Thread(task, "memdi-" + name + "-backup");
            thread.setDaemon(true);
            return thread;
        }

        /**
         * What has come of it.
         *
         * @return the position as of which it is; null as long as it is being written
         * @throws BackupException if there is none
         */
        @Nullable
        Revision outcome() {
            if (failure != null) {
                throw new BackupException(failure, cause);
            }
            return result;
        }

        /** How far it is, in plain words. */
        String progress() {
            return scan.percent() + "% of the stores, " + writer.bytes() + " bytes so far";
        }

        /** Whether only its disk can bring it further. */
        private boolean rests() {
            return finished || writer.isBusy();
        }

        /** Whoever wanted it has gone. Any thread. */
        void abort(String reason) {
            abort = reason;
            loop.wake();
        }
    }

    /** Whether what this node holds is whole, so that one can begin. */
    boolean isReady() {
        return replica.seeding().isWhole() && replica.cluster() != null;
    }

    /**
     * Begins one.
     *
     * @throws BackupException if another one is under way
     */
    Backup begin(Path path) {
        if (present != null) {
            throw new BackupException("no backup was written to " + path + ": this node is writing one to "
                    + present.path + ". Wait until that is over, or ask another node");
        }
        Backup backup;
        try {
            backup = new Backup(path, replica.seeding().image(), Objects.requireNonNull(replica.cluster()));
        } catch (OutOfMemoryError e) {
            throw new BackupException("no backup was written to " + path + ": there is no thread to write it: " + e, e);
        }
        present = backup;
        replica.log().retainAfter(backup.position.index());
        log.info("{}: writes a backup to {}, from {} on", name, path, backup.position);
        return backup;
    }

    /** Goes on with it, at the end of a turn; returns whether there is more to do at once. */
    boolean turn() {
        Backup backup = present;
        if (backup == null) {
            return false;
        }
        goOn(backup);
        return present == null || !backup.rests(); // once it is over, its caller is to be told in another turn
    }

    private void goOn(Backup backup) {
        StorageException failed = backup.writer.failure();
        boolean whole = failed == null && backup.writer.isWhole();
        String obstacle = obstacle(backup);
        if (failed != null) {
            fail(backup, String.valueOf(failed.getMessage()), failed);
        } else if (whole) {
            backup.result = backup.position;
            end();
            log.info(
                    "{}: the backup {} is whole: as of {}, {} bytes",
                    name,
                    backup.path,
                    backup.position,
                    backup.writer.bytes());
        } else if (obstacle != null && backup.writer.abort()) {
            fail(backup, obstacle, null);
        } else if (!backup.finished) {
            scan(backup);
        }
    }

    /** When it is to be looked at again at the latest. */
    long deadline(long now) {
        return present == null ? Long.MAX_VALUE : now + LOOK_NANOS;
    }

    private @Nullable String obstacle(Backup backup) {
        String abort = backup.abort;
        if (abort != null) {
            return abort;
        }
        if (backup.finished) {
            return null;
        }
        boolean goesOn = replica.seeding().isWhole()
                && backup.cluster.equals(replica.cluster())
                && replica.log().knows(backup.position.index())
                && replica.log().position(backup.position.index()).equals(backup.position);
        if (!goesOn) {
            return "this node fell behind its leader's log, or went over to another cluster. Try again, here once it is ready, or"
                    + " at another node";
        }
        return backup.writer.pendingBytes() > MAX_PENDING
                ? "the disk is slower than the writes: more than " + MAX_PENDING
                        + " bytes wait for it. Write to a faster disk, or" + " while there are fewer writes"
                : null;
    }

    private void scan(Backup backup) {
        try {
            handOver(backup);
            if (backup.writer.isBusy()) {
                return;
            }
            TableScan.Slice slice = backup.scan.next();
            if (slice != null) {
                backup.writer.put(Kind.PAGE, codec.writePage(slice.store().spec(), slice.page()));
            }
            if (backup.scan.isOver()) {
                backup.finished = true;
                backup.writer.put(Kind.SUMS, codec.writeSums(sums()));
                backup.writer.finish(backup.position);
                replica.log().retainAfter(Long.MAX_VALUE);
            }
        } catch (RuntimeException e) {
            // Nothing here has changed, and nobody but the one who wants it depends on it.
            backup.writer.abort();
            fail(backup, "what it holds cannot be written: " + e.getMessage(), e);
            return;
        }
        int tenths = backup.scan.percent() / 10;
        if (tenths > backup.tenths && tenths < 10) {
            backup.tenths = tenths;
            log.info("{}: the backup {} has {}", name, backup.path, backup.progress());
        }
    }

    /** What was committed since the last time. */
    private void handOver(Backup backup) {
        List<StoreSpec> specs = replica.state().specs();
        long next = backup.position.index() + 1;
        while (next <= replica.committed()) {
            List<Entry> entries = new ArrayList<>();
            for (long bytes = 0; bytes < BLOCK_BYTES && next <= replica.committed(); next++) {
                Entry entry = replica.log().get(next);
                entries.add(entry);
                bytes += entry.bytes();
            }
            backup.writer.put(
                    Kind.ENTRIES,
                    codec.writeEntries(
                            backup.position, entries, number -> number <= specs.size() ? specs.get(number - 1) : null));
            backup.position = replica.log().position(next - 1);
        }
        replica.log().retainAfter(backup.position.index());
    }

    private List<BackupCodec.Sum> sums() {
        return replica.state().committedRegistry().stream()
                .map(registration -> {
                    Table table = registration.table();
                    return new BackupCodec.Sum(registration.spec(), table.committedSize(), table.digest());
                })
                .toList();
    }

    private void fail(Backup backup, String reason, @Nullable Throwable cause) {
        backup.failure = "no backup was written to " + backup.path + ": " + reason;
        backup.cause = cause;
        end();
        log.warn("{}: {}", name, backup.failure);
    }

    private void end() {
        present = null;
        replica.log().retainAfter(Long.MAX_VALUE);
    }

    /** The loop runs no turn any more. What is not whole goes. */
    void close() {
        Backup backup = present;
        if (backup != null) {
            present = null;
            backup.writer.abort();
            backup.writer.close();
        }
    }
}
