package io.memdi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CodecTest {
    @ParameterizedTest
    @ValueSource(strings = {"", "a", "hello", "Grüße", "日本語", "🙂 and 🙃", "\u0000\uffff", "?"})
    void stringsAreUtf8(String text) {
        Codec<String> codec = Codec.string();
        byte[] bytes = codec.encode(text);
        assertThat(bytes).isEqualTo(text.getBytes(StandardCharsets.UTF_8));
        assertThat(codec.decode(bytes)).isEqualTo(text);
        assertThat(codec.encodedSize(text)).isEqualTo(bytes.length);
        assertThat(codec.hash(text)).isEqualTo(text.hashCode());
    }

    @ParameterizedTest
    @ValueSource(strings = {"\ud83d", "a\ud83d", "\ude42b", "\ude42\ud83d", "\ud83d\ud83d\ude42"})
    void stringsThatUtf8CannotExpressAreRefused(String text) {
        assertThatThrownBy(() -> Codec.string().encode(text)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Codec.string().encodedSize(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("surrogate");
    }

    @Test
    void bytesThatAreNotUtf8AreRefused() {
        assertThatThrownBy(() -> Codec.string().decode(new byte[] {(byte) 0xc0, 0x20}))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void byteArraysAreComparedByContentAndNotShared() {
        Codec<byte[]> codec = Codec.bytes();
        byte[] value = {1, 2, 3};
        byte[] encoded = codec.encode(value);
        assertThat(encoded).isEqualTo(value).isNotSameAs(value);
        assertThat(codec.decode(encoded)).isEqualTo(value).isNotSameAs(encoded);
        assertThat(codec.equal(value, new byte[] {1, 2, 3})).isTrue();
        assertThat(codec.equal(value, new byte[] {1, 2})).isFalse();
        assertThat(codec.hash(value)).isEqualTo(Arrays.hashCode(value));
        assertThat(codec.encodedSize(value)).isEqualTo(3);
    }

    @Test
    void numbersHaveTheHighestByteFirst() {
        assertThat(Codec.int32().encode(0x01020304)).containsExactly(1, 2, 3, 4);
        assertThat(Codec.int64().encode(0x0102030405060708L)).containsExactly(1, 2, 3, 4, 5, 6, 7, 8);
        assertThat(Codec.uuid().encode(new UUID(1, 2))).containsExactly(0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2);
    }

    @Test
    void valuesOfFixedSizeComeBackWithTheHashThatTheJdkSpecifies() {
        Random random = new Random(1);
        for (int i = 0; i < 1000; i++) {
            int a = random.nextInt();
            long b = random.nextLong();
            UUID c = new UUID(random.nextLong(), b);
            assertThat(Codec.int32().decode(Codec.int32().encode(a))).isEqualTo(a);
            assertThat(Codec.int32().hash(a)).isEqualTo(Integer.hashCode(a));
            assertThat(Codec.int64().decode(Codec.int64().encode(b))).isEqualTo(b);
            assertThat(Codec.int64().hash(b)).isEqualTo(Long.hashCode(b));
            assertThat(Codec.uuid().decode(Codec.uuid().encode(c))).isEqualTo(c);
            assertThat(Codec.uuid().hash(c)).isEqualTo(c.hashCode());
        }
        assertThat(Codec.int32().encodedSize(1)).isEqualTo(4);
        assertThat(Codec.int64().encodedSize(1L)).isEqualTo(8);
        assertThat(Codec.uuid().encodedSize(new UUID(0, 0))).isEqualTo(16);
    }

    @Test
    void bytesOfAnotherLengthAreRefused() {
        for (Codec<?> codec : new Codec<?>[] {Codec.int32(), Codec.int64(), Codec.uuid()}) {
            assertThatThrownBy(() -> codec.decode(new byte[5]))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(codec.name())
                    .hasMessageContaining("5");
        }
    }

    @Test
    void namesAreWhatStoresRemember() {
        assertThat(new Codec<?>[] {Codec.string(), Codec.bytes(), Codec.int32(), Codec.int64(), Codec.uuid()})
                .extracting(Codec::name)
                .containsExactly("string", "bytes", "int32", "int64", "uuid");
    }
}
