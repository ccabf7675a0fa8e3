package io.memdi;

import java.io.Serial;

/** The cluster has refused a change of its members, and nothing has changed; the message says why, and what to do instead. */
public final class ChangeRefusedException extends NotAppliedException {
    @Serial
    private static final long serialVersionUID = 1;

    /**
     * A change was refused.
     *
     * @param message why, and what to do instead
     */
    public ChangeRefusedException(String message) {
        super(message);
    }
}
