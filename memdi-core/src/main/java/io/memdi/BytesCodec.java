package io.memdi;

import java.util.Arrays;

/** Byte arrays as they are, compared by content. */
final class BytesCodec implements Codec<byte[]> {
    static final BytesCodec INSTANCE = new BytesCodec();

    private BytesCodec() {}

    @Override
    public String name() {
        return "bytes";
    }

    @Override
    public byte[] encode(byte[] value) {
        return value.clone();
    }

    @Override
    public byte[] decode(byte[] bytes) {
        return bytes.clone();
    }

    @Override
    public int hash(byte[] value) {
        return Arrays.hashCode(value);
    }

    @Override
    public boolean equal(byte[] a, byte[] b) {
        return Arrays.equals(a, b);
    }

    @Override
    public int encodedSize(byte[] value) {
        return value.length;
    }
}
