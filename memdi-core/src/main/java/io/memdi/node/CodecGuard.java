package io.memdi.node;

import io.memdi.Codec;
import io.memdi.CodecException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Stands between a store and the codecs of its user: bounds what they say, turns what they throw into a {@link CodecException}, and
 * checks the first writes, and a sample of the others, by encoding and decoding them. Any thread.
 *
 * @param <K> the type of the keys
 * @param <V> the type of the values
 */
final class CodecGuard<K, V> {
    private static final int ALWAYS_CHECKED = 16;
    private static final int SAMPLE = 1024;
    private static final int MAX_NAME = 255;

    final Codec<K> keys;
    private final Codec<V> values;
    private final NodeSettings.Limits limits;

    /** Counts writes. Races lose a count now and then, which does no harm, and cost nothing. Runs over after 2^32. */
    int writes;

    CodecGuard(Codec<K> keys, Codec<V> values, NodeSettings.Limits limits) {
        this.keys = keys;
        this.values = values;
        this.limits = limits;
    }

    /**
     * Refuses a codec whose values cannot be keys.
     *
     * @throws IllegalArgumentException if it is that of byte arrays
     */
    static void checkKeyCodec(Codec<?> keys) {
        if (keys == Codec.bytes()) {
            throw new IllegalArgumentException(
                    "Codec.bytes() is for values: an array is not equal to another one of the same"
                            + " content, so it cannot be a key. Use Codec.string(), or a codec for a type of your own that defines equals");
        }
    }

    /**
     * The name of a codec, which goes to the log.
     *
     * @throws IllegalArgumentException if it has none, or one that is too long
     * @throws CodecException if the codec throws
     */
    static String nameOf(Codec<?> codec) {
        String name;
        try {
            name = codec.name();
        } catch (Exception | StackOverflowError | AssertionError | LinkageError e) {
            throw Failures.codec(codec.getClass().getName(), "its name", e);
        }
        if (name == null || name.isEmpty() || name.length() > MAX_NAME) {
            throw new IllegalArgumentException(
                    "a codec's name has 1 to " + MAX_NAME + " characters: " + codec.getClass());
        }
        return name;
    }

    /** The key's hash. */
    int hash(K key) {
        try {
            return keys.hash(key);
        } catch (Exception | StackOverflowError | AssertionError | LinkageError e) {
            throw hashFailed(key, e);
        }
    }

    /** What to throw where the codec has no hash for a key. */
    RuntimeException hashFailed(@Nullable K key, Throwable cause) {
        Objects.requireNonNull(key, "key");
        // A key of another type is the caller's mistake, not the codec's.
        return cause instanceof ClassCastException mistake
                ? mistake
                : Failures.codec(keys.name(), "the hash of a key", cause);
    }

    boolean equal(V a, V b) {
        try {
            return values.equal(a, b);
        } catch (Exception | StackOverflowError | AssertionError | LinkageError e) {
            throw equalityFailed(e);
        }
    }

    /** Whether any object is the same as a value. One that the codec takes for another type is not. */
    @SuppressWarnings("unchecked") // a codec that casts finds out
    boolean isSame(V value, Object other) {
        try {
            return values.equal(value, (V) other);
        } catch (ClassCastException e) {
            return false;
        } catch (Exception | StackOverflowError | AssertionError | LinkageError e) {
            throw equalityFailed(e);
        }
    }

    private RuntimeException equalityFailed(Throwable cause) {
        return Failures.codec(values.name(), "the equality of two values", cause);
    }

    /**
     * Checks what is to be written.
     *
     * @return how many bytes it takes when encoded
     * @throws IllegalArgumentException if it is too large
     * @throws CodecException if a codec fails, or does not keep to its contract
     */
    int checkedSize(K key, @Nullable V value) {
        int count = writes++;
        if (Integer.compareUnsigned(count, ALWAYS_CHECKED) < 0 || (count & (SAMPLE - 1)) == 0) {
            checkKey(key);
            if (value != null) {
                checkValue(value);
            }
        }
        int keySize = sizeOf(keys, key, "key");
        if (keySize > limits.maxKeyBytes()) {
            throw tooLarge("key", keySize, "maxKeyBytes", limits.maxKeyBytes());
        }
        int valueSize = value == null ? 0 : sizeOf(values, value, "value");
        if (valueSize > limits.maxValueBytes()) {
            throw tooLarge("value", valueSize, "maxValueBytes", limits.maxValueBytes());
        }
        return keySize + valueSize;
    }

    private static <T> int sizeOf(Codec<T> codec, T value, String what) {
        int size;
        try {
            size = codec.encodedSize(value);
        } catch (Exception | StackOverflowError | AssertionError | LinkageError e) {
            throw Failures.codec(codec.name(), "the size of a " + what, e);
        }
        if (size < 0) {
            throw new CodecException(
                    "nothing was applied: codec \"" + codec.name() + "\" says that a " + what + " takes " + size
                            + " bytes",
                    null);
        }
        return size;
    }

    private static IllegalArgumentException tooLarge(String what, int size, String limit, int max) {
        return new IllegalArgumentException("nothing was applied: the " + what + " takes " + size
                + " bytes, more than the " + max + " that " + limit + " allows on this node");
    }

    private void checkKey(K key) {
        K back = roundTrip(keys, key, "key");
        int hash = hash(key);
        if (!key.equals(back)) {
            throw unstable(keys.name(), "a key that was encoded and decoded does not equal the key that it was");
        }
        if (hash(key) != hash || hash(back) != hash) {
            throw unstable(keys.name(), "a key that was encoded and decoded has another hash, or a hash that changes");
        }
    }

    private void checkValue(V value) {
        if (!equal(value, roundTrip(values, value, "value"))) {
            throw unstable(values.name(), "a value that was encoded and decoded does not equal the value that it was");
        }
    }

    private static <T> T roundTrip(Codec<T> codec, T value, String what) {
        byte[] bytes;
        try {
            bytes = Objects.requireNonNull(codec.encode(value), "encode returned null");
        } catch (Exception | StackOverflowError | AssertionError | LinkageError e) {
            throw Failures.codec(codec.name(), "the bytes of a " + what, e);
        }
        if (sizeOf(codec, value, what) != bytes.length) {
            throw unstable(codec.name(), "encodedSize is not the length of what encode returns, " + bytes.length);
        }
        try {
            return Objects.requireNonNull(codec.decode(bytes), "decode returned null");
        } catch (Exception | StackOverflowError | AssertionError | LinkageError e) {
            throw Failures.codec(codec.name(), "a " + what + " from the bytes that it had made of one", e);
        }
    }

    private static CodecException unstable(String codec, String problem) {
        return new CodecException(
                "nothing was applied: codec \"" + codec + "\" is unstable: " + problem
                        + ". Other nodes would hold something else; correct the codec",
                null);
    }
}
