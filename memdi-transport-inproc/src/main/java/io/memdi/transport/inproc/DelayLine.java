package io.memdi.transport.inproc;

import io.memdi.transport.Envelope;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What is on its way over slow links, in order per link. A timer thread, started when it is first needed, asks the network to let
 * the oldest go once per message, so that the order does not depend on the timer's. Guarded by the network's lock.
 */
final class DelayLine implements AutoCloseable {
    /** How much is kept per link; more is dropped, as a transport may. */
    static final int CAPACITY = 100_000;

    /**
     * A message, or the hint that the connection was lost.
     *
     * @param target the node that it goes to: the very one that was running when it was sent, not a later one of that name
     * @param envelope the message; null for the hint
     */
    record Parcel(InProcTransport target, @Nullable Envelope envelope, long dueNanos) {}

    private final Map<Link, ArrayDeque<Parcel>> parcels = new HashMap<>();
    private @Nullable ScheduledThreadPoolExecutor timer;
    private boolean closed;

    boolean isEmpty() {
        return parcels.isEmpty();
    }

    /** Whether something is on its way over that link, which nothing may overtake. */
    boolean isBusy(Link link) {
        return parcels.containsKey(link);
    }

    /** Keeps a message, and calls {@code release} when it is time to {@link #take} one from the link. */
    void put(Link link, InProcTransport target, @Nullable Envelope envelope, long delayNanos, Runnable release) {
        if (closed) {
            return;
        }
        ArrayDeque<Parcel> queue = parcels.computeIfAbsent(link, key -> new ArrayDeque<>());
        if (queue.size() >= CAPACITY) {
            return;
        }
        long due = System.nanoTime() + delayNanos;
        Parcel last = queue.peekLast();
        if (last != null && last.dueNanos() - due > 0) {
            due = last.dueNanos();
        }
        queue.add(new Parcel(target, envelope, due));
        // The future is of no use: whoever is released to never throws.
        Future<?> unused = timer().schedule(release, due - System.nanoTime(), TimeUnit.NANOSECONDS);
    }

    /** The oldest message of a link; null if there is none. */
    @Nullable
    Parcel take(Link link) {
        ArrayDeque<Parcel> queue = parcels.get(link);
        if (queue == null) {
            return null;
        }
        Parcel parcel = queue.poll();
        if (queue.isEmpty()) {
            parcels.remove(link);
        }
        return parcel;
    }

    private ScheduledThreadPoolExecutor timer() {
        ScheduledThreadPoolExecutor existing = timer;
        if (existing != null) {
            return existing;
        }
        ScheduledThreadPoolExecutor created = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "memdi-network-timer");
            thread.setDaemon(true);
            return thread;
        });
        timer = created;
        return created;
    }

    @Override
    public void close() {
        closed = true;
        parcels.clear();
        if (timer != null) {
            timer.shutdownNow();
        }
    }
}
