package io.memdi.transport.inproc;

import io.memdi.transport.Contact;
import io.memdi.transport.Envelope;
import io.memdi.transport.EventLoop;
import io.memdi.transport.MessageHandler;
import io.memdi.transport.Transport;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One node's end of a {@link SimNetwork}, for one life of the node. */
final class SimTransport implements Transport {
    private final SimWire wire;
    private final String name;
    private final SimLoop loop;
    private @Nullable MessageHandler handler;
    private boolean closed;

    /** When the latest message to each node arrives, among those that keep their order. Only looked up. */
    private final Map<String, long[]> arrivals = new HashMap<>();

    SimTransport(SimWire wire, String name, SimLoop loop) {
        this.wire = wire;
        this.name = name;
        this.loop = loop;
    }

    String name() {
        return name;
    }

    SimLoop loop() {
        return loop;
    }

    /** Where the latest arrival at a node is kept. */
    long[] arrivalAt(String to) {
        long[] arrival = arrivals.get(to);
        if (arrival == null) {
            arrival = new long[1];
            arrivals.put(to, arrival);
        }
        return arrival;
    }

    @Override
    public String address() {
        return name;
    }

    @Override
    public void start(String name, MessageHandler handler) {
        wire.checkThread();
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
        wire.checkThread();
        if (handler != null) {
            wire.carry(this, to.address(), envelope);
        }
    }

    /** What takes messages in; null before the start and after the end. */
    @Nullable
    MessageHandler handler() {
        return handler;
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
        wire.checkThread();
        wire.leave(this);
    }
}
