package io.memdi.storage;

import io.memdi.Revision;
import io.memdi.storage.Disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A snapshot that is being written, under a temporary name. */
final class SnapshotOutput {
    /** After how much it is synced: so that no sync takes long, and keeps the log waiting. */
    private static final long SYNC_BYTES = 8 << 20;

    private final Disk disk;
    private final Identity identity;
    private final long number;
    private final long firstSegment;
    private final Revision start;
    private final boolean beginsLog;
    private final String temporary;
    private final DiskFile file;
    private long position;
    private long synced;
    private long pages;

    /**
     * Begins one.
     *
     * @param beginsLog whether the log begins anew at its start
     */
    SnapshotOutput(Disk disk, Identity identity, long number, long firstSegment, SnapshotHead head, boolean beginsLog)
            throws IOException {
        this.disk = disk;
        this.identity = identity;
        this.number = number;
        this.firstSegment = firstSegment;
        this.start = head.start();
        this.beginsLog = beginsLog;
        this.temporary = Names.snapshot(number) + Names.TEMPORARY;
        this.file = disk.create(temporary);
        put(SnapshotFile.header(identity, number, firstSegment, start));
        block(head.meta());
    }

    Revision start() {
        return start;
    }

    /** How large it is by now. */
    long size() {
        return position;
    }

    long firstSegment() {
        return firstSegment;
    }

    boolean beginsLog() {
        return beginsLog;
    }

    void page(byte[] page) throws IOException {
        block(page);
        pages++;
        if (position - synced >= SYNC_BYTES) {
            file.sync();
            synced = position;
        }
    }

    private void block(byte[] bytes) throws IOException {
        byte[] header = new byte[SnapshotFile.BLOCK_HEADER];
        Bytes.putInt(header, 0, bytes.length);
        Bytes.putInt(
                header, 4, Bytes.checksum(SnapshotFile.blockSeed(identity, number, position), bytes, 0, bytes.length));
        put(header);
        put(bytes);
    }

    private void put(byte[] bytes) throws IOException {
        file.write(position, ByteBuffer.wrap(bytes));
        position += bytes.length;
    }

    /** It is whole: takes its place. */
    void finish(long end) throws IOException {
        put(SnapshotFile.footer(identity, number, position, pages, end));
        file.sync();
        file.close();
        disk.rename(temporary, Names.snapshot(number));
        disk.syncDirectory();
    }

    void abort() throws IOException {
        file.close();
        disk.delete(temporary);
    }

    void close() throws IOException {
        file.close();
    }
}
