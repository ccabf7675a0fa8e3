package io.memdi.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.memdi.wire.WireException.Kind;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class WireReaderTest {
    private static final long[] NUMBERS = {
        0,
        1,
        63,
        64,
        127,
        128,
        255,
        256,
        16383,
        16384,
        1L << 31,
        (1L << 31) - 1,
        1L << 62,
        Long.MAX_VALUE,
        Long.MIN_VALUE,
        -1,
        -64,
        -65
    };

    private final WireWriter out = new WireWriter(0, 1 << 16);
    private final WireReader in = new WireReader();

    private WireReader written() {
        return in.read(out.buffer(), 0, out.size());
    }

    private WireReader of(int... bytes) {
        out.clear();
        for (int b : bytes) {
            out.writeByte(b);
        }
        return written();
    }

    @Test
    void readsWhatWasWritten() {
        for (long number : NUMBERS) {
            out.writeVarint(number);
            out.writeSigned(number);
            out.writeLong(number);
            out.writeInt((int) number);
        }
        out.writeText("a\u00e9\u20ac\ud83d\udd11");
        written();
        for (long number : NUMBERS) {
            assertThat(in.readVarint("a number")).isEqualTo(number);
            assertThat(in.readSigned("a number")).isEqualTo(number);
            assertThat(in.readLong("a number")).isEqualTo(number);
            assertThat(in.readInt("a number")).isEqualTo((int) number);
        }
        assertThat(in.readText("a text", 20)).isEqualTo("a\u00e9\u20ac\ud83d\udd11");
        in.requireEnd("it");
    }

    @Test
    void bigEndian() {
        out.writeInt(0x01020304);
        out.writeLong(0x05060708090a0b0cL);
        assertThat(out.toByteArray()).containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
    }

    @Test
    void textIsWhatTheJdkMakesOfIt() {
        StringBuilder all = new StringBuilder();
        for (int point = 0; point < 0x110000; point += point < 0x1000 ? 1 : 61) {
            if (point < 0xD800 || point > 0xDFFF) {
                all.appendCodePoint(point);
            }
        }
        String text = all.toString();
        byte[] expected = text.getBytes(StandardCharsets.UTF_8);
        WireWriter large = new WireWriter(0, 1 << 20);
        large.writeText(text);
        in.read(large.buffer(), 0, large.size());
        assertThat(in.readLength("a text", 1 << 20)).isEqualTo(expected.length);
        assertThat(in.readBytes(expected.length)).isEqualTo(expected);
        assertThat(in.read(large.buffer(), 0, large.size()).readText("a text", 1 << 20))
                .isEqualTo(text);
    }

    @Test
    void halfACharacterIsNotWritten() {
        assertThatThrownBy(() -> out.writeText("ab\ud83d")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> out.writeText("\udd11")).isInstanceOf(IllegalArgumentException.class);
        assertThat(out.size()).isZero();
    }

    @Test
    void malformedTextIsRefused() {
        for (int[] bytes : new int[][] {
            {1, 0x80},
            {1, 0xC3},
            {2, 0xC0, 0x80},
            {3, 0xED, 0xA0, 0x80},
            {4, 0xF4, 0x90, 0x80, 0x80},
            {9, 1, 2, 3, 4, 5, 6, 7, 8, 0xFF}
        }) {
            assertThat(refusal(() -> of(bytes).readText("a name", 20))).hasMessageContaining("a name to be UTF-8");
        }
    }

    @Test
    void numbersHaveOneForm() {
        assertThat(refusal(() -> of(0x80, 0x00).readVarint("a round")))
                .hasMessage("expected a round to be a number without leading zeros, at offset 1");
        assertThat(refusal(
                        () -> of(255, 255, 255, 255, 255, 255, 255, 255, 255, 2).readVarint("a round")))
                .hasMessage("expected a round to be a number of 64 bits, at offset 9");
        assertThat(refusal(() ->
                        of(255, 255, 255, 255, 255, 255, 255, 255, 255, 0x81).readVarint("a round")))
                .hasMessageContaining("at offset 9");
        assertThat(refusal(() -> of(0x80).readVarint("a round")))
                .hasMessage("expected a round in 1 byte, but only 0 follow, at offset 1");
    }

    @Test
    void whatIsMissingIsNamed() {
        assertThat(refusal(() -> of(1, 2, 3).readInt("a hash")))
                .hasMessage("expected a hash in 4 bytes, but only 3 follow, at offset 0");
        assertThat(refusal(() -> of(2).readBoolean("a vote")))
                .hasMessage("expected a vote to be 0 or 1, not 2, at offset 0");
        assertThat(refusal(() -> of(4).readFlags("flags", 3))).hasMessageContaining("0x3, not 0x4");
        assertThat(refusal(() -> of(200, 1).readUpTo("a term", 100)))
                .hasMessageContaining("a term to be 0 to 100, not 200");
        assertThat(refusal(() -> of(1).requireEnd("the frame")))
                .hasMessage("expected the frame to end, but 1 more bytes follow, at offset 0");
    }

    @Test
    void lengthsAreComparedWithWhatIsThereAndWithALimit() {
        assertThat(refusal(() -> of(5, 1, 2, 3, 4).readLength("a key", 100)))
                .hasMessage("expected a key to take 5 bytes, but only 4 follow, at offset 0");
        assertThat(refusal(() -> of(4, 1, 2, 3, 4).readLength("a key", 3)))
                .hasMessage("expected a key to take at most 3 bytes, not 4, at offset 0");
        assertThat(refusal(() -> of(2, 1, 2, 3, 4, 5).readCount("entries", 3, 100)))
                .hasMessage(
                        "expected 2 entries to follow, but only 5 bytes do, and each takes at least 3, at offset 0");
        assertThat(refusal(() -> of(255, 255, 255, 255, 7, 0).readCount("entries", 3, Integer.MAX_VALUE)))
                .hasMessageContaining("2147483647 entries");
        assertThat(refusal(
                        () -> of(255, 255, 255, 255, 255, 255, 255, 255, 255, 1).readCount("entries", 3, 9)))
                .hasMessageContaining("at most 9 entries, not 18446744073709551615");
    }

    @Test
    void readsAPartOfAnArrayAndNothingAroundIt() {
        in.read(new byte[] {9, 9, 1, 2, 9, 9}, 2, 2);
        assertThat(in.readByte("a byte")).isEqualTo(1);
        assertThat(in.readByte("a byte")).isEqualTo(2);
        assertThat(refusal(() -> in.readByte("a byte")))
                .extracting(WireException::offset)
                .isEqualTo(2);
        assertThatThrownBy(() -> in.read(new byte[3], 2, 2)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void aWriterGrowsUpToItsBound() {
        WireWriter small = new WireWriter(1, 1000);
        for (int i = 0; i < 1000; i++) {
            small.writeByte(i);
        }
        assertThat(small.buffer()).hasSize(1000);
        assertThat(refusal(() -> small.writeByte(1)).kind()).isEqualTo(Kind.LIMIT);
        assertThat(small.size()).isEqualTo(1000);
        small.clear(100);
        assertThat(small.buffer()).hasSize(100);
        small.writeLong(7);
        assertThat(small.toByteArray()).containsExactly(0, 0, 0, 0, 0, 0, 0, 7);
        assertThatThrownBy(() -> new WireWriter(2, 1)).isInstanceOf(IllegalArgumentException.class);
    }

    private static WireException refusal(Runnable read) {
        return catchThrowableOfType(WireException.class, read::run);
    }
}
