package io.memdi;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * The directory of a node is in use, or cannot be read or written: the node does not start, or stops. The message says which file it is
 * about, and what to do. What was there stays.
 */
public class StorageException extends IllegalStateException {
    @Serial
    private static final long serialVersionUID = 1;

    /**
     * A failure.
     *
     * @param message what has happened, and what to do
     * @param cause why; null if there is nothing behind it
     */
    public StorageException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
