package io.memdi.storage;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/** What a file is, by how it begins, or is called: to be told to whoever has named it. */
enum FileKind {
    BACKUP,
    /** One of those that a node's directory consists of. */
    OF_NODE,
    OTHER;

    /** The kind of a regular file. */
    static FileKind of(Path file) throws IOException {
        byte[] bytes = new byte[Long.BYTES];
        try (InputStream in = Files.newInputStream(file)) {
            int read = in.readNBytes(bytes, 0, bytes.length);
            long magic = read < bytes.length ? 0 : Bytes.getLong(bytes, 0);
            if (magic == BackupFile.MAGIC) {
                return BACKUP;
            }
            if (magic == Identity.MAGIC || magic == Segment.MAGIC || magic == SnapshotFile.MAGIC) {
                return OF_NODE;
            }
        }
        String name = Objects.toString(file.getFileName(), "");
        return name.equals(FileDisk.LOCK) || Names.isNumbered(name) ? OF_NODE : OTHER;
    }
}
