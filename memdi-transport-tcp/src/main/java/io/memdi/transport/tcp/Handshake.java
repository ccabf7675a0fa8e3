package io.memdi.transport.tcp;

import io.memdi.ClusterId;
import io.memdi.Incarnation;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the two ends of a connection say before the first frame: the dialer greets, the other one answers.
 *
 * <pre>
 *   greeting                                        answer
 *   offset  bytes                                   offset  bytes
 *        0      8   magic                                0      8   magic
 *        8      2   length of what follows               8      2   length of what follows
 *       10      1   lowest version                      10      1   version that is spoken; 0 if refused
 *       11      1   highest version                     11      1   code, see {@link Code}
 *       12      1   flags: 1 there is a cluster id,     12      1   flags: 1 there is a cluster id
 *                   2 the dialer has no address,
 *                     and so is a client
 *       13      1   storage mode: 0 memory,             13      1   storage mode
 *                   1 a directory; of a client,
 *                   no matter
 *       14      4   largest frame taken in              14      4   largest frame taken in
 *       18     16   incarnation                         18     16   incarnation
 *       34  [  16]  cluster id                          34  [  16]  cluster id
 *            1 + n  name                                     1 + n  name
 *            1 + n  name that is expected; may be            2 + n  reason of the refusal, else empty
 *                   empty
 * </pre>
 *
 * <p>The first twelve bytes stay what they are in every version, so that any two versions can refuse each other in words. Numbers are
 * big-endian; texts are UTF-8, and begin with their length. Neither end reads on before it has checked; each reads exactly what belongs
 * to the handshake. It is at most {@link #MAX_BYTES} long.
 */
final class Handshake {
    /** Seven letters, digits and a line end that a conversion of text would spoil. */
    private static final byte[] MAGIC = {'m', 'e', 'm', 'd', 'i', '\r', '\n', 0x1a};

    static final int MAX_BYTES = 1024;

    private static final int HEAD_BYTES = 10;
    private static final int HAS_CLUSTER = 1;
    private static final int NO_ADDRESS = 2;
    private static final int TLS_RECORD = 0x16;
    private static final int TLS_ALERT = 0x15;
    private static final int MAX_NAME_BYTES = 255;
    private static final int MAX_REASON_BYTES = 600;
    private static final int MIN_FRAME_BYTES = 1024;

    private Handshake() {}

    /** What nodes keep their data on. */
    enum Storage {
        /** In memory alone: a node that was restarted is a stranger. */
        MEMORY(0, "in memory"),
        /** In a directory too: a node that is restarted there is the member that it was. */
        DIRECTORY(1, "in a directory");

        private final int code;

        /** Where that is, in words. */
        final String words;

        Storage(int code, String words) {
            this.code = code;
            this.words = words;
        }

        static Storage of(int code) throws Refused {
            for (Storage each : values()) {
                if (each.code == code) {
                    return each;
                }
            }
            throw new Refused("its storage mode is " + code + ", which this version does not know");
        }
    }

    /** How the other side answers. */
    enum Code {
        /** The connection stands. */
        WELCOME(0),
        /** No version is spoken by both. */
        VERSION(1),
        /** The two belong to different clusters. */
        CLUSTER(2),
        /** Another node is expected at this address. */
        NAME(3),
        /** The certificate is for another name. */
        CERTIFICATE(4),
        /** There are as many connections as there may be. */
        FULL(5),
        /** One keeps its data in memory, and the other in a directory. */
        STORAGE(6);

        private final int code;

        Code(int code) {
            this.code = code;
        }

        static Code of(int code) throws Refused {
            for (Code each : values()) {
                if (each.code == code) {
                    return each;
                }
            }
            throw new Refused("its answer has the code " + code + ", which this version does not know");
        }
    }

    /**
     * One end.
     *
     * @param name of the node
     * @param incarnation of the node, as it is now
     * @param cluster that it belongs to, or speaks for; null if none
     * @param storage what it keeps its data on
     * @param maxFrameBytes the largest frame that it takes in
     */
    record Party(
            String name, Incarnation incarnation, @Nullable ClusterId cluster, Storage storage, int maxFrameBytes) {}

    /**
     * What the dialer says.
     *
     * @param lowest version that it speaks
     * @param highest version that it speaks
     * @param party who it is; null if this side does not speak any of its versions, and so cannot tell
     * @param answersHere whether it has no address, so that answers come over this connection: it is a client
     * @param expected the name that it expects here; empty if it knows none
     */
    record Greeting(int lowest, int highest, @Nullable Party party, boolean answersHere, String expected) {}

    /**
     * What it is answered.
     *
     * @param version that is spoken; 0 if it was refused
     * @param code whether it was refused, and for what
     * @param party who answers
     * @param reason of the refusal, in words; empty if there is none
     */
    record Answer(int version, Code code, Party party, String reason) {}

    /** The other side said something else. */
    static final class Refused extends Exception {
        private static final long serialVersionUID = 1;

        Refused(String message) {
            super(message);
        }
    }

    static byte[] bytes(Greeting greeting) {
        Party self = Objects.requireNonNull(greeting.party(), "party");
        return framed(out -> {
            out.writeByte(greeting.lowest());
            out.writeByte(greeting.highest());
            party(out, self, greeting.answersHere() ? NO_ADDRESS : 0);
            text(out, greeting.expected());
        });
    }

    static byte[] bytes(Answer answer) {
        byte[] reason = answer.reason().getBytes(StandardCharsets.UTF_8);
        int length = reason.length;
        if (length > MAX_REASON_BYTES) {
            length = MAX_REASON_BYTES;
            while ((reason[length] & 0xc0) == 0x80) {
                length--;
            }
        }
        int kept = length;
        return framed(out -> {
            out.writeByte(answer.version());
            out.writeByte(answer.code().code);
            party(out, answer.party(), 0);
            out.writeShort(kept);
            out.write(reason, 0, kept);
        });
    }

    private interface Body {
        void write(DataOutputStream out) throws IOException;
    }

    private static byte[] framed(Body body) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            DataOutputStream out = new DataOutputStream(bytes);
            out.write(MAGIC);
            out.writeShort(0);
            body.write(out);
        } catch (IOException e) {
            throw new IllegalStateException("writing into memory has failed", e);
        }
        byte[] whole = bytes.toByteArray();
        if (whole.length > MAX_BYTES) {
            throw new IllegalArgumentException("a handshake has at most " + MAX_BYTES + " bytes, not " + whole.length);
        }
        ByteBuffer.wrap(whole).putShort(MAGIC.length, (short) (whole.length - HEAD_BYTES));
        return whole;
    }

    private static void party(DataOutputStream out, Party party, int flags) throws IOException {
        ClusterId cluster = party.cluster();
        out.writeByte(flags | (cluster == null ? 0 : HAS_CLUSTER));
        out.writeByte(party.storage().code);
        out.writeInt(party.maxFrameBytes());
        out.writeLong(party.incarnation().high());
        out.writeLong(party.incarnation().low());
        if (cluster != null) {
            out.writeLong(cluster.high());
            out.writeLong(cluster.low());
        }
        text(out, party.name());
    }

    private static void text(DataOutputStream out, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > MAX_NAME_BYTES) {
            throw new IllegalArgumentException("a name has at most " + MAX_NAME_BYTES + " bytes: " + text);
        }
        out.writeByte(bytes.length);
        out.write(bytes);
    }

    /**
     * Reads a greeting. Of one in versions that this side does not speak, only the versions are read.
     *
     * @throws Refused if it is none
     */
    static Greeting readGreeting(InputStream in, int version) throws IOException, Refused {
        ByteBuffer body = read(in);
        try {
            int lowest = body.get() & 0xff;
            int highest = body.get() & 0xff;
            if (lowest > version || highest < version) {
                return new Greeting(lowest, highest, null, false, "");
            }
            int flags = flags(body, HAS_CLUSTER | NO_ADDRESS);
            Party party = party(body, flags);
            String expected = text(body, body.get() & 0xff);
            requireEnd(body);
            return new Greeting(lowest, highest, party, (flags & NO_ADDRESS) != 0, expected);
        } catch (BufferUnderflowException e) {
            throw cutOff(body, e);
        }
    }

    /**
     * Reads an answer.
     *
     * @throws Refused if it is none
     */
    static Answer readAnswer(InputStream in) throws IOException, Refused {
        ByteBuffer body = read(in);
        try {
            int version = body.get() & 0xff;
            Code code = Code.of(body.get() & 0xff);
            Party party = party(body, flags(body, HAS_CLUSTER));
            String reason = text(body, body.getShort() & 0xffff);
            requireEnd(body);
            return new Answer(version, code, party, reason);
        } catch (BufferUnderflowException e) {
            throw cutOff(body, e);
        }
    }

    private static ByteBuffer read(InputStream in) throws IOException, Refused {
        byte[] head = new byte[HEAD_BYTES];
        int got = 0;
        while (got < HEAD_BYTES) {
            int count = in.read(head, got, HEAD_BYTES - got);
            if (count < 0) {
                throw ended(got);
            }
            got += count;
            int known = Math.min(got, MAGIC.length);
            if (!Arrays.equals(head, 0, known, MAGIC, 0, known)) {
                throw new Refused(foreign(head, got));
            }
        }
        int length = ByteBuffer.wrap(head).getShort(MAGIC.length) & 0xffff;
        if (length > MAX_BYTES - HEAD_BYTES) {
            throw new Refused("its handshake claims to have " + (length + HEAD_BYTES) + " bytes, and " + MAX_BYTES
                    + " are allowed");
        }
        byte[] body = in.readNBytes(length);
        if (body.length < length) {
            throw ended(HEAD_BYTES + body.length);
        }
        return ByteBuffer.wrap(body);
    }

    private static EOFException ended(int after) {
        return new EOFException(
                after == 0
                        ? "it was closed without a handshake"
                        : "it ended after " + after + " bytes of the handshake");
    }

    private static String foreign(byte[] head, int length) {
        String bytes = HexFormat.ofDelimiter(" ").formatHex(head, 0, length);
        boolean tls = (head[0] == TLS_RECORD || head[0] == TLS_ALERT) && (length == 1 || head[1] == 3);
        return "what came begins with " + bytes + ", and is no handshake of memdi"
                + (tls ? ": one side uses TLS, and the other does not" : "");
    }

    private static int flags(ByteBuffer body, int allowed) throws Refused {
        int flags = body.get() & 0xff;
        if ((flags & ~allowed) != 0) {
            throw new Refused("its handshake has the flags " + flags + ", which this version does not know");
        }
        return flags;
    }

    private static Party party(ByteBuffer body, int flags) throws Refused {
        Storage storage = Storage.of(body.get() & 0xff);
        int maxFrame = body.getInt();
        if (maxFrame < MIN_FRAME_BYTES) {
            throw new Refused("its largest frame has " + maxFrame + " bytes, which is less than " + MIN_FRAME_BYTES);
        }
        Incarnation incarnation = new Incarnation(body.getLong(), body.getLong());
        ClusterId cluster = (flags & HAS_CLUSTER) == 0 ? null : new ClusterId(body.getLong(), body.getLong());
        String name = text(body, body.get() & 0xff);
        if (name.isEmpty()) {
            throw new Refused("its handshake has no name");
        }
        return new Party(name, incarnation, cluster, storage, maxFrame);
    }

    /** A text for logs too: without what would disturb a line. */
    private static String text(ByteBuffer body, int length) throws Refused {
        if (length > body.remaining()) {
            throw new BufferUnderflowException();
        }
        ByteBuffer bytes = body.slice(body.position(), length);
        body.position(body.position() + length);
        try {
            String text = StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
            if (text.chars().anyMatch(Character::isISOControl)) {
                throw new Refused("its handshake has a text with control characters");
            }
            return text;
        } catch (CharacterCodingException e) {
            throw (Refused) new Refused("its handshake has a text that is not UTF-8").initCause(e);
        }
    }

    private static void requireEnd(ByteBuffer body) throws Refused {
        if (body.hasRemaining()) {
            throw new Refused("its handshake has " + body.remaining() + " bytes too many");
        }
    }

    private static Refused cutOff(ByteBuffer body, BufferUnderflowException cause) {
        return (Refused)
                new Refused("its handshake of " + (HEAD_BYTES + body.limit()) + " bytes ends before all of it was said")
                        .initCause(cause);
    }
}
