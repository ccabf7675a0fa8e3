package io.memdi.shell;

/** What a command can be typed at. */
enum Scope {
    /** Any cluster. */
    CLUSTER,
    /** Whatever nodes there are, also if they belong to no cluster. */
    NODES,
    /** Nodes in this process, which the shell has started: {@code --local}. */
    LOCAL,
    /** A cluster elsewhere, which the shell is a client of. */
    REMOTE,
    /** One node elsewhere, which need not belong to a cluster, nor know a leader. */
    ONE_NODE,
    /** The shell itself: there need be no cluster. */
    SHELL;

    /** Whether a shell that is connected to nodes of that scope, {@link #LOCAL} or {@link #REMOTE}, has such commands. */
    boolean isIn(Scope connection) {
        return switch (this) {
            case CLUSTER, NODES, SHELL -> true;
            case LOCAL -> connection == LOCAL;
            case REMOTE, ONE_NODE -> connection == REMOTE;
        };
    }

    /** Whether such a command wants to wait until the cluster is found. */
    boolean needsCluster() {
        return this != SHELL && this != ONE_NODE && this != NODES;
    }
}
