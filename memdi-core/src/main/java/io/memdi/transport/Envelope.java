package io.memdi.transport;

import io.memdi.ClusterId;
import io.memdi.Incarnation;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What every message travels in: enough to refuse it before any handler runs.
 *
 * @param group which of the groups that share a transport it belongs to
 * @param cluster the cluster that it belongs to; null only for the messages that found one, and of a client that does not know it yet
 * @param sender who sent it
 * @param target the incarnation that it is meant for; null only where it is addressed to a name
 * @param term the sender's term, 0 to {@link #MAX_TERM}
 * @param message what it says
 */
public record Envelope(
        int group,
        @Nullable ClusterId cluster,
        Member sender,
        @Nullable Incarnation target,
        long term,
        Message message) {
    /** The highest term: 2 to the 31, less one. An election every 250 ms, without a pause, gets there in 17 years. */
    public static final long MAX_TERM = Integer.MAX_VALUE;

    /**
     * Checks the parts.
     *
     * @param group which of the groups that share a transport it belongs to
     * @param cluster the cluster that it belongs to; null only for the messages that found one
     * @param sender who sent it
     * @param target the incarnation that it is meant for; null only where it is addressed to a name
     * @param term the sender's term, 0 to {@link #MAX_TERM}
     * @param message what it says
     */
    public Envelope {
        Objects.requireNonNull(sender, "sender");
        Objects.requireNonNull(message, "message");
        if (term < 0 || term > MAX_TERM) {
            throw new IllegalArgumentException("a term is 0 to " + MAX_TERM + ", not " + term);
        }
    }
}
