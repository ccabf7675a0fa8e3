package io.memdi;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a node is and how far it is, at one moment.
 *
 * @param name the node's name
 * @param incarnation the life of its state
 * @param cluster the id of its cluster; null while it has none
 * @param role what it is
 * @param term its term
 * @param leader the name of the leader that it follows; null if it knows none
 * @param last the position of the last entry of its log
 * @param committed the position up to which it knows entries to be committed, and has applied them
 * @param open whether the cluster takes writes
 * @param waitingFor what keeps the node from being ready, in plain words; empty if nothing does
 * @param stores its stores
 */
public record Status(
        String name,
        Incarnation incarnation,
        @Nullable ClusterId cluster,
        Role role,
        long term,
        @Nullable String leader,
        Revision last,
        Revision committed,
        boolean open,
        String waitingFor,
        List<StoreStatus> stores) {

    /**
     * What a store holds on one node.
     *
     * @param name its name
     * @param entries how many committed entries it holds
     * @param digest a digest of the committed entries' keys and revisions, as 32 hexadecimal digits; equal on nodes that hold the same
     */
    public record StoreStatus(String name, long entries, String digest) {}

    /**
     * Keeps the stores from change.
     *
     * @param name the node's name
     * @param incarnation the life of its state
     * @param cluster the id of its cluster; null while it has none
     * @param role what it is
     * @param term its term
     * @param leader the name of the leader that it follows; null if it knows none
     * @param last the position of the last entry of its log
     * @param committed the position up to which it knows entries to be committed, and has applied them
     * @param open whether the cluster takes writes
     * @param waitingFor what keeps the node from being ready, in plain words; empty if nothing does
     * @param stores its stores
     */
    public Status {
        stores = List.copyOf(stores);
    }
}
