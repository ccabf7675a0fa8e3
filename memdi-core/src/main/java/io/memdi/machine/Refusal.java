package io.memdi.machine;

import io.memdi.ClusterId;
import org.jspecify.annotations.Nullable;

/**
 * Why something that an operator wants was not begun.
 *
 * @param reason in plain words, with what to do instead
 * @param later whether what stands in the way goes by itself, so that asking again makes sense
 */
public record Refusal(String reason, boolean later) {
    static Refusal forNow(String reason) {
        return new Refusal(reason, true);
    }

    static Refusal forGood(String reason) {
        return new Refusal(reason, false);
    }

    /** Of a node that is to found a cluster, and has one already. */
    static Refusal ofMember(@Nullable ClusterId cluster) {
        return forGood("this node belongs to cluster " + cluster
                + " already. To found another one, also with a backup, stop the nodes of this one, and start them with join"
                + " (--join), with empty directories or none");
    }
}
