package io.memdi.node;

import java.io.Serial;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Futures whose outcome is known: gathered during a turn, completed after it, where callbacks run. Filled and flushed on the loop.
 *
 * <p>The loop's own callbacks get one task per turn. An executor of the user's gets one task per future, so that it may run several
 * at once; if it refuses, or throws whatever else, the loop's own callbacks take over, because a future that never completes is worse than one that
 * completes elsewhere.
 */
final class Completions {
    private static final Logger log = LoggerFactory.getLogger(Completions.class);

    private final Executor own;
    private final @Nullable Executor users;
    private List<Call<?>> ready = new ArrayList<>();

    /** Futures that were gathered since the start. Loop only. */
    private long gathered;

    /** Those of them whose completion has begun, or is over. */
    private final AtomicLong released = new AtomicLong();

    Completions(Executor own, @Nullable Executor users) {
        this.own = own;
        this.users = users;
    }

    /** Another one, for calls that are ended outside of the loop. */
    Completions another() {
        return new Completions(own, users);
    }

    void add(Call<?> call) {
        ready.add(call);
        gathered++;
    }

    /** How many were ever gathered. */
    long gathered() {
        return gathered;
    }

    /** How many of them do not wait any more. Any thread. */
    long released() {
        return released.get();
    }

    /** Hands over what was gathered. Never throws: what no executor takes stays for the next time. */
    void flush() {
        if (ready.isEmpty()) {
            return;
        }
        List<Call<?>> batch = ready;
        ready = new ArrayList<>(Math.min(batch.size(), 1024));
        if (users == null) {
            handOver(() -> batch.forEach(this::release), batch);
        } else {
            for (Call<?> call : batch) {
                Once once = new Once(() -> release(call));
                if (!taken(users, once)) {
                    handOver(once, List.of(call));
                }
            }
        }
    }

    private void handOver(Runnable task, List<Call<?>> batch) {
        try {
            own.execute(task);
        } catch (Throwable e) {
            log.error("The node's own callback thread cannot run; {} futures are completed later", batch.size(), e);
            ready.addAll(batch);
        }
    }

    /** Where callbacks run. */
    private void release(Call<?> call) {
        // Before its callbacks run, so that one of them may issue the next call in the place of this one.
        released.incrementAndGet();
        call.release();
    }

    /** Hands over what was gathered, for the last time: what no executor takes is completed here and now. */
    void finish() {
        flush();
        List<Call<?>> left = ready;
        ready = new ArrayList<>();
        left.forEach(this::release);
    }

    /** Whether the user's executor has taken a task. It may throw anything, as when no thread can be started. */
    private static boolean taken(Executor users, Runnable task) {
        try {
            users.execute(task);
            return true;
        } catch (Throwable e) {
            log.warn("The callback executor has refused a task; it runs on the node's own callback thread instead", e);
            return false;
        }
    }

    /** A task that runs once, even if an executor has thrown and runs it all the same. */
    private static final class Once extends AtomicBoolean implements Runnable {
        @Serial
        private static final long serialVersionUID = 1;

        private final transient Runnable task;

        Once(Runnable task) {
            this.task = task;
        }

        @Override
        public void run() {
            if (compareAndSet(false, true)) {
                task.run();
            }
        }
    }
}
