package io.memdi.storage;

/**
 * A part of a backup.
 *
 * @param kind what it is
 * @param offset where it stands in the file
 * @param bytes what {@link io.memdi.wire.BackupCodec} has written; not to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record BackupBlock(Kind kind, long offset, byte[] bytes) {
    /** The kinds of parts; on disk, their places from 1 on. */
    public enum Kind {
        /** Where it begins, and the stores that were registered there. */
        HEAD,
        /** Some keys of a store. */
        PAGE,
        /** Some of the log. */
        ENTRIES,
        /** What the stores come to at the end. */
        SUMS
    }
}
