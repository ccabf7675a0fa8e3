package io.memdi.transport.tcp;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * What tells that a file was changed.
 *
 * @param file the file
 * @param modified when it was last written, in milliseconds; -1 if it cannot be looked at
 * @param size how long it is, in bytes
 */
record Stamp(Path file, long modified, long size) {
    static Stamp of(Path file) {
        try {
            BasicFileAttributes found = Files.readAttributes(file, BasicFileAttributes.class);
            return new Stamp(file, found.lastModifiedTime().toMillis(), found.size());
        } catch (IOException e) {
            return new Stamp(file, -1, -1);
        }
    }
}
