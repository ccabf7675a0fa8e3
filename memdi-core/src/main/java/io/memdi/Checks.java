package io.memdi;

import java.time.Duration;
import java.util.Objects;

/** What the option types ask of their arguments. */
final class Checks {
    private Checks() {}

    static Duration positive(Duration timeout) {
        Objects.requireNonNull(timeout, "timeout");
        if (timeout.isZero() || timeout.isNegative()) {
            throw new IllegalArgumentException("a timeout is more than zero: " + timeout);
        }
        return timeout;
    }
}
