package io.memdi.transport.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memdi.Codec;
import io.memdi.Incarnation;
import io.memdi.transport.Envelope;
import io.memdi.transport.Member;
import io.memdi.transport.Message;
import io.memdi.wire.MessageCodec;
import io.memdi.wire.StoreCodecs;
import io.memdi.wire.WireException;
import io.memdi.wire.WireWriter;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.Test;

class FrameReaderTest implements FrameReader.Taker {
    private static final Member A = new Member("a", new Incarnation(1, 1), "127.0.0.1:7400");

    private final StoreCodecs stores = new StoreCodecs();
    private final MessageCodec codec = new MessageCodec(stores, Talker.MAX_FRAME);
    private final WireWriter bytes = new WireWriter(1024, 1 << 28);
    private final List<Envelope> sent = new ArrayList<>();
    private final List<Envelope> heard = new ArrayList<>();
    private final List<WireException> unreadable = new ArrayList<>();
    private int pings;
    private long heardBytes;

    FrameReaderTest() {
        stores.open(Talker.TEXTS, Codec.string(), Codec.string());
        stores.register(1, List.of(Talker.TEXTS));
    }

    @Override
    public void onEnvelope(Envelope envelope, int bytes) {
        heardBytes += bytes;
        heard.add(envelope);
    }

    @Override
    public void onPing() {
        pings++;
    }

    @Override
    public void onUnreadable(WireException why) {
        unreadable.add(why);
    }

    private void frame(Message message) {
        Envelope envelope = new Envelope(0, null, A, null, 1, message);
        sent.add(envelope);
        codec.write(bytes, envelope);
    }

    private void signal(int signal) {
        bytes.writeBytes(ByteBuffer.allocate(4).putInt(signal).array(), 0, 4);
    }

    /** A stream that gives no more at a time than that. */
    private static InputStream pieces(byte[] all, IntSupplier size) {
        return new ByteArrayInputStream(all) {
            @Override
            public synchronized int read(byte[] to, int offset, int length) {
                return super.read(to, offset, Math.min(length, size.getAsInt()));
            }
        };
    }

    private FrameReader reader(IntSupplier size) {
        return new FrameReader(pieces(bytes.toByteArray(), size), codec);
    }

    private boolean read(FrameReader reader) throws IOException {
        try (Socket unused = new Socket()) {
            return reader.readAll(new Line(unused, TcpLimits.defaults().times()), this);
        }
    }

    private Envelope withObjects(Envelope read) {
        Message message = Messages.withObjects(read.message(), stores);
        return new Envelope(read.group(), read.cluster(), read.sender(), read.target(), read.term(), message);
    }

    @Test
    void readsByteByByte() throws IOException {
        Messages.all().forEach(this::frame);
        assertThat(read(reader(() -> 1))).isFalse();
        heard.replaceAll(this::withObjects);
        assertThat(heard).usingRecursiveComparison().isEqualTo(sent);
        assertThat(heardBytes).isEqualTo(bytes.size());
    }

    @Test
    void readsAnySizesInAnyPieces() throws IOException {
        Random random = new Random(42);
        for (int i = 0; i < 300; i++) {
            int size = random.nextInt(20) == 0 ? random.nextInt(400_000) : random.nextInt(2_000);
            frame(Messages.append(1 + i, "x".repeat(size)));
            if (random.nextInt(10) == 0) {
                signal(random.nextBoolean() ? FrameReader.PING : FrameReader.PONG);
            }
        }
        signal(FrameReader.FAREWELL);
        assertThat(read(reader(() -> 1 + random.nextInt(random.nextBoolean() ? 50 : 100_000))))
                .isTrue();
        assertThat(heard).isEqualTo(sent);
        assertThat(pings).isPositive();
    }

    @Test
    void growsToAFrameAndGivesTheMemoryBack() throws IOException {
        frame(Messages.append(1, "x".repeat(5 << 20)));
        FrameReader large = reader(() -> 1 << 16);
        read(large);
        assertThat(heard).isEqualTo(sent);
        assertThat(large.capacity()).isLessThanOrEqualTo(TcpLimits.KEPT_BYTES);
        frame(new Message.Hello(1));
        FrameReader both = reader(() -> 1 << 20);
        read(both);
        assertThat(both.capacity()).isLessThanOrEqualTo(TcpLimits.KEPT_BYTES);
    }

    @Test
    void allocatesNothingForWhatIsOnlyAnnounced() {
        signal(Talker.MAX_FRAME - 4);
        bytes.writeBytes(new byte[100], 0, 100);
        FrameReader reader = reader(() -> 7);
        assertThatThrownBy(() -> read(reader))
                .isInstanceOf(EOFException.class)
                .hasMessage("it ended in the middle of a frame");
        assertThat(reader.capacity()).isLessThanOrEqualTo(32 << 10);
    }

    @Test
    void refusesLengthsThatNoFrameHas() {
        for (int length : new int[] {3, 28, -1, Integer.MIN_VALUE, Integer.MAX_VALUE, Talker.MAX_FRAME}) {
            bytes.clear();
            signal(length);
            assertThatThrownBy(() -> read(reader(() -> 100)))
                    .as("%d", length)
                    .isInstanceOf(WireException.class)
                    .hasMessageStartingWith("expected a frame of 33 to " + Talker.MAX_FRAME + " bytes");
        }
    }

    @Test
    void aCodecThatFailsCostsItsFrameAlone() throws IOException {
        frame(Messages.append(1, "x"));
        frame(new Message.Hello(1));
        byte[] all = bytes.toByteArray();
        // The value of the first frame is its last byte: now half a character.
        int end = ByteBuffer.wrap(all).getInt(0) + 4;
        all[end - 1] = (byte) 0xc3;
        read(new FrameReader(pieces(all, () -> 1000), codec));
        assertThat(heard).containsExactly(sent.get(1));
        assertThat(unreadable).singleElement().extracting(WireException::kind).isEqualTo(WireException.Kind.CODEC);
    }

    /** Whatever is changed: frames, or one refusal. */
    @Test
    void survivesRandomChanges() {
        Messages.all().forEach(this::frame);
        byte[] sound = bytes.toByteArray();
        Random random = new Random(7);
        for (int i = 0; i < 3000; i++) {
            byte[] damaged = Arrays.copyOf(sound, 1 + random.nextInt(sound.length));
            for (int changes = random.nextInt(3); changes >= 0; changes--) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            }
            heard.clear();
            try {
                read(new FrameReader(pieces(damaged, () -> 4096), codec));
            } catch (WireException | IOException e) {
                assertThat(e.getMessage()).isNotEmpty();
            }
        }
    }
}
