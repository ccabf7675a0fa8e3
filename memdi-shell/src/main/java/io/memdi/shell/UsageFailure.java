package io.memdi.shell;

import java.io.Serial;

/** A command was not understood; the line says what to type. */
final class UsageFailure extends PlainFailure {
    @Serial
    private static final long serialVersionUID = 1;

    UsageFailure(String line) {
        super(line);
    }
}
