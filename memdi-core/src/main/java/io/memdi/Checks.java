package io.memdi;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;

/** What the option types ask of their arguments. */
final class Checks {
    /** As for the timeout of a node. */
    private static final Duration MAX_TIMEOUT = Duration.ofDays(365);

    private Checks() {}

    static Duration timeout(Duration timeout) {
        Objects.requireNonNull(timeout, "timeout");
        if (timeout.isZero() || timeout.isNegative() || timeout.compareTo(MAX_TIMEOUT) > 0) {
            throw new IllegalArgumentException("a timeout is more than zero, and at most " + MAX_TIMEOUT.toDays()
                    + " days, not " + seconds(timeout) + " s");
        }
        return timeout;
    }

    /** A variable that is not set makes an empty path, which nobody means for the current directory. */
    static Path notEmpty(Path path, String what) {
        Objects.requireNonNull(path, what);
        if (path.toString().isEmpty()) {
            throw new IllegalArgumentException(
                    "the path of the " + what + " is empty: name a directory; the current one is \".\"");
        }
        return path;
    }

    private static String seconds(Duration duration) {
        return BigDecimal.valueOf(duration.toSeconds())
                .add(BigDecimal.valueOf(duration.toNanosPart(), 9))
                .stripTrailingZeros()
                .toPlainString();
    }
}
