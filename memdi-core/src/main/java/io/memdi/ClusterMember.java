package io.memdi;

/**
 * A member of a cluster.
 *
 * @param name its name
 * @param incarnation the life of its state that is counted
 * @param address what the transport reaches it by
 * @param voter whether it votes
 */
public record ClusterMember(String name, Incarnation incarnation, String address, boolean voter) {}
