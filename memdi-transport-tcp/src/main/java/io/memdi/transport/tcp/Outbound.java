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
    private final Budget budget;
    private final AtomicLong dropped = new AtomicLong();
    private volatile @Nullable Thread writer;
    private volatile boolean dozing;
    private volatile boolean woken;

    /** Whether nothing more is to be written than what is here. */
    private volatile boolean finished;

    /** What was polled last has taken this of the budget. Only the writer uses it. */
    private long taken;

    /** What was polled, and is not written yet, has taken this of the budget of a client. Only the writer uses it. */
    private long unwritten;

    /** For a node. */
    Outbound(TcpLimits.Bounds bounds) {
        this(bounds.messages(), Budget.of(bounds.bytes()));
    }

    private Outbound(int messages, Budget budget) {
        this.bulk = new MpscVarHandleArrayQueue<>(messages);
        this.budget = budget;
    }

    /** For a client. */
    static Outbound toClient(Budget.Pool pool) {
        return new Outbound(TcpLimits.CLIENT_MESSAGES, Budget.ofClient(pool));
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
        if (!budget.take(message.weight())) {
            return false;
        }
        if (!bulk.offer(message)) {
            budget.give(message.weight());
            return false;
        }
        return true;
    }

    /** Has the writer look around. */
    void wake() {
        woken = true;
        LockSupport.unpark(writer);
    }

    /** Has the writer write what is here, and no more. */
    void finish() {
        finished = true;
        wake();
    }

    boolean isFinished() {
        return finished;
    }

    /** Nobody writes any more: what waits is not counted any more, and nothing more is taken. */
    void close() {
        budget.close();
    }

    /** Whether everything was written, and the writer waits for more. */
    boolean isQuiet() {
        return dozing && isEmpty();
    }

    // --- the writer ---

    void writtenBy(Thread thread) {
        writer = thread;
    }

    /** The next message to write; null if there is none. */
    @Nullable
    Outgoing poll() {
        Outgoing first = control.relaxedPoll();
        taken = 0;
        if (first != null) {
            return first;
        }
        Outgoing next = bulk.relaxedPoll();
        if (next != null && budget.isOfClient()) {
            taken = next.weight();
            unwritten += taken;
        } else if (next != null) {
            budget.give(next.weight());
        }
        return next;
    }

    /** What was polled last takes that many bytes as a frame; 0 if it was dropped. */
    void encoded(int frameBytes) {
        if (budget.isOfClient()) {
            budget.give(taken - frameBytes);
            unwritten += frameBytes - taken;
        }
    }

    /** What was polled so far is written, or dropped. */
    void written() {
        budget.give(unwritten);
        unwritten = 0;
    }

    /** How large a buffer stays for this connection, after it was written from. There are many more clients than nodes. */
    int keptBytes() {
        return budget.isOfClient() ? TcpLimits.BATCH_BYTES : TcpLimits.KEPT_BYTES;
    }

    boolean isEmpty() {
        return control.isEmpty() && bulk.isEmpty();
    }

    /** Parks until there is something, for that long at most, or until it is woken; returns whether there is something. */
    boolean await(long nanos) {
        long start = System.nanoTime();
        long left = nanos;
        while (left > 0 && !woken && !finished) {
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
        written();
    }

    /** How many were dropped because they did not fit, since this was last asked. */
    long takeDropped() {
        return dropped.get() == 0 ? 0 : dropped.getAndSet(0);
    }
}
