package io.memdi.transport.inproc;

import io.memdi.transport.Envelope;
import io.memdi.transport.EventLoop;
import io.memdi.transport.Transport;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A network inside one process, in real time: for clusters that live in one JVM, and for tests. Thread-safe.
 *
 * <p>Messages are handed over as they are, without being copied or serialised, on the thread of the sending node's loop.
 *
 * <pre>{@code
 * try (InProcNetwork network = InProcNetwork.create();
 *         MemdiNode a = Memdi.node("a").transport(network).bootstrap("a", "b", "c").start();
 *         MemdiNode b = Memdi.node("b").transport(network).bootstrap("a", "b", "c").start();
 *         MemdiNode c = Memdi.node("c").transport(network).bootstrap("a", "b", "c").start()) {
 *     a.awaitReady(Duration.ofSeconds(10));
 *     network.partition(Set.of("a"));
 * }
 * }</pre>
 *
 * <p>Do not pause, crash or close one node from within a turn of another that may do the same to the first: each would wait for the
 * other's turn to end. A link that is slow keeps up to 100,000 messages, and loses what is more.
 */
public final class InProcNetwork extends FaultyNetwork {
    private final Map<String, InProcTransport> running = new ConcurrentHashMap<>();
    private final Set<String> known = new ConcurrentSkipListSet<>();
    private final @Nullable SharedLoop shared;
    private final Object lock = new Object();
    private final DelayLine delayed = new DelayLine();

    /**
     * Whether messages take the way past the faults. Set and cleared under the lock; cleared only when no fault is set and nothing
     * is delayed any more. So no message overtakes an earlier one of its sender, which either has been delivered or still keeps
     * this set.
     */
    private volatile boolean troubled;

    private volatile boolean closed;

    private InProcNetwork(@Nullable SharedLoop shared) {
        this.shared = shared;
    }

    /**
     * Creates a network whose nodes have a thread each.
     *
     * @return a network without nodes
     */
    public static InProcNetwork create() {
        return new InProcNetwork(null);
    }

    /**
     * Creates a network whose nodes share one thread: the whole cluster then costs one thread, and a message between two nodes no
     * change of thread.
     *
     * @return a network without nodes
     */
    public static InProcNetwork shared() {
        return new InProcNetwork(new SharedLoop());
    }

    @Override
    public Transport open(String name) {
        synchronized (lock) {
            if (closed) {
                throw new IllegalStateException("this network is closed, so it opens no transport for " + name);
            }
            if (running.containsKey(name)) {
                throw new IllegalStateException(
                        "a node named " + name + " is running in this network: close or crash it first");
            }
            EventLoop loop = shared != null ? shared.seat(name) : EventLoop.ofThread(name);
            InProcTransport transport = new InProcTransport(this, name, new PausableLoop(loop));
            known.add(name);
            running.put(name, transport);
            return transport;
        }
    }

    @Override
    public List<String> names() {
        return List.copyOf(known);
    }

    /** Carries an envelope, on the loop of the sender. Without faults this takes no lock and allocates nothing. */
    void carry(InProcTransport from, String to, Envelope envelope) {
        if (troubled) {
            carryPastFaults(from, to, envelope);
            return;
        }
        InProcTransport target = running.get(to);
        if (target != null) {
            target.deliver(envelope);
        }
    }

    private void carryPastFaults(InProcTransport from, String to, Envelope envelope) {
        synchronized (lock) {
            InProcTransport target = running.get(to);
            Link link = new Link(from.name(), to);
            double share = faults().dropShare(link);
            if (target != null && !(share > 0 && ThreadLocalRandom.current().nextDouble() < share)) {
                put(link, target, envelope);
            }
        }
    }

    /** Puts a message, or the hint, on a link; the lock is held. */
    private void put(Link link, InProcTransport target, @Nullable Envelope envelope) {
        if (!faults().passes(link)) {
            return;
        }
        long delay = faults().delayNanos(link);
        if (delay == 0 && !delayed.isBusy(link)) {
            hand(link, target, envelope);
        } else {
            delayed.put(link, target, envelope, delay, () -> release(link));
        }
    }

    private static void hand(Link link, InProcTransport target, @Nullable Envelope envelope) {
        if (envelope != null) {
            target.deliver(envelope);
        } else {
            target.peerDown(link.from());
        }
    }

    private void release(Link link) {
        synchronized (lock) {
            DelayLine.Parcel parcel = delayed.take(link);
            if (parcel != null && faults().passes(link)) {
                hand(link, parcel.target(), parcel.envelope());
            }
            troubled = !faults().isNone() || !delayed.isEmpty();
        }
    }

    @Override
    void change(String what, UnaryOperator<Faults> change) {
        synchronized (lock) {
            setFaults(change.apply(faults()));
            troubled = !faults().isNone() || !delayed.isEmpty();
        }
    }

    @Override
    void connectionLost(Link link) {
        InProcTransport target = running.get(link.to());
        if (target != null) {
            target.peerDown(link.from());
        }
    }

    @Override
    public void pause(String name) {
        running(name).loop().pause();
    }

    @Override
    public void resume(String name) {
        running(name).loop().resume();
    }

    @Override
    void crash(String name, Hint hint) {
        InProcTransport crashed = running(name);
        // Outside of the lock: this waits for a turn to end, which may be on its way into the lock.
        Runnable farewell = crashed.kill(crashed.loop(), CRASHED);
        remove(crashed, hint);
        farewell.run();
    }

    /** A node closes its transport. The others notice, as they notice a process that ends. */
    void leave(InProcTransport transport) {
        transport.disconnect();
        remove(transport, Hint.CONNECTION_LOST);
    }

    private void remove(InProcTransport gone, Hint hint) {
        synchronized (lock) {
            if (running.remove(gone.name(), gone) && hint == Hint.CONNECTION_LOST) {
                for (InProcTransport other : running.values()) {
                    put(new Link(gone.name(), other.name()), other, null);
                }
            }
        }
    }

    private InProcTransport running(String name) {
        known(name);
        InProcTransport transport = running.get(name);
        if (transport == null) {
            throw new IllegalStateException(name + " is not running in this network");
        }
        return transport;
    }

    @Override
    public void close() {
        List<InProcTransport> left;
        synchronized (lock) {
            closed = true;
            left = new ArrayList<>(running.values());
            delayed.close();
        }
        List<Runnable> farewells = new ArrayList<>();
        for (InProcTransport transport : left) {
            farewells.add(transport.kill(transport.loop(), CLOSED));
            running.remove(transport.name(), transport);
        }
        farewells.forEach(Runnable::run);
        if (shared != null) {
            shared.close();
        }
    }
}
