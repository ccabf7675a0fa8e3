package io.memdi.transport;

import io.memdi.Incarnation;
import java.util.Objects;

/**
 * A server of a cluster: one incarnation under a name, at an address.
 *
 * @param name the name of the node, unique in its cluster
 * @param incarnation the life of the node's state that is meant
 * @param address what the transport reaches it by; for a transport within one process, the name
 */
public record Member(String name, Incarnation incarnation, String address) {
    /**
     * Checks the parts.
     *
     * @param name the name of the node, unique in its cluster
     * @param incarnation the life of the node's state that is meant
     * @param address what the transport reaches it by; for a transport within one process, the name
     */
    public Member {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(incarnation, "incarnation");
        Objects.requireNonNull(address, "address");
    }

    @Override
    public String toString() {
        return name + "/" + String.format("%08x", incarnation.high() >>> 32);
    }
}
