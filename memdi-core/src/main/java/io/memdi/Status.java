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
 * @param synced on a node with a directory, the position up to which its log is known to be on its disk; else null
 * @param open whether the cluster takes writes
 * @param healing how far it is if it heals, so that it answers no reads; else null
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
        @Nullable Revision synced,
        boolean open,
        @Nullable Healing healing,
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
     * How far a node is that asks its leader for keys.
     *
     * @param done how many segments it has brought to the leader's state
     * @param segments in how many segments of its stores it differed when it began; a store has 1024
     * @param keys how many keys have come so far
     * @param bytes about how many bytes of keys and values those were
     */
    public record Healing(int done, int segments, long keys, long bytes) {}

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
     * @param synced on a node with a directory, the position up to which its log is known to be on its disk; else null
     * @param open whether the cluster takes writes
     * @param healing how far it is if it heals, so that it answers no reads; else null
     * @param waitingFor what keeps the node from being ready, in plain words; empty if nothing does
     * @param stores its stores
     */
    public Status {
        stores = List.copyOf(stores);
    }
}
