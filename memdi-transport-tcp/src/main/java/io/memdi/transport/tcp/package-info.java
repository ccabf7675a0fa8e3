/** Nodes in processes of their own, over TCP: with mutual TLS, or in the clear where that is asked for. */
@NullMarked
package io.memdi.transport.tcp;

import org.jspecify.annotations.NullMarked;
