package io.memdi;

import java.nio.ByteBuffer;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.ToIntFunction;

/** Codecs of values that always take the same number of bytes. */
final class FixedCodecs {
    static final Codec<Integer> INT32 = new Fixed<>(
            "int32", Integer.BYTES, ByteBuffer::putInt, ByteBuffer::getInt, value -> Integer.hashCode(value));
    static final Codec<Long> INT64 =
            new Fixed<>("int64", Long.BYTES, ByteBuffer::putLong, ByteBuffer::getLong, value -> Long.hashCode(value));
    static final Codec<java.util.UUID> UUID = new Fixed<>(
            "uuid",
            2 * Long.BYTES,
            (buffer, value) -> buffer.putLong(value.getMostSignificantBits()).putLong(value.getLeastSignificantBits()),
            buffer -> new java.util.UUID(buffer.getLong(), buffer.getLong()),
            value -> value.hashCode());

    private FixedCodecs() {}

    private record Fixed<T>(
            String name,
            int size,
            BiConsumer<ByteBuffer, T> writer,
            Function<ByteBuffer, T> reader,
            ToIntFunction<T> hasher)
            implements Codec<T> {
        @Override
        public byte[] encode(T value) {
            byte[] bytes = new byte[size];
            writer.accept(ByteBuffer.wrap(bytes), value);
            return bytes;
        }

        @Override
        public T decode(byte[] bytes) {
            if (bytes.length != size) {
                throw new IllegalArgumentException(name + " takes " + size + " bytes, not " + bytes.length);
            }
            return reader.apply(ByteBuffer.wrap(bytes));
        }

        @Override
        public int hash(T value) {
            return hasher.applyAsInt(value);
        }

        @Override
        public int encodedSize(T value) {
            return size;
        }
    }
}
