package io.memdi.sim;

import io.memdi.ClusterId;
import io.memdi.Incarnation;
import io.memdi.Revision;
import io.memdi.Role;
import io.memdi.store.State;
import io.memdi.transport.Configuration;
import io.memdi.transport.Entry;
import io.memdi.transport.Message.Mode;
import org.jspecify.annotations.Nullable;

/** What the checkers look at inside a node. Everything is as of the end of the node's last turn, and costs nothing to ask. */
interface Probe {
    Incarnation incarnation();

    Mode mode();

    /** Of the cluster that it is locked into or a member of; null if it is empty. */
    @Nullable
    ClusterId cluster();

    Role role();

    long term();

    /** Whom it has voted for in its term; null if for nobody. */
    @Nullable
    Incarnation votedFor();

    /** The configuration in force; null while there is none. */
    @Nullable
    Configuration configuration();

    /** Index of the first entry that is retained. */
    long firstIndex();

    long lastIndex();

    Entry entry(long index);

    /** Position of its last entry. */
    Revision last();

    long committed();

    State state();

    /** Whether it is on its way to a leader's state, and not there yet. */
    boolean heals();

    /** The node's own checks, which throw. */
    void checkInvariants();
}
