package io.memdi.transport.inproc;

import io.memdi.transport.EventLoop;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One thread that runs the turns of many nodes. Its own turn runs each node that was woken, or is due, once.
 *
 * <p>A node's {@code woken} flag is cleared before its turn, never after, so that what is enqueued during the turn leads to another
 * one. The flag is raised before the thread is woken, so the rule of the loop underneath, that a turn begins after each wake-up,
 * covers every flag.
 */
final class SharedLoop implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(SharedLoop.class);

    private final EventLoop thread = EventLoop.ofThread("shared");
    private volatile List<Seat> seats = List.of();
    private boolean started;

    /** A loop for one node, on this thread. */
    EventLoop seat(String name) {
        return new Seat(name);
    }

    private long turn() {
        long due = Long.MAX_VALUE;
        for (Seat seat : seats) {
            due = Math.min(due, seat.runIfDue());
        }
        return due;
    }

    private synchronized void add(Seat seat) {
        List<Seat> more = new ArrayList<>(seats);
        more.add(seat);
        seats = List.copyOf(more);
        if (!started) {
            started = true;
            thread.start(this::turn);
        }
        thread.wake();
    }

    private synchronized void remove(Seat seat) {
        List<Seat> less = new ArrayList<>(seats);
        less.remove(seat);
        seats = List.copyOf(less);
    }

    @Override
    public void close() {
        thread.close();
    }

    private final class Seat implements EventLoop {
        private final String name;

        /** Never started: it lends its clock, its randomness and its callbacks. */
        private final EventLoop own;

        private volatile @Nullable Turn turn;
        private volatile boolean woken = true;

        /** When the next turn is due; used by the shared thread only. */
        private long due;

        Seat(String name) {
            this.name = name;
            this.own = EventLoop.ofThread(name);
        }

        @Override
        public void start(Turn turn) {
            if (this.turn != null) {
                throw new IllegalStateException("the loop of " + name + " is already started");
            }
            this.turn = turn;
            add(this);
        }

        long runIfDue() {
            Turn running = turn;
            if (running == null || (!woken && due > own.nanoTime())) {
                return due;
            }
            woken = false;
            VarHandle.fullFence();
            try {
                due = running.run();
            } catch (Throwable e) {
                log.error(
                        "The event loop of {} has stopped, because a turn threw: the node does nothing any more",
                        name,
                        e);
                due = Long.MAX_VALUE;
                remove(this);
            }
            return woken ? 0 : due;
        }

        @Override
        public void wake() {
            VarHandle.fullFence();
            if (!woken) {
                woken = true;
                thread.wake();
            }
        }

        @Override
        public long nanoTime() {
            return own.nanoTime();
        }

        @Override
        public RandomGenerator random() {
            return own.random();
        }

        @Override
        public Executor callbacks() {
            return own.callbacks();
        }

        @Override
        public void close() {
            remove(this);
            own.close();
        }
    }
}
