package io.memdi.wire;

import io.memdi.Ack;
import io.memdi.ClusterId;
import io.memdi.Codec;
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
import io.memdi.transport.StoreSpec;
import io.memdi.transport.Write;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** Messages of every type, with what a seed says in them; about stores of several codecs, one of which is not open. */
final class Samples {
    static final StoreSpec TEXTS = new StoreSpec("texts", "string", "bytes");
    static final StoreSpec COUNTS = new StoreSpec("counts", "int64", "string");
    static final StoreSpec POINTS = new StoreSpec("points", "uuid", "test.point/1");
    static final StoreSpec SMALL = new StoreSpec("kl\u00e9in", "int32", "int64");
    static final StoreSpec CLOSED = new StoreSpec("closed", "acme.order/2", "acme.lines/1");
    static final List<StoreSpec> STORES = List.of(TEXTS, COUNTS, POINTS, SMALL, CLOSED);

    /** In which {@link #STORES} were registered. Messages are of this term or a later one. */
    static final long TERM = 3;

    private static final int MAX_INDEX = 1 << 30;

    private final Random random;
    private final Map<Class<? extends Message>, Supplier<Message>> makers = new LinkedHashMap<>();

    record Point(int x, int y) {}

    /** As a user may write one. */
    static final class PointCodec implements Codec<Point> {
        @Override
        public String name() {
            return "test.point/1";
        }

        @Override
        public byte[] encode(Point value) {
            return (value.x + ";" + value.y).getBytes(StandardCharsets.US_ASCII);
        }

        @Override
        public Point decode(byte[] bytes) {
            String[] parts = new String(bytes, StandardCharsets.US_ASCII).split(";");
            return new Point(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]));
        }

        @Override
        public int hash(Point value) {
            return 31 * value.x + value.y;
        }
    }

    Samples(long seed) {
        random = new Random(seed);
        makers.put(Message.Append.class, this::append);
        makers.put(
                Message.AppendReply.class,
                () -> flip()
                        ? new Message.AppendReply(flip(), number(), revision(), number(), flip())
                        : new Message.AppendReply(
                                flip(), number(), revision(), number(), flip(), number(), Math.max(1, number())));
        makers.put(Message.Heartbeat.class, () -> new Message.Heartbeat(number(), number()));
        makers.put(Message.HeartbeatReply.class, () -> new Message.HeartbeatReply(number()));
        makers.put(Message.Writes.class, this::writes);
        makers.put(Message.WriteReplies.class, () -> new Message.WriteReplies(list(5, i -> writeReply()), number()));
        makers.put(Message.ReadRequest.class, () -> new Message.ReadRequest(random.nextLong()));
        makers.put(Message.ReadReply.class, () -> new Message.ReadReply(random.nextLong(), number()));
        makers.put(Message.VoteRequest.class, () -> new Message.VoteRequest(flip(), term(), revision()));
        makers.put(Message.VoteReply.class, () -> new Message.VoteReply(flip(), term(), flip()));
        makers.put(Message.HigherTerm.class, Message.HigherTerm::new);
        makers.put(Message.StandNow.class, Message.StandNow::new);
        makers.put(
                Message.Presence.class,
                () -> new Message.Presence(number(), random.nextLong(), random.nextLong(), term(), revision()));
        makers.put(
                Message.PresenceReply.class, () -> new Message.PresenceReply(number(), random.nextLong(), text(2000)));
        makers.put(Message.Evicted.class, () -> new Message.Evicted(revision()));
        makers.put(HealMessage.HealOpened.class, this::healOpened);
        makers.put(HealMessage.HealRequest.class, this::healRequest);
        makers.put(
                HealMessage.HealPartRequest.class,
                () -> new HealMessage.HealPartRequest(number(), random.nextInt(Integer.MAX_VALUE)));
        makers.put(HealMessage.HealPart.class, this::healPart);
        makers.put(
                HealMessage.HealDigestsRequest.class,
                () -> new HealMessage.HealDigestsRequest(number(), 1 + random.nextInt(9), number()));
        makers.put(HealMessage.HealDigests.class, this::healDigests);
        makers.put(HealMessage.HealPage.class, this::healPage);
        makers.put(Message.TransferRequest.class, () -> new Message.TransferRequest(flip() ? null : text(20)));
        makers.put(
                Message.ChangeRequest.class,
                () -> new Message.ChangeRequest(random.nextLong(), oneOf(Message.Change.values()), text(20)));
        makers.put(Message.ChangeReply.class, () -> new Message.ChangeReply(random.nextLong(), text(2000), flip()));
        makers.put(Message.Hello.class, () -> new Message.Hello(random.nextLong()));
        makers.put(
                Message.HelloReply.class,
                () -> new Message.HelloReply(
                        random.nextLong(), oneOf(Message.Mode.values()), flip() ? null : cluster()));
        makers.put(
                Message.Propose.class,
                () -> new Message.Propose(random.nextLong(), cluster(), configuration(), random.nextLong()));
        makers.put(
                Message.ProposeReply.class,
                () -> new Message.ProposeReply(
                        cluster(), oneOf(Message.Answer.values()), flip(), flip(), random.nextLong()));
        makers.put(
                Message.JoinRequest.class,
                () -> new Message.JoinRequest(number(), flip() ? null : cluster(), flip(), revision(), flip(), flip()));
        makers.put(
                Message.JoinReply.class,
                () -> new Message.JoinReply(
                        number(),
                        flip() ? null : cluster(),
                        oneOf(Message.Verdict.values()),
                        revision(),
                        flip() ? null : new Contact(name(10), name(30)),
                        flip() ? null : configuration(),
                        text(2000)));
        new ClientSamples(this).addTo(makers);
    }

    /** The codecs of a node on which all stores are registered, and all but one open. */
    static StoreCodecs codecs() {
        StoreCodecs codecs = new StoreCodecs();
        codecs.open(TEXTS, Codec.string(), Codec.bytes());
        codecs.open(COUNTS, Codec.int64(), Codec.string());
        codecs.register(TERM, STORES);
        codecs.open(POINTS, Codec.uuid(), new PointCodec());
        codecs.open(SMALL, Codec.int32(), Codec.int64());
        return codecs;
    }

    /** The types of messages that there are samples of. */
    List<Class<? extends Message>> types() {
        return List.copyOf(makers.keySet());
    }

    Message message(Class<? extends Message> type) {
        return makers.get(type).get();
    }

    Envelope envelope(Message message) {
        return new Envelope(
                random.nextInt(),
                flip() ? null : cluster(),
                member("n" + random.nextInt(10)),
                flip() ? null : incarnation(),
                term(),
                message);
    }

    // --- messages ---

    Message.Append append() {
        long term = random.nextInt(5);
        long index = random.nextInt(MAX_INDEX);
        Revision previous = new Revision(term, index);
        Incarnation session = incarnation();
        List<Entry> entries = new ArrayList<>();
        for (int i = random.nextInt(8); i > 0; i--) {
            term += random.nextInt(8) == 0 ? random.nextInt(1000) : 0;
            index += random.nextInt(20) == 0 ? 1 + random.nextInt(1 << 20) : 1;
            session = random.nextInt(3) == 0 ? incarnation() : session;
            entries.add(entry(term, index, session));
        }
        return new Message.Append(previous, entries, number(), number());
    }

    private Entry entry(long term, long index, Incarnation session) {
        return switch (random.nextInt(14)) {
            case 0 -> new Entry.Blank(term, index);
            case 1 -> new Entry.Opened(term, index);
            case 2 -> new Entry.Configured(term, index, configuration());
            case 3 -> new Entry.StoreCreated(term, index, random.nextInt(1000), spec());
            case 4 -> new Entry.SessionOpened(term, index, incarnation());
            case 5 -> new Entry.SessionClosed(term, index, incarnation());
            default -> written(term, index, session);
        };
    }

    private Entry.Written written(long term, long index, Incarnation session) {
        int store = random.nextInt(STORES.size() + 1);
        Result result = oneOf(Result.values());
        boolean keyed = store > 0 && result != Result.WRONG_CODEC;
        Keyed key = keyed ? key(STORES.get(store - 1)) : new Keyed(Encoded.NOTHING, random.nextInt(), 0);
        Sized value = keyed && result == Result.APPLIED && flip() ? value(STORES.get(store - 1)) : new Sized(null, 0);
        return new Entry.Written(
                term,
                index,
                session,
                1 + number(),
                1 + number(),
                result,
                flip() ? Revision.NONE : revision(),
                store,
                key.key,
                key.hash,
                value.value,
                key.size + value.size + random.nextInt(3));
    }

    Message.Writes writes() {
        long firstOpen = number();
        List<Write> writes = new ArrayList<>();
        StoreSpec store = spec();
        long number = firstOpen;
        for (int i = random.nextInt(6); i > 0; i--) {
            store = random.nextInt(3) == 0 ? spec() : store;
            number += 1 + random.nextInt(3);
            Write.Operation operation = oneOf(Write.Operation.values());
            boolean removes = operation == Write.Operation.REMOVE || operation == Write.Operation.REMOVE_AT;
            Keyed key = key(store);
            Sized value = removes ? new Sized(null, 0) : value(store);
            writes.add(new Write(
                    number,
                    oneOf(Ack.values()),
                    store,
                    operation,
                    key.key,
                    key.hash,
                    value.value,
                    flip() ? Revision.NONE : revision(),
                    key.size + value.size));
        }
        return new Message.Writes(firstOpen, writes);
    }

    private Message.WriteReply writeReply() {
        return new Message.WriteReply(
                1 + number(), oneOf(Result.values()), revision(), flip() ? Revision.NONE : revision());
    }

    private HealMessage.HealOpened healOpened() {
        return new HealMessage.HealOpened(
                number(),
                revision(),
                flip(),
                revision(),
                configuration(),
                list(4, i -> incarnation()),
                random.nextInt(Integer.MAX_VALUE));
    }

    private HealMessage.HealPart healPart() {
        return new HealMessage.HealPart(
                number(),
                random.nextInt(Integer.MAX_VALUE),
                list(4, i -> new Entry.StoreCreated(term(), 1 + number(), i + 1, spec())),
                list(
                        4,
                        i -> new SessionState(
                                incarnation(),
                                revision(),
                                number(),
                                number(),
                                longs(random.nextInt(5) * SessionState.STRIDE))));
    }

    private HealMessage.HealDigests healDigests() {
        return new HealMessage.HealDigests(
                number(),
                1 + random.nextInt(9),
                number(),
                list(3, i -> new SegmentDigests(longs(Range.SEGMENTS), longs(Range.SEGMENTS))));
    }

    private HealMessage.HealRequest healRequest() {
        int size = random.nextInt(20);
        return new HealMessage.HealRequest(
                1 + random.nextInt(9),
                new Inventory(
                        random.nextLong(),
                        range(),
                        number(),
                        random.ints(size).toArray(),
                        random.ints(size, 0, Integer.MAX_VALUE).toArray(),
                        random.longs(size, 0, Long.MAX_VALUE).toArray()));
    }

    private HealMessage.HealPage healPage() {
        int store = 1 + random.nextInt(STORES.size());
        StoreSpec spec = STORES.get(store - 1);
        List<Page.Bucket> buckets = list(5, i -> {
            Keyed key = key(spec);
            return new Page.Bucket(key.hash, list(3, j -> new Page.Item(term(), number(), key.key, value(spec).value)));
        });
        return new HealMessage.HealPage(store, new Page(random.nextLong(), range(), number(), buckets, number()));
    }

    // --- parts ---

    record Keyed(Object key, int hash, int size) {}

    record Sized(Object value, int size) {}

    Keyed key(StoreSpec store) {
        if (store.equals(TEXTS)) {
            String text = text(30);
            return new Keyed(text, text.hashCode(), text.getBytes(StandardCharsets.UTF_8).length);
        } else if (store.equals(COUNTS)) {
            long count = random.nextLong();
            return new Keyed(count, Long.hashCode(count), Long.BYTES);
        } else if (store.equals(POINTS)) {
            UUID id = new UUID(random.nextLong(), random.nextLong());
            return new Keyed(id, id.hashCode(), 16);
        } else if (store.equals(SMALL)) {
            int small = random.nextInt();
            return new Keyed(small, small, Integer.BYTES);
        }
        byte[] bytes = bytes(40);
        return new Keyed(new Encoded(bytes), random.nextInt(), bytes.length);
    }

    private Sized value(StoreSpec store) {
        if (store.equals(TEXTS)) {
            byte[] bytes = bytes(200);
            return new Sized(bytes, bytes.length);
        } else if (store.equals(COUNTS)) {
            String text = text(200);
            return new Sized(text, text.getBytes(StandardCharsets.UTF_8).length);
        } else if (store.equals(POINTS)) {
            Point point = new Point(random.nextInt(), random.nextInt(10));
            return new Sized(point, new PointCodec().encode(point).length);
        } else if (store.equals(SMALL)) {
            return new Sized(random.nextLong(), Long.BYTES);
        }
        byte[] bytes = bytes(200);
        return new Sized(new Encoded(bytes), bytes.length);
    }

    StoreSpec spec() {
        return oneOf(STORES.toArray(StoreSpec[]::new));
    }

    private Range range() {
        int from = random.nextInt(Range.PLACES - 2);
        int end = from + 1 + random.nextInt(Range.PLACES - from - 1);
        return new Range(random.nextInt(Range.SEGMENTS), from, revision(), end, revision());
    }

    Configuration configuration() {
        List<Member> voters = IntStream.rangeClosed(1, 1 + random.nextInt(4))
                .mapToObj(i -> member("v" + i))
                .toList();
        List<Member> learners = list(2, i -> member("l" + i));
        List<Member> outgoing = flip() ? List.of() : voters.subList(0, 1);
        return new Configuration(voters, learners, outgoing, list(3, i -> "v" + i));
    }

    Member member(String name) {
        return new Member(name, incarnation(), flip() ? name : "10.0.0.1:" + random.nextInt(65536));
    }

    Incarnation incarnation() {
        return new Incarnation(random.nextLong(), random.nextLong());
    }

    ClusterId cluster() {
        return new ClusterId(random.nextLong(), random.nextLong());
    }

    Revision revision() {
        return random.nextInt(4) == 0 ? Revision.NONE : new Revision(random.nextInt(100), number());
    }

    long term() {
        return flip() ? TERM : TERM + random.nextInt(Integer.MAX_VALUE - (int) TERM);
    }

    /** From 0 on, of any length. */
    long number() {
        return random.nextLong() >>> (2 + random.nextInt(62));
    }

    /** From 0 on. */
    int below(int bound) {
        return random.nextInt(bound);
    }

    boolean flip() {
        return random.nextBoolean();
    }

    private long[] longs(int count) {
        return random.longs(count).map(any -> flip() ? any : any >>> 50).toArray();
    }

    byte[] bytes(int max) {
        byte[] bytes = new byte[random.nextInt(max)];
        random.nextBytes(bytes);
        return bytes;
    }

    /** Characters of one to four bytes in UTF-8; half of the texts are ASCII. */
    String text(int max) {
        int bound = flip() ? 0x80 : 0x11000;
        return random.ints(random.nextInt(max), 0, bound)
                .filter(point -> point < 0xD800 || point > 0xDFFF)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    /** A text without control characters. */
    String name(int max) {
        return text(max)
                .codePoints()
                .filter(point -> !Character.isISOControl(point))
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    <T> T oneOf(T[] all) {
        return all[random.nextInt(all.length)];
    }

    <T> List<T> list(int max, IntFunction<T> maker) {
        return IntStream.range(0, random.nextInt(max)).mapToObj(maker).toList();
    }
}
