package io.memdi.sim;

import io.memdi.ClusterId;
import io.memdi.Incarnation;
import io.memdi.Revision;
import io.memdi.Role;
import io.memdi.machine.Replica;
import io.memdi.store.State;
import io.memdi.transport.Configuration;
import io.memdi.transport.Entry;
import io.memdi.transport.Message.Mode;
import org.jspecify.annotations.Nullable;

/** Looks into a node's machines. */
record ReplicaProbe(Replica replica) implements Probe {
    @Override
    public Incarnation incarnation() {
        return replica.self().incarnation();
    }

    @Override
    public Mode mode() {
        return replica.mode();
    }

    @Override
    public @Nullable ClusterId cluster() {
        return replica.cluster();
    }

    @Override
    public Role role() {
        return replica.role();
    }

    @Override
    public long term() {
        return replica.term();
    }

    @Override
    public @Nullable Incarnation votedFor() {
        return replica.votedFor();
    }

    @Override
    public @Nullable Configuration configuration() {
        return replica.configuration();
    }

    @Override
    public long firstIndex() {
        return replica.log().firstIndex();
    }

    @Override
    public long lastIndex() {
        return replica.log().lastIndex();
    }

    @Override
    public Entry entry(long index) {
        return replica.log().get(index);
    }

    @Override
    public Revision last() {
        return replica.last();
    }

    @Override
    public long committed() {
        return replica.committed();
    }

    @Override
    public State state() {
        return replica.state();
    }

    @Override
    public boolean heals() {
        return replica.healing() != null;
    }

    @Override
    public void checkInvariants() {
        replica.checkInvariants();
    }
}
