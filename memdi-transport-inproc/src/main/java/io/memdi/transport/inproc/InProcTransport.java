package io.memdi.transport.inproc;

import io.memdi.transport.Contact;
import io.memdi.transport.Envelope;
import io.memdi.transport.EventLoop;
import io.memdi.transport.MessageHandler;
import io.memdi.transport.Transport;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One node's end of an {@link InProcNetwork}. */
final class InProcTransport implements Transport {
    private final InProcNetwork network;
    private final String name;
    private final PausableLoop loop;

    /** Null before the start, and after the end. */
    private volatile @Nullable MessageHandler handler;

    private volatile boolean closed;

    InProcTransport(InProcNetwork network, String name, PausableLoop loop) {
        this.network = network;
        this.name = name;
        this.loop = loop;
    }

    String name() {
        return name;
    }

    PausableLoop loop() {
        return loop;
    }

    @Override
    public String address() {
        return name;
    }

    @Override
    public void start(String name, MessageHandler handler) {
        Objects.requireNonNull(handler, "handler");
        if (!this.name.equals(name)) {
            throw new IllegalArgumentException("this transport was opened for " + this.name + ", not for " + name);
        }
        if (this.handler != null || closed) {
            throw new IllegalStateException("the transport of " + name + " was started or closed before");
        }
        this.handler = handler;
    }

    @Override
    public void send(Contact to, Envelope envelope) {
        if (handler != null) {
            network.carry(this, to.address(), envelope);
        }
    }

    /** Hands an envelope to the node, or drops it if the node is not there. */
    void deliver(Envelope envelope) {
        MessageHandler taker = handler;
        if (taker != null) {
            taker.onMessage(envelope);
        }
    }

    void peerDown(String peer) {
        MessageHandler taker = handler;
        if (taker != null) {
            taker.onPeerDown(peer);
        }
    }

    @Override
    public EventLoop eventLoop() {
        return loop;
    }

    /** Neither sends nor delivers from now on. */
    void disconnect() {
        closed = true;
        handler = null;
    }

    @Override
    public void close() {
        network.leave(this);
    }
}
