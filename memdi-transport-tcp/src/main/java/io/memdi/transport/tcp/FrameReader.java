package io.memdi.transport.tcp;

import io.memdi.transport.Envelope;
import io.memdi.wire.MessageCodec;
import io.memdi.wire.WireException;
import io.memdi.wire.WireReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/**
 * Takes frames out of a stream of bytes, into one buffer that it uses again. The buffer grows as a large frame arrives, never because one
 * is announced, and shrinks again after it.
 */
final class FrameReader {
    /**
     * In the place of a frame's length: the other side lets the connection go, and lives. Any frame is longer than these signals, which are
     * lengths that no frame has.
     */
    static final int FAREWELL = 0;

    /** In the place of a frame's length: say that you are there. */
    static final int PING = 1;

    /** In the place of a frame's length: the answer to {@link #PING}. */
    static final int PONG = 2;

    private static final int FIRST_BYTES = 16 << 10;

    /** Who takes what was read. */
    interface Taker {
        /** An envelope, out of a frame of that size. */
        void onEnvelope(Envelope envelope, int bytes);

        void onPing() throws IOException;

        /** A frame that is sound, but cannot be understood: a codec of the application has failed. */
        void onUnreadable(WireException why);
    }

    private final InputStream in;
    private final MessageCodec codec;
    private final WireReader reader = new WireReader();
    private byte[] buffer = new byte[FIRST_BYTES];
    private int start;
    private int end;

    FrameReader(InputStream in, MessageCodec codec) {
        this.in = in;
        this.codec = codec;
    }

    /**
     * Reads until the other side ends the connection.
     *
     * @return whether it said farewell
     * @throws WireException if what came is no frame
     * @throws IOException if the connection broke, or ended in a frame
     */
    boolean readAll(Line line, Taker taker) throws IOException {
        while (true) {
            int count = in.read(buffer, end, buffer.length - end);
            if (count < 0) {
                if (end > start) {
                    throw new EOFException("it ended in the middle of a frame");
                }
                return false;
            }
            end += count;
            boolean farewell = takeFrames(taker);
            line.read(end > start);
            if (farewell) {
                return true;
            }
        }
    }

    /** Takes every frame that is all there, and makes room for the next. Returns whether the other side said farewell. */
    private boolean takeFrames(Taker taker) throws IOException {
        while (end - start >= MessageCodec.LENGTH_BYTES) {
            int signal = ByteBuffer.wrap(buffer).getInt(start);
            if (signal >= FAREWELL && signal <= PONG) {
                start += MessageCodec.LENGTH_BYTES;
                if (signal == FAREWELL) {
                    return true;
                }
                if (signal == PING) {
                    taker.onPing();
                }
                continue;
            }
            int size = codec.sizeOf(buffer, start, end - start);
            if (end - start < size) {
                makeRoom(size);
                return false;
            }
            take(size, taker);
            start += size;
        }
        makeRoom(MessageCodec.LENGTH_BYTES);
        return false;
    }

    private void take(int size, Taker taker) {
        Envelope envelope;
        try {
            envelope = codec.read(reader.read(buffer, start, size));
        } catch (WireException e) {
            if (e.kind() != WireException.Kind.CODEC) {
                throw e;
            }
            taker.onUnreadable(e);
            return;
        }
        taker.onEnvelope(envelope, size);
    }

    /** How large the buffer is. */
    int capacity() {
        return buffer.length;
    }

    /** For a frame of that size, of which the beginning is there: at least one more byte, and as a rule much more. */
    private void makeRoom(int size) {
        int there = end - start;
        if (there == 0 && buffer.length > TcpLimits.KEPT_BYTES) {
            buffer = new byte[FIRST_BYTES];
        } else if (buffer.length - start < size) {
            boolean full = there >= buffer.length / 2;
            int larger = (int) Math.min(size, 2L * buffer.length);
            byte[] roomier = full && larger > buffer.length ? new byte[larger] : buffer;
            System.arraycopy(buffer, start, roomier, 0, there);
            buffer = roomier;
        } else if (there > 0) {
            return;
        }
        start = 0;
        end = there;
    }
}
