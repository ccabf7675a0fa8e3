package io.memdi.node;

import io.memdi.CodecException;
import io.memdi.ReadLevel;
import io.memdi.Revision;
import io.memdi.WrongCodecException;
import io.memdi.transport.Answer;
import io.memdi.transport.Member;
import io.memdi.transport.Query;
import io.memdi.transport.StoreSpec;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A read of a client: a query that is asked of one node after another until one answers.
 *
 * @param <T> what is read
 */
final class Inquiry<T extends @Nullable Object> extends Call<T> {
    private final Query wanted;
    private final Function<Answer, T> shape;

    // Loop only.
    private @Nullable Member asked;
    private long askedAt;
    private int tries;
    private long number;

    /** Under which it was asked before, and may still be answered; null if it was asked once. */
    private @Nullable ArrayDeque<Long> before;

    /**
     * An inquiry.
     *
     * @param wanted what it is about; the number is given by the loop
     * @param shape what the caller gets for an answer that is no refusal; on the caller's thread, or where callbacks run
     */
    Inquiry(Query wanted, Function<Answer, T> shape, long deadline, @Nullable Thread waiter) {
        super(deadline, waiter);
        this.wanted = wanted;
        this.shape = shape;
    }

    // --- the loop ---

    @Override
    void enter(Rooms rooms) {
        rooms.inquiries().add(this);
    }

    ReadLevel level() {
        return wanted.level();
    }

    /** As it is asked: a session's read may be answered by any node that holds what the session has seen. */
    Query query(long number, Revision session) {
        ReadLevel level = wanted.level();
        Revision minimum = wanted.minimum();
        if (level == ReadLevel.SESSION) {
            level = ReadLevel.LOCAL;
            minimum = minimum.isAtLeast(session) ? minimum : session;
        }
        // A page that does not come may be too large for a frame.
        int limit = wanted.limit() == 0 ? 0 : Math.max(1, wanted.limit() >> Math.min(tries, 30));
        return new Query(
                number,
                wanted.kind(),
                wanted.store(),
                level,
                minimum,
                wanted.key(),
                wanted.hash(),
                wanted.from(),
                limit);
    }

    void asked(Member node, long now, long under) {
        asked = node;
        number = under;
        askedAt = now;
        tries++;
    }

    @Nullable
    Member asked() {
        return asked;
    }

    /** Under which it was asked last. */
    long number() {
        return number;
    }

    /** The numbers under which it was asked before, the oldest first; changed by whoever asks. */
    ArrayDeque<Long> before() {
        ArrayDeque<Long> numbers = before;
        if (numbers == null) {
            numbers = new ArrayDeque<>();
            before = numbers;
        }
        return numbers;
    }

    boolean wasAskedAgain() {
        return before != null;
    }

    long askedAt() {
        return askedAt;
    }

    int tries() {
        return tries;
    }

    // --- what the caller sees ---

    @Override
    String what() {
        return wanted.level() + " read in store \"" + wanted.store().name() + '"';
    }

    @Override
    String undone() {
        return what() + " was not answered";
    }

    @Override
    RuntimeException timedOut(boolean sent, boolean leaderKnown) {
        return Failures.inquiryTimedOut(what(), leaderKnown);
    }

    @Override
    T result(@Nullable Object found) {
        Answer answer = (Answer) Objects.requireNonNull(found);
        if (answer instanceof Answer.Refused refused) {
            String message = undone() + ": " + refused.reason();
            throw refused.cause() == Answer.Cause.WRONG_CODEC
                    ? new WrongCodecException(message)
                    : new CodecException(message, null);
        }
        return shape.apply(answer);
    }

    StoreSpec store() {
        return wanted.store();
    }
}
