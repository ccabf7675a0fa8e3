package io.memdi;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * The operation certainly took no effect, and never will: it can be issued again without risk. Thrown itself where a thread was
 * interrupted before its operation was sent; else one of its kinds.
 */
public non-sealed class NotAppliedException extends MemdiException {
    @Serial
    private static final long serialVersionUID = 1;

    /**
     * An operation took no effect.
     *
     * @param message what happened to the operation, and what to do
     */
    public NotAppliedException(String message) {
        super(message, null);
    }

    /**
     * An operation took no effect.
     *
     * @param message what happened to the operation, and what to do
     * @param cause what caused it, or null
     */
    public NotAppliedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
