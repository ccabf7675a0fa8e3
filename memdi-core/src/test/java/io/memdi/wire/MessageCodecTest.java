package io.memdi.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memdi.ClusterId;
import io.memdi.Incarnation;
import io.memdi.Revision;
import io.memdi.transport.Configuration;
import io.memdi.transport.Contact;
import io.memdi.transport.Envelope;
import io.memdi.transport.Member;
import io.memdi.transport.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

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

    /** They stand in logs, where a line break would make a line of somebody else's. */
    @ParameterizedTest
    @ValueSource(strings = {"b\nc: leads", "b\r", "\u001b[2J", "\u0000", "b\u007f", "b\u0085c"})
    void namesAndAddressesHaveNoControlCharacters(String text) {
        Incarnation life = new Incarnation(1, 2);
        Member good = new Member("b", life, "10.0.0.2:7400");
        isRefused(new Member(text, life, "10.0.0.2:7400"), new Message.Hello(1), "the sender's name");
        isRefused(new Member("b", life, text), new Message.Hello(1), "the sender's address");
        isRefused(good, founding(new Member(text, life, "10.0.0.2:7400"), "b"), "a member's name");
        isRefused(good, founding(new Member("b", life, text), "b"), "a member's address");
        isRefused(good, founding(good, text), "a name in a list");
        isRefused(good, sentTo(new Contact(text, "10.0.0.2:7400")), "a node's name");
        isRefused(good, sentTo(new Contact("b", text)), "a node's address");
    }

    private static Message founding(Member member, String listed) {
        return new Message.Propose(
                1, new ClusterId(1, 2), new Configuration(List.of(member), List.of(), List.of(), List.of(listed)), 1);
    }

    private static Message sentTo(Contact leader) {
        return new Message.JoinReply(1, null, Message.Verdict.WAIT, Revision.NONE, leader, null, "");
    }

    private void isRefused(Member sender, Message message, String what) {
        out.clear();
        codec.write(out, new Envelope(0, null, sender, null, 1, message));
        assertThatThrownBy(() -> codec.read(in.read(out.buffer(), 0, out.size())))
                .isInstanceOf(WireException.class)
                .hasMessageStartingWith("expected " + what + " to have no control characters, at offset ");
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
