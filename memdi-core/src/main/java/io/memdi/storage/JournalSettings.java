package io.memdi.storage;

/**
 * How large things are.
 *
 * @param segmentBytes how large a file of the log grows; larger only where it is of one group
 * @param growBytes by how much a file is grown ahead of what is written, with zeros: so that a sync has no new size to note
 * @param groupBytes how much is written and synced at once; more only where one entry is larger
 * @param snapshotBytes how much of a snapshot is written between two groups at most
 */
public record JournalSettings(long segmentBytes, int growBytes, int groupBytes, int snapshotBytes) {
    /** What a node uses. */
    public static final JournalSettings DEFAULT = new JournalSettings(64 << 20, 1 << 20, 4 << 20, 1 << 20);

    /**
     * Checks them.
     *
     * @param segmentBytes how large a file of the log grows
     * @param growBytes by how much a file is grown ahead
     * @param groupBytes how much is written and synced at once
     * @param snapshotBytes how much of a snapshot is written between two groups
     */
    public JournalSettings {
        if (segmentBytes < 1 || segmentBytes > 1 << 30 || growBytes < 0 || groupBytes < 1 || snapshotBytes < 1) {
            throw new IllegalArgumentException("files of " + segmentBytes + " bytes, grown by " + growBytes
                    + ", groups of " + groupBytes + ", and " + snapshotBytes + " of a snapshot between them");
        }
    }
}
