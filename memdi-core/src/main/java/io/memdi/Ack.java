package io.memdi;

/** Where a write must be before it is acknowledged. */
public enum Ack {
    /**
     * The leader holds it in memory. It can be lost if the leader dies before a quorum has it; the window is bounded by one
     * election timeout.
     */
    LEADER_MEMORY,
    /** A majority of the voters holds it in memory. It can be lost only if a majority loses its memory at about the same time. */
    QUORUM_MEMORY,
    /** The leader has synced it to its disk. Refused at the call on a cluster without storage. */
    LEADER_DISK,
    /** A majority of the voters has synced it. Refused at the call on a cluster without storage. */
    QUORUM_DISK;

    /**
     * Tells whether this level needs a disk.
     *
     * @return true for the disk levels
     */
    public boolean needsDisk() {
        return this == LEADER_DISK || this == QUORUM_DISK;
    }
}
