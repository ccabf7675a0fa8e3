package io.memdi.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.memdi.Codec;
import io.memdi.Incarnation;
import io.memdi.ReadLevel;
import io.memdi.Revision;
import io.memdi.Role;
import io.memdi.Status;
import io.memdi.transport.Answer;
import io.memdi.transport.ClientMessage;
import io.memdi.transport.Envelope;
import io.memdi.transport.Member;
import io.memdi.transport.Message;
import io.memdi.transport.Query;
import io.memdi.transport.StoreSpec;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What clients and nodes say to each other, where it is more than parts that come back as they were. */
class ClientCodecTest {
    private static final int MAX_FRAME = 1 << 20;
    private static final Revision HELD = new Revision(4, 7);

    private static Message roundTrip(Message message, StoreCodecs from, StoreCodecs to) {
        byte[] frame = frame(message, from);
        return read(frame, to).message();
    }

    private static byte[] frame(Message message, StoreCodecs from) {
        WireWriter out = new WireWriter(0, MAX_FRAME);
        Member sender = new Member("a", new Incarnation(1, 2), "");
        new MessageCodec(from, MAX_FRAME).write(out, new Envelope(0, null, sender, null, 0, message));
        return out.toByteArray();
    }

    private static Envelope read(byte[] frame, StoreCodecs to) {
        return new MessageCodec(to, MAX_FRAME).read(new WireReader().read(frame, 0, frame.length));
    }

    // --- answers ---

    private static ClientMessage.Answers answers(StoreSpec store, Object key, Object value) {
        return new ClientMessage.Answers(
                store,
                List.of(
                        new Answer.Found(1, HELD, HELD, value),
                        new Answer.Listed(2, HELD, List.of(new Answer.Item(HELD, key, value)), -1)));
    }

    @Test
    void answersAreWrittenByTheCodecsAndReadAsBytesWhereverTheStoreIsOpen() {
        UUID key = new UUID(3, 4);
        Samples.Point value = new Samples.Point(5, 6);
        StoreCodecs open = Samples.codecs();
        Message back = roundTrip(answers(Samples.POINTS, key, value), open, open);
        Encoded keyBytes = new Encoded(Codec.uuid().encode(key));
        Encoded valueBytes = new Encoded(new Samples.PointCodec().encode(value));
        assertThat(back).isEqualTo(answers(Samples.POINTS, keyBytes, valueBytes));
        assertThat(open.keyOf(Samples.POINTS, keyBytes)).isEqualTo(key);
        assertThat(open.valueOf(Samples.POINTS, valueBytes)).isEqualTo(value);
    }

    @Test
    void answersOfANodeThatHasNotOpenedTheStoreGoOnAsTheBytesThatTheyAre() {
        Encoded key = new Encoded(new byte[] {1, 2});
        Encoded value = new Encoded(new byte[] {3});
        Message answers = answers(Samples.CLOSED, key, value);
        assertThat(roundTrip(answers, new StoreCodecs(), Samples.codecs())).isEqualTo(answers);
    }

    @Test
    void aCodecThatCannotReadAnAnswerCostsWhoMakesAnObjectOfItAlone() {
        StoreSpec store = new StoreSpec("broken", "string", "acme.bad/1");
        StoreCodecs writes = new StoreCodecs();
        writes.open(store, Codec.string(), new Broken(true));
        StoreCodecs reads = new StoreCodecs();
        reads.open(store, Codec.string(), new Broken(false));
        ClientMessage.Answers back = (ClientMessage.Answers) roundTrip(answers(store, "k", "v"), writes, reads);
        Object value = ((Answer.Found) back.answers().get(0)).value();
        assertThatThrownBy(() -> reads.valueOf(store, value))
                .isInstanceOf(WireException.class)
                .hasMessageContaining("codec \"acme.bad/1\" for the values of store \"broken\"");
    }

    private record Broken(boolean works) implements Codec<String> {
        @Override
        public String name() {
            return "acme.bad/1";
        }

        @Override
        public byte[] encode(String value) {
            return value.getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public String decode(byte[] bytes) {
            if (!works) {
                throw new IllegalStateException("not on this node");
            }
            return new String(bytes, StandardCharsets.UTF_8);
        }

        @Override
        public int hash(String value) {
            return value.hashCode();
        }
    }

    // --- queries ---

    @Test
    void aKeyIsWrittenByTheCodecOfItsStoreAndReadWhereTheStoreIsOpen() {
        ClientMessage.Queries queries = new ClientMessage.Queries(
                List.of(Query.get(1, Samples.TEXTS, ReadLevel.LOCAL, HELD, "k", "k".hashCode())));
        assertThat(roundTrip(queries, Samples.codecs(), Samples.codecs())).isEqualTo(queries);
        Query closed = ((ClientMessage.Queries) roundTrip(queries, Samples.codecs(), new StoreCodecs()))
                .queries()
                .get(0);
        assertThat(closed.key()).isEqualTo(new Encoded(new byte[] {'k'}));
        assertThat(closed.hash()).isEqualTo("k".hashCode());
        assertThat(closed.store()).isEqualTo(Samples.TEXTS);
    }

    @Test
    void aStoreIsNamedOnceAsLongAsTheQueriesAreAboutIt() {
        Query one = Query.size(1, Samples.TEXTS, ReadLevel.LOCAL, HELD);
        Query two = Query.size(2, Samples.TEXTS, ReadLevel.LOCAL, HELD);
        int single = frame(new ClientMessage.Queries(List.of(one)), Samples.codecs()).length;
        int both = frame(new ClientMessage.Queries(List.of(one, two)), Samples.codecs()).length;
        assertThat(both - single).isEqualTo(5);
    }

    @Test
    void aKeyOfAStoreThatIsNotOpenIsNotWritten() {
        ClientMessage.Queries queries =
                new ClientMessage.Queries(List.of(Query.get(1, Samples.TEXTS, ReadLevel.LOCAL, HELD, "k", 1)));
        assertThat(catchThrowableOfType(WireException.class, () -> frame(queries, new StoreCodecs())))
                .extracting(WireException::kind)
                .isEqualTo(WireException.Kind.STORE);
    }

    @Test
    void aKeyWithTheWrongHashIsRefused() {
        ClientMessage.Queries queries =
                new ClientMessage.Queries(List.of(Query.get(1, Samples.TEXTS, ReadLevel.LOCAL, HELD, "k", 1)));
        byte[] frame = frame(queries, Samples.codecs());
        assertThat(catchThrowableOfType(WireException.class, () -> read(frame, Samples.codecs())))
                .extracting(WireException::kind)
                .isEqualTo(WireException.Kind.CODEC);
    }

    /** The last bytes of the frame of a page are its place and its limit. */
    @Test
    void aPageFromNowhereOrOfNothingIsRefused() {
        Query page = Query.page(1, Samples.TEXTS, ReadLevel.LOCAL, HELD, Query.from(1023, 5), 1);
        byte[] frame = frame(new ClientMessage.Queries(List.of(page)), Samples.codecs());
        assertThat(read(frame, Samples.codecs()).message()).isEqualTo(new ClientMessage.Queries(List.of(page)));
        int last = frame.length - 1;
        assertThatThrownBy(() -> read(changed(frame, last, 0), Samples.codecs()))
                .isInstanceOf(WireException.class)
                .hasMessageContaining("PAGE of 0 keys");
        // 1023 is ff 07: now it is 1151
        assertThatThrownBy(() -> read(changed(frame, last - 2, 8), Samples.codecs()))
                .isInstanceOf(WireException.class)
                .hasMessageContaining("expected a segment to be 0 to 1023, not 1151");
    }

    private static byte[] changed(byte[] frame, int at, int value) {
        byte[] copy = Arrays.copyOf(frame, frame.length);
        copy[at] = (byte) value;
        return copy;
    }

    // --- texts that others make ---

    @Test
    void wordsAndDigestsHaveABound() {
        assertThatThrownBy(() -> roundTrip(new ClientMessage.OrderReply(1, "x".repeat(70_000), true)))
                .hasMessageContaining("expected a refusal to take at most 65536 bytes, not 70000");
        assertThatThrownBy(() -> roundTrip(new ClientMessage.HailReply(
                        1, ClientMessage.Verdict.FULL, null, Revision.NONE, null, "x".repeat(70_000))))
                .hasMessageContaining("expected the reason of a refusal to take at most 65536 bytes, not 70000");
        assertThatThrownBy(() -> roundTrip(new ClientMessage.StatusReply(1, status("x".repeat(70_000), ""))))
                .hasMessageContaining("expected what a node waits for to take at most 65536 bytes, not 70000");
        assertThatThrownBy(() -> roundTrip(new ClientMessage.StatusReply(1, status("", "0".repeat(65)))))
                .hasMessageContaining("expected a digest to take at most 64 bytes, not 65");
    }

    private static Message roundTrip(Message message) {
        return roundTrip(message, Samples.codecs(), Samples.codecs());
    }

    private static Status status(String waitingFor, String digest) {
        return new Status(
                "a",
                new Incarnation(1, 2),
                null,
                Role.FOLLOWER,
                1,
                null,
                HELD,
                HELD,
                null,
                false,
                null,
                waitingFor,
                List.of(new Status.StoreStatus("texts", 1, digest)));
    }
}
