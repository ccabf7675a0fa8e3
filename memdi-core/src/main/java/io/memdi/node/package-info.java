/** Where the machines meet threads, callers and a transport. */
@NullMarked
package io.memdi.node;

import org.jspecify.annotations.NullMarked;
