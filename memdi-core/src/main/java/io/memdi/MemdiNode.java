package io.memdi;

import java.time.Duration;

/** A running member of a cluster. Thread-safe. */
public interface MemdiNode extends Memdi {
    /**
     * The node's name.
     *
     * @return as given to {@link Memdi#node(String)}
     */
    String name();

    /**
     * Waits until the node is what it is meant to be: a voter of a committed configuration, in a cluster that takes writes.
     *
     * @param timeout how long to wait at most; if zero or less, the node is only asked
     * @return this node
     * @throws NotReadyException if it is not ready in time; its message says what the node waits for
     * @throws NodeClosedException if the node was closed or has stopped; its message says why
     * @throws NotAppliedException itself, if the thread was interrupted, also if it was so before, and the node is ready
     * @throws OverloadedException if too many calls about the node wait already
     */
    MemdiNode awaitReady(Duration timeout);
}
