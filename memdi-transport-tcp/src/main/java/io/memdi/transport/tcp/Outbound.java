package io.memdi.transport.tcp;

import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jctools.queues.varhandle.MpscVarHandleArrayQueue;
import org.jspecify.annotations.Nullable;

/**
 * What waits for one connection: the few small messages that may overtake, and the rest in order. Any thread puts in, and never waits; what
 * does not fit is dropped and counted. One thread, the writer, takes out, and parks while there is nothing.
 *
 * <p>No wake-up is lost: the writer says that it is about to park, and then looks once more; whoever puts in looks whether it has said so.
 * A full fence is between the two steps of either, so at least one sees the other.
 */
final class Outbound {
    /** Messages that may overtake come one by one, at the pace of heartbeats and elections. */
    private static final int CONTROL = 256;

    private final MpscVarHandleArrayQueue<Outgoing> control = new MpscVarHandleArrayQueue<>(CONTROL);
    private final MpscVarHandleArrayQueue<Outgoing> bulk;
    private final long maxBytes;
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong dropped = new AtomicLong();
    private volatile @Nullable Thread writer;
    private volatile boolean dozing;
    private volatile boolean woken;

    Outbound(TcpLimits.Bounds bounds) {
        this.bulk = new MpscVarHandleArrayQueue<>(bounds.messages());
        this.maxBytes = bounds.bytes();
    }

    // --- any thread ---

    /** Puts a message in; returns whether it fitted. A message that is too large by itself goes alone. */
    boolean offer(Outgoing message) {
        boolean fitted = Weight.mayOvertake(message.envelope().message()) ? control.offer(message) : offerBulk(message);
        if (!fitted) {
            dropped.incrementAndGet();
        }
        VarHandle.fullFence();
        if (dozing) {
            dozing = false;
            LockSupport.unpark(writer);
        }
        return fitted;
    }

    private boolean offerBulk(Outgoing message) {
        long before = bytes.getAndAdd(message.weight());
        if ((before > 0 && before + message.weight() > maxBytes) || !bulk.offer(message)) {
            bytes.getAndAdd(-message.weight());
            return false;
        }
        return true;
    }

    /** Has the writer look around. */
    void wake() {
        woken = true;
        LockSupport.unpark(writer);
    }

    // --- the writer ---

    void writtenBy(Thread thread) {
        writer = thread;
    }

    /** The next message to write; null if there is none. */
    @Nullable
    Outgoing poll() {
        Outgoing first = control.relaxedPoll();
        if (first != null) {
            return first;
        }
        Outgoing next = bulk.relaxedPoll();
        if (next != null) {
            bytes.getAndAdd(-next.weight());
        }
        return next;
    }

    boolean isEmpty() {
        return control.isEmpty() && bulk.isEmpty();
    }

    /** Parks until there is something, for that long at most, or until it is woken; returns whether there is something. */
    boolean await(long nanos) {
        long start = System.nanoTime();
        long left = nanos;
        while (left > 0 && !woken) {
            dozing = true;
            VarHandle.fullFence();
            if (!isEmpty()) {
                break;
            }
            LockSupport.parkNanos(this, left);
            // Nobody interrupts these threads but code of users that runs on them; with the flag set, parking would not
            // wait.
            Thread.interrupted();
            left = nanos - (System.nanoTime() - start);
        }
        dozing = false;
        woken = false;
        return !isEmpty();
    }

    /** Drops everything: the connection that it was for is gone. */
    void clear() {
        Outgoing next = poll();
        while (next != null) {
            next = poll();
        }
    }

    /** How many were dropped because they did not fit, since this was last asked. */
    long takeDropped() {
        return dropped.get() == 0 ? 0 : dropped.getAndSet(0);
    }
}
