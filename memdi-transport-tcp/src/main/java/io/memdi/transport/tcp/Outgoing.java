package io.memdi.transport.tcp;

import io.memdi.transport.Envelope;
import org.jspecify.annotations.Nullable;

/**
 * An envelope that waits to be written.
 *
 * @param envelope what to write
 * @param body its body, if that is shared with what goes to others; else null
 * @param weight about how many bytes it holds on to
 */
record Outgoing(Envelope envelope, @Nullable SharedBody body, long weight) {}
