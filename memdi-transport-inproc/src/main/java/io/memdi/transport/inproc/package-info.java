/** A network inside one process: nodes that share a JVM, and the faults that their tests want to see. */
@NullMarked
package io.memdi.transport.inproc;

import org.jspecify.annotations.NullMarked;
