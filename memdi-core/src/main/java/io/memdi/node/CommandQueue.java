package io.memdi.node;

import io.memdi.transport.EventLoop;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import org.jctools.queues.MessagePassingQueue;
import org.jctools.queues.varhandle.MpscVarHandleArrayQueue;
import org.jspecify.annotations.Nullable;

/**
 * Where callers hand their calls to the loop. It is full when the capacity of open calls is reached: those that wait in the queue,
 * and those that the loop has taken out and not ended. A blocking caller then waits for room; an asynchronous one is refused.
 * Questions about the node itself have a reserve, so that an overloaded node still tells its status.
 *
 * <p>For an asynchronous caller, calls also count whose futures wait to be completed, or else they would pile up without a bound
 * where callbacks are slower than the node. For a blocking one they do not: it leaves nothing behind, and if it is itself a
 * callback, it would wait for room that only comes once it has returned.
 *
 * <p>Any thread offers; the loop drains, and says once per turn how many calls it holds open. The bound is exact for the queue; the
 * number of calls that the loop holds may be one turn old, so that there are never more than twice the capacity.
 */
final class CommandQueue {
    private final EventLoop loop;
    private final Completions completions;
    private final int capacity;
    private final MpscVarHandleArrayQueue<Call<?>> queue;
    private final ConcurrentLinkedQueue<Thread> waiters = new ConcurrentLinkedQueue<>();

    private volatile int open;

    /** The open calls, and those that have ended since the start and were given a future. */
    private volatile long issued;

    /** Of those, the ones whose futures were not completed by the last turn. */
    private volatile int uncompleted;

    private volatile boolean leaderKnown;

    /** Why no operation is taken any more. */
    private volatile @Nullable String refusal;

    /** The loop has run its last turn. */
    private volatile boolean ended;

    CommandQueue(EventLoop loop, Completions completions, int capacity) {
        this.loop = loop;
        this.completions = completions;
        this.capacity = capacity;
        this.queue = new MpscVarHandleArrayQueue<>(capacity + Defaults.QUESTIONS);
    }

    // --- callers ---

    /** Hands an asynchronous operation over; false if there is no room. */
    boolean offer(Call<?> call) {
        check(call);
        // What the last turn has said needs no look at the counter that other threads write. It is asked only where
        // there seems to be no room, because futures may have been completed since.
        return enqueued(offer(call, uncompleted) || offer(call, (int) (issued - completions.released())));
    }

    private boolean offer(Call<?> call, int taken) {
        return queue.offerIfBelowThreshold(call, capacity - taken);
    }

    private boolean offerBlocking(Call<?> call) {
        check(call);
        return enqueued(offer(call, open));
    }

    /** Hands a blocking operation over; waits for room. */
    void put(Call<?> call) {
        if (Thread.currentThread().isInterrupted()) {
            throw call.interrupted(false);
        }
        if (!offerBlocking(call)) {
            waitForRoom(call);
        }
    }

    /** Hands over a question about the node, which does not count as an operation; false if there are too many. */
    boolean ask(Call<?> question) {
        return enqueued(queue.offerIfBelowThreshold(question, capacity + Defaults.QUESTIONS));
    }

    private boolean enqueued(boolean accepted) {
        if (accepted) {
            loop.wake();
            if (ended) {
                // Nobody drains any more but those who find out here.
                end(completions.another());
            }
        }
        return accepted;
    }

    /** Throws if operations are not taken any more. */
    void check(Call<?> call) {
        String reason = refusal;
        if (reason != null) {
            throw call.closed(false, reason);
        }
    }

    /** Whether operations are refused; one volatile read. */
    boolean isRefusing() {
        return refusal != null;
    }

    @Nullable
    String refusal() {
        return refusal;
    }

    private void waitForRoom(Call<?> call) {
        Thread caller = Thread.currentThread();
        // First announced, then looked: the loop makes room first, and then looks who is announced. It stays announced
        // until it leaves, because it may be woken and find that another has taken the room.
        waiters.add(caller);
        try {
            while (loop.await(this::hasRoom, call.deadline - loop.nanoTime())) {
                if (offerBlocking(call)) {
                    return;
                }
            }
            throw Failures.overloaded(call, capacity);
        } catch (InterruptedException e) {
            caller.interrupt();
            throw call.interrupted(false);
        } finally {
            waiters.remove(caller);
            // Who leaves without taking the room that it was woken for must not leave it unused.
            loop.wake();
        }
    }

    private boolean hasRoom() {
        return refusal != null || queue.size() < capacity - open;
    }

    int capacity() {
        return capacity;
    }

    /** A caller has given up early: the loop may forget the call before its time is up. If there is no room, it learns it then. */
    void withdrawn(Call<?> call) {
        ask(new Withdrawal(call));
    }

    /** Whether this node knows a leader, as of the last turn. */
    boolean isLeaderKnown() {
        return leaderKnown;
    }

    // --- the loop ---

    /** Takes calls out; returns how many. */
    int drain(MessagePassingQueue.Consumer<Call<?>> to, int limit) {
        return queue.drain(to, limit);
    }

    /** Ends a turn: how many calls the loop holds open, and whether it knows a leader. */
    void publish(int open, boolean leaderKnown) {
        if (this.open != open) {
            this.open = open;
        }
        long issued = open + completions.gathered();
        if (this.issued != issued) {
            this.issued = issued;
        }
        int uncompleted = (int) (issued - completions.released());
        if (this.uncompleted != uncompleted) {
            this.uncompleted = uncompleted;
        }
        if (this.leaderKnown != leaderKnown) {
            this.leaderKnown = leaderKnown;
        }
        if (!waiters.isEmpty()) {
            unpark(capacity - open - queue.size());
        }
    }

    /** Wakes so many of those who wait, the first ones first. */
    private void unpark(int room) {
        int left = room;
        for (Thread waiter : waiters) {
            if (left-- <= 0) {
                return;
            }
            LockSupport.unpark(waiter);
        }
    }

    // --- the end ---

    /** Takes no operation from now on; questions still. The first reason stays. */
    void close(String reason) {
        if (refusal == null) {
            refusal = reason;
        }
        unpark(Integer.MAX_VALUE);
    }

    /** There are no turns any more: ends what is in the queue, and what may come yet. Closed before. */
    void end() {
        end(completions);
    }

    private synchronized void end(Completions ending) {
        ended = true;
        String reason = refusal == null ? "this node was closed" : refusal;
        queue.drain(call -> {
            boolean sent = !call.withdraw();
            call.end((Failure) () -> call.closed(sent, reason), ending);
        });
        ending.finish();
    }
}
