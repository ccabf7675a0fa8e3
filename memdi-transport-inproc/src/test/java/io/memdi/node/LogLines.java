package io.memdi.node;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LocationAwareLogger;

/** Collects what nodes and clients log, which other tests silence. It goes to standard error, of which there is one: one at a time. */
final class LogLines implements AutoCloseable {
    private static final List<Class<?>> LOGGING =
            List.of(NodeLoop.class, ClientLoop.class, LocalNode.class, Inbox.class, Completions.class);

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream errBefore = System.err;
    private final Map<Class<?>, Integer> levelsBefore = new HashMap<>();

    LogLines() {
        System.setErr(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        LOGGING.forEach(type -> levelsBefore.put(type, exchangeLevel(type, LocationAwareLogger.INFO_INT)));
    }

    /** The logger read its level when it was made, and has no method to change it. */
    private static int exchangeLevel(Class<?> type, int level) {
        Logger logger = LoggerFactory.getLogger(type);
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

    String text() {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        levelsBefore.forEach(LogLines::exchangeLevel);
        System.setErr(errBefore);
    }
}
