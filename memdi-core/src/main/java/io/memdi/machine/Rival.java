package io.memdi.machine;

import io.memdi.ClusterId;
import io.memdi.transport.Contact;
import io.memdi.transport.Member;
import org.jspecify.annotations.Nullable;

/** A cluster that answers a node that asks to be taken in, beside the one that it has heard of first. */
final class Rival {
    private final Core core;
    private @Nullable Member from;
    private @Nullable ClusterId cluster;

    /** When it was last heard that it has a leader, who could take this node in. */
    private long ledAt;

    private boolean led;
    private boolean noted;

    Rival(Core core) {
        this.core = core;
    }

    /**
     * One of its nodes has answered.
     *
     * @param isLed whether that node knows a leader
     */
    void heard(Member member, ClusterId other, boolean isLed) {
        from = member;
        cluster = other;
        if (isLed) {
            led = true;
            ledAt = core.now;
        }
    }

    /** Whether there is one that could take this node in as well, and has answered lately. */
    boolean isAlive() {
        return led && core.now - ledAt <= core.settings.electionMaxNanos();
    }

    /** The node belongs to that one now, or begins anew. */
    void forget() {
        from = null;
        cluster = null;
        led = false;
    }

    /** Tells an operator, once. */
    void warn(Contact first, ClusterId firstCluster, String what) {
        if (!noted && from != null) {
            noted = true;
            core.effects.warn(
                    words(first, firstCluster) + what
                            + ". Stop the nodes of the one that is not to go on, or start this node with addresses of one cluster alone");
        }
    }

    /** Which two they are, in words. */
    String words(Contact first, ClusterId firstCluster) {
        Member other = from;
        return "nodes of two clusters answer: " + first.name() + " at " + first.address() + " belongs to "
                + firstCluster
                + ", and "
                + (other == null ? "another one" : other.name() + " at " + other.address())
                + " to " + cluster + "; this node ";
    }
}
