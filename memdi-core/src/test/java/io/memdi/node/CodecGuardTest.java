package io.memdi.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memdi.Codec;
import io.memdi.CodecException;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class CodecGuardTest {
    private static final NodeSettings.Limits LIMITS = new NodeSettings.Limits(10, 20, 100, 100);

    /** A codec of strings that can be broken one method at a time. */
    private static class Breakable implements Codec<String> {
        Function<String, byte[]> encode = text -> text.getBytes(StandardCharsets.UTF_8);
        Function<byte[], String> decode = bytes -> new String(bytes, StandardCharsets.UTF_8);
        Function<String, Integer> hash = String::hashCode;
        Function<String, Integer> size = String::length;

        @Override
        public String name() {
            return "breakable";
        }

        @Override
        public byte[] encode(String value) {
            return encode.apply(value);
        }

        @Override
        public String decode(byte[] bytes) {
            return decode.apply(bytes);
        }

        @Override
        public int hash(String value) {
            return hash.apply(value);
        }

        @Override
        public int encodedSize(String value) {
            return size.apply(value);
        }
    }

    private final Breakable keys = new Breakable();
    private final Breakable values = new Breakable();
    private final CodecGuard<String, String> guard = new CodecGuard<>(keys, values, LIMITS);

    private static <T, R> Function<T, R> thrower() {
        return any -> {
            throw new IllegalStateException("broken");
        };
    }

    private void assertRefused(String... words) {
        assertThatThrownBy(() -> guard.checkedSize("key", "value"))
                .isInstanceOf(CodecException.class)
                .hasMessageContaining("nothing was applied")
                .hasMessageContaining("breakable")
                .satisfies(e -> assertThat(e.getMessage()).contains(words));
    }

    @Test
    void whatIsRightHasItsSize() {
        assertThat(guard.checkedSize("key", "value")).isEqualTo(8);
        assertThat(guard.checkedSize("key", null)).isEqualTo(3);
        assertThat(guard.hash("key")).isEqualTo("key".hashCode());
    }

    @Test
    void keysAndValuesAreBounded() {
        assertThat(guard.checkedSize("1234567890", "12345678901234567890")).isEqualTo(30);
        assertThatThrownBy(() -> guard.checkedSize("12345678901", "v"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the key takes 11 bytes, more than the 10 that maxKeyBytes allows");
        assertThatThrownBy(() -> guard.checkedSize("k", "123456789012345678901"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the value takes 21 bytes, more than the 20 that maxValueBytes allows");
    }

    @Test
    void aKeyCodecThatThrowsIsNamed() {
        keys.hash = thrower();
        assertThatThrownBy(() -> guard.hash("key"))
                .isInstanceOf(CodecException.class)
                .hasCauseInstanceOf(IllegalStateException.class)
                .hasMessageContaining("hash of a key");
        keys.hash = String::hashCode;
        keys.encode = thrower();
        assertRefused("bytes of a key");
        keys.encode = text -> null;
        assertRefused("encode returned null");
    }

    @Test
    void aValueCodecThatThrowsIsNamed() {
        values.decode = thrower();
        assertRefused("a value from the bytes");
        values.decode = bytes -> null;
        assertRefused("decode returned null");
        values.decode = bytes -> "value";
        values.size = thrower();
        assertRefused("size of a value");
    }

    @Test
    void aCodecThatIsUnstableIsRefused() {
        keys.decode = bytes -> "another";
        assertRefused("unstable", "does not equal the key");
        keys.decode = bytes -> new String(bytes, StandardCharsets.UTF_8);
        keys.hash = System::identityHashCode;
        assertRefused("unstable", "another hash");
        int[] count = new int[1];
        keys.hash = text -> count[0]++;
        assertRefused("unstable", "hash");
        keys.hash = String::hashCode;
        values.decode = bytes -> "another";
        assertRefused("unstable", "does not equal the value");
        values.decode = bytes -> new String(bytes, StandardCharsets.UTF_8);
        values.size = text -> 1;
        assertRefused("unstable", "encodedSize");
        values.size = text -> -1;
        assertRefused("-1 bytes");
    }

    @Test
    void aCodecThatTurnsUnstableIsFoundBySampling() {
        for (int i = 0; i < 100; i++) {
            guard.checkedSize("key", "value");
        }
        values.decode = bytes -> "another";
        assertThatThrownBy(() -> {
                    for (int i = 0; i < 1024; i++) {
                        guard.checkedSize("key", "value");
                    }
                })
                .isInstanceOf(CodecException.class);
    }

    @Test
    void theSampleStaysASampleWhenTheCountRunsOver() {
        int[] encoded = new int[1];
        values.encode = text -> {
            encoded[0]++;
            return text.getBytes(StandardCharsets.UTF_8);
        };
        guard.writes = Integer.MAX_VALUE;
        for (int i = 0; i < 2048; i++) {
            guard.checkedSize("key", "value");
        }
        assertThat(encoded[0]).isEqualTo(2);
    }

    @Test
    void valuesAreComparedByTheirCodec() {
        CodecGuard<String, byte[]> bytes = new CodecGuard<>(Codec.string(), Codec.bytes(), LIMITS);
        assertThat(bytes.equal(new byte[] {1}, new byte[] {1})).isTrue();
        assertThat(bytes.isSame(new byte[] {1}, new byte[] {1})).isTrue();
        assertThat(bytes.isSame(new byte[] {1}, "1")).isFalse();
        assertThat(bytes.checkedSize("k", new byte[7])).isEqualTo(8);
    }

    @Test
    void someCodecsCannotBeThoseOfKeysOrHaveNoName() {
        assertThatThrownBy(() -> CodecGuard.checkKeyCodec(Codec.bytes()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("cannot be a key");
        CodecGuard.checkKeyCodec(Codec.uuid());
        Breakable nameless = new Breakable() {
            @Override
            public String name() {
                return "";
            }
        };
        assertThatThrownBy(() -> CodecGuard.nameOf(nameless)).isInstanceOf(IllegalArgumentException.class);
        assertThat(CodecGuard.nameOf(keys)).isEqualTo("breakable");
        Breakable shy = new Breakable() {
            @Override
            public String name() {
                throw new IllegalStateException("shy");
            }
        };
        assertThatThrownBy(() -> CodecGuard.nameOf(shy))
                .isInstanceOf(CodecException.class)
                .hasMessageContaining(shy.getClass().getName())
                .hasMessageContaining("asked for its name");
    }
}
