package io.memdi.node;

import io.memdi.CodecException;
import io.memdi.ReadLevel;
import io.memdi.Revision;
import io.memdi.store.Positions;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A read that has to wait for its node to be far enough. It looks on the loop, where nothing can change between the check and the
 * look.
 *
 * @param <T> what is read
 */
class PendingRead<T extends @Nullable Object> extends Call<T> {
    /** No read index yet. */
    private static final long UNKNOWN = -1;

    private final ReadLevel level;
    private final Revision minimum;
    private final String store;
    private final Positions positions;
    private final Supplier<T> look;
    private long index = UNKNOWN;

    PendingRead(Wish wish, Positions positions, Supplier<T> look, long deadline, @Nullable Thread waiter) {
        super(deadline, waiter);
        this.positions = positions;
        this.level = wish.level();
        this.minimum = wish.minimum();
        this.store = wish.store();
        this.look = look;
    }

    /** How fresh it has to be; and the store, for a message. */
    record Wish(String store, ReadLevel level, Revision minimum) {}

    // --- the loop ---

    @Override
    void enter(Rooms rooms) {
        rooms.reads().add(this);
    }

    boolean needsIndex() {
        return level == ReadLevel.LINEARIZABLE && index == UNKNOWN;
    }

    /** Whoever has committed this index has seen all that the read must see. */
    void confirm(long index) {
        this.index = index;
    }

    boolean isDue() {
        if (positions.isHidden()) {
            return false;
        }
        return switch (level) {
            case LOCAL -> positions.held().isAtLeast(minimum);
            case SESSION -> positions.isSettled() && positions.held().isAtLeast(minimum);
            case COMMITTED -> positions.committed().isAtLeast(minimum);
            case LINEARIZABLE ->
                index != UNKNOWN
                        && positions.committed().index() >= index
                        && positions.committed().isAtLeast(minimum);
        };
    }

    /** What it finds, or what a key's own equals has thrown. */
    @Nullable
    Object look() {
        try {
            return look.get();
        } catch (RuntimeException e) {
            return (Failure) () -> e;
        } catch (Exception | StackOverflowError | AssertionError | LinkageError e) {
            return (Failure) () -> new CodecException(what() + " failed: a key cannot be compared", e);
        }
    }

    // --- what the caller sees ---

    @Override
    String what() {
        return level + " read in store \"" + store + '"';
    }

    @Override
    String undone() {
        return what() + " was not answered";
    }

    @Override
    RuntimeException timedOut(boolean sent, boolean leaderKnown) {
        return positions.isHidden() ? Failures.readHidden(what()) : Failures.readTimedOut(what(), leaderKnown);
    }

    @Override
    @SuppressWarnings({"unchecked", "NullAway"}) // found is what look has found, and T may be nullable
    T result(@Nullable Object found) {
        return (T) found;
    }
}
