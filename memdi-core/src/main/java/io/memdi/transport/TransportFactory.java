package io.memdi.transport;

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
}
