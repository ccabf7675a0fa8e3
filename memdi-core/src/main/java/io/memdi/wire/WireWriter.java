package io.memdi.wire;

import io.memdi.wire.WireException.Kind;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Bytes that grow, and are used again. Big-endian where the width is fixed; else varints, seven bits to a byte, the lowest first, with
 * the top bit set in all but the last.
 *
 * <p>For one thread at a time. What it holds is bounded: a write beyond the bound is a {@link WireException}, and leaves what was
 * written before.
 */
public final class WireWriter {
    static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private static final int SMALLEST = 256;

    private final int maxBytes;
    private byte[] buffer;
    private int position;

    /**
     * An empty writer.
     *
     * @param initialBytes for how many bytes there is room to begin with
     * @param maxBytes how many bytes it may hold
     * @throws IllegalArgumentException if one of them is negative, or the first is larger than the second
     */
    public WireWriter(int initialBytes, int maxBytes) {
        if (initialBytes < 0 || maxBytes < initialBytes) {
            throw new IllegalArgumentException("room for " + initialBytes + " bytes, and at most " + maxBytes);
        }
        this.maxBytes = maxBytes;
        this.buffer = new byte[initialBytes];
    }

    /**
     * What was written: the first {@link #size} bytes. Another array after the next write.
     *
     * @return the array itself
     */
    public byte[] buffer() {
        return buffer;
    }

    /**
     * How much was written.
     *
     * @return in bytes
     */
    public int size() {
        return position;
    }

    /** Starts anew, in the same array. */
    public void clear() {
        position = 0;
    }

    /**
     * Starts anew, and gives an array back that a large message has left.
     *
     * @param keptBytes how large an array may be to be kept
     */
    public void clear(int keptBytes) {
        position = 0;
        if (buffer.length > keptBytes) {
            buffer = new byte[Math.min(keptBytes, maxBytes)];
        }
    }

    /**
     * A copy of what was written.
     *
     * @return an array of {@link #size} bytes
     */
    public byte[] toByteArray() {
        return Arrays.copyOf(buffer, position);
    }

    /** Takes back what was written from there on. */
    void truncate(int size) {
        position = size;
    }

    /**
     * Writes bytes as they are.
     *
     * @param bytes where they are
     * @param offset of the first
     * @param length how many
     */
    public void writeBytes(byte[] bytes, int offset, int length) {
        int at = grow(length);
        System.arraycopy(bytes, offset, buffer, at, length);
    }

    void writeByte(int value) {
        int at = grow(1);
        buffer[at] = (byte) value;
    }

    void writeBoolean(boolean value) {
        writeByte(value ? 1 : 0);
    }

    void writeInt(int value) {
        int at = grow(Integer.BYTES);
        INTS.set(buffer, at, value);
    }

    void writeLong(long value) {
        int at = grow(Long.BYTES);
        LONGS.set(buffer, at, value);
    }

    /** Overwrites four bytes that were written before. */
    void setInt(int at, int value) {
        INTS.set(buffer, at, value);
    }

    /** Any number: 1 byte for 0 to 127, 10 bytes for a negative one. */
    void writeVarint(long value) {
        if ((value & ~0x7FL) == 0) {
            writeByte((int) value);
            return;
        }
        int at = grow(WireReader.MAX_VARINT);
        byte[] to = buffer;
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            to[at++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        to[at++] = (byte) rest;
        position = at;
    }

    /** A number that is near zero, of either sign: 1 byte for -64 to 63. */
    void writeSigned(long value) {
        writeVarint((value << 1) ^ (value >> 63));
    }

    /**
     * A length, and that many bytes of UTF-8.
     *
     * @return how many, without the length
     * @throws IllegalArgumentException if the text has an unpaired surrogate, which UTF-8 cannot express; nothing was written then
     */
    int writeText(String text) {
        int size = Utf8.size(text);
        writeVarint(size);
        int at = grow(size);
        Utf8.put(text, size, buffer, at);
        return size;
    }

    /** Makes room; returns where it begins. */
    private int grow(int length) {
        int at = position;
        if (length > buffer.length - at) {
            enlarge(length);
        }
        position = at + length;
        return at;
    }

    private void enlarge(int length) {
        long needed = (long) position + length;
        if (needed > maxBytes) {
            throw new WireException(
                    Kind.LIMIT,
                    "a message does not fit: " + needed + " bytes and perhaps more, where " + maxBytes
                            + " are allowed");
        }
        long doubled = Math.max(SMALLEST, 2L * buffer.length);
        buffer = Arrays.copyOf(buffer, (int) Math.min(maxBytes, Math.max(doubled, needed)));
    }
}
