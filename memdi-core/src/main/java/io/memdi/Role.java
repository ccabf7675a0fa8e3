package io.memdi;

/** What a node is in its cluster. */
public enum Role {
    /** It has no cluster yet: it looks for the others of its list. */
    FOUNDING,
    /** It follows a leader, or waits for one. */
    FOLLOWER,
    /** It has lost its leader, and asks whether it would win an election. */
    PRE_CANDIDATE,
    /** It has raised its term, and asks for votes. */
    CANDIDATE,
    /** It takes writes, and replicates them. */
    LEADER,
    /** It is a client: no member, so that it has none of the other roles. */
    CLIENT,
    /** It has stopped for good, for a reason that its status tells. */
    STOPPED
}
