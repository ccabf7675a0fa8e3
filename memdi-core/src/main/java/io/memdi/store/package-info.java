/** What a node holds: tables, sessions, the registry of stores. Written by the node's loop; tables are read by any thread. */
@NullMarked
package io.memdi.store;

import org.jspecify.annotations.NullMarked;
