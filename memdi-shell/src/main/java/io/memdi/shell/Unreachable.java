package io.memdi.shell;

import java.io.Serial;

/** There is no cluster to talk to; so there is no use in running further commands. */
final class Unreachable extends PlainFailure {
    @Serial
    private static final long serialVersionUID = 1;

    Unreachable(String line) {
        super(line);
    }
}
