package io.memdi.transport;

import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;

/**
 * Drives one node: it runs the node's turns, one at a time, tells the time, and lends randomness. A loop may have a thread of
 * its own, share one with other nodes, or run in virtual time.
 */
public interface EventLoop extends AutoCloseable {
    /**
     * A loop with a thread of its own: the daemon thread {@code memdi-<name>}, started by {@link #start}. A turn that throws is
     * logged, and is the loop's last. Callbacks run on a daemon thread {@code memdi-<name>-callbacks}, which exists while there is
     * something to run, and goes on after {@link #close()} until everything has run; one that throws is logged.
     *
     * @param name the name of the node
     * @return a loop that is not started yet
     */
    static EventLoop ofThread(String name) {
        return new ThreadEventLoop(Objects.requireNonNull(name, "name"));
    }

    /** What a node does when the loop gives it a turn. */
    @FunctionalInterface
    interface Turn {
        /**
         * Takes in a bounded part of what is there, and acts on it. Must not throw, nor wait.
         *
         * @return the {@link EventLoop#nanoTime()} at which the next turn is due at the latest; a time that has passed if there is
         *     more to do at once; {@link Long#MAX_VALUE} if nothing is due
         */
        long run();
    }

    /**
     * Starts to run turns: one at once, then whenever {@link #wake()} was called or a turn is due. Called once.
     *
     * <p>There may be turns with nothing to take in. A loop that was closed before runs none.
     *
     * @param turn the node's turn, never run by two threads at once; each run sees what the one before has done
     * @throws IllegalStateException if the loop is already started
     */
    void start(Turn turn);

    /**
     * Asks for a turn soon, because there is something to take in. A turn that begins after this call sees what the caller did
     * before it. Any thread; never blocks; cheap if a turn is pending. Without effect before the start and after the end.
     */
    void wake();

    /**
     * The time of this loop. Any thread.
     *
     * @return nanoseconds since an arbitrary origin, 0 or more, never running backwards
     */
    long nanoTime();

    /**
     * A source of randomness, from a seed where there is one. It is used on the loop, and before the loop is started.
     *
     * @return always the same source
     */
    RandomGenerator random();

    /**
     * Runs what users hung on a result. Tasks run one after another, in order, never inside a turn. One that throws is logged, and
     * does not keep the others from running. The queue of tasks has no bound of its own, since handing over neither blocks nor
     * drops: the node bounds it, by counting an asynchronous operation as open until its future is being completed.
     *
     * @return the executor; it never blocks its caller
     */
    Executor callbacks();

    /**
     * Waits on the calling thread until a condition holds: by parking, or, in virtual time, by letting time pass. Whoever makes
     * the condition true unparks the waiting thread.
     *
     * @param condition what to wait for; cheap, and safe to be called often
     * @param timeoutNanos how long to wait, in nanoseconds of this loop
     * @return whether the condition holds
     * @throws InterruptedException if the thread is interrupted before the condition holds
     */
    default boolean await(BooleanSupplier condition, long timeoutNanos) throws InterruptedException {
        long start = nanoTime();
        while (!condition.getAsBoolean()) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            long left = timeoutNanos - (nanoTime() - start);
            if (left <= 0) {
                return condition.getAsBoolean();
            }
            LockSupport.parkNanos(this, left);
        }
        return true;
    }

    /**
     * Runs no further turn once it returns, unless called within a turn, and then none after that one. Callbacks still run.
     * Idempotent.
     */
    @Override
    void close();
}
