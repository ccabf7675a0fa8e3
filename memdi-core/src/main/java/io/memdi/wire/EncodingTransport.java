package io.memdi.wire;

import io.memdi.transport.Transport;

/** A transport whose messages leave the process: it writes frames with the codecs of its node's stores. */
public interface EncodingTransport extends Transport {
    /**
     * Tells the transport whose messages it carries. Called once, before {@link #start}.
     *
     * @param node the node
     */
    void attach(WireNode node);
}
