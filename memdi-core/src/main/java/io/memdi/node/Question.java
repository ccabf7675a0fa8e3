package io.memdi.node;

import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Something that a caller asks of the node itself: answered on the loop, at once or in a later turn.
 *
 * @param <T> the answer
 */
final class Question<T> extends Call<T> {
    /** How much longer than the loop the caller waits, because only the loop knows what the node waits for. */
    private static final long GRACE_NANOS = 100_000_000;

    private final String what;
    private final Supplier<@Nullable T> attempt;
    private final Late late;

    /** What a caller is told whose time is up. */
    @FunctionalInterface
    interface Late {
        /** With what the node waits for, in plain words; empty if it is ready. */
        RuntimeException exception(String waitingFor);
    }

    /**
     * A question.
     *
     * @param what it is, for a message
     * @param attempt tries to answer, once per turn while it is null; may throw what the caller is to see
     * @param late what the caller is told if its time is up
     */
    Question(String what, Supplier<@Nullable T> attempt, Late late, long deadline) {
        super(deadline, Thread.currentThread());
        this.what = what;
        this.attempt = attempt;
        this.late = late;
    }

    @Override
    void enter(Rooms rooms) {
        rooms.questions().add(this);
    }

    /** The answer, or why there is none, or null if it is too early. */
    @Nullable
    Object attempt() {
        try {
            return attempt.get();
        } catch (RuntimeException e) {
            return (Failure) () -> e;
        }
    }

    RuntimeException late(String waitingFor) {
        return late.exception(waitingFor);
    }

    @Override
    RuntimeException interrupted(boolean sent) {
        return sent ? Failures.underWay(what, "the thread was interrupted") : super.interrupted(false);
    }

    @Override
    RuntimeException closed(boolean sent, String reason) {
        return sent ? Failures.underWay(what, reason) : super.closed(false, reason);
    }

    @Override
    long callerDeadline() {
        return deadline + GRACE_NANOS;
    }

    @Override
    String what() {
        return what;
    }

    @Override
    String undone() {
        return what + " was not done";
    }

    @Override
    RuntimeException timedOut(boolean sent, boolean leaderKnown) {
        return late.exception("this node's loop gets no turn: it is paused, or its thread is");
    }

    @Override
    @SuppressWarnings("unchecked") // found is what attempt has answered
    T result(@Nullable Object found) {
        return (T) Objects.requireNonNull(found);
    }
}
