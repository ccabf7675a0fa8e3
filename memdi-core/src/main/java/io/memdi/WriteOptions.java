package io.memdi;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a single write wants otherwise than the store's defaults. Immutable; an empty part means the default. */
public final class WriteOptions {
    private static final WriteOptions NONE = new WriteOptions(null, null);
    private final @Nullable Ack ack;
    private final @Nullable Duration timeout;

    private WriteOptions(@Nullable Ack ack, @Nullable Duration timeout) {
        this.ack = ack;
        this.timeout = timeout;
    }
}
