package io.memdi.wire;

import io.memdi.wire.WireException.Kind;
import java.nio.charset.CharacterCodingException;
import java.util.Arrays;
import java.util.Objects;

/**
 * Reads what a {@link WireWriter} has written, from a part of an array. For one thread at a time, and to be used again.
 *
 * <p>It trusts nothing. A length or a count is compared with what is left, and with a limit, before anything is allocated for it; whatever
 * is wrong ends as a {@link WireException} that says what was expected, at which offset of the part.
 */
public final class WireReader {
    /** How many bytes a varint takes at most. */
    static final int MAX_VARINT = 10;

    private byte[] buffer = new byte[0];
    private int start;
    private int position;
    private int end;

    /** A reader of nothing. */
    public WireReader() {}

    /**
     * Reads from the first byte of a part on.
     *
     * @param bytes the array, which must not change until everything is read
     * @param offset of the part
     * @param length of the part
     * @return this reader
     * @throws IndexOutOfBoundsException if there is no such part
     */
    public WireReader read(byte[] bytes, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        buffer = bytes;
        start = offset;
        position = offset;
        end = offset + length;
        return this;
    }

    /** How many bytes are left. */
    int remaining() {
        return end - position;
    }

    /** How many bytes of the part were read. */
    int offset() {
        return position - start;
    }

    int readByte(String what) {
        if (position >= end) {
            throw cutOff(what, 1);
        }
        return buffer[position++] & 0xFF;
    }

    boolean readBoolean(String what) {
        int value = readByte(what);
        if (value > 1) {
            throw malformed(1, what + " to be 0 or 1, not " + value);
        }
        return value == 1;
    }

    /** Bits, of which only some may be set. */
    int readFlags(String what, int allowed) {
        int flags = readByte(what);
        if ((flags & ~allowed) != 0) {
            throw malformed(
                    1,
                    what + " to have no bits but 0x" + Integer.toHexString(allowed) + ", not 0x"
                            + Integer.toHexString(flags));
        }
        return flags;
    }

    int readInt(String what) {
        int at = take(what, Integer.BYTES);
        return (int) WireWriter.INTS.get(buffer, at);
    }

    long readLong(String what) {
        int at = take(what, Long.BYTES);
        return (long) WireWriter.LONGS.get(buffer, at);
    }

    long readVarint(String what) {
        int at = position;
        if (at < end && buffer[at] >= 0) {
            position = at + 1;
            return buffer[at];
        }
        return readLongVarint(what);
    }

    private long readLongVarint(String what) {
        long value = 0;
        for (int shift = 0; shift < 70; shift += 7) {
            int b = readByte(what);
            if (shift == 63 && b > 1) {
                throw malformed(1, what + " to be a number of 64 bits");
            }
            value |= (long) (b & 0x7F) << shift;
            if (b < 0x80) {
                if (b == 0 && shift > 0) {
                    throw malformed(1, what + " to be a number without leading zeros");
                }
                return value;
            }
        }
        throw malformed(1, what + " to be a number of at most " + MAX_VARINT + " bytes");
    }

    long readSigned(String what) {
        long value = readVarint(what);
        return (value >>> 1) ^ -(value & 1);
    }

    /** A varint from 0 to a highest value. */
    long readUpTo(String what, long max) {
        int at = position;
        long value = readVarint(what);
        if (value < 0 || value > max) {
            throw malformed(position - at, what + " to be 0 to " + max + ", not " + Long.toUnsignedString(value));
        }
        return value;
    }

    /** A varint that is not negative. */
    long readNatural(String what) {
        return readUpTo(what, Long.MAX_VALUE);
    }

    /**
     * How many things follow.
     *
     * @param eachBytes how many bytes one takes at least
     * @param max how many there may be
     */
    int readCount(String what, int eachBytes, int max) {
        int at = position;
        long count = readVarint(what);
        if (count < 0 || count > max) {
            throw malformed(position - at, "at most " + max + " " + what + ", not " + Long.toUnsignedString(count));
        }
        if (count * eachBytes > remaining()) {
            throw malformed(
                    position - at,
                    count + " " + what + " to follow, but only " + remaining() + " bytes do, and each takes at least "
                            + eachBytes);
        }
        return (int) count;
    }

    /** A length, of bytes that are there. */
    int readLength(String what, int max) {
        int at = position;
        long length = readVarint(what);
        if (length < 0 || length > max) {
            throw malformed(
                    position - at, what + " to take at most " + max + " bytes, not " + Long.toUnsignedString(length));
        }
        if (length > remaining()) {
            throw malformed(position - at, what + " to take " + length + " bytes, but only " + remaining() + " follow");
        }
        return (int) length;
    }

    /** A length, and that many bytes of UTF-8. */
    String readText(String what, int maxBytes) {
        int length = readLength(what, maxBytes);
        int at = position;
        try {
            String text = Utf8.get(buffer, at, length);
            position = at + length;
            return text;
        } catch (CharacterCodingException e) {
            throw new WireException(
                    Kind.MALFORMED, offset(), "expected " + what + " to be UTF-8, at offset " + offset(), e);
        }
    }

    /** As many bytes, whose number was read and checked before. */
    byte[] readBytes(int length) {
        int at = take("bytes", length);
        return Arrays.copyOfRange(buffer, at, at + length);
    }

    /** Passes over bytes, whose number was read and checked before. */
    void skip(int length) {
        take("bytes", length);
    }

    /** Whose bytes {@link #arrayOffset} is in. */
    byte[] array() {
        return buffer;
    }

    /** Where in the array the next byte is. */
    int arrayOffset() {
        return position;
    }

    /** Everything was read. */
    void requireEnd(String what) {
        if (position != end) {
            throw malformed(0, what + " to end, but " + remaining() + " more bytes follow");
        }
    }

    private int take(String what, int length) {
        int at = position;
        if (length > end - at) {
            throw cutOff(what, length);
        }
        position = at + length;
        return at;
    }

    private WireException cutOff(String what, int length) {
        return malformed(
                0,
                what + " in " + length + (length == 1 ? " byte" : " bytes") + ", but only " + remaining() + " follow");
    }

    /**
     * What to throw where something else was expected.
     *
     * @param back how many bytes ago it began
     * @param expected what, in words that go on from "expected"
     */
    WireException malformed(int back, String expected) {
        int at = offset() - back;
        return new WireException(Kind.MALFORMED, at, "expected " + expected + ", at offset " + at, null);
    }
}
