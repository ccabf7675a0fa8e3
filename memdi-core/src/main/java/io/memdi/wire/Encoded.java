package io.memdi.wire;

import java.util.Arrays;

/**
 * A key or a value as bytes, as the codec of another node has made them: of a store that is not open on this node, or in the {@linkplain
 * io.memdi.transport.ClientMessage.Answers answers} to a client.
 *
 * <p>It is equal to whatever has the same content, since equal keys have the same bytes. It goes on as the same bytes; and it becomes the
 * object that it stands for once the store is opened here (see {@link StoreCodecs}). Immutable.
 */
public final class Encoded {
    /** For the key of an entry without effect, which nobody looks at. */
    static final Encoded NOTHING = new Encoded(new byte[0]);

    private final byte[] bytes;

    /** Takes the array over. */
    Encoded(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * How long it is.
     *
     * @return in bytes
     */
    public int size() {
        return bytes.length;
    }

    /** The array itself, for whoever does not change it. */
    byte[] bytes() {
        return bytes;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Encoded encoded && Arrays.equals(bytes, encoded.bytes);
    }

    /** Of the content: not the hash of the key that it stands for, which travels beside it. */
    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return bytes.length + " bytes that no codec has read here";
    }
}
