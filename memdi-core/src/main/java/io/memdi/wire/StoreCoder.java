package io.memdi.wire;

import io.memdi.transport.StoreSpec;
import io.memdi.wire.WireException.Kind;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * How keys and values of one store go to the wire and come back: by its codecs where the store is open on this node, and else as
 * {@link Encoded}. Immutable.
 */
final class StoreCoder {
    /** Of a store that is not known at all. */
    static final StoreCoder UNKNOWN = new StoreCoder(new StoreSpec("", "", ""), null, null);

    private static final long FNV_OFFSET = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    private final StoreSpec spec;
    private final long fingerprint;
    private final @Nullable ObjectCoder keys;
    private final @Nullable ObjectCoder values;

    /** A store that is open if both coders are there. */
    StoreCoder(StoreSpec spec, @Nullable ObjectCoder keys, @Nullable ObjectCoder values) {
        this.spec = spec;
        this.fingerprint = fingerprint(spec);
        this.keys = keys;
        this.values = values;
    }

    /**
     * 64 bits that stand for name and codecs: FNV-1a over the three, as UTF-8, each with a byte after it that UTF-8 never has. A number may
     * stand for two stores, where the first was taken back with the term that made it; so whoever reads has to know which one is meant.
     */
    static long fingerprint(StoreSpec spec) {
        long hash = FNV_OFFSET;
        for (String part : new String[] {spec.name(), spec.keyCodec(), spec.valueCodec()}) {
            for (byte b : part.getBytes(StandardCharsets.UTF_8)) {
                hash = (hash ^ (b & 0xFF)) * FNV_PRIME;
            }
            hash = (hash ^ 0xFF) * FNV_PRIME;
        }
        return hash;
    }

    StoreSpec spec() {
        return spec;
    }

    long fingerprint() {
        return fingerprint;
    }

    /** Writes a key; returns how many bytes it takes, without the length. */
    int writeKey(WireWriter out, Object key) {
        return write(out, keys, key, "key");
    }

    /** Writes a value; returns how many bytes it takes, without the length. */
    int writeValue(WireWriter out, Object value) {
        return write(out, values, value, "value");
    }

    private int write(WireWriter out, @Nullable ObjectCoder coder, Object object, String what) {
        if (object instanceof Encoded encoded) {
            out.writeVarint(encoded.size());
            out.writeBytes(encoded.bytes(), 0, encoded.size());
            return encoded.size();
        }
        if (coder == null) {
            throw new WireException(
                    Kind.STORE,
                    "store \"" + spec.name() + "\" is not open on this node, so that nothing here turns its " + what
                            + " into bytes: " + object.getClass().getName());
        }
        return coder.write(out, object);
    }

    /** What was written must not be more than what was counted when it was taken: that is what windows and batches are made of. */
    void checkPromise(int written, int promised) {
        if (written > promised) {
            String codecs =
                    keys == null || values == null ? "" : "\"" + keys.name() + "\" and \"" + values.name() + "\" ";
            throw new WireException(
                    Kind.CODEC,
                    "the codecs " + codecs + "of store \"" + spec.name() + "\" have turned a key and its value into "
                            + written + " bytes, after they had promised " + promised);
        }
    }

    /** Reads a key of as many bytes, which are there, and compares it with its hash. */
    Object readKey(WireReader in, int length, int hash) {
        if (keys == null) {
            return new Encoded(in.readBytes(length));
        }
        Object key = keys.read(in, length);
        keys.checkHash(in, key, hash);
        return key;
    }

    /** Reads a value of as many bytes, which are there. */
    Object readValue(WireReader in, int length) {
        return values == null ? new Encoded(in.readBytes(length)) : values.read(in, length);
    }

    Object thawKey(Object key) {
        return key instanceof Encoded encoded && keys != null ? keys.thaw(encoded) : key;
    }

    Object thawValue(Object value) {
        return value instanceof Encoded encoded && values != null ? values.thaw(encoded) : value;
    }
}
