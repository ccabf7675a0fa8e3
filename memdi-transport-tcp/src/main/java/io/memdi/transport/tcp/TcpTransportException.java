package io.memdi.transport.tcp;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * A node's TCP transport could not be opened: its address cannot be listened at, or its keys and certificates cannot be used. The message
 * names the address or the file, what is wrong with it, and what to do. Nothing was started; the node can be started again.
 */
public final class TcpTransportException extends IllegalStateException {
    @Serial
    private static final long serialVersionUID = 1;

    TcpTransportException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
