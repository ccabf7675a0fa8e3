package io.memdi;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What the operations of a store use where the call does not say otherwise. Immutable; an empty part means the node's default. */
public final class StoreOptions {
    private static final StoreOptions DEFAULTS = new StoreOptions(null, null, null);

    private final @Nullable Ack ack;
    private final @Nullable ReadLevel readLevel;
    private final @Nullable Duration timeout;

    private StoreOptions(@Nullable Ack ack, @Nullable ReadLevel readLevel, @Nullable Duration timeout) {
        this.ack = ack;
        this.readLevel = readLevel;
        this.timeout = timeout;
    }

    /**
     * The defaults of the node.
     *
     * @return options of which every part is empty
     */
    public static StoreOptions defaults() {
        return DEFAULTS;
    }

    /**
     * Sets the acknowledgement of writes.
     *
     * @param ack where a write must be before it is acknowledged
     * @return options like these
     */
    public StoreOptions withAck(Ack ack) {
        return new StoreOptions(Objects.requireNonNull(ack, "ack"), readLevel, timeout);
    }

    /**
     * Sets the level of reads.
     *
     * @param level how fresh, and how safe, what a read returns has to be
     * @return options like these
     */
    public StoreOptions withReadLevel(ReadLevel level) {
        return new StoreOptions(ack, Objects.requireNonNull(level, "level"), timeout);
    }

    /**
     * Sets how long a call waits at most.
     *
     * @param timeout more than zero, at most 365 days
     * @return options like these
     * @throws IllegalArgumentException if the timeout is zero, negative, or more than 365 days
     */
    public StoreOptions withTimeout(Duration timeout) {
        return new StoreOptions(ack, readLevel, Checks.timeout(timeout));
    }

    /**
     * The acknowledgement of writes.
     *
     * @return the level; null for the node's default
     */
    public @Nullable Ack ack() {
        return ack;
    }

    /**
     * The level of reads.
     *
     * @return the level; null for the node's default
     */
    public @Nullable ReadLevel readLevel() {
        return readLevel;
    }

    /**
     * How long a call waits at most.
     *
     * @return the timeout; null for the node's default
     */
    public @Nullable Duration timeout() {
        return timeout;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof StoreOptions that
                && ack == that.ack
                && readLevel == that.readLevel
                && Objects.equals(timeout, that.timeout);
    }

    @Override
    public int hashCode() {
        return Objects.hash(ack, readLevel, timeout);
    }

    @Override
    public String toString() {
        return "StoreOptions[ack=" + ack + ", readLevel=" + readLevel + ", timeout=" + timeout + "]";
    }
}
