package io.memdi;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a single write wants otherwise than the store's defaults. Immutable; an empty part means the default. */
public final class WriteOptions {
    private static final WriteOptions LEADER_MEMORY = new WriteOptions(Ack.LEADER_MEMORY, null);
    private static final WriteOptions QUORUM_MEMORY = new WriteOptions(Ack.QUORUM_MEMORY, null);

    private final @Nullable Ack ack;
    private final @Nullable Duration timeout;

    private WriteOptions(@Nullable Ack ack, @Nullable Duration timeout) {
        this.ack = ack;
        this.timeout = timeout;
    }

    /**
     * Asks for an acknowledgement.
     *
     * @param ack where the write must be before it is acknowledged
     * @return the options
     */
    public static WriteOptions ack(Ack ack) {
        return switch (Objects.requireNonNull(ack, "ack")) {
            case LEADER_MEMORY -> LEADER_MEMORY;
            case QUORUM_MEMORY -> QUORUM_MEMORY;
            case LEADER_DISK, QUORUM_DISK -> new WriteOptions(ack, null);
        };
    }

    /**
     * Bounds the time of a write.
     *
     * @param timeout how long the caller waits at most; more than zero, at most 365 days
     * @return the options
     * @throws IllegalArgumentException if the timeout is zero, negative, or more than 365 days
     */
    public static WriteOptions timeout(Duration timeout) {
        return new WriteOptions(null, Checks.timeout(timeout));
    }

    /**
     * Asks for an acknowledgement, besides.
     *
     * @param ack where the write must be before it is acknowledged
     * @return options like these
     */
    public WriteOptions withAck(Ack ack) {
        return new WriteOptions(Objects.requireNonNull(ack, "ack"), timeout);
    }

    /**
     * Bounds the time, besides.
     *
     * @param timeout how long the caller waits at most; more than zero, at most 365 days
     * @return options like these
     * @throws IllegalArgumentException if the timeout is zero, negative, or more than 365 days
     */
    public WriteOptions withTimeout(Duration timeout) {
        return new WriteOptions(ack, Checks.timeout(timeout));
    }

    /**
     * Where the write must be before it is acknowledged.
     *
     * @return the level; null for the store's default
     */
    public @Nullable Ack ack() {
        return ack;
    }

    /**
     * How long the caller waits at most.
     *
     * @return the timeout; null for the store's default
     */
    public @Nullable Duration timeout() {
        return timeout;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof WriteOptions that && ack == that.ack && Objects.equals(timeout, that.timeout);
    }

    @Override
    public int hashCode() {
        return Objects.hash(ack, timeout);
    }

    @Override
    public String toString() {
        return "WriteOptions[ack=" + ack + ", timeout=" + timeout + "]";
    }
}
