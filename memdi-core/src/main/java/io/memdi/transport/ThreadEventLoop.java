package io.memdi.transport;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.security.SecureRandom;
import java.util.SplittableRandom;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An event loop with a thread of its own, which parks between turns.
 *
 * <p>Whoever has something for the node enqueues it, then calls {@link #wake()}. That is free of writes while the thread is awake,
 * because the thread, before it parks, first says that it is about to ({@code dozing}) and then looks once more: it runs a turn
 * between the announcement and the park. No wake-up is lost:
 *
 * <pre>
 *   a waker:   enqueue          fence   read dozing; if set, clear it and unpark
 *   the loop:  dozing = true    fence   turn, which polls;   park while dozing
 * </pre>
 *
 * <p>Both write, then read what the other writes, with a full fence between. So at least one of them sees the other: either the
 * waker reads that the loop is dozing, and unparks it; or it reads what was there before the announcement, and then the turn after
 * the announcement finds what was enqueued. The fences are explicit because a queue may be written by a release store, and read by
 * an acquiring load, which a processor may swap with an access to another variable.
 *
 * <p>It does not spin before it parks: with more nodes than processors, a spinning thread takes the processor from the very thread
 * that it waits for. Measured with three nodes on two processors, spinning for 20 microseconds doubled the round trip.
 */
final class ThreadEventLoop implements EventLoop {
    private static final Logger log = LoggerFactory.getLogger(ThreadEventLoop.class);

    /** Where time begins, so that it is never negative and {@link Long#MAX_VALUE} never comes. */
    private static final long ORIGIN = System.nanoTime();

    private static final VarHandle DOZING;

    static {
        try {
            DOZING = MethodHandles.lookup().findVarHandle(ThreadEventLoop.class, "dozing", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final String name;
    private final RandomGenerator random;
    private final Callbacks callbacks;
    private @Nullable Thread thread;

    /** Set by the loop before it looks for the last time and parks; cleared by the loop, or by the waker that unparks it. */
    private volatile boolean dozing;

    private volatile boolean closed;

    ThreadEventLoop(String name) {
        this.name = name;
        this.random = seeded();
        this.callbacks = new Callbacks("memdi-" + name + "-callbacks");
    }

    /** With 128 bits of state from the system. The JDK's larger generators may be missing from an image that jlink made. */
    private static RandomGenerator seeded() {
        SecureRandom system = new SecureRandom();
        SplittableRandom one = new SplittableRandom(system.nextLong());
        SplittableRandom other = new SplittableRandom(system.nextLong());
        return () -> one.nextLong() ^ other.nextLong();
    }

    @Override
    public synchronized void start(Turn turn) {
        if (thread != null) {
            throw new IllegalStateException("the loop of " + name + " is already started");
        }
        if (closed) {
            return;
        }
        Thread started = new Thread(() -> run(turn), "memdi-" + name);
        started.setDaemon(true);
        thread = started;
        started.start();
    }

    private void run(Turn turn) {
        try {
            while (!closed) {
                if (turn.run() > nanoTime() && !closed) {
                    doze(turn);
                }
            }
        } catch (Throwable e) {
            closed = true;
            log.error(
                    "The event loop of {} has stopped, because a turn threw: the node does nothing any more", name, e);
        }
    }

    private void doze(Turn turn) {
        dozing = true;
        VarHandle.fullFence();
        long due = turn.run();
        while (dozing && !closed) {
            long left = due - nanoTime();
            if (left <= 0) {
                break;
            }
            LockSupport.parkNanos(this, left);
            // Nobody has a reason to interrupt a loop, and a set flag would turn parking into spinning.
            Thread.interrupted();
        }
        dozing = false;
    }

    @Override
    public void wake() {
        VarHandle.fullFence();
        if (dozing && DOZING.compareAndSet(this, true, false)) {
            LockSupport.unpark(thread);
        }
    }

    @Override
    public long nanoTime() {
        return System.nanoTime() - ORIGIN;
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
    public void close() {
        Thread running;
        synchronized (this) {
            closed = true;
            running = thread;
        }
        callbacks.close();
        if (running != null && running != Thread.currentThread()) {
            LockSupport.unpark(running);
            joinUninterruptibly(running);
        }
    }

    private static void joinUninterruptibly(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
