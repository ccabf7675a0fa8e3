package io.memdi.storage;

import io.memdi.Revision;

/**
 * How a snapshot begins.
 *
 * @param start up to where every page is at least: the entries after it have to be applied again over the pages
 * @param meta what stands beside the pages, as its writer has encoded it; not to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record SnapshotHead(Revision start, byte[] meta) {}
