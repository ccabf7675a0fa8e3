package io.memdi.machine;

import io.memdi.ClusterId;
import io.memdi.log.Mistake;
import io.memdi.transport.Envelope;
import io.memdi.transport.Member;
import io.memdi.transport.Message;
import io.memdi.transport.Message.Mode;

/**
 * The check that every message passes before any handler runs: it is for this cluster and for this incarnation, and the term is
 * settled. Messages that found a cluster are the only ones that do not come here.
 */
final class Admission {
    private final Core core;
    private final Bootstrap bootstrap;
    private final Door door;

    Admission(Core core, Bootstrap bootstrap, Door door) {
        this.core = core;
        this.bootstrap = bootstrap;
        this.door = door;
    }

    /**
     * Whether the envelope is for this member of this cluster; a message from a member lets a locked node begin. Of what is meant for
     * another life of this name nothing is handled; but who was taken out may know no other node, and is told here or never.
     */
    boolean admits(Envelope envelope) {
        ClusterId cluster = envelope.cluster();
        boolean mine = cluster != null
                && cluster.equals(core.cluster)
                && core.self.incarnation().equals(envelope.target());
        if (!mine && core.plants(Mistake.COUNTS_WRONG_INCARNATION) && cluster != null) {
            if (bootstrap.mode() == Mode.EMPTY) {
                bootstrap.enter(cluster);
            }
            return cluster.equals(core.cluster);
        }
        if (!mine && cluster != null && cluster.equals(core.cluster) && bootstrap.mode() == Mode.MEMBER) {
            tellIfEvicted(envelope.sender(), envelope.message());
        }
        if (cluster != null && envelope.target() != null && bootstrap.mode() == Mode.EMPTY) {
            bootstrap.heardOldCluster(envelope.sender());
        }
        if (mine && bootstrap.mode() == Mode.LOCKED) {
            bootstrap.begin("node " + envelope.sender().name() + " has begun");
        }
        return mine && bootstrap.mode() == Mode.MEMBER;
    }

    /**
     * Tells whoever is not listed that it is out, as far as this node knows: by a committed configuration that is not joint, since
     * any other may not come to be. This node may be behind, so the message is handled all the same, and who is told judges by its
     * own log.
     */
    private void tellIfEvicted(Member sender, Message message) {
        boolean wantsIn = message instanceof Message.VoteRequest
                || message instanceof Message.Presence
                || message instanceof Message.Writes
                || message instanceof Message.ReadRequest;
        boolean settled = core.configurations.isSettled(core.committed) || core.plants(Mistake.EVICTS_UNCOMMITTED);
        if (wantsIn && settled && core.configurations.inForce() != null) {
            if (core.inForce().member(sender.incarnation()) == null) {
                core.send(sender, new Message.Evicted(core.configurations.inForcePosition()));
            }
        }
    }

    /**
     * Stops for good, unless this node's log has a later configuration that lists it; or none that ever did, so that it is new here,
     * and who tells does not know of it yet.
     */
    void onEvicted(Member from, Message.Evicted evicted) {
        boolean listed = core.wasListed() && core.inForce().member(core.self.incarnation()) != null;
        boolean later = core.configurations.inForcePosition().isAtLeast(evicted.configured());
        if (!core.wasListed() || (listed && later)) {
            return;
        }
        if (core.leads()) {
            door.follow(
                    core.term, null, "node " + from.name() + " says that it does not belong to the cluster any more");
        }
        core.effects.stop(
                "this node does not belong to its cluster any more: a change of members that was committed at "
                        + evicted.configured() + " left it out, as node " + from.name()
                        + " says. " + whatNow());
    }

    /** A leader that has taken itself out stops once another leads; whoever is left out otherwise is told. */
    void leaveIfLeftOut() {
        boolean leftOut = core.wasListed()
                && !core.leads()
                && core.configurations.isSettled(core.committed)
                && core.inForce().member(core.self.incarnation()) == null;
        if (leftOut) {
            core.effects.stop(
                    "this node does not belong to its cluster any more: a change of members that was committed at "
                            + core.configurations.inForcePosition()
                            + " left it out. " + whatNow());
        }
    }

    private String whatNow() {
        return "What it held can still be read from the others"
                + (core.disk == null
                        ? ""
                        : ". If it is to come back, move its directory away: it begins with an empty one, and heals");
    }

    /**
     * A higher term is adopted; a lower one is answered with the own, and the message is not handled. Who is out is told in any term:
     * that is committed, and whoever tells this node may have read none of its messages, and so not know of its term.
     */
    boolean isInTerm(Envelope envelope) {
        long term = envelope.term();
        Message message = envelope.message();
        tellIfEvicted(envelope.sender(), message);
        if (term > core.term) {
            door.follow(term, null, "node " + envelope.sender().name() + " is in term " + term);
        }
        boolean inAnyTerm = message instanceof Message.Evicted
                || message instanceof Message.Presence
                || message instanceof Message.PresenceReply;
        if (term >= core.term || inAnyTerm) {
            return true;
        }
        boolean asks = message instanceof Message.Append
                || message instanceof Message.Heartbeat
                || message instanceof Message.VoteRequest;
        if (asks) {
            core.send(envelope.sender(), new Message.HigherTerm());
        }
        boolean answers = message instanceof Message.VoteReply || message instanceof Message.AppendReply;
        return answers && core.plants(Mistake.COUNTS_OLD_TERM_REPLIES);
    }
}
