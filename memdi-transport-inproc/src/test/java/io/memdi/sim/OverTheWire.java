package io.memdi.sim;

import io.memdi.Codec;
import io.memdi.machine.Replica;
import io.memdi.store.State.Registration;
import io.memdi.transport.ClientMessage.Answers;
import io.memdi.transport.Contact;
import io.memdi.transport.Entry;
import io.memdi.transport.Envelope;
import io.memdi.transport.EventLoop;
import io.memdi.transport.Message.Append;
import io.memdi.transport.MessageHandler;
import io.memdi.transport.Result;
import io.memdi.transport.StoreSpec;
import io.memdi.transport.Transport;
import io.memdi.transport.TransportFactory;
import io.memdi.wire.MessageCodec;
import io.memdi.wire.StoreCodecs;
import io.memdi.wire.WireException;
import io.memdi.wire.WireReader;
import io.memdi.wire.WireWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A network on which all that one node sends becomes a frame, and what arrives is what was read from it. Nothing else changes: the run of a
 * seed is the same run.
 *
 * <p>Answers to clients are read as bytes, of which the client makes objects: that is done where they arrive, so that what is on its way is the
 * same either way.
 *
 * <p>Where nodes disagree about codecs, an entry comes without the key that it was refused for. The checkers compare it, so it is put back.
 */
final class OverTheWire implements TransportFactory {
    private static final int MAX_FRAME = 64 << 20;

    private final TransportFactory network;
    private final String store;
    private final StoreCodecs stores = new StoreCodecs();
    private final MessageCodec codec = new MessageCodec(stores, MAX_FRAME);
    private final WireWriter out = new WireWriter(1024, MAX_FRAME);
    private final WireReader in = new WireReader();
    private @Nullable Replica replica;

    /**
     * For one node.
     *
     * @param network what its frames would go over
     * @param store the name of the only store
     * @param values the codecs that its values may have
     */
    OverTheWire(TransportFactory network, String store, List<Codec<String>> values) {
        this.network = network;
        this.store = store;
        values.forEach(codec -> stores.open(new StoreSpec(store, "string", codec.name()), Codec.string(), codec));
    }

    /** Whose messages they are: known once the node is started, and before its first turn. */
    void carriesFor(Replica node) {
        replica = node;
    }

    /** What a node has sent to a client. */
    private Envelope received(Envelope envelope) {
        Envelope read = envelope.message() instanceof Answers ? carried(envelope) : envelope;
        return Objects.requireNonNull(read, "answers are of stores that are known");
    }

    private @Nullable Envelope carried(Envelope envelope) {
        if (replica != null) {
            Registration registered = replica.state().registration(store);
            stores.register(replica.term(), registered == null ? List.of() : List.of(registered.spec()));
        }
        out.clear();
        try {
            codec.write(out, envelope);
        } catch (WireException e) {
            Violation.unless(e.kind() == WireException.Kind.STORE, "messages are frames", "%s: %s", e, envelope);
            return null; // a leader that has stepped down in this turn, and forgotten the store
        }
        Envelope read = codec.read(in.read(out.buffer(), 0, out.size()));
        return envelope.message() instanceof Append before && read.message() instanceof Append after
                ? withKeys(read, before, after)
                : read;
    }

    private static Envelope withKeys(Envelope read, Append before, Append after) {
        List<Entry> entries = new ArrayList<>(after.entries());
        for (int i = 0; i < entries.size(); i++) {
            if (before.entries().get(i) instanceof Entry.Written written && written.result() == Result.WRONG_CODEC) {
                entries.set(i, withKey((Entry.Written) entries.get(i), written.key()));
            }
        }
        return new Envelope(
                read.group(),
                read.cluster(),
                read.sender(),
                read.target(),
                read.term(),
                new Append(after.previous(), entries, after.committed(), after.round()));
    }

    private static Entry.Written withKey(Entry.Written read, Object key) {
        return new Entry.Written(
                read.term(),
                read.index(),
                read.session(),
                read.number(),
                read.firstOpen(),
                read.result(),
                read.seen(),
                read.store(),
                key,
                read.hash(),
                read.value(),
                read.size());
    }

    @Override
    public Transport open(String name) {
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
                        handler.onMessage(received(envelope));
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
                Envelope carried = carried(envelope);
                if (carried != null) {
                    below.send(to, carried.message() instanceof Answers ? envelope : carried);
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
