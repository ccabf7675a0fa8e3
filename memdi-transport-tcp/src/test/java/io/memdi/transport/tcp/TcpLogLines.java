package io.memdi.transport.tcp;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.spi.LocationAwareLogger;

/** Collects what the transport logs, which other tests silence. It goes to standard error, of which there is one: one at a time. */
final class TcpLogLines implements AutoCloseable {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream errBefore = System.err;
    private final int levelBefore;

    TcpLogLines() {
        System.setErr(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        levelBefore = exchangeLevel(LocationAwareLogger.INFO_INT);
    }

    /** The logger read its level when it was made, and has no method to change it. */
    private static int exchangeLevel(int level) {
        Logger logger = TcpLog.LOG;
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

    /** The lines so far with that text. */
    List<String> with(String part) {
        return text().lines().filter(line -> line.contains(part)).toList();
    }

    @Override
    public void close() {
        exchangeLevel(levelBefore);
        System.setErr(errBefore);
    }
}
