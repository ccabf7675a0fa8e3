package io.memdi.bench;

import io.memdi.transport.EventLoop;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jctools.queues.varhandle.MpscVarHandleArrayQueue;
import org.jspecify.annotations.Nullable;

/**
 * A request handed to another thread and its reply handed back: what no replicated write that changes threads can do without.
 *
 * <p>The other thread is a node's event loop, which parks when it is idle. As a node's callers do, the caller wakes it for each
 * request; as a node does, it takes in what is there, answers, and wakes the caller once. The caller waits in the same way as the
 * loop: it says that it is about to park, looks once more, and parks.
 */
final class HandOff implements AutoCloseable {
    private static final int CAPACITY = 8192;
    private static final int PER_TURN = 1024;

    private final EventLoop loop = EventLoop.ofThread("echo");
    private final MpscVarHandleArrayQueue<Object> requests = new MpscVarHandleArrayQueue<>(CAPACITY);
    private final MpscVarHandleArrayQueue<Object> replies = new MpscVarHandleArrayQueue<>(CAPACITY);
    private final AtomicBoolean dozing = new AtomicBoolean();
    private final Thread caller;

    /** Starts the other thread. Every call comes from the thread that calls this. */
    HandOff() {
        caller = Thread.currentThread();
        loop.start(this::turn);
    }

    private long turn() {
        int taken = requests.drain(replies::offer, PER_TURN);
        if (taken > 0) {
            VarHandle.fullFence();
            if (dozing.get() && dozing.compareAndSet(true, false)) {
                LockSupport.unpark(caller);
            }
        }
        return taken == PER_TURN ? 0 : Long.MAX_VALUE;
    }

    /** Hands a request over. */
    void send(Object request) {
        if (!requests.offer(request)) {
            throw new IllegalStateException("more than " + CAPACITY + " requests are outstanding");
        }
        loop.wake();
    }

    /** Waits for a reply. */
    Object receive() {
        Object reply = replies.relaxedPoll();
        return reply == null ? await() : reply;
    }

    private Object await() {
        @Nullable Object reply = null;
        while (reply == null) {
            dozing.set(true);
            VarHandle.fullFence();
            reply = replies.relaxedPoll();
            while (reply == null && dozing.get()) {
                LockSupport.park(this);
            }
            reply = reply == null ? replies.relaxedPoll() : reply;
        }
        dozing.set(false);
        return reply;
    }

    @Override
    public void close() {
        loop.close();
    }
}
