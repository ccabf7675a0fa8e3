package io.memdi.machine;

import io.memdi.transport.Configuration;
import io.memdi.transport.Message.Mode;
import org.jspecify.annotations.Nullable;

/**
 * What an operator does once a cluster has lost its majority for good: one survivor goes on alone, with all that its log holds, under a
 * new cluster id. What it does not hold is lost; so whoever is told to recover should be the one that holds most. The other survivors
 * still belong to the old cluster, and are to be restarted, so that they join the new one.
 */
final class Recovery {
    private final Core core;
    private final Bootstrap bootstrap;
    private final Roles roles;

    Recovery(Core core, Bootstrap bootstrap, Roles roles) {
        this.core = core;
        this.bootstrap = bootstrap;
        this.roles = roles;
    }

    /** Begins, unless something stands in the way; returns what, or null. */
    @Nullable
    Refusal attempt() {
        Refusal objection = objection();
        if (objection == null) {
            begin();
        }
        return objection;
    }

    /** Why it may not; null if it may. A majority that is silent for a while cannot be told from one that is gone: that is the operator's. */
    private @Nullable Refusal objection() {
        if (bootstrap.mode() != Mode.MEMBER || !(core.disk == null ? core.open : core.isBound())) {
            return Refusal.forGood(
                    "this node holds nothing that could be recovered: it belongs to no cluster that has opened");
        }
        if (core.heals) {
            return Refusal.forGood(
                    "this node was healing when it lost its leader, so that what it holds is not whole; recover another. If there is none, nothing is left to be saved: stop all nodes, and found a new cluster");
        }
        if (core.disk != null && core.disk.isAnew()) {
            // The new cluster's name would be on disk at once, and a crash would give it the log from before the heal.
            return Refusal.forNow("what this node healed is not on its disk yet; ask again in a while");
        }
        if (core.disk != null && !core.disk.openings().isSettled()) {
            return Refusal.forNow("this node was started a moment ago, and other members may still have to say that its"
                    + " directory is a copy, or from before; ask again in a while");
        }
        if (core.leads() && isMajorityAlone()) {
            return Refusal.forGood(
                    "this node leads its cluster, and needs nobody else for a majority: there is nothing to recover");
        }
        if (core.leads()) {
            // It learns within an election timeout that its majority has gone.
            return Refusal.forNow(
                    "this node leads its cluster, and a majority answered it a moment ago: there is nothing to recover. If"
                            + " that majority has just gone, ask again");
        }
        if (core.leader != null || !roles.election().isLeaderless()) {
            return Refusal.forNow(
                    "a leader was heard within the longest election timeout: the cluster has not lost its majority. If it"
                            + " just did, ask again");
        }
        return null;
    }

    private boolean isMajorityAlone() {
        Configuration inForce = core.inForce();
        return inForce.voters().size() == 1 && !inForce.isJoint();
    }

    private void begin() {
        String before = String.valueOf(core.cluster);
        bootstrap.recover();
        roles.election().restart();
        roles.follow(core.term, null, "it goes on alone");
        roles.election().awaitTurn();
        core.effects.note("goes on alone as cluster " + core.cluster + ", with everything up to " + core.log.last()
                + " of cluster " + before + ", which lost its majority");
    }
}
