package io.memdi.transport.inproc;

import io.memdi.transport.EventLoop;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;

/** A node's loop with a gate before its turns, so that the network can pause the node, and stop it from outside. */
final class PausableLoop implements EventLoop {
    private final EventLoop inner;
    private volatile boolean paused;
    private volatile boolean closed;

    PausableLoop(EventLoop inner) {
        this.inner = inner;
    }

    @Override
    public void start(Turn turn) {
        inner.start(() -> gated(turn));
    }

    /** Holds the monitor while the turn runs, so that whoever closes the gate can wait for the end of the turn. */
    private synchronized long gated(Turn turn) {
        return paused || closed ? Long.MAX_VALUE : turn.run();
    }

    /** Once this returns, no turn runs; within a turn, none after it. */
    void pause() {
        paused = true;
        awaitEndOfTurn();
    }

    void resume() {
        paused = false;
        inner.wake();
    }

    /** Waits for the monitor. The thread that runs the turn has it already, and passes. */
    private synchronized void awaitEndOfTurn() {}

    @Override
    public void wake() {
        inner.wake();
    }

    @Override
    public long nanoTime() {
        return inner.nanoTime();
    }

    @Override
    public RandomGenerator random() {
        return inner.random();
    }

    @Override
    public Executor callbacks() {
        return inner.callbacks();
    }

    @Override
    public void close() {
        closed = true;
        inner.close();
        awaitEndOfTurn();
    }
}
