package io.memdi;

import java.time.Duration;

/**
 * Access to a cluster from outside: a client is no member, holds nothing, and counts for nothing. It knows the addresses of some nodes,
 * and learns the rest; its writes go to the leader, its reads to any node. A failover takes its calls a pause, no more. Thread-safe.
 *
 * <p>The promises are those of a node, with the client in its place: its writes take effect in the order in which they were issued, each at
 * most once; a read at {@link ReadLevel#SESSION} sees what was written, and whatever a read at {@code SESSION} has seen before, through this
 * client. A read costs a round trip to a node, where a node reads its own memory.
 *
 * <p>If nothing is heard of a client for a minute, as when its process was stopped, its session ends: a write that was on its way then ends
 * with {@link OutcomeUnknownException}, and the next one opens another session.
 */
public interface MemdiClient extends Memdi {
    /**
     * Waits until the client knows the cluster and its leader.
     *
     * @param timeout how long to wait at most; if zero or less, the client is only asked
     * @return this client
     * @throws NotReadyException if it is not in time; its message says what the client waits for
     * @throws NodeClosedException if the client was closed
     * @throws NotAppliedException itself, if the thread was interrupted, also if it was so before
     * @throws OverloadedException if too many calls about the client wait already
     */
    MemdiClient awaitReady(Duration timeout);

    /**
     * What a member is, and how far it is, as it says itself. A node that was started again answers at once, also while it waits for the
     * place of its predecessor, or heals.
     *
     * <p>Instead of a member, one of the addresses may be named that this client was given: then whatever node lives there answers, also one
     * that belongs to no cluster yet, and says what it waits for.
     *
     * @param member the name of a member, or an address that the client was connected with
     * @return a snapshot, taken on that node's loop
     * @throws IllegalArgumentException if it is neither of them, as far as this client knows
     * @throws NotReadyException if it is none of those addresses, and the client knows no member yet
     * @throws TimedOutException if it has not answered within the client's timeout: it is down, or cannot be reached
     * @throws NodeClosedException if the client was closed
     * @throws NotAppliedException itself, if the thread was interrupted, also if it was so before
     */
    Status status(String member);
}
