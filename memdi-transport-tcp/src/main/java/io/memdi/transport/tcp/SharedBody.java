package io.memdi.transport.tcp;

import io.memdi.transport.Message;
import io.memdi.wire.MessageCodec;
import io.memdi.wire.WireException;
import io.memdi.wire.WireWriter;
import org.jspecify.annotations.Nullable;

/** A message's body for all whom it goes to: the first writer that needs it encodes it. Thread-safe. */
final class SharedBody {
    private static final int SMALLEST = 1024;

    private final Message message;
    private final long term;
    private final long weight;
    private @Nullable WireWriter written;
    private @Nullable WireException failure;

    SharedBody(Message message, long term, long weight) {
        this.message = message;
        this.term = term;
        this.weight = weight;
    }

    boolean is(Message other, long otherTerm) {
        return message == other && term == otherTerm;
    }

    long weight() {
        return weight;
    }

    /** The body; not to be changed. Fails in the same way each time. */
    synchronized WireWriter bytes(MessageCodec codec, int maxBytes) {
        WireException failed = failure;
        if (failed != null) {
            throw failed;
        }
        WireWriter ready = written;
        if (ready != null) {
            return ready;
        }
        WireWriter out = new WireWriter((int) Math.min(maxBytes, SMALLEST + weight), maxBytes);
        try {
            codec.writeBody(out, message, term);
        } catch (WireException e) {
            failure = e;
            throw e;
        }
        written = out;
        return out;
    }
}
