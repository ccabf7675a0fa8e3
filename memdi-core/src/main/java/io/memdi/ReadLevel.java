package io.memdi;

/** How fresh, and how safe, what a read returns has to be. */
public enum ReadLevel {
    /**
     * This node's memory now, on the caller's thread, without a lock or a wait. On a follower a committed value that is behind by
     * the replication lag; on the leader its memory, acknowledged or not.
     */
    LOCAL,
    /** As {@link #LOCAL}, once this node holds every write that it has acknowledged to its own callers. */
    SESSION,
    /** As {@link #LOCAL}, but never a value that a failover could take back. */
    COMMITTED,
    /** As if there were one copy: every write that was acknowledged before the read began is seen, or is lost for good. */
    LINEARIZABLE
}
