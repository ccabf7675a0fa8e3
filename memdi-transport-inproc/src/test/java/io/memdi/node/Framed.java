package io.memdi.node;

import io.memdi.transport.Contact;
import io.memdi.transport.Envelope;
import io.memdi.transport.EventLoop;
import io.memdi.transport.MessageHandler;
import io.memdi.transport.Transport;
import io.memdi.transport.TransportFactory;
import io.memdi.wire.EncodingTransport;
import io.memdi.wire.MessageCodec;
import io.memdi.wire.WireException;
import io.memdi.wire.WireNode;
import io.memdi.wire.WireReader;
import io.memdi.wire.WireWriter;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A network on which messages go as frames: written with the codecs of the node that sends, read with those of the node that takes them,
 * so that a node which has not opened a store has it as bytes. What cannot be written or read is lost.
 */
final class Framed implements TransportFactory {
    private static final Logger log = LoggerFactory.getLogger(Framed.class);

    private final TransportFactory network;
    private final Map<String, End> ends = new HashMap<>();

    Framed(TransportFactory network) {
        this.network = network;
    }

    @Override
    public Transport open(String name) {
        End end = new End(network.open(name));
        ends.put(name, end);
        return end;
    }

    private final class End implements EncodingTransport {
        private final Transport below;
        private @Nullable MessageCodec codec;

        End(Transport below) {
            this.below = below;
        }

        @Override
        public void attach(WireNode node) {
            codec = new MessageCodec(node.codecs(), node.maxFrameBytes());
        }

        @Override
        public String address() {
            return below.address();
        }

        @Override
        public void start(String name, MessageHandler handler) {
            below.start(name, handler);
        }

        @Override
        public void send(Contact to, Envelope envelope) {
            End target = ends.get(to.name());
            if (target == null) {
                return;
            }
            try {
                WireWriter out = new WireWriter(1024, 64 << 20);
                Objects.requireNonNull(codec).write(out, envelope);
                below.send(
                        to,
                        Objects.requireNonNull(target.codec).read(new WireReader().read(out.buffer(), 0, out.size())));
            } catch (WireException e) {
                log.info("lost on the way: {}", e.getMessage());
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
    }
}
