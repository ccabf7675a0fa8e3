package io.memdi.store;

import io.memdi.Revision;

/**
 * How far this node is, for readers on any thread. The loop writes; whoever reads a position finds in the tables what it stands
 * for.
 */
public final class Positions {
    private volatile Revision held = Revision.NONE;
    private volatile Revision committed = Revision.NONE;
    private volatile Revision acknowledged = Revision.NONE;
    private volatile boolean settled;

    /**
     * What this node holds for certain, or knows to be lost for good: on a leader, from the first commit of its own term on, its
     * whole log; else what is committed.
     */
    public Revision held() {
        return held;
    }

    /** Up to where entries are committed and applied here. */
    public Revision committed() {
        return committed;
    }

    /**
     * Whether this node holds every write that it has acknowledged to its own callers, so that a session read may go ahead.
     * One volatile read.
     */
    public boolean settled() {
        return settled;
    }

    /** Loop only. Called before tables are rolled back, and after entries were applied or executed. */
    public void publish(Revision held, Revision committed) {
        if (!held.isAtLeast(this.held)) {
            settled = held.isAtLeast(acknowledged);
        }
        this.committed = committed;
        this.held = held;
        settled = held.isAtLeast(acknowledged);
    }

    /** Loop only. Called before a caller is told that its write was taken. */
    public void acknowledge(Revision revision) {
        if (!acknowledged.isAtLeast(revision)) {
            acknowledged = revision;
            settled = held.isAtLeast(revision);
        }
    }
}
