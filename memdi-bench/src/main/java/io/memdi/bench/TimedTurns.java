package io.memdi.bench;

import io.memdi.transport.Contact;
import io.memdi.transport.Envelope;
import io.memdi.transport.EventLoop;
import io.memdi.transport.MessageHandler;
import io.memdi.transport.Transport;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;

/**
 * A transport whose loop notes how long each turn takes: how long a node could do nothing else; and how much of that the processor has
 * worked for it. The rest are pauses of the collector, and times when another thread had the processor.
 */
final class TimedTurns implements Transport {
    private final Transport transport;
    private final TimedLoop loop;

    TimedTurns(Transport transport) {
        this.transport = transport;
        this.loop = new TimedLoop(transport.eventLoop());
    }

    /** Turns, in the order in which they came. */
    static final class Turns {
        /** Nanoseconds by the clock. */
        final long[] elapsed;

        /** Nanoseconds that the thread has run. */
        final long[] worked;

        Turns(long[] elapsed, long[] worked) {
            this.elapsed = elapsed;
            this.worked = worked;
        }
    }

    /** The turns since this was last asked. */
    Turns take() {
        return loop.take();
    }

    @Override
    public String address() {
        return transport.address();
    }

    @Override
    public void start(String name, MessageHandler handler) {
        transport.start(name, handler);
    }

    @Override
    public void send(Contact to, Envelope envelope) {
        transport.send(to, envelope);
    }

    @Override
    public EventLoop eventLoop() {
        return loop;
    }

    @Override
    public void close() {
        transport.close();
    }

    private static final class TimedLoop implements EventLoop {
        private final EventLoop loop;
        private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        private final Samples elapsed = new Samples();
        private final Samples worked = new Samples();

        TimedLoop(EventLoop loop) {
            this.loop = loop;
        }

        /** A turn that ends meanwhile may be in one of the two alone. */
        Turns take() {
            return new Turns(elapsed.take(), worked.take());
        }

        @Override
        public void start(Turn turn) {
            loop.start(() -> {
                long begun = System.nanoTime();
                long ran = threads.getCurrentThreadCpuTime();
                long due = turn.run();
                ran = threads.getCurrentThreadCpuTime() - ran;
                long took = System.nanoTime() - begun;
                // Some kernels add up the time of a thread in ticks, late.
                elapsed.add(took);
                worked.add(Math.min(ran, took));
                return due;
            });
        }

        @Override
        public void wake() {
            loop.wake();
        }

        @Override
        public long nanoTime() {
            return loop.nanoTime();
        }

        @Override
        public RandomGenerator random() {
            return loop.random();
        }

        @Override
        public Executor callbacks() {
            return loop.callbacks();
        }

        @Override
        public boolean await(BooleanSupplier condition, long timeoutNanos) throws InterruptedException {
            return loop.await(condition, timeoutNanos);
        }

        @Override
        public void close() {
            loop.close();
        }
    }
}
