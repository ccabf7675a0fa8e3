package io.memdi.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.sun.management.ThreadMXBean;
import io.memdi.transport.Envelope;
import io.memdi.transport.HealMessage;
import io.memdi.transport.Message;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Damaged frames. Each ends as a message, or as a {@link WireException}, and costs no more memory than its size warrants.
 *
 * <p>The frames that are damaged are those of {@code frames-1.txt}, messages from a seed, and {@code fuzz-corpus.txt}, where an input that
 * was found to break something stays: one in a line, in hex, after a line on what it found. To look further, run it with
 * {@code -Dmemdi.fuzz.seed=7 -Dmemdi.fuzz.mutants=5000000}.
 */
class WireFuzzTest {
    private static final int MAX_FRAME = 1 << 20;
    private static final int MUTANTS = Integer.getInteger("memdi.fuzz.mutants", 150_000);
    private static final long SEED = Long.getLong("memdi.fuzz.seed", 20_260_701);

    /** An object for each few bytes, an exception with its words, and what is copied on the way. */
    private static final long BYTES_PER_BYTE = 32;

    private static final long BYTES_ANYHOW = 16 << 10;

    private final ThreadMXBean memory = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final MessageCodec codec = new MessageCodec(Samples.codecs(), MAX_FRAME);
    private final WireReader in = new WireReader();
    private int messages;
    private int refusals;
    private @Nullable WireException refusal;

    @Test
    void everyMutantIsAMessageOrARefusal() throws IOException {
        SplittableRandom random = new SplittableRandom(SEED);
        List<byte[]> corpus = corpus();
        for (int i = 0; i < MUTANTS; i++) {
            byte[] origin = corpus.get(random.nextInt(corpus.size()));
            check(mutant(origin, corpus, random), "mutant " + i + " of seed " + SEED);
        }
        assertThat(messages).as("mutants that are messages all the same").isGreaterThan(MUTANTS / 100);
        assertThat(refusals).as("mutants that are refused").isGreaterThan(MUTANTS / 2);
    }

    @Test
    void everyPrefixIsRefused() throws IOException {
        for (byte[] frame : FixedFrames.file().values()) {
            for (int length = 0; length < frame.length; length += length > 2000 ? 97 : 1) {
                byte[] prefix = Arrays.copyOf(frame, length);
                check(prefix, "the first " + length + " bytes");
                if (length >= 33) {
                    check(sized(prefix), "the first " + length + " bytes, as a frame");
                }
            }
        }
        assertThat(messages).isZero();
    }

    /** Wherever a number stands, a huge one may stand. */
    @Test
    void hugeLengthsAreRefusedBeforeAnythingIsAllocated() throws IOException {
        byte[][] huge = {
            {(byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, 7},
            {(byte) 0x7f, (byte) 0xff, (byte) 0xff, (byte) 0xff},
            {-1, -1, -1, -1, -1, -1, -1, -1, 0x7f},
            {-1, -1, -1, -1, -1, -1, -1, -1, -1, 1},
        };
        for (byte[] frame : FixedFrames.file().values()) {
            for (int at = 0; at < Math.min(frame.length, 1000); at++) {
                for (byte[] number : huge) {
                    byte[] replaced = splice(frame, at, Math.min(1, frame.length - at), number);
                    check(replaced, "a huge number at " + at);
                    check(sized(replaced), "a huge number at " + at + " of a frame");
                }
            }
        }
    }

    @Test
    void arbitraryBytesAreRefused() {
        SplittableRandom random = new SplittableRandom(SEED);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = new byte[random.nextInt(200)];
            random.nextBytes(bytes);
            check(bytes, "random bytes");
            if (bytes.length > 40) {
                bytes[4] = MessageCodec.VERSION;
                bytes[5] = (byte) (1 + random.nextInt(39));
                bytes[6] = 0;
                bytes[31] = 0;
                bytes[32] = 0;
                check(sized(bytes), "a random body");
            }
        }
    }

    private static List<byte[]> corpus() throws IOException {
        List<byte[]> corpus = new ArrayList<>(FixedFrames.file().values());
        try (InputStream found = WireFuzzTest.class.getResourceAsStream("fuzz-corpus.txt")) {
            new String(Objects.requireNonNull(found).readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                    .forEach(line -> corpus.add(FixedFrames.parse(line)));
        }
        Samples samples = new Samples(SEED);
        WireWriter out = new WireWriter(0, 2 * MAX_FRAME);
        MessageCodec codec = new MessageCodec(Samples.codecs(), MAX_FRAME);
        for (Class<? extends Message> type : samples.types()) {
            // A large one takes long to read; the fixed ones are enough of it.
            for (int i = 0; i < 10 && type != HealMessage.HealDigests.class; i++) {
                out.clear();
                codec.write(out, samples.envelope(samples.message(type)));
                corpus.add(out.toByteArray());
            }
        }
        return corpus;
    }

    private static byte[] mutant(byte[] origin, List<byte[]> corpus, SplittableRandom random) {
        byte[] bytes = origin.clone();
        for (int i = 1 + random.nextInt(3); i > 0 && bytes.length > 0; i--) {
            // Mostly in the body: what is wrong in a header is seen at once.
            int at = random.nextInt(random.nextInt(4) == 0 ? 0 : Math.min(31, bytes.length - 1), bytes.length);
            switch (random.nextInt(7)) {
                case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> bytes[at] = (byte) random.nextInt(256);
                case 2 -> bytes[at] = (byte) (random.nextBoolean() ? 0xff : 0x7f);
                case 3 -> bytes = Arrays.copyOf(bytes, at);
                case 4 -> bytes = splice(bytes, at, 0, randomBytes(random, 12));
                case 5 -> bytes = splice(bytes, at, random.nextInt(bytes.length - at), new byte[0]);
                default -> {
                    byte[] other = corpus.get(random.nextInt(corpus.size()));
                    int from = random.nextInt(other.length);
                    int length = random.nextInt(Math.min(64, other.length - from));
                    bytes = splice(bytes, at, 0, Arrays.copyOfRange(other, from, from + length));
                }
            }
        }
        return random.nextInt(10) == 0 ? bytes : sized(bytes);
    }

    private static byte[] randomBytes(SplittableRandom random, int max) {
        byte[] bytes = new byte[random.nextInt(max)];
        random.nextBytes(bytes);
        return bytes;
    }

    private static byte[] splice(byte[] bytes, int at, int removed, byte[] added) {
        byte[] result = new byte[bytes.length - removed + added.length];
        System.arraycopy(bytes, 0, result, 0, at);
        System.arraycopy(added, 0, result, at, added.length);
        System.arraycopy(bytes, at + removed, result, at + added.length, bytes.length - at - removed);
        return result;
    }

    /** With the length that it has; else nothing but the length would be wrong. */
    private static byte[] sized(byte[] bytes) {
        byte[] frame = bytes.clone();
        if (frame.length >= MessageCodec.LENGTH_BYTES) {
            WireWriter.INTS.set(frame, 0, frame.length - MessageCodec.LENGTH_BYTES);
        }
        return frame;
    }

    private void check(byte[] frame, String what) {
        Envelope envelope;
        try {
            envelope = bounded(frame, what);
        } catch (Throwable e) {
            fail(what + ": " + HexFormat.of().formatHex(frame), e);
            return;
        }
        if (envelope == null) {
            refusals++;
        } else {
            messages++;
            checkAgain(envelope, what, frame);
        }
    }

    /** What the JVM loads and links for whatever happens for the first time does not count: so a second look decides. */
    private @Nullable Envelope bounded(byte[] frame, String what) {
        long allocated = 0;
        for (int attempt = 0; attempt < 3; attempt++) {
            long before = memory.getCurrentThreadAllocatedBytes();
            Envelope envelope = look(frame);
            allocated = memory.getCurrentThreadAllocatedBytes() - before;
            if (allocated <= BYTES_ANYHOW + BYTES_PER_BYTE * frame.length) {
                return envelope;
            }
        }
        throw new AssertionError(what + " has cost " + allocated + " bytes");
    }

    /** Null if it is refused. */
    private @Nullable Envelope look(byte[] frame) {
        try {
            return codec.read(in.read(frame, 0, frame.length));
        } catch (WireException e) {
            refusal = e;
            return null;
        }
    }

    /** What was read is a message in every respect: it is written and read again, to the same bytes from then on. */
    private void checkAgain(Envelope envelope, String what, byte[] frame) {
        if (envelope.term() < Samples.TERM) {
            return; // of a term in which the stores had no numbers
        }
        WireWriter out = new WireWriter(0, 2 * MAX_FRAME);
        try {
            codec.write(out, envelope);
        } catch (WireException e) {
            // A number that is not registered, whose keys stayed bytes.
            assertThat(e.kind()).as(what).isEqualTo(WireException.Kind.STORE);
            return;
        }
        byte[] once = out.toByteArray();
        Envelope back = look(once);
        if (back == null) {
            // Damage had made it about an unknown store, so that keys stayed bytes; its number alone means a store that
            // is open here.
            assertThat(refusal.kind()).as(what).isEqualTo(WireException.Kind.CODEC);
            return;
        }
        out.clear();
        codec.write(out, back);
        assertThat(out.toByteArray()).as(what).isEqualTo(once);
    }
}
