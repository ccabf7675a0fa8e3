/** The shell and the demo. */
@NullMarked
package io.memdi.shell;

import org.jspecify.annotations.NullMarked;
