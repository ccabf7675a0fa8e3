package io.memdi.node;

import io.memdi.LogCapture;
import java.util.stream.Stream;
import org.slf4j.LoggerFactory;

/** Collects what nodes and clients log. */
final class LogLines extends LogCapture {
    LogLines() {
        super(Stream.of(
                        NodeLoop.class,
                        ClientLoop.class,
                        LocalNode.class,
                        Inbox.class,
                        Completions.class,
                        Backups.class,
                        Keeper.class)
                .map(LoggerFactory::getLogger)
                .toList());
    }
}
