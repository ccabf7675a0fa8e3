/** The in-memory log, and the values that the machines share. Touched by a node's loop alone. */
@NullMarked
package io.memdi.log;

import org.jspecify.annotations.NullMarked;
