package io.memdi;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * A backup was not written, or nothing was restored from one; the message says why, with the file, and what to do. A file that was begun is
 * gone, and a node that was to be restored is as it was.
 */
public final class BackupException extends NotAppliedException {
    @Serial
    private static final long serialVersionUID = 1;

    /**
     * A backup has failed.
     *
     * @param message what happened, and what to do
     */
    public BackupException(String message) {
        super(message);
    }

    /**
     * A backup has failed.
     *
     * @param message what happened, and what to do
     * @param cause what caused it, or null
     */
    public BackupException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
