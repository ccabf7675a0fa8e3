package io.memdi.storage;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** A directory cannot be read or written, or is in use. It says which file, and what to do. */
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
