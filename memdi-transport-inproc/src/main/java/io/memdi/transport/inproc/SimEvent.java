package io.memdi.transport.inproc;

import io.memdi.transport.Envelope;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Something that has happened in a {@link SimNetwork}. Its {@link #toString()} is a line for people: virtual seconds, what, where.
 *
 * @param nanos the virtual time, in nanoseconds since the network was created
 * @param kind what has happened
 * @param from the node that it happened to, or that has sent the message; empty if it happened to the network
 * @param to the node that the message is for; empty if it is no message
 * @param envelope the message; null if it is none
 * @param detail what else there is to say; may be empty
 */
public record SimEvent(
        long nanos,
        Kind kind,
        String from,
        String to,
        @Nullable Envelope envelope,
        String detail) {
    /** Kinds of events. */
    public enum Kind {
        /** A node has sent a message; it is on its way, or already lost. */
        SENT,
        /** A message has arrived, and the node has taken it in. */
        DELIVERED,
        /** A message was lost; the detail says why. */
        DROPPED,
        /** A second copy of a message is on its way. */
        DUPLICATED,
        /** A message is on its way, and those after it may overtake it. */
        REORDERED,
        /** A message is held back, to be released much later. */
        HELD,
        /** A node was told that its connection to the sender was lost. */
        PEER_DOWN,
        /** A node had a turn. */
        TURN,
        /** A callback of a user was run. */
        CALLBACK,
        /** A transport was opened. */
        OPENED,
        /** A node has closed its transport. */
        CLOSED,
        /** A node was killed. */
        CRASHED,
        /** A node was paused. */
        PAUSED,
        /** A node was resumed. */
        RESUMED,
        /** The faults of the network, or a property of a node, have changed; the detail says how. */
        CHANGED,
        /** An action has run that was asked for by {@link SimNetwork#after}. */
        ACTION
    }

    @Override
    public String toString() {
        StringBuilder line = new StringBuilder()
                .append(String.format(
                        Locale.ROOT, "%d.%09d %-10s", nanos / 1_000_000_000, nanos % 1_000_000_000, kind));
        if (!from.isEmpty()) {
            line.append(' ').append(from);
        }
        if (!to.isEmpty()) {
            line.append(" -> ").append(to);
        }
        if (!detail.isEmpty()) {
            line.append(" (").append(detail).append(')');
        }
        if (envelope != null) {
            line.append(" term ").append(envelope.term()).append(' ').append(envelope.message());
        }
        return line.toString();
    }
}
