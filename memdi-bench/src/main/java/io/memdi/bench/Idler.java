package io.memdi.bench;

import java.util.concurrent.locks.LockSupport;

/**
 * A thread that wants the processor once in a millisecond, and does nothing with it. How late it gets it is what the machine and the collector
 * do to every thread of the process, whatever that runs: the measure for pauses by the clock (as in Gil Tene's jHiccup).
 */
final class Idler extends Thread {
    private static final long EVERY_NANOS = 1_000_000;

    private final Samples late = new Samples();
    private volatile boolean ends;

    Idler() {
        super("idler");
        setDaemon(true);
    }

    @Override
    public void run() {
        while (!ends) {
            long due = System.nanoTime() + EVERY_NANOS;
            for (long left = EVERY_NANOS; left > 0; left = due - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            late.add(System.nanoTime() - due);
        }
    }

    /** How late it was, each time since this was last asked. */
    long[] take() {
        return late.take();
    }

    void end() {
        ends = true;
    }
}
