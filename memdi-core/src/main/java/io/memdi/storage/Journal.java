package io.memdi.storage;

import io.memdi.CorruptStorageException;
import io.memdi.StorageException;

/**
 * What a node has on disk: the doors of the loop. Nothing but {@link #recover} and {@link #close} blocks.
 *
 * <p>Batches and snapshots reach the disk in the order in which they were submitted and begun.
 *
 * <p><b>A log that begins anew.</b> A node that was healed does not have the entries before the position from which it goes on. It begins a
 * snapshot that starts there; the entries of the batches after that follow that start, not what the disk had. Until the snapshot has
 * taken its place, the disk still has the old snapshot and log too, and a restart comes back to those (and to the latest state); so the
 * entries that are synced meanwhile do not count yet.
 */
public interface Journal extends AutoCloseable {
    /** Who is told. Called on the IO thread; hands over to the loop. */
    interface Listener {
        /**
         * Everything up to and with a batch is on disk.
         *
         * @param ticket the number of the batch
         */
        void synced(long ticket);

        /**
         * A snapshot has taken its place: what it replaces has gone.
         *
         * @param index what it was finished with
         */
        default void snapshotTaken(long index) {}

        /**
         * What was damaged is out of the way.
         *
         * @param where it is now
         */
        default void setAside(String where) {}

        /**
         * What is on disk is unknown from now on. Nothing is accepted any more.
         *
         * @param reason in plain words, with the file
         */
        void failed(StorageException reason);
    }

    /**
     * Reads what is there, and makes it whole: a torn tail is cut off. Once, before anything else.
     *
     * @return what was there
     * @throws CorruptStorageException if it is not what a crash can leave behind; nothing was changed then, and {@link #startAnew} may
     *     follow
     * @throws StorageException if it cannot be read or written, another process has it, it is of another version, or so much that was
     *     damaged was set aside before that there is no room for more
     */
    Recovered recover();

    /**
     * Batches may come now.
     *
     * @param listener who is told
     */
    void start(Listener listener);

    /**
     * After a {@link CorruptStorageException}: what is there is set aside, and an empty directory takes its place, before anything that
     * is submitted is written. Does not block.
     *
     * @param listener who is told
     * @param openingId a random id of the first opening of the new directory
     */
    void startAnew(Listener listener, long openingId);

    /**
     * To be kept. Never blocks.
     *
     * @param batch what to keep
     */
    void submit(Batch batch);

    /**
     * What was submitted and is not synced yet: a leader takes no more writes above a bound.
     *
     * @return in bytes, about
     */
    long pendingBytes();

    /**
     * How much log there is: when it is time for a snapshot.
     *
     * @return in bytes, about, of all files of the log
     */
    long logBytes();

    /**
     * How large the snapshot is that counts.
     *
     * @return in bytes; 0 if there is none
     */
    long snapshotBytes();

    /**
     * Begins a snapshot. What the log had up to its start was submitted before.
     *
     * @param head how it begins
     * @return where its pages go
     * @throws IllegalStateException if another one is being written
     */
    SnapshotWriter snapshot(SnapshotHead head);

    /** Writes and syncs what was submitted, gives the directory free, and is bounded in time. A snapshot that is not finished goes. */
    @Override
    void close();
}
