package io.memdi.shell;

import io.memdi.MemdiException;
import io.memdi.MemdiNode;
import io.memdi.NotReadyException;
import io.memdi.Status;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** Waits until a node is what it is meant to be, and shows how far it is. */
final class Readiness {
    /** The longest that a command waits for a node. */
    static final Duration LIMIT = Duration.ofSeconds(60);

    private static final Duration STEP = Duration.ofMillis(100);
    private static final int BAR = 24;

    private final LocalNodes nodes;
    private final Screen screen;
    private final Duration limit;

    Readiness(LocalNodes nodes, Screen screen) {
        this(nodes, screen, LIMIT);
    }

    Readiness(LocalNodes nodes, Screen screen, Duration limit) {
        this.nodes = nodes;
        this.screen = screen;
        this.limit = limit;
    }

    /** @throws PlainFailure if it takes too long, or the thread is interrupted; the message says what the node waits for */
    void await(MemdiNode node) {
        try {
            long start = System.nanoTime();
            while (!isReady(node)) {
                Status status = node.status();
                screen.progress("  " + node.name() + " "
                        + progress(status, screen.abilities().symbols()));
                if (System.nanoTime() - start > limit.toNanos()) {
                    throw new PlainFailure(node.name() + " is not ready after " + Times.of(limit)
                            + ", and goes on trying. It waits for: " + status.waitingFor() + advice(status));
                }
            }
        } catch (MemdiException e) {
            if (Thread.currentThread().isInterrupted()) {
                throw new PlainFailure(
                        "stopped waiting; " + node.name() + " goes on by itself, and status tells how far it is", e);
            }
            throw e;
        }
    }

    private static boolean isReady(MemdiNode node) {
        try {
            node.awaitReady(STEP);
            return true;
        } catch (NotReadyException e) {
            return false;
        }
    }

    /** What to type if the node cannot get ready by itself; a sentence, or nothing. */
    private String advice(Status status) {
        if (status.waitingFor().contains("retireList")) {
            return ". Type: retire";
        }
        if (!nodes.partition().isEmpty()) {
            return ". The network is split; type: heal";
        }
        List<String> paused = nodes.alive().stream()
                .filter(name -> nodes.condition(name) == LocalNodes.Condition.PAUSED)
                .toList();
        if (!paused.isEmpty()) {
            return ". " + String.join(", ", paused) + (paused.size() == 1 ? " is" : " are") + " paused; type: resume "
                    + paused.get(0);
        }
        try {
            Voters voters = Voters.of(nodes);
            return voters.areTooFew()
                    ? ". Too few of " + String.join(", ", voters.all()) + " have kept their memory; type: "
                            + voters.recovery()
                    : "";
        } catch (MemdiException e) {
            return "";
        }
    }

    /** A bar while it heals; else what it waits for. */
    static String progress(Status status, boolean symbols) {
        Status.Healing healing = status.healing();
        if (healing == null) {
            return "waits for: " + status.waitingFor();
        }
        int full = healing.segments() == 0 ? BAR : (int) ((long) BAR * healing.done() / healing.segments());
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
