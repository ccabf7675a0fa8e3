package io.memdi.transport;

import java.util.UUID;

/** Opens transports for nodes: an in-process network opens one for each of its nodes. */
@FunctionalInterface
public interface TransportFactory {
    /**
     * Opens a transport.
     *
     * @param name the name of the node that will use it
     * @return a transport that is not started yet
     * @throws IllegalStateException if the name is in use there
     */
    Transport open(String name);

    /**
     * A name that nobody else has, for a client, which needs one by which it is answered.
     *
     * @param prefix what it begins with
     * @return the prefix, and something that makes it unique; random, unless the transport can do better
     */
    default String uniqueName(String prefix) {
        return prefix + '-' + UUID.randomUUID().toString().substring(0, 18);
    }
}
