package io.memdi.wire;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * Bytes that are no message, or a message that cannot be turned into bytes. Nothing else is thrown for either. It says what was
 * expected, and where.
 */
public final class WireException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    /** What whoever carries messages has to tell apart. */
    public enum Kind {
        /** The bytes are not what this version writes: the connection is not to be trusted any further. */
        MALFORMED,
        /** The other side speaks another version. */
        VERSION,
        /** A frame would be, or claims to be, larger than allowed. */
        LIMIT,
        /** A message has a text that cannot be written: one with half a character. */
        UNWRITABLE,
        /** A codec of the application threw, or did not keep to its contract. The frame around it is sound. */
        CODEC,
        /** The sender of a message does not know the store that it is about, or knows it by now as another one: drop the message. */
        STORE
    }

    /** What has happened. */
    private final Kind kind;

    /** Where in the frame; -1 where it is about no place. */
    private final int offset;

    WireException(Kind kind, int offset, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
        this.offset = offset;
    }

    WireException(Kind kind, String message) {
        this(kind, -1, message, null);
    }

    /**
     * What has happened.
     *
     * @return the kind
     */
    public Kind kind() {
        return kind;
    }

    /**
     * Where in the frame it was noticed.
     *
     * @return from the frame's first byte on; -1 where it is about no place
     */
    public int offset() {
        return offset;
    }
}
