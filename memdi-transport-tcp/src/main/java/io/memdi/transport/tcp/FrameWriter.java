package io.memdi.transport.tcp;

import io.memdi.transport.Envelope;
import io.memdi.wire.MessageCodec;
import io.memdi.wire.WireException;
import io.memdi.wire.WireNode;
import io.memdi.wire.WireWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;

/**
 * Writes what waits for a connection: everything that is there into one buffer, which goes out once it is full, or nothing else waits. So
 * what comes together travels together, and nothing waits for a timer. One thread.
 */
final class FrameWriter {
    private static final int FIRST_BYTES = 16 << 10;

    /** After how long a silence a peer that is sent to is asked for a sign of life. */
    private static final Duration PING_AFTER = Duration.ofSeconds(1);

    private final Line line;
    private final Outbound outbound;
    private final MessageCodec codec;
    private final int maxBodyBytes;
    private final WireWriter out;
    private final Said said;
    private long lastWrite = System.nanoTime();

    /**
     * A writer.
     *
     * @param maxFrameBytes the largest frame that the other side takes in
     */
    FrameWriter(Line line, Outbound outbound, WireNode node, int maxFrameBytes, Said said) {
        this.line = line;
        this.outbound = outbound;
        int max = Math.min(maxFrameBytes, node.maxFrameBytes());
        this.maxBodyBytes = node.maxFrameBytes();
        this.codec = new MessageCodec(node.codecs(), max);
        // A frame is begun while the buffer is less than full.
        this.out = new WireWriter(
                FIRST_BYTES, (int) Math.min(Integer.MAX_VALUE - 8L, (long) max + 2 * TcpLimits.BATCH_BYTES));
        this.said = said;
    }

    /**
     * Where the writer says what it could not write.
     *
     * @param log of the node
     * @param peer whom it writes to
     */
    record Said(TcpLog log, String peer) {}

    /**
     * Writes until the connection is over, or there was nothing to write for a while.
     *
     * @param pings whether the other side is to answer for itself
     * @throws IOException if the connection broke
     */
    void write(boolean pings, Duration idle) throws IOException {
        while (!line.isOver()) {
            Outgoing next = outbound.poll();
            if (next != null) {
                add(next);
                if (out.size() >= TcpLimits.BATCH_BYTES) {
                    flush(pings);
                }
            } else if (out.size() > 0) {
                flush(pings);
            } else if (!outbound.await(idle.toNanos()) && (outbound.isFinished() || isIdle(idle))) {
                return;
            }
        }
    }

    private boolean isIdle(Duration idle) {
        return System.nanoTime() - lastWrite >= idle.toNanos();
    }

    private void flush(boolean pings) throws IOException {
        if (pings && line.isToBeAsked(PING_AFTER)) {
            // Ahead of what waits, which may take longer than the answer may.
            signal(line, FrameReader.PING);
        }
        line.write(out.buffer(), 0, out.size());
        outbound.written();
        out.clear(outbound.keptBytes());
        lastWrite = System.nanoTime();
        tellDropped(outbound, said, "more waited for the connection than may");
    }

    private void add(Outgoing next) {
        Envelope envelope = next.envelope();
        int before = out.size();
        try {
            SharedBody shared = next.body();
            if (shared == null) {
                codec.write(out, envelope);
            } else {
                WireWriter body = shared.bytes(codec, maxBodyBytes);
                codec.writeHeader(out, envelope, body.size());
                out.writeBytes(body.buffer(), 0, body.size());
            }
        } catch (WireException e) {
            if (out.size() != before) {
                throw new IllegalStateException("a frame was written in part", e);
            }
            dropped(envelope, e);
        }
        outbound.encoded(out.size() - before);
    }

    private void dropped(Envelope envelope, WireException e) {
        String what = "a " + envelope.message().getClass().getSimpleName() + " to " + said.peer() + " was not sent: "
                + e.getMessage();
        if (e.kind() == WireException.Kind.STORE) {
            said.log().debug(what);
        } else {
            said.log().warn("unwritable", said.peer(), what);
        }
    }

    /** Says how many messages have not fitted, if there were any. */
    static void tellDropped(Outbound outbound, Said to, String why) {
        long dropped = outbound.takeDropped();
        if (dropped > 0) {
            to.log()
                    .warn(
                            "dropped",
                            to.peer(),
                            dropped + " messages to " + to.peer() + " were dropped, because " + why
                                    + "; they will be sent again");
        }
    }

    /** Says something that is no frame. */
    static void signal(Line line, int signal) throws IOException {
        byte[] bytes = signal(signal);
        line.write(bytes, 0, bytes.length);
    }

    private static byte[] signal(int signal) {
        return ByteBuffer.allocate(MessageCodec.LENGTH_BYTES).putInt(signal).array();
    }
}
