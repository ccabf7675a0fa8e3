/** The shell, the demo, and a node in a process of its own. */
@NullMarked
package io.memdi.shell;

import org.jspecify.annotations.NullMarked;
