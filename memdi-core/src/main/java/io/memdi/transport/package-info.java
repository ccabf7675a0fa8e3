/**
 * What a transport needs: the messages that it carries, whom it carries them to, and the loop that a node runs on.
 *
 * <p>The records here are values of the protocol. They are public because a transport has to carry them, and may change with
 * the protocol; applications have no use for them.
 */
@NullMarked
package io.memdi.transport;

import org.jspecify.annotations.NullMarked;
