package io.memdi;

import java.io.Serial;

/**
 * The time was up, and the operation took no effect: a write that waited for its turn and was never sent, or a read. (A write that
 * was sent ends with {@link OutcomeUnknownException} instead.)
 */
public final class TimedOutException extends NotAppliedException {
    @Serial
    private static final long serialVersionUID = 1;

    /**
     * The time was up.
     *
     * @param message what happened to the operation, and what to do
     */
    public TimedOutException(String message) {
        super(message);
    }
}
