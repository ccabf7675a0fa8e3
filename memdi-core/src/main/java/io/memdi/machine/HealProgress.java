package io.memdi.machine;

/**
 * How far a node is that heals.
 *
 * @param done segments that were pulled to their end
 * @param segments segments that differ, in the stores that were compared so far
 * @param keys keys that have come
 * @param bytes bytes that have come, about
 */
public record HealProgress(int done, int segments, long keys, long bytes) {}
