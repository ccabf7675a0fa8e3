package io.memdi;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.spi.LocationAwareLogger;

/** Collects what loggers say, which other tests silence. It goes to standard error, of which there is one: one at a time. */
public class LogCapture implements AutoCloseable {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream errBefore = System.err;
    private final Map<Logger, Integer> levelsBefore = new HashMap<>();

    /** From here on, of those loggers from {@code INFO} on. */
    protected LogCapture(List<Logger> loggers) {
        System.setErr(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        loggers.forEach(each -> levelsBefore.put(each, exchangeLevel(each, LocationAwareLogger.INFO_INT)));
    }

    /** The logger read its level when it was made, and has no method to change it. */
    private static int exchangeLevel(Logger logger, int level) {
        try {
            Field field = logger.getClass().getDeclaredField("currentLogLevel");
            field.setAccessible(true);
            int before = field.getInt(logger);
            field.setInt(logger, level);
            return before;
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("slf4j-simple has changed", e);
        }
    }

    /** All so far. */
    public final String text() {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    /** The lines so far with that text. */
    public final List<String> with(String part) {
        return text().lines().filter(line -> line.contains(part)).toList();
    }

    @Override
    public final void close() {
        levelsBefore.forEach(LogCapture::exchangeLevel);
        System.setErr(errBefore);
    }
}
