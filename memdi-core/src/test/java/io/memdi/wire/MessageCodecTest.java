package io.memdi.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.memdi.transport.Envelope;
import io.memdi.transport.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MessageCodecTest {
    private static final int MAX_FRAME = 1 << 20;
    private static final int ROUNDS = 100;

    private final MessageCodec codec = new MessageCodec(Samples.codecs(), MAX_FRAME);
    private final WireWriter out = new WireWriter(0, 2 * MAX_FRAME);
    private final WireReader in = new WireReader();

    /** Every record that a message can be. */
    static Stream<Class<?>> types() {
        return leaves(Message.class);
    }

    private static Stream<Class<?>> leaves(Class<?> type) {
        return type.isSealed()
                ? Stream.of(type.getPermittedSubclasses()).flatMap(MessageCodecTest::leaves)
                : Stream.of(type);
    }

    @Test
    void thereAreSamplesOfEveryMessage() {
        assertThat(new Samples(1).types()).containsExactlyInAnyOrderElementsOf(messages());
    }

    private static List<Class<? extends Message>> messages() {
        List<Class<? extends Message>> messages = new ArrayList<>();
        types().forEach(type -> messages.add(type.asSubclass(Message.class)));
        return messages;
    }

    @ParameterizedTest
    @MethodSource("types")
    void comesBackAsItWas(Class<? extends Message> type) {
        Samples samples = new Samples(type.getSimpleName().hashCode());
        for (int round = 0; round < ROUNDS; round++) {
            Envelope envelope = samples.envelope(samples.message(type));
            int start = out.size();
            codec.write(out, envelope);
            Envelope back = codec.read(in.read(out.buffer(), start, out.size() - start));
            assertThat(back).usingRecursiveComparison().withStrictTypeChecking().isEqualTo(envelope);
            if (out.size() > MAX_FRAME) {
                out.clear();
            }
        }
    }
}
