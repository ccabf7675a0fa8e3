package io.memdi;

import java.io.Serial;

/**
 * The time was up before a leader was known, so the operation was never sent: the cluster is being founded, is electing, or has
 * lost its majority. {@link Memdi#status()} says which.
 */
public final class NoLeaderException extends NotAppliedException {
    @Serial
    private static final long serialVersionUID = 1;

    /**
     * The time was up with no leader known.
     *
     * @param message what happened to the operation, and what to do
     */
    public NoLeaderException(String message) {
        super(message);
    }
}
