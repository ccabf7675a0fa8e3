package io.memdi.machine;

import io.memdi.ClusterId;
import io.memdi.transport.Member;
import org.jspecify.annotations.Nullable;

/**
 * Nodes of another cluster that a member has asked for its own one. A member that finds no leader, and them instead, is most likely
 * what a recovery of the others has left behind: if it recovered, too, there would be two clusters.
 */
final class Strangers {
    private final Core core;
    private String last = "";
    private long heardAt;

    Strangers(Core core) {
        this.core = core;
    }

    /** A node has answered a member: whether it is of the member's cluster; if it says that it is of another one, that is remembered. */
    boolean answered(Member from, @Nullable ClusterId theirs) {
        boolean ours = theirs != null && theirs.equals(core.cluster);
        if (theirs != null && !ours) {
            heard("node " + from.name() + " at " + from.address() + " belongs to cluster " + theirs
                    + ", and this node to cluster " + core.cluster);
        }
        return ours;
    }

    /**
     * One of them has answered.
     *
     * @param words who belongs to which cluster
     */
    void heard(String words) {
        last = words;
        heardAt = core.now;
    }

    /** Whether one has answered of late: they are asked again and again. */
    boolean areAbout() {
        return !last.isEmpty() && core.now - heardAt <= core.settings.hopeNanos();
    }

    /** Who they are, and what there is to do if this node is to join them. */
    String advice() {
        return last
                + ". If the others go on as a new cluster, as after a recovery, and this node is to join them: end it, "
                + (core.disk == null ? "" : "move its directory away, ")
                + "and start it again with join";
    }
}
