package io.memdi.storage;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/** Numbers and checksums in arrays. All numbers of fixed width are little-endian. */
final class Bytes {
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private Bytes() {}

    static int getInt(byte[] bytes, int at) {
        return (int) INTS.get(bytes, at);
    }

    static long getLong(byte[] bytes, int at) {
        return (long) LONGS.get(bytes, at);
    }

    static void putInt(byte[] bytes, int at, int value) {
        INTS.set(bytes, at, value);
    }

    static void putLong(byte[] bytes, int at, long value) {
        LONGS.set(bytes, at, value);
    }

    /** CRC32C of some bytes, beginning with those that are not in the file but must be the same. */
    static int checksum(byte[] seed, byte[] bytes, int from, int length) {
        CRC32C crc = new CRC32C();
        crc.update(seed, 0, seed.length);
        crc.update(bytes, from, length);
        return (int) crc.getValue();
    }

    /** The next multiple of 8. */
    static long aligned(long position) {
        return (position + 7) & ~7L;
    }
}
