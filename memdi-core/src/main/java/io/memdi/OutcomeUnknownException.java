package io.memdi;

import java.io.Serial;

/**
 * The write was sent to a leader, and its answer did not come: it may have taken effect, may take effect yet, or may never. It
 * will not take effect twice. Whoever has to know reads the key at {@link ReadLevel#LINEARIZABLE}, or issues a write that can be
 * repeated: one that puts the same value, or one that asks for a revision.
 *
 * <p>{@link Cluster#transferLeadership} ends like this where the leader was asked to hand over, and may do so yet.
 */
public final class OutcomeUnknownException extends MemdiException {
    @Serial
    private static final long serialVersionUID = 1;

    /**
     * It is not known whether a write took effect.
     *
     * @param message what happened to the operation, and what to do
     */
    public OutcomeUnknownException(String message) {
        super(message, null);
    }
}
