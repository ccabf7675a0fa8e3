package io.memdi;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The members of a cluster as one node sees them. Thread-safe. */
public interface Cluster {
    /** @return the members of the configuration in force, in the order of the founding list; empty before the founding */
    List<ClusterMember> members();

    /** @return the name of the leader that this node follows, or null if it knows none */
    @Nullable String leader();

    /**
     * Hands the leadership to a voter. Returns when this node follows it.
     *
     * @param name the name of the voter
     * @throws IllegalArgumentException if no voter has that name
     * @throws NotAppliedException if another node leads, or nobody, when the time is up
     */
    void transferLeadership(String name);
}
