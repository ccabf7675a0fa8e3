package io.memdi.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.memdi.Ack;
import io.memdi.ClusterId;
import io.memdi.Codec;
import io.memdi.Incarnation;
import io.memdi.Revision;
import io.memdi.transport.Entry;
import io.memdi.transport.Envelope;
import io.memdi.transport.HealMessage;
import io.memdi.transport.Member;
import io.memdi.transport.Message;
import io.memdi.transport.Page;
import io.memdi.transport.Range;
import io.memdi.transport.Result;
import io.memdi.transport.StoreSpec;
import io.memdi.transport.Write;
import io.memdi.wire.WireException.Kind;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Codecs of the application, and nodes that know different stores. */
class WireCodecsTest {
    private static final int MAX_FRAME = 1 << 16;
    private static final StoreSpec SPEC = new StoreSpec("orders", "string", "acme.order/1");
    private static final StoreSpec OTHER = new StoreSpec("orders", "string", "acme.order/2");
    private static final Incarnation A = new Incarnation(1, 2);

    private final StoreCodecs here = new StoreCodecs();
    private final StoreCodecs there = new StoreCodecs();
    private final WireWriter out = new WireWriter(0, 4 * MAX_FRAME);

    /** A value whose codec does what the test wants. */
    private static final class Wild implements Codec<String> {
        Function<String, byte[]> encode = value -> value.getBytes(StandardCharsets.UTF_8);
        Function<byte[], String> decode = bytes -> new String(bytes, StandardCharsets.UTF_8);
        Function<String, Integer> hash = String::hashCode;

        @Override
        public String name() {
            return "wild";
        }

        @Override
        public byte[] encode(String value) {
            return encode.apply(value);
        }

        @Override
        public String decode(byte[] bytes) {
            return decode.apply(bytes);
        }

        @Override
        public int hash(String value) {
            return hash.apply(value);
        }
    }

    private final Wild wild = new Wild();

    private void openBoth() {
        for (StoreCodecs codecs : List.of(here, there)) {
            codecs.register(1, List.of(SPEC));
            codecs.open(SPEC, Codec.string(), wild);
        }
    }

    private static Message append(Object key, Object value, int size) {
        return new Message.Append(
                Revision.NONE,
                List.of(new Entry.Written(
                        1, 1, A, 1, 1, Result.APPLIED, Revision.NONE, 1, key, "k".hashCode(), value, size)),
                0,
                0);
    }

    private static Message page(Object key, Object value) {
        Page.Bucket bucket = new Page.Bucket("k".hashCode(), List.of(new Page.Item(1, 1, key, value)));
        return new HealMessage.HealPage(1, new Page(1, Range.of(0), 1, List.of(bucket), 100));
    }

    private static Message write(StoreSpec store, Object key, Object value) {
        return write(store, key, value, 10);
    }

    private static Message write(StoreSpec store, Object key, Object value, int size) {
        return new Message.Writes(
                1,
                List.of(new Write(
                        1,
                        Ack.LEADER_MEMORY,
                        store,
                        Write.Operation.PUT,
                        key,
                        "k".hashCode(),
                        value,
                        Revision.NONE,
                        size)));
    }

    private static Envelope envelope(Message message, long term) {
        return new Envelope(0, new ClusterId(3, 4), new Member("a", A, "a"), A, term, message);
    }

    private byte[] send(Message message, long term) {
        out.clear();
        new MessageCodec(here, MAX_FRAME).write(out, envelope(message, term));
        return out.toByteArray();
    }

    private Message receive(byte[] frame) {
        return new MessageCodec(there, MAX_FRAME)
                .read(new WireReader().read(frame, 0, frame.length))
                .message();
    }

    private static WireException refusal(Runnable call) {
        return catchThrowableOfType(WireException.class, call::run);
    }

    @Test
    void aCodecThatThrowsIsNamedWithItsStore() {
        openBoth();
        byte[] good = send(append("k", "v", 2), 1);
        wild.encode = value -> {
            throw new IllegalArgumentException("too blue");
        };
        out.clear();
        out.writeInt(42);
        for (Message message : List.of(append("k", "v", 2), page("k", "v"), write(SPEC, "k", "v"))) {
            WireException refusal = refusal(() -> new MessageCodec(here, MAX_FRAME).write(out, envelope(message, 1)));
            assertThat(refusal.kind()).isEqualTo(Kind.CODEC);
            assertThat(refusal)
                    .hasMessageContaining("codec \"acme.order/1\"")
                    .hasMessageContaining("store \"orders\"")
                    .hasMessageContaining("too blue");
            assertThat(out.size()).as("what was written before").isEqualTo(4);
        }
        wild.decode = bytes -> {
            throw new AssertionError("too red");
        };
        assertThat(refusal(() -> receive(good)))
                .hasMessageContaining("codec \"acme.order/1\"")
                .hasMessageContaining("store \"orders\"")
                .hasMessageContaining("too red")
                .extracting(WireException::kind)
                .isEqualTo(Kind.CODEC);
    }

    @Test
    void aCodecThatReturnsNothingIsRefused() {
        openBoth();
        byte[] good = send(append("k", "v", 2), 1);
        wild.encode = value -> null;
        assertThat(refusal(() -> send(append("k", "v", 2), 1))).hasMessageContaining("encode returned null");
        wild.decode = bytes -> null;
        assertThat(refusal(() -> receive(good))).hasMessageContaining("decode returned null");
    }

    @Test
    void aCodecThatKeepsAndChangesItsArraysHarmsNobody() {
        openBoth();
        byte[][] kept = new byte[1][];
        wild.decode = bytes -> {
            kept[0] = bytes;
            return "seen";
        };
        byte[] frame = send(append("k", "v", 2), 1);
        byte[] before = frame.clone();
        receive(frame);
        kept[0][0] = 99;
        assertThat(frame).isEqualTo(before);
    }

    @Test
    void aCodecThatWritesMoreThanItPromisedIsRefused() {
        openBoth();
        assertThat(refusal(() -> send(append("k", "value", 5), 1)))
                .hasMessageContaining("6 bytes, after they had promised 5")
                .hasMessageContaining("\"string\" and \"acme.order/1\"")
                .hasMessageContaining("store \"orders\"")
                .extracting(WireException::kind)
                .isEqualTo(Kind.CODEC);
    }

    @Test
    void thatHoldsForEveryWayToWrite() {
        record Case(StoreSpec spec, Codec<?> values, Object value, int bytes) {}
        List<Case> cases = List.of(
                new Case(new StoreSpec("a", "string", "bytes"), Codec.bytes(), new byte[3], 3),
                new Case(new StoreSpec("b", "string", "int32"), Codec.int32(), 7, 4),
                new Case(new StoreSpec("c", "string", "int64"), Codec.int64(), 7L, 8),
                new Case(new StoreSpec("d", "string", "uuid"), Codec.uuid(), new UUID(1, 2), 16),
                new Case(new StoreSpec("e", "string", "closed"), wild, new Encoded(new byte[5]), 5));
        for (Case each : cases) {
            here.open(each.spec, Codec.string(), each.values);
            send(write(each.spec, "k", each.value, 1 + each.bytes), 1);
            assertThat(refusal(() -> send(write(each.spec, "k", each.value, each.bytes), 1)))
                    .hasMessageContaining((1 + each.bytes) + " bytes, after they had promised " + each.bytes);
        }
    }

    @Test
    void moreThanASizeSaysIsNotRead() {
        openBoth();
        for (Message message : List.of(append("k", "abc", 4), write(SPEC, "k", "abc", 4))) {
            byte[] frame = send(message, 1);
            int size = frame.length - 7; // before: size; then: 1, 'k', 3, 'abc'
            assertThat(frame[size]).isEqualTo((byte) 4);
            frame[size] = 3;
            assertThat(refusal(() -> receive(frame)))
                    .hasMessageContaining("a value to take at most 2 bytes, not 3, at offset " + (size + 3));
            frame[size] = 0;
            assertThat(refusal(() -> receive(frame)))
                    .hasMessageContaining("a key to take at most 0 bytes, not 1, at offset " + (size + 1));
        }
    }

    @Test
    void nothingFollowsABody() {
        openBoth();
        byte[] frame = send(append("k", "v", 2), 1);
        byte[] longer = Arrays.copyOf(frame, frame.length + 1);
        longer[3]++;
        assertThat(refusal(() -> receive(longer)))
                .hasMessage("expected the frame to end, but 1 more bytes follow, at offset " + frame.length);
        byte[] two = Arrays.copyOf(frame, frame.length + 1);
        assertThat(refusal(() -> receive(two))).hasMessageContaining("but there are " + (frame.length + 1));
    }

    @Test
    void aKeyOfAnotherTypeIsRefused() {
        openBoth();
        assertThat(refusal(() -> send(append(7, "v", 9), 1)))
                .hasMessageContaining("codec \"string\" for the keys of store \"orders\"")
                .hasMessageContaining("ClassCastException");
    }

    @Test
    void aKeyWhoseHashIsNotTheOneThatCameWithItIsRefused() {
        StoreSpec spec = new StoreSpec("wild", "wild", "bytes");
        for (StoreCodecs codecs : List.of(here, there)) {
            codecs.open(spec, wild, Codec.bytes());
        }
        byte[] frame = send(write(spec, "k", new byte[1]), 1);
        wild.hash = key -> 7;
        assertThat(refusal(() -> receive(frame)))
                .hasMessageContaining("codec \"wild\" for the keys of store \"wild\"")
                .hasMessageContaining("the hash 7")
                .extracting(WireException::kind)
                .isEqualTo(Kind.CODEC);
    }

    @Test
    void whatIsNotOpenStaysBytesAndGoesOnAsTheSameBytes() {
        here.register(1, List.of(SPEC));
        here.open(SPEC, Codec.string(), wild);
        there.register(1, List.of(SPEC));
        for (Message message : List.of(append("k", "v", 2), page("k", "v"), write(SPEC, "k", "v"))) {
            byte[] frame = send(message, 1);
            Message received = receive(frame);
            out.clear();
            new MessageCodec(there, MAX_FRAME).write(out, envelope(received, 1));
            assertThat(out.toByteArray()).isEqualTo(frame);
        }
    }

    @Test
    void bytesBecomeTheObjectOnceTheStoreIsOpen() {
        here.open(SPEC, Codec.string(), wild);
        Write write = ((Message.Writes) receive(send(write(SPEC, "k", "v"), 1)))
                .writes()
                .get(0);
        assertThat(write.key()).isInstanceOf(Encoded.class).isEqualTo(new Encoded(new byte[] {'k'}));
        assertThat(write.key()).hasSameHashCodeAs(new Encoded(new byte[] {'k'}));
        assertThat(write.key()).isNotEqualTo(new Encoded(new byte[] {'l'})).isNotEqualTo("k");
        assertThat(there.keyOf(SPEC, write.key())).isSameAs(write.key());
        there.open(SPEC, Codec.string(), wild);
        assertThat(there.isOpen(SPEC)).isTrue();
        assertThat(there.keyOf(SPEC, write.key())).isEqualTo("k");
        assertThat(there.valueOf(SPEC, write.value())).isEqualTo("v");
        assertThat(there.keyOf(SPEC, "k")).isEqualTo("k");
        wild.decode = bytes -> {
            throw new IllegalStateException("no");
        };
        assertThat(refusal(() -> there.valueOf(SPEC, write.value())).kind()).isEqualTo(Kind.CODEC);
    }

    @Test
    void aNumberThatMeansAnotherStoreHereIsNotReadWithItsCodecs() {
        here.register(1, List.of(SPEC));
        here.open(SPEC, Codec.string(), wild);
        there.register(1, List.of(OTHER));
        there.open(OTHER, Codec.string(), Codec.string());
        Message.Append received = (Message.Append) receive(send(append("k", "v", 2), 1));
        assertThat(((Entry.Written) received.entries().get(0)).key()).isInstanceOf(Encoded.class);
        there.register(2, List.of(SPEC));
        there.open(SPEC, Codec.string(), wild);
        received = (Message.Append) receive(send(append("k", "v", 2), 1));
        assertThat(((Entry.Written) received.entries().get(0)).key()).isEqualTo("k");
    }

    @Test
    void whatWasSentBeforeItsNumberMeantAnotherStoreIsNotWritten() {
        openBoth();
        here.register(3, List.of(OTHER));
        here.open(OTHER, Codec.string(), Codec.string());
        WireException refusal = refusal(() -> send(append("k", "v", 2), 2));
        assertThat(refusal.kind()).isEqualTo(Kind.STORE);
        assertThat(refusal).hasMessageContaining("since term 3").hasMessageContaining("term 2");
        send(append("k", "v", 2), 3);
        here.register(4, List.of(OTHER));
        send(append("k", "v", 2), 3);
        here.register(4, List.of());
        assertThat(refusal(() -> send(append("k", "v", 2), 4)))
                .hasMessageContaining("store 1 is not registered")
                .extracting(WireException::kind)
                .isEqualTo(Kind.STORE);
        assertThat(here.registered(1)).isNull();
        assertThat(here.registered(0)).isNull();
    }

    @Test
    void anObjectOfAStoreThatIsNotOpenIsNotWritten() {
        here.register(1, List.of(SPEC));
        assertThat(refusal(() -> send(append("k", "v", 2), 1)))
                .hasMessageContaining("store \"orders\" is not open")
                .extracting(WireException::kind)
                .isEqualTo(Kind.STORE);
        assertThat(here.isOpen(SPEC)).isFalse();
        assertThat(here.registered(1)).isEqualTo(SPEC);
    }

    @Test
    void aHeaderAndABodyAreAFrame() {
        openBoth();
        MessageCodec codec = new MessageCodec(here, MAX_FRAME);
        Message message = append("k", "v", 2);
        byte[] whole = send(message, 1);
        WireWriter body = new WireWriter(0, MAX_FRAME);
        codec.writeBody(body, message, 1);
        int start = body.size();
        int bytes = codec.writeBody(body, message, 1);
        assertThat(body.size()).isEqualTo(start + bytes);
        out.clear();
        for (int i = 0; i < 2; i++) {
            int at = out.size();
            codec.writeHeader(out, envelope(message, 1), bytes);
            out.writeBytes(body.buffer(), start, bytes);
            assertThat(Arrays.copyOfRange(out.buffer(), at, out.size())).isEqualTo(whole);
        }
        assertThat(codec.sizeOf(whole, 0, 3)).isEqualTo(-1);
        assertThat(codec.sizeOf(whole, 0, 4)).isEqualTo(whole.length);
    }

    @Test
    void aFrameThatIsTooLargeIsRefusedOnBothSides() {
        openBoth();
        MessageCodec small = new MessageCodec(here, 100);
        Message message = append("k", "v".repeat(100), 101);
        out.clear();
        assertThat(refusal(() -> small.write(out, envelope(message, 1))).kind()).isEqualTo(Kind.LIMIT);
        assertThat(refusal(() -> small.writeHeader(out, envelope(message, 1), 50))
                        .kind())
                .isEqualTo(Kind.LIMIT);
        assertThat(out.size()).isZero();
        byte[] frame = send(message, 1);
        assertThat(refusal(() -> small.sizeOf(frame, 0, 4)).kind()).isEqualTo(Kind.LIMIT);
        assertThat(small.sizeOf(new byte[] {0, 0, 0, 96}, 0, 4)).isEqualTo(100);
        assertThat(refusal(() -> small.sizeOf(new byte[] {0, 0, 0, 97}, 0, 4)).kind())
                .isEqualTo(Kind.LIMIT);
        assertThat(small.sizeOf(new byte[] {0, 0, 0, 29}, 0, 4)).isEqualTo(33);
        assertThat(refusal(() -> small.sizeOf(new byte[] {0, 0, 0, 28}, 0, 4)).kind())
                .isEqualTo(Kind.MALFORMED);
        assertThat(refusal(() -> small.sizeOf(new byte[] {0x7f, -1, -1, -1}, 0, 4)))
                .hasMessageContaining("2147483651")
                .extracting(WireException::kind)
                .isEqualTo(Kind.LIMIT);
        assertThat(refusal(() -> small.sizeOf(new byte[] {0, 0, 0, 1}, 0, 4)).kind())
                .isEqualTo(Kind.MALFORMED);
    }

    @Test
    void aNameWithHalfACharacterIsRefused() {
        out.clear();
        MessageCodec codec = new MessageCodec(here, MAX_FRAME);
        Message message = new Message.TransferRequest("\ud83d");
        assertThat(refusal(() -> codec.write(out, envelope(message, 1))).kind()).isEqualTo(Kind.UNWRITABLE);
        assertThat(refusal(() -> codec.writeBody(out, message, 1)).kind()).isEqualTo(Kind.UNWRITABLE);
        assertThat(out.size()).isZero();
    }
}
