/**
 * The API of memdi, an embeddable replicated in-memory key-value store.
 *
 * <p>{@link io.memdi.Memdi#node(String)} builds a node; a {@link io.memdi.Store} reads and writes. Nothing here may be null
 * unless it says so.
 */
@NullMarked
package io.memdi;

import org.jspecify.annotations.NullMarked;
