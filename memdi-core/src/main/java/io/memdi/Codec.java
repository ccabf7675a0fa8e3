package io.memdi;

import java.util.Objects;
import java.util.UUID;

/**
 * Turns keys or values into bytes and back. Thread-safe; called on the thread of whoever issues an operation, and where bytes are
 * needed: for another process, or for a disk.
 *
 * <p>Every implementation keeps to this, on every node, in every JVM, in every version of the application:
 *
 * <ul>
 *   <li>{@code decode(encode(x))} is {@link #equal equal} to {@code x}; for keys it {@code equals} {@code x}, too, and has the same
 *       {@link #hash};
 *   <li>keys that are equal have the same bytes, and the same hash; the hash depends on the key's content alone, never on
 *       {@link Object#hashCode()} of an object that does not define it, nor on anything drawn anew by a JVM, as the hash of an enum is;
 *   <li>nothing here changes its argument, or keeps it, and what {@code encode} returned is the caller's.
 * </ul>
 *
 * <p>A node checks the first writes of a store, and a sample of the others, by encoding and decoding them, and refuses a write whose
 * key or value does not come back as it was. What a codec throws ends the operation with a {@link CodecException}.
 *
 * <p>A name stands for the bytes: whoever changes what a codec writes gives it a new name, as in {@code "acme.order/2"}.
 *
 * @param <T> the type of the keys or values
 */
public interface Codec<T> {
    /**
     * The name that a store remembers, so that it is not opened with another codec.
     *
     * @return always the same name, of 1 to 255 characters
     */
    String name();

    /**
     * Turns a value into bytes.
     *
     * @param value the value
     * @return its bytes, which the caller may keep and change
     */
    byte[] encode(T value);

    /**
     * Turns bytes back into a value.
     *
     * @param bytes what {@link #encode} has returned, or bytes that were damaged; not to be kept
     * @return the value
     * @throws IllegalArgumentException if they are not the bytes of a value
     */
    T decode(byte[] bytes);

    /**
     * The hash of a key, the same in every JVM. Called for keys only.
     *
     * @param value the key
     * @return its hash
     */
    int hash(T value);

    /**
     * Tells whether two values are the same. Called for values only: keys are compared by {@link Object#equals}.
     *
     * @param a a value
     * @param b a value
     * @return whether they have the same content
     */
    default boolean equal(T a, T b) {
        return Objects.equals(a, b);
    }

    /**
     * How long the bytes of a value are. Called for every write, so it pays to make it cheap.
     *
     * @param value the value
     * @return the length of what {@link #encode} returns
     */
    default int encodedSize(T value) {
        return encode(value).length;
    }

    /**
     * Strings, as UTF-8. The hash is that of {@link String#hashCode()}. A string with an unpaired surrogate, which UTF-8 cannot
     * express, is refused.
     *
     * @return the codec, named {@code string}
     */
    static Codec<String> string() {
        return StringCodec.INSTANCE;
    }

    /**
     * Byte arrays as they are. For values only: an array is not equal to another one of the same content, so it cannot be a key.
     *
     * @return the codec, named {@code bytes}
     */
    static Codec<byte[]> bytes() {
        return BytesCodec.INSTANCE;
    }

    /**
     * Integers, as four bytes, the highest first. The hash is that of {@link Integer#hashCode(int)}.
     *
     * @return the codec, named {@code int32}
     */
    static Codec<Integer> int32() {
        return FixedCodecs.INT32;
    }

    /**
     * Long integers, as eight bytes, the highest first. The hash is that of {@link Long#hashCode(long)}.
     *
     * @return the codec, named {@code int64}
     */
    static Codec<Long> int64() {
        return FixedCodecs.INT64;
    }

    /**
     * UUIDs, as sixteen bytes, the highest first. The hash is that of {@link UUID#hashCode()}.
     *
     * @return the codec, named {@code uuid}
     */
    static Codec<UUID> uuid() {
        return FixedCodecs.UUID;
    }
}
