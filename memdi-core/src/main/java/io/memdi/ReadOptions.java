package io.memdi;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a single read wants otherwise than the store's defaults. Immutable. */
public final class ReadOptions {
    private static final ReadOptions LOCAL = new ReadOptions(ReadLevel.LOCAL, Revision.NONE, null);
    private static final ReadOptions SESSION = new ReadOptions(ReadLevel.SESSION, Revision.NONE, null);
    private static final ReadOptions COMMITTED = new ReadOptions(ReadLevel.COMMITTED, Revision.NONE, null);
    private static final ReadOptions LINEARIZABLE = new ReadOptions(ReadLevel.LINEARIZABLE, Revision.NONE, null);

    private final ReadLevel level;
    private final Revision minimum;
    private final @Nullable Duration timeout;

    private ReadOptions(ReadLevel level, Revision minimum, @Nullable Duration timeout) {
        this.level = level;
        this.minimum = minimum;
        this.timeout = timeout;
    }

    /**
     * Reads at {@link ReadLevel#LOCAL}.
     *
     * @return the options
     */
    public static ReadOptions local() {
        return LOCAL;
    }

    /**
     * Reads at {@link ReadLevel#SESSION}.
     *
     * @return the options
     */
    public static ReadOptions session() {
        return SESSION;
    }

    /**
     * Reads at {@link ReadLevel#COMMITTED}.
     *
     * @return the options
     */
    public static ReadOptions committed() {
        return COMMITTED;
    }

    /**
     * Reads at {@link ReadLevel#LINEARIZABLE}.
     *
     * @return the options
     */
    public static ReadOptions linearizable() {
        return LINEARIZABLE;
    }

    /**
     * Reads at a level.
     *
     * @param level the level
     * @return the options
     */
    public static ReadOptions at(ReadLevel level) {
        return switch (Objects.requireNonNull(level, "level")) {
            case LOCAL -> LOCAL;
            case SESSION -> SESSION;
            case COMMITTED -> COMMITTED;
            case LINEARIZABLE -> LINEARIZABLE;
        };
    }

    /**
     * Waits, besides, until the node holds a revision: for reads that follow each other, or a write, on different nodes. At
     * {@link ReadLevel#COMMITTED} and {@link ReadLevel#LINEARIZABLE} it waits until the node knows that revision to be committed.
     *
     * @param revision the revision, as a read or a write on any node has returned it
     * @return options like these
     */
    public ReadOptions atLeast(Revision revision) {
        return new ReadOptions(level, Objects.requireNonNull(revision, "revision"), timeout);
    }

    /**
     * Waits no longer than this, where the read has to wait; where it goes through all keys at a client, no longer than this for each page.
     *
     * @param timeout more than zero, at most 365 days
     * @return options like these
     * @throws IllegalArgumentException if the timeout is zero, negative, or more than 365 days
     */
    public ReadOptions withTimeout(Duration timeout) {
        return new ReadOptions(level, minimum, Checks.timeout(timeout));
    }

    /**
     * How fresh, and how safe, the answer has to be.
     *
     * @return the level
     */
    public ReadLevel level() {
        return level;
    }

    /**
     * Which revision the node has to hold.
     *
     * @return the revision; {@link Revision#NONE} if none is asked for
     */
    public Revision minimum() {
        return minimum;
    }

    /**
     * How long to wait at most.
     *
     * @return the timeout; null for the store's default
     */
    public @Nullable Duration timeout() {
        return timeout;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ReadOptions that
                && level == that.level
                && minimum.equals(that.minimum)
                && Objects.equals(timeout, that.timeout);
    }

    @Override
    public int hashCode() {
        return Objects.hash(level, minimum, timeout);
    }

    @Override
    public String toString() {
        return "ReadOptions[" + level + ", atLeast=" + minimum + ", timeout=" + timeout + "]";
    }
}
