package io.memdi;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * Keeps off the console what a test makes memdi log by failing on purpose. Whatever else is logged meanwhile, or instead, is shown when
 * this is closed. The log goes to standard error, of which there is one: one at a time.
 */
public final class LogOnPurpose implements AutoCloseable {
    private static final Pattern TROUBLE = Pattern.compile(" (ERROR|WARN) ");

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream errBefore = System.err;
    private boolean asExpected;

    /** From here on. */
    public LogOnPurpose() {
        System.setErr(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    }

    /** Whether a message has been logged so many times, and no other one. */
    public boolean is(String message, int times) {
        String text = bytes.toString(StandardCharsets.UTF_8);
        asExpected =
                count(Pattern.compile(" - " + Pattern.quote(message)), text) == times && count(TROUBLE, text) == times;
        return asExpected;
    }

    private static long count(Pattern pattern, String text) {
        return pattern.matcher(text).results().count();
    }

    @Override
    public void close() {
        System.setErr(errBefore);
        if (!asExpected) {
            errBefore.print(bytes.toString(StandardCharsets.UTF_8));
            errBefore.flush();
        }
    }
}
