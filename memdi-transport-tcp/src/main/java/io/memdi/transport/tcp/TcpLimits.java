package io.memdi.transport.tcp;

import java.time.Duration;

/**
 * Every time and bound of this transport, as {@code docs/tcp.md} lists them.
 *
 * @param times how long it waits for what
 * @param bounds how much it holds
 */
record TcpLimits(Times times, Bounds bounds) {
    /** How many bytes are gathered before they are written, and written at a time. */
    static final int BATCH_BYTES = 64 << 10;

    /** How large a buffer stays after a large frame. */
    static final int KEPT_BYTES = 512 << 10;

    /**
     * How long it waits for what.
     *
     * @param connect for a connection to be established
     * @param handshake for TLS and the handshake together
     * @param answer for a sign of life of a peer that is being sent to, and for a write that makes no way
     * @param frame for more of a frame that has begun
     * @param idle before a connection is let go over which nothing was sent
     * @param silent before a connection is dropped on which its dialer, who would have let it go, says nothing
     * @param close for what was sent last to be written, when the node is closed
     */
    record Times(
            Duration connect,
            Duration handshake,
            Duration answer,
            Duration frame,
            Duration idle,
            Duration silent,
            Duration close) {}

    /**
     * How much it holds.
     *
     * @param handshakes connections that have not completed the handshake
     * @param accepted connections that nodes have dialed; those of clients are bounded apart from them
     * @param peers to which connections are kept up
     * @param messages that wait for a connection
     * @param bytes of the messages that wait for a connection
     */
    record Bounds(int handshakes, int accepted, int peers, int messages, long bytes) {}

    /** How many messages may wait for one client. */
    static final int CLIENT_MESSAGES = 1024;

    /** How many bytes may wait for one client; a larger message goes alone. */
    static final long CLIENT_BYTES = 8L << 20;

    /** How many bytes may wait for one client, whatever waits for the others. */
    static final long CLIENT_SHARE = 64L << 10;

    /** How many bytes may wait for all clients together, besides their shares; twice the largest frame, if that is more. */
    static final long CLIENTS_BYTES = 64L << 20;

    static TcpLimits defaults() {
        return new TcpLimits(
                new Times(
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(30),
                        Duration.ofSeconds(60),
                        Duration.ofSeconds(180),
                        Duration.ofMillis(100)),
                new Bounds(64, 1024, 256, 4096, 64 << 20));
    }

    TcpLimits with(Times other) {
        return new TcpLimits(other, bounds);
    }

    TcpLimits with(Bounds other) {
        return new TcpLimits(times, other);
    }
}
