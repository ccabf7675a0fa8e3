package io.memdi.transport.inproc;

import io.memdi.transport.EventLoop;
import io.memdi.transport.MessageHandler;
import io.memdi.transport.Transport;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One node's end of a network within one process, for one life of the node. Its name is its address. */
abstract class NamedTransport implements Transport {
    private final String name;
    private volatile @Nullable MessageHandler handler;
    private volatile boolean closed;

    NamedTransport(String name) {
        this.name = name;
    }

    final String name() {
        return name;
    }

    @Override
    public final String address() {
        return name;
    }

    @Override
    public final void start(String name, MessageHandler handler) {
        checkThread();
        Objects.requireNonNull(handler, "handler");
        if (!this.name.equals(name)) {
            throw new IllegalArgumentException("this transport was opened for " + this.name + ", not for " + name);
        }
        if (this.handler != null || closed) {
            throw new IllegalStateException("the transport of " + name + " was started or closed before");
        }
        this.handler = handler;
    }

    /** Refuses threads that must not use this. */
    abstract void checkThread();

    /** What takes messages in; null before the start, and after the end. */
    final @Nullable MessageHandler handler() {
        return handler;
    }

    /**
     * Neither sends nor delivers from now on, and nor does the loop run; returns what tells the node, and so its callers, once all are dead
     * that are to die.
     */
    final Runnable kill(EventLoop loop, String reason) {
        MessageHandler node = handler;
        disconnect();
        loop.close();
        return () -> {
            if (node != null) {
                node.onClosed(reason);
            }
        };
    }

    /** Neither sends nor delivers from now on. */
    final void disconnect() {
        closed = true;
        handler = null;
    }
}
