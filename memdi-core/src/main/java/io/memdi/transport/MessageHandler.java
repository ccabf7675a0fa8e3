package io.memdi.transport;

/** Takes what a transport delivers. Thread-safe; never blocks, never throws; may drop. */
public interface MessageHandler {
    /**
     * An envelope has arrived.
     *
     * @param envelope the envelope, not yet checked in any way
     */
    void onMessage(Envelope envelope);

    /**
     * An envelope has arrived that takes memory of its own, so that who lets envelopes wait can bound them by their size too. By default,
     * that is of no interest.
     *
     * @param envelope the envelope, not yet checked in any way
     * @param bytes about how many bytes it takes: the size of the frame that it has come in
     */
    default void onMessage(Envelope envelope, int bytes) {
        onMessage(envelope);
    }

    /**
     * A hint: the connection to a node was lost, so it has probably crashed.
     *
     * @param name the name of the node
     */
    void onPeerDown(String name);

    /**
     * A node that was dialed refuses this one for good, before any message: it keeps its data otherwise. By default, that is of no
     * interest.
     *
     * @param address the address that was dialed
     * @param reason which is which, and what to do, in plain words
     */
    default void onRefused(String address, String reason) {}

    /**
     * A node that was dialed refuses this one, before any message, as a member of another cluster. By default, that is of no interest.
     *
     * @param address the address that was dialed
     * @param reason who belongs to which, in plain words
     */
    default void onStranger(String address, String reason) {}

    /**
     * The transport has ended under the node, as when its network is closed: nothing arrives any more, and the node's loop is closed. A
     * node ends its open calls then. By default, nothing is done.
     *
     * @param reason what has happened, in plain words, such as "the network was closed"
     */
    default void onClosed(String reason) {}
}
