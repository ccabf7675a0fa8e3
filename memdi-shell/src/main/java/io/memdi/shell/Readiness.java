package io.memdi.shell;

import io.memdi.MemdiNode;
import io.memdi.NotReadyException;
import io.memdi.Status;
import java.time.Duration;
import java.util.Locale;

/** Waits until a node is what it is meant to be, and shows how far it is. */
final class Readiness {
    private static final Duration STEP = Duration.ofMillis(100);
    private static final long LIMIT_NANOS = Duration.ofSeconds(60).toNanos();
    private static final int BAR = 24;

    private Readiness() {}

    /** @throws PlainFailure if it takes too long; the message says what the node waits for */
    static void await(MemdiNode node, Screen screen) {
        long start = System.nanoTime();
        while (true) {
            try {
                node.awaitReady(STEP);
                return;
            } catch (NotReadyException e) {
                Status status = node.status();
                screen.progress("  " + node.name() + " "
                        + progress(status, screen.abilities().symbols()));
                if (System.nanoTime() - start > LIMIT_NANOS) {
                    throw new PlainFailure(
                            node.name() + " is not ready after " + Times.of(LIMIT_NANOS) + ", and goes on trying. It"
                                    + " waits for: " + status.waitingFor(),
                            e);
                }
            }
        }
    }

    /** A bar while it heals; else what it waits for. */
    static String progress(Status status, boolean symbols) {
        Status.Healing healing = status.healing();
        if (healing == null) {
            return "waits for: " + status.waitingFor();
        }
        int full = healing.segments() == 0 ? BAR : BAR * healing.done() / healing.segments();
        String bar = (symbols ? "█" : "#").repeat(full) + (symbols ? "░" : "-").repeat(BAR - full);
        return String.format(
                Locale.ROOT,
                "heals [%s] %d of %d segments, %s",
                bar,
                healing.done(),
                healing.segments(),
                Times.count(healing.keys(), "key", "keys"));
    }
}
