package io.memdi.transport.inproc;

import io.memdi.transport.Contact;
import io.memdi.transport.Envelope;
import io.memdi.transport.EventLoop;
import io.memdi.transport.MessageHandler;

/** One node's end of an {@link InProcNetwork}. */
final class InProcTransport extends NamedTransport {
    private final InProcNetwork network;
    private final PausableLoop loop;

    InProcTransport(InProcNetwork network, String name, PausableLoop loop) {
        super(name);
        this.network = network;
        this.loop = loop;
    }

    PausableLoop loop() {
        return loop;
    }

    @Override
    void checkThread() {
        // Any thread will do.
    }

    @Override
    public void send(Contact to, Envelope envelope) {
        if (handler() != null) {
            network.carry(this, to.address(), envelope);
        }
    }

    /** Hands an envelope to the node, or drops it if the node is not there. */
    void deliver(Envelope envelope) {
        MessageHandler taker = handler();
        if (taker != null) {
            taker.onMessage(envelope);
        }
    }

    void peerDown(String peer) {
        MessageHandler taker = handler();
        if (taker != null) {
            taker.onPeerDown(peer);
        }
    }

    @Override
    public EventLoop eventLoop() {
        return loop;
    }

    @Override
    public void close() {
        network.leave(this);
    }
}
