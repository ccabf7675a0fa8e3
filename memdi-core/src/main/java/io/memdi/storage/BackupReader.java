package io.memdi.storage;

import io.memdi.ClusterId;
import io.memdi.CorruptStorageException;
import io.memdi.Revision;
import io.memdi.StorageException;
import io.memdi.storage.BackupBlock.Kind;
import io.memdi.storage.Disk.DiskFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** Reads a backup from its first block to its last, and looks at every byte. For one thread. */
public final class BackupReader implements Closeable {
    private static final int PIECE = 1 << 20;

    private final String path;
    private final DiskFile file;
    private final long footerAt;
    private final byte[] header;
    private final byte[] footer;
    private long at = BackupFile.HEADER;
    private long blocks;
    private @Nullable Kind last;

    private BackupReader(DiskFile file, String path) throws IOException {
        this.file = file;
        this.path = path;
        long size = file.size();
        header = readAt(0, (int) Math.min(BackupFile.HEADER, size));
        Identity.checkBeginning(path, header, BackupFile.MAGIC, BackupFile.NO_SEED, BackupFile.HEADER);
        footerAt = size - BackupFile.FOOTER;
        if (footerAt < BackupFile.HEADER) {
            throw new CorruptStorageException(path, size, "it ends before its first block");
        }
        footer = readAt(footerAt, BackupFile.FOOTER);
        if (Bytes.getLong(footer, 0) != BackupFile.END_MAGIC
                || Bytes.getInt(footer, 8) != Identity.VERSION
                || Bytes.getInt(footer, 12) != Bytes.checksum(seed(footerAt), footer, 16, BackupFile.FOOTER - 16)) {
            throw new CorruptStorageException(
                    path,
                    footerAt,
                    "its last " + BackupFile.FOOTER + " bytes are not those of a backup: it was cut, or has changed");
        }
    }

    /**
     * Opens one.
     *
     * @param path the file
     * @return its reader
     * @throws CorruptStorageException if it does not begin, or end, as a backup
     * @throws StorageException if it cannot be read
     */
    public static BackupReader open(Path path) {
        Path absolute = path.toAbsolutePath().normalize();
        Path name = absolute.getFileName();
        Path directory = absolute.getParent();
        if (name == null || directory == null) {
            throw new StorageException(absolute + " is no file", null);
        }
        try (FileDisk disk = FileDisk.openExisting(directory)) {
            DiskFile file = disk.openToRead(name.toString()); // which outlives the disk: that has locked nothing
            BackupReader reader = null;
            try {
                reader = new BackupReader(file, absolute.toString());
                return reader;
            } finally {
                if (reader == null) {
                    file.close();
                }
            }
        } catch (IOException e) {
            throw new StorageException(String.valueOf(e.getMessage()), e);
        }
    }

    /**
     * The cluster that it was made of.
     *
     * @return its id
     */
    public ClusterId cluster() {
        return new ClusterId(Bytes.getLong(header, 32), Bytes.getLong(header, 40));
    }

    /**
     * The position at which it was begun.
     *
     * @return below {@link #end}, or the same
     */
    public Revision start() {
        return new Revision(Bytes.getLong(header, 48), Bytes.getLong(header, 56));
    }

    /**
     * The position as of which it is.
     *
     * @return that of the last entry that it holds
     */
    public Revision end() {
        return new Revision(Bytes.getLong(footer, 24), Bytes.getLong(footer, 32));
    }

    /**
     * The size of the file.
     *
     * @return in bytes
     */
    public long size() {
        return footerAt + BackupFile.FOOTER;
    }

    /**
     * The next block.
     *
     * @return null after the last one: then all of the file was looked at
     * @throws CorruptStorageException if it was damaged
     * @throws StorageException if it cannot be read
     */
    public @Nullable BackupBlock next() {
        if (at == footerAt) {
            if (last != Kind.SUMS || blocks != Bytes.getLong(footer, 16)) {
                throw damaged(footerAt, "it has " + blocks + " blocks, of which the last is not its last");
            }
            return null;
        }
        try {
            BackupBlock block = read();
            boolean fits = (last == null) == (block.kind() == Kind.HEAD) && last != Kind.SUMS;
            if (!fits) {
                throw damaged(at, "no block of this kind comes here: " + block.kind());
            }
            last = block.kind();
            blocks++;
            at += BackupFile.BLOCK_HEADER + (long) block.bytes().length;
            return block;
        } catch (IOException e) {
            throw new StorageException(String.valueOf(e.getMessage()), e);
        }
    }

    private BackupBlock read() throws IOException {
        long room = footerAt - at;
        byte[] head = readAt(at, (int) Math.min(BackupFile.BLOCK_HEADER, room));
        int length = head.length < BackupFile.BLOCK_HEADER ? -1 : Bytes.getInt(head, 0);
        if (length < 0 || length > room - BackupFile.BLOCK_HEADER) {
            throw damaged(at, "there is no block of as many bytes as it says");
        }
        Kind kind = Kind.of(Bytes.getInt(head, 8));
        if (Bytes.getInt(head, 4) != checksum(head, length) || kind == null) {
            throw damaged(at, "the checksum of a block of " + length + " bytes is wrong");
        }
        return new BackupBlock(kind, at, readAt(at + BackupFile.BLOCK_HEADER, length));
    }

    /** Piece by piece, so that memory is asked for only once it is certain that there is so much. */
    private int checksum(byte[] head, int length) throws IOException {
        CRC32C crc = BackupFile.beginChecksum(seed(at), head);
        for (int done = 0; done < length; done += PIECE) {
            crc.update(readAt(at + BackupFile.BLOCK_HEADER + done, Math.min(PIECE, length - done)));
        }
        return (int) crc.getValue();
    }

    /**
     * It is not what a backup is.
     *
     * @param offset where
     * @param problem what is wrong there
     * @return to be thrown
     */
    public CorruptStorageException damaged(long offset, String problem) {
        return new CorruptStorageException(path, offset, problem);
    }

    private byte[] seed(long offset) {
        return BackupFile.seed(Bytes.getLong(header, 16), Bytes.getLong(header, 24), offset);
    }

    private byte[] readAt(long offset, int length) throws IOException {
        byte[] bytes = new byte[length];
        file.read(offset, ByteBuffer.wrap(bytes));
        return bytes;
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException e) {
            throw new StorageException(String.valueOf(e.getMessage()), e);
        }
    }
}
