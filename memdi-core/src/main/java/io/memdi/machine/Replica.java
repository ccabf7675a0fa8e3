package io.memdi.machine;

import io.memdi.Role;
import io.memdi.store.Positions;
import io.memdi.store.State;
import io.memdi.transport.Contact;
import io.memdi.transport.Envelope;
import io.memdi.transport.Member;
import io.memdi.transport.Write;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** One server of the cluster, as a pure machine. CONTRACT for the node; the bodies follow. */
public final class Replica {

    /**
     * @param self name and address of this node
     * @param founders the static list, the same on every node; its first name coordinates
     * @param random for the incarnation, cluster ids and election timeouts
     */
    public Replica(Settings settings, Contact self, List<Contact> founders, RandomGenerator random) {
        throw new UnsupportedOperationException();
    }

    /** Begins a turn at this time. Everything below is called within a turn, on the loop. */
    public void begin(long now) {}

    public void onMessage(Envelope envelope) {}

    /** The transport has lost the connection to a node. */
    public void onPeerDown(String name) {}

    /**
     * Hands writes of this node's own session to the leader, itself or another.
     *
     * @return false if no leader is known (nothing was sent), or a transfer is under way
     */
    public boolean submit(long firstOpen, List<Write> writes) {
        return false;
    }

    /** Asks the leader for a read index; the answer comes, if at all, in {@link Effects#reads()}. False if no leader is known. */
    public boolean read(long request) {
        return false;
    }

    /** Asks the leader to hand over to that voter, or to any if null. False if no leader is known. */
    public boolean transfer(@Nullable String name) {
        return false;
    }

    /** Ends the turn: timeouts, commit, one append per follower; what is to be done. */
    public Effects end() {
        throw new UnsupportedOperationException();
    }

    /** When the next turn is due at the latest. */
    public long deadline() {
        return Long.MAX_VALUE;
    }

    public Role role() {
        throw new UnsupportedOperationException();
    }

    public long term() {
        return 0;
    }

    /** This server in its present incarnation (it changes if a bootstrap is given up). */
    public Member self() {
        throw new UnsupportedOperationException();
    }

    /** The leader that this node follows, itself if it leads, or null. */
    public @Nullable Member leader() {
        return null;
    }

    /** The tables, sessions and registry of this node. */
    public State state() {
        throw new UnsupportedOperationException();
    }

    public Positions positions() {
        throw new UnsupportedOperationException();
    }

    /** Why the node is not ready, in plain words; empty if it is. */
    public String waitingFor() {
        return "";
    }
}
