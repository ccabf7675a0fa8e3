package io.memdi.storage;

import org.jspecify.annotations.Nullable;

/**
 * A part of a backup.
 *
 * @param kind what it is
 * @param offset where it stands in the file
 * @param bytes what {@link io.memdi.wire.BackupCodec} has written; not to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record BackupBlock(Kind kind, long offset, byte[] bytes) {
    /** The kinds of parts. */
    public enum Kind {
        /** Where it begins, and the stores that were registered there. */
        HEAD(1),
        /** Some keys of a store. */
        PAGE(2),
        /** Some of the log. */
        ENTRIES(3),
        /** What the stores come to at the end. */
        SUMS(4);

        /** On disk. */
        final int code;

        Kind(int code) {
            this.code = code;
        }

        static @Nullable Kind of(int code) {
            for (Kind kind : values()) {
                if (kind.code == code) {
                    return kind;
                }
            }
            return null;
        }
    }
}
