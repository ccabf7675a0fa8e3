package io.memdi.transport.inproc;

import io.memdi.transport.EventLoop;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The loop of a node in virtual time. It has one event for its turns, which moves to the time at which the next one is due, and one
 * for its callbacks; so nothing that has been superseded piles up in the queue.
 */
final class SimLoop implements EventLoop {
    private static final Logger log = LoggerFactory.getLogger(SimLoop.class);

    /** From a wake-up to the turn, and what a turn takes at least; so that time passes, whatever a node does. */
    static final long TURN_NANOS = 1_000;

    /** So many turns in a row, each due at once, mean that the node does not know when to stop. */
    static final int MAX_TURNS_IN_A_ROW = 100_000;

    private static final long NEVER = Long.MAX_VALUE;

    private final Simulation simulation;
    private final String name;
    private final DriftingClock clock;
    private final RandomGenerator random;
    private final Event turns = new TurnEvent();
    private final CallbackEvent callbacks = new CallbackEvent();
    private @Nullable Turn turn;

    /** What a turn takes on a slow node; 0 on others. */
    private long slowNanos;

    /** When the last turn has ended: none starts before. */
    private long busyUntil;

    /** While the node is paused, when its next turn would have been. */
    private long heldUntil;

    private int turnsInARow;
    private boolean paused;
    private boolean closed;

    SimLoop(Simulation simulation, String name, DriftingClock clock, SplittableRandom random) {
        this.simulation = simulation;
        this.name = name;
        this.clock = clock;
        this.random = random;
    }

    @Override
    public void start(Turn turn) {
        simulation.checkThread();
        if (this.turn != null) {
            throw new IllegalStateException("the loop of " + name + " is already started");
        }
        this.turn = Objects.requireNonNull(turn, "turn");
        wake();
    }

    @Override
    public void wake() {
        simulation.checkThread();
        turnsInARow = 0;
        plan(simulation.now() + TURN_NANOS);
    }

    /** Plans a turn for a virtual time, unless one is planned that is earlier. */
    private void plan(long time) {
        if (turn == null || closed || time == NEVER) {
            return;
        }
        long possible = Math.max(time, busyUntil);
        if (paused) {
            heldUntil = Math.min(heldUntil, possible);
        } else if (!turns.isQueued() || turns.time > possible) {
            simulation.put(turns, possible);
        }
    }

    private final class TurnEvent extends Event {
        @Override
        void happen() {
            Turn running = turn;
            if (running == null) {
                return;
            }
            busyUntil = simulation.now() + Math.max(TURN_NANOS, slowNanos);
            simulation.trace(SimEvent.Kind.TURN, name, "", null, "");
            long due = clock.virtual(running.run());
            if (due > simulation.now()) {
                turnsInARow = 0;
            } else if (++turnsInARow > MAX_TURNS_IN_A_ROW) {
                throw new IllegalStateException("after " + MAX_TURNS_IN_A_ROW + " turns of " + name
                        + " in a row, with nothing new to take in, it still asks for another one at once");
            }
            plan(due);
        }

        @Override
        public String toString() {
            return "a turn of " + name;
        }
    }

    void pause() {
        if (!paused) {
            heldUntil = turns.isQueued() ? turns.time : NEVER;
            simulation.remove(turns);
            paused = true;
        }
    }

    void resume() {
        if (paused) {
            paused = false;
            plan(heldUntil == NEVER ? NEVER : Math.max(heldUntil, simulation.now()));
        }
    }

    /** Lets each turn take that long; nothing that the node sends leaves before its turn has ended. */
    void slow(long nanos) {
        slowNanos = nanos;
    }

    long slowNanos() {
        return slowNanos;
    }

    void drift(double rate) {
        clock.changeRate(simulation.now(), rate);
        // The planned turn was for the old rate; this one returns when the next is due by the new one.
        wake();
    }

    @Override
    public long nanoTime() {
        return clock.local(simulation.now());
    }

    @Override
    public RandomGenerator random() {
        return random;
    }

    @Override
    public Executor callbacks() {
        return callbacks;
    }

    @Override
    public boolean await(BooleanSupplier condition, long timeoutNanos) throws InterruptedException {
        simulation.checkThread();
        long local = nanoTime();
        long deadline = timeoutNanos < NEVER - local ? clock.virtual(local + timeoutNanos) : NEVER;
        return simulation.driveUntil(condition, deadline);
    }

    @Override
    public void close() {
        simulation.checkThread();
        closed = true;
        simulation.remove(turns);
    }

    /** Stands for the thread of the callbacks: while one waits, the others of this node have to. */
    private final class CallbackEvent extends Event implements Executor {
        private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
        private boolean running;

        @Override
        public void execute(Runnable task) {
            simulation.checkThread();
            tasks.add(Objects.requireNonNull(task, "task"));
            plan();
        }

        private void plan() {
            if (!running && !isQueued() && !tasks.isEmpty()) {
                simulation.put(this, simulation.now() + TURN_NANOS);
            }
        }

        @Override
        void happen() {
            Runnable task = tasks.remove();
            simulation.trace(SimEvent.Kind.CALLBACK, name, "", null, "");
            running = true;
            try {
                task.run();
            } catch (Throwable e) {
                if (Simulation.isFailure(e)) {
                    throw e;
                }
                log.error("A callback threw; the callbacks after it run all the same", e);
            } finally {
                running = false;
                plan();
            }
        }

        @Override
        boolean mayWait() {
            return true;
        }

        @Override
        public String toString() {
            return "a callback of " + name;
        }
    }
}
