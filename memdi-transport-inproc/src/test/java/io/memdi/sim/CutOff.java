package io.memdi.sim;

import io.memdi.transport.ClientMessage.SessionWrites;
import io.memdi.transport.Contact;
import io.memdi.transport.Envelope;
import io.memdi.transport.EventLoop;
import io.memdi.transport.MessageHandler;
import io.memdi.transport.Transport;
import io.memdi.transport.TransportFactory;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The network as one client reaches it, without the nodes that it is cut off from, whatever becomes of the faults between nodes. */
final class CutOff implements TransportFactory {
    private final TransportFactory network;
    private final TransportFactory names;
    private final Set<String> from = new HashSet<>();
    private String name = "";
    private @Nullable Runnable whenWritesLeave;
    private @Nullable Runnable again;

    /**
     * A client that is not cut off.
     *
     * @param network what it reaches nodes by
     * @param names gives it a name, the same in each run of a seed
     */
    CutOff(TransportFactory network, TransportFactory names) {
        this.network = network;
        this.names = names;
    }

    /** The name of its client, once that has one. */
    String name() {
        return name;
    }

    void cutOff(Set<String> nodes) {
        from.clear();
        from.addAll(nodes);
    }

    /** Something happens right after the next writes have left. */
    void whenWritesLeave(Runnable action) {
        whenWritesLeave = action;
    }

    /** Sends once more what was sent when {@link #whenWritesLeave} came to pass, as a network does that delivers late and twice. */
    void sendAgain() {
        Runnable writes = again;
        again = null;
        if (writes != null) {
            writes.run();
        }
    }

    private void left(Runnable writes) {
        Runnable action = whenWritesLeave;
        whenWritesLeave = null;
        if (action != null) {
            again = writes;
            action.run();
        }
    }

    @Override
    public String uniqueName(String prefix) {
        return names.uniqueName(prefix);
    }

    @Override
    public Transport open(String name) {
        this.name = name;
        Transport below = network.open(name);
        return new Transport() {
            @Override
            public String address() {
                return below.address();
            }

            @Override
            public void start(String name, MessageHandler handler) {
                below.start(name, new MessageHandler() {
                    @Override
                    public void onMessage(Envelope envelope) {
                        if (!from.contains(envelope.sender().name())) {
                            handler.onMessage(envelope);
                        }
                    }

                    @Override
                    public void onPeerDown(String peer) {
                        handler.onPeerDown(peer);
                    }

                    @Override
                    public void onClosed(String reason) {
                        handler.onClosed(reason);
                    }
                });
            }

            @Override
            public void send(Contact to, Envelope envelope) {
                if (!from.contains(to.name())) {
                    below.send(to, envelope);
                    if (envelope.message() instanceof SessionWrites) {
                        left(() -> below.send(to, envelope));
                    }
                }
            }

            @Override
            public EventLoop eventLoop() {
                return below.eventLoop();
            }

            @Override
            public void close() {
                below.close();
            }
        };
    }
}
