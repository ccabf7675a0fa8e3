package io.memdi;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The members of a cluster as one node sees them. Thread-safe. */
public interface Cluster {
    /**
     * Who belongs to the cluster, by the configuration in force on this node.
     *
     * @return the members, in the order of the founding list; empty before the founding
     * @throws NodeClosedException if this node is closed
     */
    List<ClusterMember> members();

    /**
     * Who leads, as far as this node knows.
     *
     * @return the name of the leader that this node follows, or null if it knows none
     * @throws NodeClosedException if this node is closed
     */
    @Nullable
    String leader();

    /**
     * Hands the leadership to a voter. Returns when this node follows it; at once if it does already. Writes go on: those that come
     * meanwhile wait, and are sent to the new leader.
     *
     * <p>A leader gives up after one minimum election timeout, if the voter is down or behind, and takes writes again. This call then
     * asks again, once per maximum election timeout, until the node's timeout is over: so a voter that comes back in time still gets
     * the leadership. For one that does not, the call takes the whole timeout, and writes wait for a part of it.
     *
     * @param name the name of the voter
     * @throws IllegalArgumentException if no voter has that name
     * @throws NotAppliedException if nobody was asked to hand over: because there is no leader, or no cluster yet, when the node's
     *     timeout is over; because the node is closed, or has too many such calls already; or because the thread was interrupted
     *     before
     * @throws OutcomeUnknownException if the leader was asked, and had not handed over when the node's timeout was over, this node was
     *     closed, or the thread interrupted: it may do so yet
     */
    void transferLeadership(String name);
}
