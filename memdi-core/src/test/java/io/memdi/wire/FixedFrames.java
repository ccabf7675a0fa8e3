package io.memdi.wire;

import io.memdi.Ack;
import io.memdi.ClusterId;
import io.memdi.Incarnation;
import io.memdi.Revision;
import io.memdi.transport.Configuration;
import io.memdi.transport.Contact;
import io.memdi.transport.Entry;
import io.memdi.transport.Envelope;
import io.memdi.transport.HealMessage;
import io.memdi.transport.Inventory;
import io.memdi.transport.Member;
import io.memdi.transport.Message;
import io.memdi.transport.Page;
import io.memdi.transport.Range;
import io.memdi.transport.Result;
import io.memdi.transport.SegmentDigests;
import io.memdi.transport.SessionState;
import io.memdi.transport.Write;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;

/** One envelope of each type, written out, and the file that holds their frames to the byte. */
final class FixedFrames {
    /** Of the version that {@link MessageCodec#VERSION} says. */
    static final String FILE = "frames-1.txt";

    /** A byte that repeats, as {@code [00*2040]}, so that lines can be looked at. */
    private static final Pattern RUN = Pattern.compile("\\[([0-9a-f]{2})\\*(\\d+)]");

    static final Incarnation A = new Incarnation(0x0a0a0a0a0a0a0a0aL, 1);
    static final Incarnation B = new Incarnation(0x0b0b0b0b0b0b0b0bL, 2);
    static final ClusterId CLUSTER = new ClusterId(0xc1c1c1c1c1c1c1c1L, 0xc2c2c2c2c2c2c2c2L);
    static final Member SENDER = new Member("a", A, "10.0.0.1:7400");
    static final Member OTHER = new Member("b", B, "10.0.0.2:7400");
    static final Revision SEVEN = new Revision(4, 7);

    private FixedFrames() {}

    static List<Envelope> envelopes() {
        Configuration founding = Configuration.founding(List.of(SENDER, OTHER));
        Configuration joint = founding.with(List.of(SENDER), List.of(OTHER), List.of(SENDER));
        List<Envelope> all = new ArrayList<>(amongNodes(founding, joint));
        all.addAll(FixedClientFrames.envelopes(founding));
        return all;
    }

    private static List<Envelope> amongNodes(Configuration founding, Configuration joint) {
        return List.of(
                to(B, append(founding)),
                to(B, new Message.AppendReply(true, 300, Revision.NONE, 17, false)),
                to(B, new Message.Heartbeat(17, 300)),
                to(B, new Message.HeartbeatReply(17)),
                to(B, writes()),
                to(
                        B,
                        new Message.WriteReplies(
                                List.of(
                                        new Message.WriteReply(9, Result.APPLIED, SEVEN, Revision.NONE),
                                        new Message.WriteReply(11, Result.CONDITION_FAILED, new Revision(4, 8), SEVEN)),
                                0)),
                to(B, new Message.ReadRequest(5)),
                to(B, new Message.ReadReply(5, 300)),
                to(B, new Message.VoteRequest(true, 5, SEVEN)),
                to(B, new Message.VoteReply(true, 5, true)),
                to(B, new Message.HigherTerm()),
                to(B, new Message.StandNow()),
                to(B, new Message.Evicted(SEVEN)),
                to(B, healOpened(joint)),
                to(B, new HealMessage.HealPartRequest(2, 0)),
                to(B, healPart()),
                to(B, new HealMessage.HealDigestsRequest(2, 1, 300)),
                to(B, healDigests()),
                to(
                        B,
                        new HealMessage.HealRequest(
                                1,
                                new Inventory(
                                        3,
                                        new Range(1023, 5, SEVEN, 4096, new Revision(5, 8)),
                                        300,
                                        new int[] {-1, 7},
                                        new int[] {4, 5},
                                        new long[] {7, 300}))),
                to(
                        B,
                        new HealMessage.HealPage(
                                1,
                                new Page(
                                        3,
                                        Range.of(2),
                                        301,
                                        List.of(
                                                new Page.Bucket(
                                                        "k".hashCode(),
                                                        List.of(
                                                                new Page.Item(4, 7, "k", new byte[] {1, 2}),
                                                                new Page.Item(5, 8, "k", new byte[] {3}))),
                                                new Page.Bucket(77, List.of())),
                                        48))),
                to(B, new Message.TransferRequest("b")),
                to(B, new Message.ChangeRequest(6, Message.Change.REMOVE, "b")),
                to(B, new Message.ChangeReply(6, "b is no member", true)),
                to(B, new Message.Presence(3, 0x1122334455667788L, 0x0102030405060708L, 5, SEVEN)),
                to(B, new Message.PresenceReply(3, 0x1122334455667788L, "there are two of it")),
                toName(new Message.Hello(0x1122334455667788L)),
                toName(new Message.HelloReply(0x1122334455667788L, Message.Mode.LOCKED, CLUSTER)),
                to(B, new Message.Propose(0x1122334455667788L, CLUSTER, founding, 5)),
                to(B, new Message.ProposeReply(CLUSTER, Message.Answer.LOST, false, true, 6)),
                toName(new Message.JoinRequest(3, CLUSTER, true, SEVEN, false, false)),
                to(
                        B,
                        new Message.JoinReply(
                                3,
                                CLUSTER,
                                Message.Verdict.WELCOME,
                                SEVEN,
                                new Contact("b", "10.0.0.2:7400"),
                                founding,
                                "wait")));
    }

    static Envelope to(Incarnation target, Message message) {
        return new Envelope(0, CLUSTER, SENDER, target, 5, message);
    }

    static Envelope toName(Message message) {
        return new Envelope(1, null, SENDER, null, 0, message);
    }

    private static Message append(Configuration configuration) {
        return new Message.Append(
                SEVEN,
                List.of(
                        new Entry.Blank(5, 8),
                        new Entry.Opened(5, 9),
                        new Entry.Configured(5, 10, configuration),
                        new Entry.StoreCreated(5, 11, 1, Samples.TEXTS),
                        written(12, 1, Result.APPLIED, Revision.NONE, 1, "k", new byte[] {1, 2}),
                        written(13, 2, Result.CONDITION_FAILED, SEVEN, 1, "k", null),
                        written(14, 3, Result.APPLIED, Revision.NONE, 1, "k", null),
                        written(15, 4, Result.WRONG_CODEC, Revision.NONE, 1, Encoded.NOTHING, null),
                        written(16, 5, Result.KEY_FAILED, Revision.NONE, 2, 1L << 40, null),
                        written(17, 6, Result.APPLIED, Revision.NONE, 5, closed(1, 2, 3), closed(4)),
                        new Entry.SessionOpened(5, 18, A),
                        new Entry.SessionClosed(6, 20, A)),
                6,
                300);
    }

    private static Entry written(
            long index, long number, Result result, Revision seen, int store, Object key, Object value) {
        int hash = key instanceof Encoded ? 0x01020304 : key.hashCode();
        return new Entry.Written(5, index, B, number, 1, result, seen, store, key, hash, value, 8);
    }

    static Encoded closed(int... bytes) {
        byte[] content = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            content[i] = (byte) bytes[i];
        }
        return new Encoded(content);
    }

    static Message.Writes writes() {
        return new Message.Writes(
                9,
                List.of(
                        new Write(
                                9,
                                Ack.LEADER_MEMORY,
                                Samples.TEXTS,
                                Write.Operation.PUT,
                                "schl\u00fcssel \ud83d\udd11",
                                "schl\u00fcssel \ud83d\udd11".hashCode(),
                                new byte[] {1, 2},
                                Revision.NONE,
                                17),
                        new Write(
                                11,
                                Ack.QUORUM_DISK,
                                Samples.TEXTS,
                                Write.Operation.REMOVE_AT,
                                "k",
                                "k".hashCode(),
                                null,
                                SEVEN,
                                1)));
    }

    private static Message healOpened(Configuration configuration) {
        return new HealMessage.HealOpened(2, new Revision(5, 300), true, SEVEN, configuration, List.of(B), 1);
    }

    private static Message healPart() {
        return new HealMessage.HealPart(
                2,
                0,
                List.of(new Entry.StoreCreated(5, 11, 1, Samples.TEXTS)),
                List.of(new SessionState(B, new Revision(2, 6), 9, 11, new long[] {9, 7, 16, 0, 0, 11, 8, 17, 4, 7})));
    }

    private static Message healDigests() {
        long[] high = new long[Range.SEGMENTS];
        long[] low = new long[Range.SEGMENTS];
        high[1] = 0x0102030405060708L;
        low[1] = -1;
        return new HealMessage.HealDigests(2, 1, 300, List.of(new SegmentDigests(high, low)));
    }

    /** What the file holds: the frames by the names of their messages. */
    static Map<String, byte[]> file() throws IOException {
        Map<String, byte[]> frames = new LinkedHashMap<>();
        try (InputStream in = FixedFrames.class.getResourceAsStream(FILE)) {
            String text = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
            text.lines()
                    .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                    .forEach(line -> {
                        String[] parts = line.split(" ");
                        frames.put(parts[0], parse(parts[1]));
                    });
        }
        return frames;
    }

    static byte[] parse(String hex) {
        return HexFormat.of()
                .parseHex(RUN.matcher(hex).replaceAll(run -> run.group(1).repeat(Integer.parseInt(run.group(2)))));
    }

    static String print(byte[] frame) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < frame.length; ) {
            int end = i + 1;
            while (end < frame.length && frame[end] == frame[i]) {
                end++;
            }
            String hex = HexFormat.of().toHexDigits(frame[i]);
            text.append(end - i > 32 ? "[" + hex + "*" + (end - i) + "]" : hex.repeat(end - i));
            i = end;
        }
        return text.toString();
    }
}
