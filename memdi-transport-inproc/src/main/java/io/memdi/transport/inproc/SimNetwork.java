package io.memdi.transport.inproc;

import io.memdi.transport.Transport;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A network in virtual time, for tests: a whole cluster runs on the thread of the test, thousands of times faster than in real
 * time, and the same way whenever it starts from the same seed.
 *
 * <p>Time passes only when the test lets it: by {@link #advance}, {@link #runUntil} and {@link #step}, and while a blocking call on
 * a node waits for its result. So a test reads as if it were sequential:
 *
 * <pre>{@code
 * try (SimNetwork network = SimNetwork.create(42)) {
 *     // start the nodes a, b and c on this network, and open a store on b
 *     store.put("key", "value", WriteOptions.ack(Ack.QUORUM_MEMORY));
 *     network.crash("a");
 *     network.runUntil(() -> b.cluster().leader() != null && !b.cluster().leader().equals("a"), Duration.ofSeconds(10));
 *     assertThat(store.get("key")).isEqualTo("value");
 * }
 * }</pre>
 *
 * <p>Everything runs on the thread that has created the network; any other is refused with an {@link IllegalStateException}. A
 * {@link CompletableFuture} of an asynchronous call is awaited with {@link #join}, since nothing happens while its own
 * {@code get()} blocks. An action or callback may block on a node; a hook or a turn may not. An error in an action or a hook ends the
 * call that has let it happen, as an {@link AssertionError} that names seed and virtual time.
 *
 * <p>In addition to the faults of every {@link FaultyNetwork}, {@link SimOptions} make the network lose, repeat, reorder and hold
 * back messages. A message belongs to names: one that is on its way when its sender crashes still arrives, and reaches whoever runs
 * under the receiver's name by then.
 */
public final class SimNetwork extends FaultyNetwork {
    private final Simulation simulation;
    private final SimWire wire;
    private final SplittableRandom clocks;
    private final TreeSet<String> known = new TreeSet<>();
    private final Map<String, Integer> lives = new HashMap<>();
    private boolean closed;

    private SimNetwork(long seed) {
        simulation = new Simulation(seed);
        wire = new SimWire(simulation, this::faults, new SplittableRandom(Simulation.mix(seed + 1)));
        clocks = new SplittableRandom(Simulation.mix(seed + 2));
    }

    /**
     * Creates a network that belongs to the calling thread.
     *
     * @param seed what everything that is random follows from
     * @return a network without nodes, at the virtual time zero, with {@link SimOptions#defaults()}
     */
    public static SimNetwork create(long seed) {
        return new SimNetwork(seed);
    }

    /**
     * The seed.
     *
     * @return as given to {@link #create}
     */
    public long seed() {
        return simulation.seed();
    }

    /**
     * The virtual time.
     *
     * @return since the network was created
     */
    public Duration now() {
        return Duration.ofNanos(simulation.now());
    }

    /**
     * A digest of everything that has happened so far, with what messages say. The same program with the same seed always gets the same
     * one; where it does not, something depends on more than the seed, such as the wall clock or the order of a hash table. Keys and
     * values that are strings, numbers or bytes count by their content, others by their type, hash and encoded size.
     *
     * @return the digest
     */
    public long fingerprint() {
        return simulation.fingerprint();
    }

    @Override
    public Transport open(String name) {
        simulation.checkThread();
        if (wire.running(name) != null) {
            throw new IllegalStateException(
                    "a node named " + name + " is running in this network: close or crash it first");
        }
        return openInstead(name);
    }

    /**
     * Opens a transport for a name that may be in use, as when an operator starts a node twice: from now on the name reaches the new
     * one. The old one goes on running, and what it sends arrives, but nothing reaches it any more, and faults of nodes no longer
     * mean it.
     *
     * @param name the name of the node
     * @return a transport that is not started yet
     * @throws IllegalStateException if the network is closed
     */
    public Transport openInstead(String name) {
        simulation.checkThread();
        Objects.requireNonNull(name, "name");
        if (closed) {
            throw new IllegalStateException("this network is closed, so it opens no transport for " + name);
        }
        known.add(name);
        int life = lives.merge(name, 1, Integer::sum);
        double rate = 1 + (2 * clocks.nextDouble() - 1) * wire.options().clockDrift();
        // Clocks of different machines have nothing to do with each other, so that nothing may compare them.
        DriftingClock clock = new DriftingClock(simulation.now(), clocks.nextLong(1L << 40), rate);
        SimLoop loop = new SimLoop(simulation, name, clock, new SplittableRandom(seedOf(name, life)));
        SimTransport transport = new SimTransport(wire, name, loop);
        wire.join(transport);
        simulation.trace(SimEvent.Kind.OPENED, name, "", null, "life " + life);
        return transport;
    }

    /** Each life of each name has a stream of its own, which does not depend on what the others do. */
    private long seedOf(String name, int life) {
        long hash = Simulation.mix(Simulation.mix(seed() + 3) + life);
        for (int i = 0; i < name.length(); i++) {
            hash = Simulation.mix(hash + name.charAt(i));
        }
        return hash;
    }

    @Override
    public List<String> names() {
        return List.copyOf(known);
    }

    /**
     * How messages and clocks are treated.
     *
     * @return the options in force
     */
    public SimOptions options() {
        return wire.options();
    }

    /**
     * Treats messages that are sent, and nodes that are opened, from now on by other options.
     *
     * @param options the options
     */
    public void options(SimOptions options) {
        simulation.checkThread();
        wire.options(Objects.requireNonNull(options, "options"));
        changed("", options.toString());
    }

    /**
     * Lets a node's clock run at another rate than the virtual time.
     *
     * @param name the name of a node that is running
     * @param rate nanoseconds of the node per virtual nanosecond, from 0.5 to 2
     * @throws IllegalArgumentException if the name is unknown, or the rate not from 0.5 to 2
     * @throws IllegalStateException if no node of that name is running
     */
    public void drift(String name, double rate) {
        if (!(rate >= 0.5 && rate <= 2)) {
            throw new IllegalArgumentException("a clock's rate must be from 0.5 to 2: " + rate);
        }
        running(name).loop().drift(rate);
        changed(name, "clock rate " + rate);
    }

    /**
     * Lets each turn of a node take time: what it sends leaves that much later, and its next turn starts that much later.
     *
     * @param name the name of a node that is running
     * @param perTurn how long a turn takes; zero to end it
     * @throws IllegalArgumentException if the name is unknown, or the time negative
     * @throws IllegalStateException if no node of that name is running
     */
    public void slow(String name, Duration perTurn) {
        Objects.requireNonNull(perTurn, "perTurn");
        if (perTurn.isNegative()) {
            throw new IllegalArgumentException("a turn does not take " + perTurn);
        }
        running(name).loop().slow(nanos(perTurn));
        changed(name, "turns take " + perTurn);
    }

    /**
     * Lets the next event happen.
     *
     * @return false if nothing is left to happen
     */
    public boolean step() {
        return simulation.step();
    }

    /**
     * Lets virtual time pass.
     *
     * @param time how much
     * @throws IllegalArgumentException if the time is negative
     */
    public void advance(Duration time) {
        Objects.requireNonNull(time, "time");
        if (time.isNegative()) {
            throw new IllegalArgumentException("time does not run backwards: " + time);
        }
        simulation.advanceTo(simulation.now() + nanos(time));
    }

    /**
     * Lets virtual time pass until a condition holds, which is asked for after each event.
     *
     * @param condition what to wait for
     * @param limit how long to wait, in virtual time
     * @throws AssertionError if the condition does not hold in time; it names seed and virtual time
     */
    public void runUntil(BooleanSupplier condition, Duration limit) {
        Objects.requireNonNull(condition, "condition");
        Objects.requireNonNull(limit, "limit");
        boolean holds;
        try {
            holds = simulation.driveUntil(condition, simulation.now() + nanos(limit));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw simulation.failure("interrupted", e);
        }
        if (!holds) {
            throw simulation.failure(
                    "what was waited for did not come within " + seconds(limit) + " s of virtual time", null);
        }
    }

    private static String seconds(Duration limit) {
        return BigDecimal.valueOf(nanos(limit), 9).stripTrailingZeros().toPlainString();
    }

    /**
     * Lets virtual time pass until an asynchronous call is done.
     *
     * @param future what to wait for
     * @param limit how long to wait, in virtual time
     * @param <T> the type of the result
     * @return the result; null if the future was completed with null
     * @throws CompletionException if the future fails; the cause is its failure
     * @throws CancellationException if the future is cancelled
     * @throws AssertionError if the future is not done in time; it names seed and virtual time
     */
    public <T extends @Nullable Object> T join(CompletableFuture<T> future, Duration limit) {
        Objects.requireNonNull(future, "future");
        runUntil(future::isDone, limit);
        return future.join();
    }

    /**
     * Runs an action at a later virtual time, also while a call on a node waits: to crash a node in the middle of a write, say. The
     * action may block on nodes itself.
     *
     * @param delay how much later
     * @param action what to do
     * @throws IllegalArgumentException if the delay is negative
     */
    public void after(Duration delay, Runnable action) {
        simulation.checkThread();
        Objects.requireNonNull(delay, "delay");
        Objects.requireNonNull(action, "action");
        if (delay.isNegative()) {
            throw new IllegalArgumentException("nothing happens " + delay + " from now");
        }
        simulation.put(new Action(action), simulation.now() + nanos(delay));
    }

    /**
     * Tells a listener what happens, as it happens: to print it, to compare it, or to act at that very moment, such as to crash a
     * node right after it has sent a message. A listener may set faults, but must not wait.
     *
     * @param listener takes each event; one that is added later is told after those before it
     */
    public void onEvent(Consumer<SimEvent> listener) {
        simulation.checkThread();
        simulation.listen(Objects.requireNonNull(listener, "listener"));
    }

    /**
     * Runs a check after each step of the simulation.
     *
     * @param check throws if something is wrong; must not wait
     */
    public void afterEach(Runnable check) {
        simulation.checkThread();
        simulation.afterEach(Objects.requireNonNull(check, "check"));
    }

    @Override
    public void pause(String name) {
        running(name).loop().pause();
        simulation.trace(SimEvent.Kind.PAUSED, name, "", null, "");
    }

    @Override
    public void resume(String name) {
        running(name).loop().resume();
        simulation.trace(SimEvent.Kind.RESUMED, name, "", null, "");
    }

    @Override
    void crash(String name, Hint hint) {
        wire.crash(running(name), hint);
    }

    @Override
    void change(String what, UnaryOperator<Faults> change) {
        simulation.checkThread();
        setFaults(change.apply(faults()));
        changed("", what);
    }

    @Override
    void connectionLost(Link link) {
        wire.connectionLost(link);
    }

    private void changed(String name, String how) {
        simulation.trace(SimEvent.Kind.CHANGED, name, "", null, how);
    }

    private SimTransport running(String name) {
        simulation.checkThread();
        known(name);
        SimTransport transport = wire.running(name);
        if (transport == null) {
            throw new IllegalStateException(name + " is not running in this network");
        }
        return transport;
    }

    @Override
    public void close() {
        simulation.checkThread();
        closed = true;
        wire.close();
    }

    private final class Action extends Event {
        private final Runnable action;

        Action(Runnable action) {
            this.action = action;
        }

        @Override
        void happen() {
            simulation.trace(SimEvent.Kind.ACTION, "", "", null, "");
            action.run();
        }

        @Override
        boolean mayWait() {
            return true;
        }

        @Override
        public String toString() {
            return "an action";
        }
    }
}
