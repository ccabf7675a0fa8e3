package io.memdi.transport.inproc;

import io.memdi.transport.Envelope;
import io.memdi.transport.MessageHandler;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Carries messages between the nodes of a {@link SimNetwork}: decides, by the seed, when each arrives, and whether. */
final class SimWire {
    /** How many latencies a message takes at most that may be overtaken. */
    private static final int REORDERING = 4;

    private final Simulation simulation;
    private final Supplier<Faults> faults;
    private final SplittableRandom random;

    /** Who is reached by which name, in the order in which they were opened. */
    private final Map<String, SimTransport> running = new LinkedHashMap<>();

    /** Those that were started twice, and are reached by no name any more. */
    private final List<SimTransport> superseded = new ArrayList<>();

    private SimOptions options;
    private long minLatency;
    private long latencies;
    private long lateness;

    SimWire(Simulation simulation, Supplier<Faults> faults, SplittableRandom random) {
        this.simulation = simulation;
        this.faults = faults;
        this.random = random;
        this.options = SimOptions.defaults();
        options(options);
    }

    SimOptions options() {
        return options;
    }

    void options(SimOptions changed) {
        options = changed;
        minLatency = changed.minLatency().toNanos();
        latencies = changed.maxLatency().toNanos() - minLatency + 1;
        lateness = changed.maxLateness().toNanos() - changed.maxLatency().toNanos() + 1;
    }

    void checkThread() {
        simulation.checkThread();
    }

    @Nullable
    SimTransport running(String name) {
        return running.get(name);
    }

    void join(SimTransport transport) {
        SimTransport before = running.put(transport.name(), transport);
        if (before != null) {
            superseded.add(before);
        }
    }

    void carry(SimTransport from, String to, Envelope envelope) {
        String lost = whyLost(from.name(), to);
        if (lost.isEmpty()) {
            dispatch(from, to, envelope);
        } else {
            simulation.trace(SimEvent.Kind.DROPPED, from.name(), to, envelope, lost);
        }
        simulation.trace(SimEvent.Kind.SENT, from.name(), to, envelope, "");
    }

    private String whyLost(String from, String to) {
        Faults current = faults.get();
        if (!current.isNone()) {
            Link link = new Link(from, to);
            if (!current.passes(link)) {
                return "blocked";
            }
            if (happens(current.dropShare(link))) {
                return "lost on the link";
            }
        }
        return happens(options.dropShare()) ? "lost" : "";
    }

    private void dispatch(SimTransport from, String to, Envelope envelope) {
        // What a slow node sends leaves at the end of its turn.
        long base = simulation.now() + from.loop().slowNanos() + delayNanos(from.name(), to);
        if (happens(options.lateShare())) {
            long held = options.maxLatency().toNanos() + random.nextLong(lateness);
            put(from, to, envelope, base + held);
            simulation.trace(SimEvent.Kind.HELD, from.name(), to, envelope, "for " + held / 1_000_000 + " ms");
            return;
        }
        if (happens(options.reorderShare())) {
            put(from, to, envelope, base + latency() + random.nextLong((REORDERING - 1) * (minLatency + latencies)));
            simulation.trace(SimEvent.Kind.REORDERED, from.name(), to, envelope, "");
        } else {
            putInOrder(from, to, envelope, base + latency());
        }
        if (happens(options.duplicateShare())) {
            put(from, to, envelope, base + latency());
            simulation.trace(SimEvent.Kind.DUPLICATED, from.name(), to, envelope, "");
        }
    }

    private long delayNanos(String from, String to) {
        Faults current = faults.get();
        return current.isNone() ? 0 : current.delayNanos(new Link(from, to));
    }

    private void putInOrder(SimTransport from, String to, @Nullable Envelope envelope, long time) {
        long[] arrival = from.arrivalAt(to);
        arrival[0] = Math.max(arrival[0], time);
        put(from, to, envelope, arrival[0]);
    }

    private void put(SimTransport from, String to, @Nullable Envelope envelope, long time) {
        simulation.put(new Arrival(from.name(), to, envelope), time);
    }

    private long latency() {
        return minLatency + random.nextLong(latencies);
    }

    /** Draws only where there is something to decide. */
    private boolean happens(double share) {
        return share > 0 && random.nextDouble() < share;
    }

    /** A node's connections end: the others are told, after what it has sent before. */
    void leave(SimTransport transport) {
        if (remove(transport)) {
            simulation.trace(SimEvent.Kind.CLOSED, transport.name(), "", null, "");
            tellOthers(transport);
        }
    }

    /** A node is killed. What it has sent stays on its way. */
    void crash(SimTransport transport, FaultyNetwork.Hint hint) {
        Runnable farewell = transport.kill(transport.loop(), FaultyNetwork.CRASHED);
        remove(transport);
        // Not at once: it may be crashed within a turn of its own.
        simulation.put(Event.of(farewell), simulation.now());
        traceCrash(transport, hint);
        if (hint == FaultyNetwork.Hint.CONNECTION_LOST) {
            tellOthers(transport);
        }
    }

    private void traceCrash(SimTransport transport, FaultyNetwork.Hint hint) {
        simulation.trace(
                SimEvent.Kind.CRASHED, transport.name(), "", null, hint == FaultyNetwork.Hint.NONE ? "silently" : "");
    }

    /** Everyone is killed. */
    void close() {
        List<Runnable> farewells = new ArrayList<>();
        for (SimTransport transport : List.copyOf(running.values())) {
            farewells.add(transport.kill(transport.loop(), FaultyNetwork.CLOSED));
            remove(transport);
            traceCrash(transport, FaultyNetwork.Hint.NONE);
        }
        for (SimTransport transport : List.copyOf(superseded)) {
            farewells.add(transport.kill(transport.loop(), FaultyNetwork.CLOSED));
        }
        farewells.forEach(Runnable::run);
    }

    private boolean remove(SimTransport transport) {
        transport.disconnect();
        return running.remove(transport.name(), transport);
    }

    private void tellOthers(SimTransport gone) {
        for (String other : running.keySet()) {
            putInOrder(gone, other, null, simulation.now() + delayNanos(gone.name(), other) + latency());
        }
    }

    /** Tells a node, whatever the state of the link, that its connection was lost. */
    void connectionLost(Link link) {
        simulation.put(
                new Arrival(link.from(), link.to(), null) {
                    @Override
                    boolean passes() {
                        return true;
                    }
                },
                simulation.now() + latency());
    }

    /** A message arrives, or, without an envelope, the hint that the connection was lost. */
    private class Arrival extends Event {
        private final String from;
        private final String to;
        private final @Nullable Envelope envelope;

        Arrival(String from, String to, @Nullable Envelope envelope) {
            this.from = from;
            this.to = to;
            this.envelope = envelope;
        }

        boolean passes() {
            return faults.get().isNone() || faults.get().passes(new Link(from, to));
        }

        @Override
        void happen() {
            SimTransport target = running.get(to);
            MessageHandler handler = target == null ? null : target.handler();
            if (handler == null || !passes()) {
                simulation.trace(
                        SimEvent.Kind.DROPPED, from, to, envelope, handler == null ? "nobody is there" : "blocked");
            } else if (envelope == null) {
                handler.onPeerDown(from);
                simulation.trace(SimEvent.Kind.PEER_DOWN, from, to, null, "");
            } else {
                handler.onMessage(envelope);
                simulation.trace(SimEvent.Kind.DELIVERED, from, to, envelope, "");
            }
        }

        @Override
        public String toString() {
            return "an arrival from " + from + " at " + to;
        }
    }
}
