package io.memdi;

import java.io.Serial;

/** The node is closed, or has stopped for good; the message says why. Operations are to be issued at another node. */
public final class NodeClosedException extends NotAppliedException {
    @Serial
    private static final long serialVersionUID = 1;

    /**
     * The node takes no operations any more.
     *
     * @param message what happened to the operation, and what to do
     */
    public NodeClosedException(String message) {
        super(message);
    }
}
