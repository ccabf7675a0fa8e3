package io.memdi.storage;

/** A snapshot that is being written. For the loop. Once the journal has failed, nothing here does anything. */
public interface SnapshotWriter {
    /**
     * One more page. Never blocks.
     *
     * @param page its bytes, which mean nothing here; not to be changed afterwards
     */
    void page(byte[] page);

    /**
     * Pages that were handed over and are not in the file yet: whoever makes pages waits above a bound.
     *
     * @return in bytes
     */
    long pendingBytes();

    /**
     * All pages are there. Once they, and the log up to that index, are synced, the snapshot takes its place; then what it replaces goes.
     * Entries after its start stay.
     *
     * @param index the highest index that a page has seen
     */
    void finish(long index);

    /**
     * It is not wanted any more, also after it was finished; another one may begin at once. If it has taken its place by now, nothing
     * happens, and the listener is told.
     */
    void abort();
}
