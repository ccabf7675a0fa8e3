package io.memdi;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * A codec has thrown, or is unstable: what it decodes is not what it encoded, or has another hash. The codec is to be corrected; see
 * {@link Codec} for what it must keep to.
 */
public final class CodecException extends NotAppliedException {
    @Serial
    private static final long serialVersionUID = 1;

    /**
     * A codec has failed.
     *
     * @param message what happened to the operation, and what to do
     * @param cause what the codec threw, or null
     */
    public CodecException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
