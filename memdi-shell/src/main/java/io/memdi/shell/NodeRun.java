package io.memdi.shell;

import io.memdi.MemdiException;
import io.memdi.MemdiNode;
import io.memdi.NodeClosedException;
import io.memdi.NotReadyException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A node's life in a process of its own: says when it is ready, and closes it when the process is told to end. */
final class NodeRun {
    private static final Logger log = LoggerFactory.getLogger(NodeRun.class);

    /** How often it looks. */
    private static final Duration STEP = Duration.ofMillis(250);

    private static final String FOR_GOOD = "this node has stopped for good: ";

    private final MemdiNode node;
    private final WaitLog waits = new WaitLog();

    /** Whether it is known how this ends: by a signal, or by the node itself. Whoever comes first decides. */
    private final AtomicBoolean decided = new AtomicBoolean();

    NodeRun(MemdiNode node) {
        this.node = node;
    }

    /**
     * Stays until the node has ended.
     *
     * @return an exit code, which counts for nothing once the process was told to end: then the signal makes one
     * @throws PlainFailure if the node has ended by itself; the line says why
     */
    int run() {
        try {
            Runtime.getRuntime().addShutdownHook(new Thread(this::end, "memdi-" + node.name() + "-end"));
        } catch (IllegalStateException e) {
            // The process is being ended already, and waits for nothing that was started since.
            return Main.OK;
        }
        String reason = untilItEnds();
        if (decided.compareAndSet(false, true)) {
            throw new PlainFailure(node.name() + " has stopped: " + reason);
        }
        return Main.OK;
    }

    /** Says how far the node is, until it has ended; returns why it has. */
    private String untilItEnds() {
        try {
            while (true) {
                look();
            }
        } catch (NodeClosedException e) {
            node.close(); // Waits for its end, and from there on its status tells the reason.
            String reason = node.status().waitingFor();
            return reason.startsWith(FOR_GOOD) ? reason.substring(FOR_GOOD.length()) : reason;
        }
    }

    private void look() {
        try {
            String line = line();
            if (line != null) {
                log.info("{}: {}", node.name(), line);
            }
        } catch (NodeClosedException e) {
            throw e;
        } catch (MemdiException e) {
            // It had no turn for the question, as after a standstill of the process; or this thread was interrupted,
            // which ends no node.
            Thread.interrupted();
            LockSupport.parkNanos(this, STEP.toNanos());
        }
    }

    /** What is to be said, after a while; null if nothing is. */
    private @Nullable String line() {
        try {
            if (waits.isReady()) {
                LockSupport.parkNanos(this, STEP.toNanos());
                node.awaitReady(Duration.ZERO);
                return null;
            }
            node.awaitReady(STEP);
            return waits.ready(node.status());
        } catch (NotReadyException e) {
            return waits.waiting(node.status().waitingFor(), System.nanoTime());
        }
    }

    /** The process is being ended. */
    private void end() {
        if (!decided.compareAndSet(false, true)) {
            return;
        }
        log.info("{}: was told to end; {}", node.name(), leads() ? "hands its leadership over, and closes" : "closes");
        node.close();
    }

    private boolean leads() {
        try {
            return node.name().equals(node.cluster().leader());
        } catch (NodeClosedException e) {
            return false;
        }
    }
}
