/** A client of a cluster, as a pure machine: it finds the nodes, follows the leader, keeps a session. */
@NullMarked
package io.memdi.client;

import org.jspecify.annotations.NullMarked;
