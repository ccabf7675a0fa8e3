package io.memdi;

/**
 * A value together with the revision of the write that put it there.
 *
 * @param <V> the type of the value
 * @param value the value
 * @param revision the revision, to be handed to {@link Store#replace} or {@link Store#remove(Object, Revision)}
 */
public record Versioned<V>(V value, Revision revision) {}
