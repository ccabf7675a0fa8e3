/** A load generator for whole clusters: nodes in JVMs of their own on loopback, driven from a leader's process, a follower's and a client. */
@NullMarked
package io.memdi.bench.load;

import org.jspecify.annotations.NullMarked;
