package io.memdi.bench;

import io.memdi.ClusterId;
import io.memdi.Codec;
import io.memdi.Incarnation;
import io.memdi.Revision;
import io.memdi.transport.Entry;
import io.memdi.transport.Envelope;
import io.memdi.transport.Member;
import io.memdi.transport.Message.Append;
import io.memdi.transport.Result;
import io.memdi.transport.StoreSpec;
import io.memdi.wire.MessageCodec;
import io.memdi.wire.StoreCodecs;
import io.memdi.wire.WireReader;
import io.memdi.wire.WireWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * An append to a follower, as a frame and back: keys of 16 characters, values of 100 bytes. The body is what is written once for all
 * followers, the header what each of them gets besides.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 4, time = 1)
@Fork(2)
@SuppressWarnings("NullAway.Init") // JMH calls what initialises
public class WireBenchmark {
    private static final int MAX_FRAME = 1 << 20;

    /** How many entries the append has. */
    @Param({"1", "64"})
    public int entries;

    /** Whether codecs write values by themselves, or by a codec that memdi does not know. */
    @Param({"BYTES", "OWN"})
    public Values values;

    private final WireWriter out = new WireWriter(MAX_FRAME, MAX_FRAME);
    private final WireReader in = new WireReader();
    private MessageCodec codec;
    private Envelope envelope;
    private byte[] frame;
    private int bodyBytes;

    /** How values become bytes. */
    public enum Values {
        /** By {@link Codec#bytes()}. */
        BYTES,
        /** By a codec of the application, which makes an array of each. */
        OWN
    }

    private static final class OwnCodec implements Codec<String> {
        @Override
        public String name() {
            return "own";
        }

        @Override
        public byte[] encode(String value) {
            return value.getBytes(StandardCharsets.ISO_8859_1);
        }

        @Override
        public String decode(byte[] bytes) {
            return new String(bytes, StandardCharsets.ISO_8859_1);
        }

        @Override
        public int hash(String value) {
            return value.hashCode();
        }

        @Override
        public int encodedSize(String value) {
            return value.length();
        }
    }

    @Setup
    public void write() {
        Codec<?> valueCodec = values == Values.BYTES ? Codec.bytes() : new OwnCodec();
        StoreSpec store = new StoreSpec("entries", "string", valueCodec.name());
        StoreCodecs stores = new StoreCodecs();
        stores.open(store, Codec.string(), valueCodec);
        stores.register(1, List.of(store));
        codec = new MessageCodec(stores, MAX_FRAME);
        Incarnation a = new Incarnation(-1, 2);
        Append append = new Append(
                new Revision(3, 1_000_000),
                IntStream.rangeClosed(1, entries).mapToObj(i -> entry(a, i)).toList(),
                1_000_000,
                77);
        envelope = new Envelope(0, new ClusterId(-3, 4), new Member("a", a, "10.0.0.1:7400"), a, 3, append);
        codec.write(out, envelope);
        frame = out.toByteArray();
        bodyBytes = codec.writeBody(out, append, 3);
    }

    private Entry entry(Incarnation session, int i) {
        String key = Entries.key(i);
        Object value = values == Values.BYTES ? Entries.value() : "v".repeat(Entries.VALUE_BYTES);
        return new Entry.Written(
                3,
                1_000_000 + i,
                session,
                5_000_000 + i,
                5_000_000 - 100,
                Result.APPLIED,
                Revision.NONE,
                1,
                key,
                key.hashCode(),
                value,
                key.length() + Entries.VALUE_BYTES);
    }

    @Benchmark
    public int writeFrame() {
        out.clear();
        codec.write(out, envelope);
        return out.size();
    }

    @Benchmark
    public int writeBody() {
        out.clear();
        return codec.writeBody(out, envelope.message(), 3);
    }

    @Benchmark
    public int writeHeader() {
        out.clear();
        codec.writeHeader(out, envelope, bodyBytes);
        return out.size();
    }

    @Benchmark
    public Envelope readFrame() {
        return codec.read(in.read(frame, 0, frame.length));
    }
}
