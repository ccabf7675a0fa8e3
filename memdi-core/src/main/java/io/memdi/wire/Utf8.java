package io.memdi.wire;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Strings as UTF-8, strictly both ways, without an array in between. */
final class Utf8 {
    private static final long NOT_ASCII = 0x8080808080808080L;

    private Utf8() {}

    /**
     * How many bytes a text takes.
     *
     * @throws IllegalArgumentException if it has an unpaired surrogate, or takes more than 2^31 - 1 bytes
     */
    static int size(String text) {
        int length = text.length();
        int ascii = 0;
        while (ascii < length && text.charAt(ascii) < 0x80) {
            ascii++;
        }
        return ascii == length ? length : sizeFrom(text, ascii);
    }

    private static int sizeFrom(String text, int from) {
        int length = text.length();
        long size = length;
        for (int i = from; i < length; i++) {
            char c = text.charAt(i);
            if (c < 0x80) {
                continue;
            }
            size += c < 0x800 ? 1 : 2;
            if (Character.isSurrogate(c)) {
                if (i + 1 == length || !Character.isSurrogatePair(c, text.charAt(i + 1))) {
                    throw new IllegalArgumentException("unpaired surrogate at character " + i + " of " + length);
                }
                i++; // Two characters, and four bytes: two of them are in the length.
            }
        }
        if (size > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(size + " bytes are too many for one text");
        }
        return (int) size;
    }

    /** Writes a text that takes that many bytes. */
    static void put(String text, int size, byte[] to, int at) {
        int length = text.length();
        if (size == length) {
            for (int i = 0; i < length; i++) {
                to[at + i] = (byte) text.charAt(i);
            }
            return;
        }
        int next = at;
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (c < 0x80) {
                to[next++] = (byte) c;
            } else if (c < 0x800) {
                to[next++] = (byte) (0xC0 | (c >> 6));
                to[next++] = tail(c, 0);
            } else if (Character.isSurrogate(c)) {
                i++;
                int point = Character.toCodePoint(c, text.charAt(i));
                to[next++] = (byte) (0xF0 | (point >> 18));
                to[next++] = tail(point, 12);
                to[next++] = tail(point, 6);
                to[next++] = tail(point, 0);
            } else {
                to[next++] = (byte) (0xE0 | (c >> 12));
                to[next++] = tail(c, 6);
                to[next++] = tail(c, 0);
            }
        }
    }

    private static byte tail(int point, int shift) {
        return (byte) (0x80 | ((point >> shift) & 0x3F));
    }

    /** Reads a text. */
    static String get(byte[] from, int at, int length) throws CharacterCodingException {
        if (isAscii(from, at, length)) {
            return new String(from, at, length, StandardCharsets.ISO_8859_1);
        }
        // The constructor of a string would replace what is malformed.
        return StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(from, at, length))
                .toString();
    }

    private static boolean isAscii(byte[] from, int at, int length) {
        int i = at;
        int end = at + length;
        for (; i <= end - Long.BYTES; i += Long.BYTES) {
            if (((long) WireWriter.LONGS.get(from, i) & NOT_ASCII) != 0) {
                return false;
            }
        }
        for (; i < end; i++) {
            if (from[i] < 0) {
                return false;
            }
        }
        return true;
    }
}
