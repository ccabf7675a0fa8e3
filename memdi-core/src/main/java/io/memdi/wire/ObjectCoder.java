package io.memdi.wire;

import io.memdi.Codec;
import io.memdi.wire.WireException.Kind;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Stands between the wire and one codec of the application: a length, and what the codec makes of an object. Whatever the codec does
 * ends as an object or as a {@link WireException} that names store and codec; the frame around it stays sound, since nothing of the codec's
 * is written before it has returned. Thread-safe, as codecs are.
 *
 * <p>The built-in codecs are known here, to spare them an array for each object. What they write is the same.
 */
final class ObjectCoder {
    /** How the bytes come about. */
    private enum Way {
        STRING,
        BYTES,
        INT32,
        INT64,
        UUID,
        BY_CODEC
    }

    private final Codec<Object> codec;
    private final String name;
    private final String store;
    private final String what;
    private final Way way;

    /**
     * A coder.
     *
     * @param name the codec's name
     * @param store the name of the store
     * @param what "key" or "value"
     */
    @SuppressWarnings("unchecked") // a codec that casts finds out, and what it throws is caught
    ObjectCoder(Codec<?> codec, String name, String store, String what) {
        this.codec = (Codec<Object>) codec;
        this.name = name;
        this.store = store;
        this.what = what;
        this.way = wayOf(codec);
    }

    private static Way wayOf(Codec<?> codec) {
        if (codec == Codec.string()) {
            return Way.STRING;
        } else if (codec == Codec.bytes()) {
            return Way.BYTES;
        } else if (codec == Codec.int32()) {
            return Way.INT32;
        } else if (codec == Codec.int64()) {
            return Way.INT64;
        }
        return codec == Codec.uuid() ? Way.UUID : Way.BY_CODEC;
    }

    /** Writes an object; returns how many bytes it takes, without the length. */
    int write(WireWriter out, Object object) {
        try {
            switch (way) {
                case STRING -> {
                    return out.writeText((String) object);
                }
                case BYTES -> {
                    return writeBytes(out, (byte[]) object);
                }
                case INT32 -> {
                    int number = (Integer) object;
                    out.writeVarint(Integer.BYTES);
                    out.writeInt(number);
                    return Integer.BYTES;
                }
                case INT64 -> {
                    long number = (Long) object;
                    out.writeVarint(Long.BYTES);
                    out.writeLong(number);
                    return Long.BYTES;
                }
                case UUID -> {
                    UUID uuid = (UUID) object;
                    out.writeVarint(2 * Long.BYTES);
                    out.writeLong(uuid.getMostSignificantBits());
                    out.writeLong(uuid.getLeastSignificantBits());
                    return 2 * Long.BYTES;
                }
                case BY_CODEC -> {
                    return writeBytes(out, Objects.requireNonNull(codec.encode(object), "encode returned null"));
                }
            }
        } catch (WireException e) {
            throw e;
        } catch (Exception | StackOverflowError | AssertionError | LinkageError e) {
            throw failed(-1, "could not turn a " + what + " into bytes", e);
        }
        throw new IllegalStateException(way.toString());
    }

    private static int writeBytes(WireWriter out, byte[] bytes) {
        out.writeVarint(bytes.length);
        out.writeBytes(bytes, 0, bytes.length);
        return bytes.length;
    }

    /** Reads an object of as many bytes, which are there. */
    Object read(WireReader in, int length) {
        int at = in.offset();
        try {
            if (way == Way.STRING) {
                String text = Utf8.get(in.array(), in.arrayOffset(), length);
                in.skip(length);
                return text;
            }
            byte[] bytes = in.readBytes(length);
            return way == Way.BYTES ? bytes : decode(bytes);
        } catch (Exception | StackOverflowError | AssertionError | LinkageError e) {
            throw failed(at, "could not make a " + what + " of " + length + " bytes", e);
        }
    }

    private Object decode(byte[] bytes) {
        return Objects.requireNonNull(codec.decode(bytes), "decode returned null");
    }

    /** The object that some bytes stand for. */
    Object thaw(Encoded encoded) {
        try {
            // A copy: a codec may keep or change what it is given, against its contract.
            return decode(encoded.bytes().clone());
        } catch (Exception | StackOverflowError | AssertionError | LinkageError e) {
            throw failed(-1, "could not make a " + what + " of " + encoded.size() + " bytes", e);
        }
    }

    /** Checks the hash that has travelled beside a key that was just read. */
    void checkHash(WireReader in, Object key, int hash) {
        int own;
        try {
            own = codec.hash(key);
        } catch (Exception | StackOverflowError | AssertionError | LinkageError e) {
            throw failed(in.offset(), "could not tell the hash of a key", e);
        }
        if (own != hash) {
            throw failed(
                    in.offset(),
                    "gives a key the hash " + own + ", but " + hash
                            + " came with it: the hash must be the same in every JVM",
                    null);
        }
    }

    String name() {
        return name;
    }

    private WireException failed(int offset, String problem, @Nullable Throwable cause) {
        return new WireException(
                Kind.CODEC,
                offset,
                "codec \"" + name + "\" for the " + what + "s of store \"" + store + "\" " + problem
                        + (offset < 0 ? "" : ", at offset " + offset) + (cause == null ? "" : ": " + cause),
                cause);
    }
}
