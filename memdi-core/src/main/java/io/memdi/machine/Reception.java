package io.memdi.machine;

import io.memdi.Revision;
import io.memdi.transport.ClientMessage;
import io.memdi.transport.ClientMessage.Farewell;
import io.memdi.transport.ClientMessage.Hail;
import io.memdi.transport.ClientMessage.HailReply;
import io.memdi.transport.ClientMessage.Order;
import io.memdi.transport.ClientMessage.Queries;
import io.memdi.transport.ClientMessage.SessionWrites;
import io.memdi.transport.ClientMessage.StatusRequest;
import io.memdi.transport.ClientMessage.Verdict;
import io.memdi.transport.Envelope;
import io.memdi.transport.Member;
import io.memdi.transport.Message.Mode;
import org.jspecify.annotations.Nullable;

/**
 * Where clients are heard, on every node. A client has no term, and belongs to no cluster: what it says changes nothing here but what it
 * asks for. Whoever asks the wrong node is told who leads; whoever asks another cluster is told that, and nothing else.
 */
final class Reception {
    private final Core core;
    private final Bootstrap bootstrap;
    private final Leading leading;

    /** Who leads, as clients were last told. */
    private @Nullable Member toldLeader;

    private long toldTerm;

    Reception(Core core, Bootstrap bootstrap, Leading leading) {
        this.core = core;
        this.bootstrap = bootstrap;
        this.leading = leading;
    }

    void onMessage(Envelope envelope, ClientMessage message) {
        if (envelope.target() != null && !envelope.target().equals(core.self.incarnation())) {
            return;
        }
        Member client = envelope.sender();
        // A cluster that has not opened yet may still be given up for another one.
        boolean mine = bootstrap.mode() == Mode.MEMBER && core.configurations.inForce() != null && core.open;
        if (message instanceof Hail hail) {
            greet(
                    client,
                    hail,
                    mine,
                    envelope.cluster() != null && !envelope.cluster().equals(core.cluster));
        } else if (message instanceof StatusRequest) {
            core.effects.ask(client, message);
        } else if (message instanceof Order order && order.act().concernsNode()) {
            core.effects.ask(client, message);
        } else if (mine && core.cluster != null && core.cluster.equals(envelope.cluster())) {
            serve(client, message);
        }
    }

    private void greet(Member client, Hail hail, boolean mine, boolean foreign) {
        core.clients.heard(client, core.now);
        if (!mine) {
            core.send(
                    client,
                    new HailReply(hail.number(), Verdict.NO_CLUSTER, null, Revision.NONE, null, "", core.disk != null));
        } else if (foreign) {
            core.send(
                    client,
                    new HailReply(
                            hail.number(), Verdict.OTHER_CLUSTER, null, Revision.NONE, null, "", core.disk != null));
        } else {
            core.send(client, core.leads() ? leading.sessions().onHail(client, hail) : follows(hail.number()));
        }
    }

    private HailReply follows(long number) {
        return new HailReply(
                number, Verdict.FOLLOWS, core.leader, Revision.NONE, core.knownToClients(), "", core.disk != null);
    }

    private void serve(Member client, ClientMessage message) {
        if (message instanceof Queries) {
            core.effects.ask(client, message);
        } else if (message instanceof Farewell farewell) {
            if (core.leads()) {
                leading.sessions().onFarewell(client, farewell.session());
            }
        } else if (!(message instanceof SessionWrites) && !(message instanceof Order)) {
            core.effects.note("client " + client.name() + " says what only nodes say, which is dropped: "
                    + message.getClass().getSimpleName());
        } else if (!core.leads()) {
            core.send(client, follows(0));
        } else if (message instanceof SessionWrites writes) {
            leading.onClientWrites(client, writes);
        } else if (message instanceof Order order) {
            leading.order(client, order);
        }
    }

    /** Whoever was heard of late is told at once when another leads: so a failover takes clients no longer than nodes. */
    void tellWhoLeads() {
        Member leader = core.leader;
        if (leader == null || !core.open || (core.term == toldTerm && leader.equals(toldLeader))) {
            return;
        }
        toldLeader = leader;
        toldTerm = core.term;
        for (Member client : core.clients.awake(core.now)) {
            core.send(
                    client,
                    core.leads()
                            ? new HailReply(
                                    0,
                                    Verdict.LEADS,
                                    core.self,
                                    Revision.NONE,
                                    core.knownToClients(),
                                    "",
                                    core.disk != null)
                            : follows(0));
        }
    }
}
