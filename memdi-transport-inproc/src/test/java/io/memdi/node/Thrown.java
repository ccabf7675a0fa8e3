package io.memdi.node;

import java.io.IOException;
import java.util.List;

/** What code of users throws, however it does: none of it may end more than the operation. */
final class Thrown {
    private Thrown() {}

    static List<Throwable> each() {
        return List.of(
                new IllegalStateException("moody"),
                new IOException("moody"),
                new StackOverflowError("moody"),
                new AssertionError("moody"),
                new NoClassDefFoundError("moody"));
    }

    /** Throws it; never returns. Checked exceptions too, which other languages of the JVM do not declare. */
    static RuntimeException now(Throwable thrown) {
        throw Thrown.<RuntimeException>unchecked(thrown);
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // the type is erased
    private static <T extends Throwable> T unchecked(Throwable thrown) throws T {
        throw (T) thrown;
    }
}
