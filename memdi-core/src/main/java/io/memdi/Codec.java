package io.memdi;

import java.util.UUID;

public interface Codec<T> {
    String name();
    byte[] encode(T value);
    T decode(byte[] bytes);
    int hash(T value);
    default int encodedSize(T value) { return encode(value).length; }

    static Codec<String> string() { throw new UnsupportedOperationException(); }
}
