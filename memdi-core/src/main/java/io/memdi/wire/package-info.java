/**
 * Messages as bytes: what a transport between processes needs.
 *
 * <p>Internal: exported to the transports that need it, and to nobody else. {@link io.memdi.wire.MessageCodec} is the door; frames and
 * bodies are drawn there, and in the codec of each kind of message.
 */
@NullMarked
package io.memdi.wire;

import org.jspecify.annotations.NullMarked;
