package io.memdi.shell;

import java.time.Duration;
import java.util.Locale;

/** Writes times and rates for people. */
final class Times {
    private Times() {}

    /** A time with about three digits: {@code 0.031 ms}, {@code 4.20 ms}, {@code 187 ms}, {@code 1.53 s}. */
    static String of(long nanos) {
        double millis = nanos / 1e6;
        String format = millis < 1 ? "%.3f ms" : millis < 10 ? "%.2f ms" : millis < 100 ? "%.1f ms" : "%.0f ms";
        return millis < 1000
                ? String.format(Locale.ROOT, format, millis)
                : String.format(Locale.ROOT, "%.2f s", millis / 1000);
    }

    /** A time that somebody has set: {@code 300 ms}, {@code 60 s}, {@code 365 days}. */
    static String of(Duration time) {
        if (time.compareTo(Duration.ofDays(1)) >= 0 && time.equals(Duration.ofDays(time.toDays()))) {
            return count(time.toDays(), "day", "days");
        }
        if (time.compareTo(Duration.ofSeconds(1)) >= 0 && time.toNanosPart() == 0) {
            return time.toSeconds() + " s";
        }
        return time.equals(Duration.ofMillis(time.toMillis())) ? time.toMillis() + " ms" : of(time.toNanos());
    }

    static String perSecond(long count, long nanos) {
        return count(Math.round(count / (Math.max(nanos, 1) / 1e9))) + " rows/s";
    }

    /** A number with its thousands apart: {@code 1,234}. */
    static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /** {@code 1 row}, {@code 1,234 rows}. */
    static String count(long number, String one, String many) {
        return count(number) + " " + (number == 1 ? one : many);
    }
}
