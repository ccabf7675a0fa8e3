package io.memdi.transport.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memdi.ClusterId;
import io.memdi.Incarnation;
import io.memdi.transport.tcp.Handshake.Answer;
import io.memdi.transport.tcp.Handshake.Code;
import io.memdi.transport.tcp.Handshake.Greeting;
import io.memdi.transport.tcp.Handshake.Party;
import io.memdi.transport.tcp.Handshake.Refused;
import io.memdi.transport.tcp.Handshake.Storage;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HandshakeTest {
    private static final Party A =
            new Party("a", new Incarnation(0x0102030405060708L, 0x1112131415161718L), null, Storage.MEMORY, 0x02000000);
    private static final Party B = new Party(
            "b\u00e9",
            new Incarnation(-1, 1),
            new ClusterId(0x2122232425262728L, 0x3132333435363738L),
            Storage.MEMORY,
            4096);
    private static final String MAGIC = "6d656d64690d0a1a";

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    private static Greeting greeting(byte[] bytes) throws IOException, Refused {
        return Handshake.readGreeting(new ByteArrayInputStream(bytes), 1);
    }

    private static Answer answer(byte[] bytes) throws IOException, Refused {
        return Handshake.readAnswer(new ByteArrayInputStream(bytes));
    }

    @Test
    void aGreetingToTheByte() throws IOException, Refused {
        Greeting greeting = new Greeting(1, 1, A, false, "node-b");
        byte[] bytes = Handshake.bytes(greeting);
        assertThat(hex(bytes))
                .isEqualTo(MAGIC + "0021" + "01" + "01" + "00" + "00" + "02000000" + "0102030405060708"
                        + "1112131415161718" + "0161" + "066e6f64652d62");
        assertThat(greeting(bytes)).isEqualTo(greeting);
    }

    @Test
    void aGreetingOfAClientThatBelongsToACluster() throws IOException, Refused {
        Greeting greeting = new Greeting(1, 3, B, true, "");
        byte[] bytes = Handshake.bytes(greeting);
        assertThat(hex(bytes))
                .isEqualTo(MAGIC + "002d" + "01" + "03" + "03" + "00" + "00001000" + "ffffffffffffffff"
                        + "0000000000000001" + "2122232425262728" + "3132333435363738" + "0362c3a9" + "00");
        assertThat(greeting(bytes)).isEqualTo(greeting);
    }

    @Test
    void anAnswerToTheByte() throws IOException, Refused {
        Answer welcome = new Answer(1, Code.WELCOME, A, "");
        byte[] bytes = Handshake.bytes(welcome);
        assertThat(hex(bytes))
                .isEqualTo(MAGIC + "001c" + "01" + "00" + "00" + "00" + "02000000" + "0102030405060708"
                        + "1112131415161718" + "0161" + "0000");
        assertThat(answer(bytes)).isEqualTo(welcome);
    }

    @Test
    void aRefusalToTheByte() throws IOException, Refused {
        Answer refusal = new Answer(0, Code.CLUSTER, B, "no");
        byte[] bytes = Handshake.bytes(refusal);
        assertThat(hex(bytes))
                .isEqualTo(MAGIC + "0030" + "00" + "02" + "01" + "00" + "00001000" + "ffffffffffffffff"
                        + "0000000000000001" + "2122232425262728" + "3132333435363738" + "0362c3a9" + "0002" + "6e6f");
        assertThat(answer(bytes)).isEqualTo(refusal);
    }

    @Test
    void cutsALongReasonBetweenCharacters() throws IOException, Refused {
        String reason = "x" + "\u00e9".repeat(500);
        byte[] bytes = Handshake.bytes(new Answer(0, Code.NAME, A, reason));
        assertThat(bytes.length).isLessThanOrEqualTo(Handshake.MAX_BYTES);
        assertThat(answer(bytes).reason()).isEqualTo("x" + "\u00e9".repeat(299));
    }

    @Test
    void readsNoMoreThanTheVersionsOfAnUnknownVersion() throws IOException, Refused {
        byte[] bytes = Handshake.bytes(new Greeting(2, 9, A, false, "b"));
        Arrays.fill(bytes, 12, bytes.length, (byte) 0xff);
        assertThat(greeting(bytes)).isEqualTo(new Greeting(2, 9, null, false, ""));
    }

    @Test
    void refusesWhatIsSomethingElse() {
        assertThatThrownBy(() -> greeting("GET / HTTP/1.1\r\n".getBytes()))
                .isInstanceOf(Refused.class)
                .hasMessage("what came begins with 47 45 54 20 2f 20 48 54 54 50, and is no handshake of memdi");
        assertThatThrownBy(() -> greeting(HexFormat.of().parseHex("16030102000100")))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("one side uses TLS, and the other does not");
        assertThatThrownBy(() -> greeting(HexFormat.of().parseHex(MAGIC + "ffff")))
                .isInstanceOf(Refused.class)
                .hasMessage("its handshake claims to have 65545 bytes, and 1024 are allowed");
        assertThatThrownBy(() -> greeting(new byte[0]))
                .isInstanceOf(EOFException.class)
                .hasMessage("it was closed without a handshake");
        assertThatThrownBy(() -> greeting(HexFormat.of().parseHex("6d656d")))
                .isInstanceOf(EOFException.class)
                .hasMessage("it ended after 3 bytes of the handshake");
    }

    @Test
    void refusesNonsenseInEachPart() {
        byte[] sound = Handshake.bytes(new Greeting(1, 1, A, false, "node-b"));
        assertThatThrownBy(() -> greeting(changed(sound, 12, 0x80))).hasMessageContaining("flags 128");
        assertThatThrownBy(() -> greeting(changed(sound, 13, 7))).hasMessageContaining("storage mode is 7");
        assertThatThrownBy(() -> greeting(changed(sound, 14, 0x80))).hasMessageContaining("largest frame");
        assertThatThrownBy(() -> greeting(changed(sound, 34, 0))).hasMessageContaining("no name");
        assertThatThrownBy(() -> greeting(changed(sound, 34, 200))).hasMessageContaining("ends before");
        assertThatThrownBy(() -> greeting(changed(sound, 35, '\n'))).hasMessageContaining("control characters");
        assertThatThrownBy(() -> greeting(changed(sound, 35, 0xff))).hasMessageContaining("not UTF-8");
        assertThatThrownBy(() -> greeting(changed(sound, 36, 5))).hasMessageContaining("1 bytes too many");
        byte[] welcome = Handshake.bytes(new Answer(1, Code.WELCOME, A, ""));
        assertThatThrownBy(() -> answer(changed(welcome, 11, 99))).hasMessageContaining("code 99");
    }

    private static byte[] changed(byte[] bytes, int at, int value) {
        byte[] copy = bytes.clone();
        copy[at] = (byte) value;
        return copy;
    }

    /** Whatever bytes are changed, cut or made up: it is read, or refused in words; nothing else is thrown. */
    @Test
    void survivesRandomChanges() {
        Random random = new Random(20261127);
        byte[][] sound = {
            Handshake.bytes(new Greeting(1, 1, B, true, "node-b")), Handshake.bytes(new Answer(0, Code.NAME, B, "no"))
        };
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = sound[i % 2].clone();
            for (int changes = random.nextInt(4); changes >= 0; changes--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            bytes = Arrays.copyOf(bytes, random.nextInt(4) > 0 ? bytes.length : random.nextInt(bytes.length));
            try {
                if (i % 2 == 0) {
                    greeting(bytes);
                } else {
                    answer(bytes);
                }
            } catch (IOException | Refused e) {
                assertThat(e).hasMessageMatching("[\\p{Print}\u00e9]+");
            }
        }
    }
}
