package io.memdi;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * Why an operation did not return. There are two families, so that a caller always knows where it stands: after a
 * {@link NotAppliedException} the operation certainly took no effect; after an {@link OutcomeUnknownException} it may have.
 *
 * <p>Wrong arguments are the JDK's own exceptions, thrown before anything happens: {@link NullPointerException} with the name of
 * the argument, {@link IllegalArgumentException} with what is allowed.
 */
public abstract sealed class MemdiException extends RuntimeException
        permits NotAppliedException, OutcomeUnknownException {
    @Serial
    private static final long serialVersionUID = 1;

    MemdiException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
