package io.memdi;

import java.io.Serial;

/**
 * This node has as many open operations as it may have: asynchronous calls are refused until some of them have ended. An
 * asynchronous operation is open until its future is completed, so callbacks that are slower than the node lead here too.
 */
public final class OverloadedException extends NotAppliedException {
    @Serial
    private static final long serialVersionUID = 1;

    /**
     * An operation was refused for want of room.
     *
     * @param message what happened to the operation, and what to do
     */
    public OverloadedException(String message) {
        super(message);
    }
}
