package io.memdi;

import java.io.Serial;

/** The store exists with other codecs than those that it was opened with, here or in the cluster. */
public final class WrongCodecException extends NotAppliedException {
    @Serial
    private static final long serialVersionUID = 1;

    /**
     * A store has other codecs.
     *
     * @param message what happened to the operation, and what to do
     */
    public WrongCodecException(String message) {
        super(message);
    }
}
