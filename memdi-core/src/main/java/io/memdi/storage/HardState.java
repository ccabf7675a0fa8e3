package io.memdi.storage;

import io.memdi.ClusterId;
import io.memdi.Incarnation;
import io.memdi.transport.Configuration;
import io.memdi.transport.Message;
import org.jspecify.annotations.Nullable;

/**
 * What a server must not forget besides its log: synced before any message that depends on it leaves (Raft dissertation, 3.8).
 *
 * @param incarnation the life of this state: drawn once per directory
 * @param term the latest term that it has seen
 * @param vote whom it has voted for in that term; null if nobody
 * @param mode how it stands to its cluster
 * @param cluster the cluster that it is promised to, or belongs to; null if none
 * @param proposal the founders that a locked node repeats; null if there is nothing to repeat
 * @param list the hash of the list of names that the node was started with
 */
public record HardState(
        Incarnation incarnation,
        long term,
        @Nullable Incarnation vote,
        Message.Mode mode,
        @Nullable ClusterId cluster,
        @Nullable Configuration proposal,
        long list) {}
