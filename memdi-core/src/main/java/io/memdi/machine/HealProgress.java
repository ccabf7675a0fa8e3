package io.memdi.machine;

/**
 * How far a node is that heals.
 *
 * @param done segments that were pulled to their end
 * @param segments segments that differed when it began
 * @param keys keys that have come
 * @param bytes bytes that have come, about
 */
public record HealProgress(int done, int segments, long keys, long bytes) {}
