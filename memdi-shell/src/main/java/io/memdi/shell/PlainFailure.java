package io.memdi.shell;

import java.io.Serial;

/** Something that a user is told in one plain line, without a stack trace. */
class PlainFailure extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    PlainFailure(String line) {
        super(line);
    }

    PlainFailure(String line, Throwable cause) {
        super(line, cause);
    }

    /** The line. */
    final String line() {
        return String.valueOf(getMessage());
    }
}
