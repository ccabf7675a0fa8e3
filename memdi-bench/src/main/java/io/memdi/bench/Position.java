package io.memdi.bench;

/** Where an operation is issued. */
public enum Position {
    /** At the node that leads. */
    LEADER,
    /** At a node that follows. */
    FOLLOWER
}
