package io.memdi;

import java.io.Serial;

/** A node was not ready in time; the message says what it waits for. It goes on trying. */
public final class NotReadyException extends NotAppliedException {
    @Serial
    private static final long serialVersionUID = 1;

    /**
     * A node was not ready in time.
     *
     * @param message what happened to the operation, and what to do
     */
    public NotReadyException(String message) {
        super(message);
    }
}
