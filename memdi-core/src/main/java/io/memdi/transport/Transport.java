package io.memdi.transport;

/**
 * Carries envelopes from one node to others. Three promises: {@link #send} never blocks; what it carries may be lost; and what
 * one node sends to another arrives in order while they are connected, except that heartbeats, votes, terms and hails may go before the
 * rest.
 *
 * <p>A transport may lose, repeat and reorder messages across reconnects. It knows no verb of the protocol.
 */
public interface Transport extends AutoCloseable {
    /**
     * The address that other nodes reach this one by. A node that is listed at another one does not start.
     *
     * @return the address, constant, before and after the start; empty if the transport cannot tell
     */
    String address();

    /**
     * Starts to deliver. Called once, before anything is sent.
     *
     * @param name the node's name
     * @param handler takes what arrives; thread-safe, never blocks
     */
    void start(String name, MessageHandler handler);

    /**
     * Sends an envelope. Called on the node's loop. Never blocks; drops what does not fit.
     *
     * @param to the node to reach; the envelope says which of its incarnations is meant
     * @param envelope what to send; immutable
     */
    void send(Contact to, Envelope envelope);

    /**
     * The loop that the node runs on.
     *
     * @return always the same loop; by default one with a thread of its own
     */
    EventLoop eventLoop();

    /** Stops to deliver and to send, and frees what it holds; idempotent. Does not close the loop. */
    @Override
    void close();
}
