package io.memdi.wire;

import io.memdi.ClusterId;
import io.memdi.Incarnation;
import io.memdi.transport.Envelope;
import io.memdi.transport.Member;
import io.memdi.transport.Message;
import io.memdi.wire.WireException.Kind;

/**
 * Envelopes and their messages as frames, and back. The door of this package. Thread-safe; a writer and a reader belong to one thread.
 *
 * <pre>
 *   offset  bytes
 *        0      4   length of what follows these four bytes
 *        4      1   version, {@link #VERSION}
 *        5      1   type of the message
 *        6      1   flags: 1 there is a cluster id, 2 there is a target
 *        7      4   group
 *       11      4   term
 *       15     16   sender's incarnation
 *       31  [  16]  cluster id
 *           [  16]  target's incarnation
 *            1 + n  sender's name: length, UTF-8
 *            1 + n  sender's address: length, UTF-8
 *                   body, by the type: see the codec of its kind
 * </pre>
 *
 * <p>Numbers of a fixed width are big-endian. What comes after the body's last part is an error, not room for later versions: who changes
 * a layout changes the version.
 *
 * <p>A body does not depend on whom it is for. So what goes to several followers is {@linkplain #writeBody written} once, and each frame
 * is {@linkplain #writeHeader a header} of its own, and the same bytes.
 */
public final class MessageCodec {
    /** The version of the frames that are written here, and the only one that is read. */
    public static final int VERSION = 1;

    /** How many bytes the length takes, with which a frame begins. */
    public static final int LENGTH_BYTES = Integer.BYTES;

    private static final int HAS_CLUSTER = 1;
    private static final int HAS_TARGET = 2;

    /** Without cluster, target, name, address and body. */
    private static final int MIN_FRAME = 33;

    private final StoreCodecs stores;
    private final int maxFrameBytes;

    /**
     * A codec.
     *
     * @param stores the codecs of the node's stores
     * @param maxFrameBytes how large a frame may be, its length included; the same on every node, and more than the largest batch, key
     *     and value that the node takes
     * @throws IllegalArgumentException if no frame is as small as that
     */
    public MessageCodec(StoreCodecs stores, int maxFrameBytes) {
        if (maxFrameBytes < MIN_FRAME) {
            throw new IllegalArgumentException("no frame has as few bytes as " + maxFrameBytes);
        }
        this.stores = stores;
        this.maxFrameBytes = maxFrameBytes;
    }

    /**
     * Writes a whole frame, after what the writer holds.
     *
     * @param out where to; unchanged if this throws
     * @param envelope what to write
     * @throws WireException if a codec of the application fails, a store is not known any more as what it was, or the frame is too large
     */
    public void write(WireWriter out, Envelope envelope) {
        int start = out.size();
        boolean whole = false;
        try {
            header(out, envelope);
            BodyCodec.write(out, envelope.message(), stores.known(), envelope.term(), room());
            out.setInt(start, checked(out.size() - start) - LENGTH_BYTES);
            whole = true;
        } catch (IllegalArgumentException e) {
            throw unwritable(envelope.message(), e);
        } finally {
            if (!whole) {
                out.truncate(start);
            }
        }
    }

    /**
     * Writes a body alone, after what the writer holds. It belongs behind {@linkplain #writeHeader headers} of envelopes with this
     * message and this term.
     *
     * @param out where to; unchanged if this throws
     * @param message what to write
     * @param term the term of the envelopes
     * @return how many bytes it takes
     * @throws WireException as for {@link #write}
     */
    public int writeBody(WireWriter out, Message message, long term) {
        int start = out.size();
        boolean whole = false;
        try {
            BodyCodec.write(out, message, stores.known(), term, room());
            whole = true;
            return out.size() - start;
        } catch (IllegalArgumentException e) {
            throw unwritable(message, e);
        } finally {
            if (!whole) {
                out.truncate(start);
            }
        }
    }

    /** What may be ended anywhere takes half a frame, so that a header, and one key more, have room beside it. */
    private int room() {
        return maxFrameBytes / 2;
    }

    /**
     * Writes all of a frame but the body, after what the writer holds. The body is to follow.
     *
     * @param out where to; unchanged if this throws
     * @param envelope what to write
     * @param bodyBytes how many bytes its body takes
     * @throws WireException if the frame is too large
     */
    public void writeHeader(WireWriter out, Envelope envelope, int bodyBytes) {
        int start = out.size();
        boolean whole = false;
        try {
            header(out, envelope);
            out.setInt(start, checked((long) out.size() - start + bodyBytes) - LENGTH_BYTES);
            whole = true;
        } catch (IllegalArgumentException e) {
            throw unwritable(envelope.message(), e);
        } finally {
            if (!whole) {
                out.truncate(start);
            }
        }
    }

    private static void header(WireWriter out, Envelope envelope) {
        ClusterId cluster = envelope.cluster();
        Incarnation target = envelope.target();
        Member sender = envelope.sender();
        out.writeInt(0);
        out.writeByte(VERSION);
        out.writeByte(BodyCodec.typeOf(envelope.message()));
        out.writeByte((cluster == null ? 0 : HAS_CLUSTER) | (target == null ? 0 : HAS_TARGET));
        out.writeInt(envelope.group());
        out.writeInt((int) envelope.term());
        MemberCodec.writeIncarnation(out, sender.incarnation());
        if (cluster != null) {
            MemberCodec.writeCluster(out, cluster);
        }
        if (target != null) {
            MemberCodec.writeIncarnation(out, target);
        }
        out.writeText(sender.name());
        out.writeText(sender.address());
    }

    private int checked(long frame) {
        if (frame > maxFrameBytes) {
            throw new WireException(
                    Kind.LIMIT, "a frame of " + frame + " bytes is too large: " + maxFrameBytes + " are allowed");
        }
        return (int) frame;
    }

    /** A name or text that is none, as with an unpaired surrogate; what codecs throw is caught where they are called. */
    private static WireException unwritable(Message message, IllegalArgumentException cause) {
        return new WireException(
                Kind.UNWRITABLE,
                -1,
                "a " + message.getClass().getSimpleName() + " cannot be written: " + cause.getMessage(),
                cause);
    }

    /**
     * Finds out how large a frame is, before it is all there, and before anything is allocated for it.
     *
     * @param bytes where it begins
     * @param offset of its first byte
     * @param length how many bytes are there from the offset on
     * @return its size, with the length that it begins with; -1 if there are not enough bytes to tell
     * @throws WireException if it claims to be smaller or larger than a frame is
     */
    public int sizeOf(byte[] bytes, int offset, int length) {
        if (length < LENGTH_BYTES) {
            return -1;
        }
        int claimed = (int) WireWriter.INTS.get(bytes, offset);
        if (claimed < MIN_FRAME - LENGTH_BYTES || claimed > maxFrameBytes - LENGTH_BYTES) {
            throw new WireException(
                    claimed < 0 || claimed > maxFrameBytes - LENGTH_BYTES ? Kind.LIMIT : Kind.MALFORMED,
                    0,
                    "expected a frame of " + MIN_FRAME + " to " + maxFrameBytes + " bytes, not of "
                            + (Integer.toUnsignedLong(claimed) + LENGTH_BYTES) + ", at offset 0",
                    null);
        }
        return claimed + LENGTH_BYTES;
    }

    /**
     * Reads a frame.
     *
     * @param in the frame, from its length on, and nothing else
     * @return what it says
     * @throws WireException if it says nothing
     */
    public Envelope read(WireReader in) {
        int frame = sizeOf(in.array(), in.arrayOffset(), in.remaining());
        if (frame < 0) {
            throw in.malformed(0, "a frame's length in " + LENGTH_BYTES + " bytes, but there are " + in.remaining());
        }
        if (frame != in.remaining()) {
            throw in.malformed(0, "a frame of " + frame + " bytes, but there are " + in.remaining());
        }
        try {
            return envelope(in);
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            // The values check themselves; so what is said here is against their rules.
            int at = in.offset();
            throw new WireException(Kind.MALFORMED, at, "expected what makes sense, before offset " + at + ": " + e, e);
        }
    }

    private Envelope envelope(WireReader in) {
        in.skip(LENGTH_BYTES);
        int version = in.readByte("the version of a frame");
        if (version != VERSION) {
            throw new WireException(
                    Kind.VERSION,
                    LENGTH_BYTES,
                    "the other side sends frames of version " + version + ", and this side reads version " + VERSION
                            + ": run versions of memdi that read each other",
                    null);
        }
        int type = in.readByte("the type of a message");
        int flags = in.readFlags("the flags of a frame", HAS_CLUSTER | HAS_TARGET);
        int group = in.readInt("a group");
        int term = in.readInt("a term");
        Incarnation incarnation = MemberCodec.readIncarnation(in, "the sender's incarnation");
        ClusterId cluster = (flags & HAS_CLUSTER) != 0 ? MemberCodec.readCluster(in) : null;
        Incarnation target =
                (flags & HAS_TARGET) != 0 ? MemberCodec.readIncarnation(in, "the target's incarnation") : null;
        String name = MemberCodec.readName(in, "the sender's name");
        String address = MemberCodec.readName(in, "the sender's address");
        Message message = BodyCodec.read(in, type, stores.known());
        in.requireEnd("the frame");
        return new Envelope(group, cluster, new Member(name, incarnation, address), target, term, message);
    }
}
