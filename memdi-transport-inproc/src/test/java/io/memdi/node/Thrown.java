package io.memdi.node;

import java.util.List;

/** What code of users throws, however it does: none of it may end more than the operation. */
final class Thrown {
    private Thrown() {}

    static List<Throwable> each() {
        return List.of(
                new IllegalStateException("moody"),
                new StackOverflowError("moody"),
                new AssertionError("moody"),
                new NoClassDefFoundError("moody"));
    }

    /** Throws it; never returns. */
    static RuntimeException now(Throwable thrown) {
        if (thrown instanceof Error error) {
            throw error;
        }
        throw (RuntimeException) thrown;
    }
}
