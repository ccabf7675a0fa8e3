package io.memdi.transport.inproc;

import io.memdi.transport.Contact;
import io.memdi.transport.Envelope;
import io.memdi.transport.EventLoop;
import java.util.HashMap;
import java.util.Map;

/** One node's end of a {@link SimNetwork}. */
final class SimTransport extends NamedTransport {
    private final SimWire wire;
    private final SimLoop loop;

    /** When the latest message to each node arrives, among those that keep their order. Only looked up. */
    private final Map<String, long[]> arrivals = new HashMap<>();

    SimTransport(SimWire wire, String name, SimLoop loop) {
        super(name);
        this.wire = wire;
        this.loop = loop;
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
    void checkThread() {
        wire.checkThread();
    }

    @Override
    public void send(Contact to, Envelope envelope) {
        wire.checkThread();
        if (handler() != null) {
            wire.carry(this, to.address(), envelope);
        }
    }

    @Override
    public EventLoop eventLoop() {
        return loop;
    }

    @Override
    public void close() {
        wire.checkThread();
        wire.leave(this);
    }
}
