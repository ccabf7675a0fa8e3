package io.memdi.node;

import io.memdi.transport.EventLoop;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One operation on its way from a caller's thread to the loop and back: the only object that the two share for it.
 *
 * <p>The loop ends a call, once, with an outcome: what it returns, or a {@link Failure}. A blocking caller waits for that, on its own
 * thread ({@link #await}); an asynchronous one is given this object as its future, which {@link Completions} complete afterwards,
 * never within a turn. What the caller does with the future touches nothing that the loop relies on.
 *
 * <p>Whether a write was sent decides which family of exceptions its caller sees, so that is agreed by one compare-and-set: the loop
 * moves a call from WAITING to SENT, a caller who gives up moves it from WAITING to WITHDRAWN, and only one of them can.
 *
 * @param <T> what the call returns
 */
abstract class Call<T extends @Nullable Object> extends CompletableFuture<T> implements BooleanSupplier {
    private static final int WAITING = 0;
    private static final int SENT = 1;
    private static final int WITHDRAWN = 2;

    /** Stands for an outcome of null. */
    private static final Object NOTHING = new Object();

    private static final VarHandle STAGE;
    private static final VarHandle OUTCOME;

    static {
        try {
            STAGE = MethodHandles.lookup().findVarHandle(Call.class, "stage", int.class);
            OUTCOME = MethodHandles.lookup().findVarHandle(Call.class, "outcome", Object.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** When the caller gives up, in the loop's time. */
    final long deadline;

    private final @Nullable Thread waiter;

    @SuppressWarnings("unused") // through STAGE
    private volatile int stage;

    @SuppressWarnings("unused") // through OUTCOME
    private volatile @Nullable Object outcome;

    /**
     * A call.
     *
     * @param waiter the thread that waits for it; null if it is asynchronous
     */
    Call(long deadline, @Nullable Thread waiter) {
        this.deadline = deadline;
        this.waiter = waiter;
    }

    /** What the call is, for a message. */
    abstract String what();

    /** What it is and that it did not come to pass, for a message. */
    String undone() {
        return what() + " was not applied";
    }

    /** On the loop: goes to where it is worked on. */
    abstract void enter(Rooms rooms);

    /** What the caller is told if its time is up. */
    abstract RuntimeException timedOut(boolean sent, boolean leaderKnown);

    /** What the caller is told whose thread was interrupted. */
    RuntimeException interrupted(boolean sent) {
        return Failures.interrupted(this, sent);
    }

    /** What the caller is told if the node ends. */
    RuntimeException closed(boolean sent, String reason) {
        return Failures.closed(this, sent, reason);
    }

    /** Until when a blocking caller waits for the loop to end the call. */
    long callerDeadline() {
        return deadline;
    }

    // --- what was agreed about sending ---

    /** Loop: it is about to be sent, or was before; false if its caller has given up. */
    boolean send() {
        return (int) STAGE.getAcquire(this) == SENT || STAGE.compareAndSet(this, WAITING, SENT);
    }

    /** Loop: it was not sent after all. A caller who gave up in between errs on the safe side. */
    void unsend() {
        STAGE.compareAndSet(this, SENT, WAITING);
    }

    /** Either side: it is not to be sent any more; false if it was. */
    boolean withdraw() {
        return STAGE.compareAndSet(this, WAITING, WITHDRAWN) || (int) STAGE.getAcquire(this) == WITHDRAWN;
    }

    boolean isWithdrawn() {
        return (int) STAGE.getAcquire(this) == WITHDRAWN;
    }

    // --- the end ---

    /** Loop: ends the call, unless it has ended. */
    void end(@Nullable Object result, Completions completions) {
        if (OUTCOME.getAcquire(this) != null) {
            return;
        }
        if (waiter == null) {
            // First, so that a call that could not be gathered has not ended, and is ended with the node.
            completions.add(this);
        }
        OUTCOME.setRelease(this, result == null ? NOTHING : result);
        if (waiter != null) {
            LockSupport.unpark(waiter);
        }
    }

    @Override
    public boolean getAsBoolean() {
        return OUTCOME.getAcquire(this) != null;
    }

    /** The caller's thread: waits for the outcome, as long as the call may. */
    final T await(EventLoop loop, CommandQueue commands) {
        try {
            loop.await(this, callerDeadline() - loop.nanoTime());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            if (!getAsBoolean()) {
                boolean sent = !withdraw();
                commands.withdrawn(this);
                throw interrupted(sent);
            }
        }
        if (!getAsBoolean()) {
            throw timedOut(!withdraw(), commands.isLeaderKnown());
        }
        Object result = OUTCOME.getAcquire(this);
        if (result instanceof Failure failure) {
            throw failure.exception();
        }
        return result(result == NOTHING ? null : result);
    }

    /** Where callbacks run: completes the future. */
    final void release() {
        Object result = OUTCOME.getAcquire(this);
        try {
            if (result instanceof Failure failure) {
                completeExceptionally(failure.exception());
            } else {
                complete(result(result == NOTHING ? null : result));
            }
        } catch (Throwable e) {
            // Those that are completed after it must not suffer from what has befallen this one.
            completeExceptionally(e);
        }
    }

    /** What the caller gets for what the loop has found. May throw what the caller is to see. */
    abstract T result(@Nullable Object found);
}
