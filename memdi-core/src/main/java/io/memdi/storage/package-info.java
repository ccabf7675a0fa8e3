/**
 * What a node keeps on disk: a log that is written ahead, snapshots, and the identity of the directory.
 *
 * <p>Internal. {@link io.memdi.storage.Journal} is the door. Files are drawn where they are read and written: {@link
 * io.memdi.storage.Segment}, {@link io.memdi.storage.Group}, {@link io.memdi.storage.SnapshotFile}, {@link io.memdi.storage.Identity}.
 */
@NullMarked
package io.memdi.storage;

import org.jspecify.annotations.NullMarked;
