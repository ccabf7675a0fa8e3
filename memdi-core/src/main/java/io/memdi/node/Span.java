package io.memdi.node;

import java.math.BigDecimal;
import java.time.Duration;

/** Writes durations into messages as people do: {@code 300 ms}, {@code 60 s}, {@code 365 days}. */
public final class Span {
    private static final long DAY = Duration.ofDays(1).toSeconds();

    private Span() {}

    /** Any duration, exactly. */
    public static String of(Duration duration) {
        long seconds = duration.toSeconds();
        if (duration.toNanosPart() != 0 || seconds == 0) {
            BigDecimal millis =
                    BigDecimal.valueOf(seconds).movePointRight(3).add(BigDecimal.valueOf(duration.toNanosPart(), 6));
            return millis.stripTrailingZeros().toPlainString() + " ms";
        }
        if (seconds % DAY != 0) {
            return seconds + " s";
        }
        return seconds == DAY ? "1 day" : seconds / DAY + " days";
    }
}
