package io.memdi.transport;

import java.util.Objects;

/**
 * Where a node of some name is to be found, whatever its incarnation.
 *
 * @param name the name of the node
 * @param address what the transport reaches it by
 */
public record Contact(String name, String address) {
    /**
     * Checks the parts.
     *
     * @param name the name of the node
     * @param address what the transport reaches it by
     */
    public Contact {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(address, "address");
    }
}
