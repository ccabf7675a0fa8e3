package io.memdi;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Strings as UTF-8, strictly: what UTF-8 cannot express is refused, so that no two strings share their bytes. */
final class StringCodec implements Codec<String> {
    static final StringCodec INSTANCE = new StringCodec();

    private StringCodec() {}

    @Override
    public String name() {
        return "string";
    }

    @Override
    public byte[] encode(String value) {
        encodedSize(value); // refuses what getBytes would replace
        return value.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public String decode(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("not UTF-8: " + bytes.length + " bytes", e);
        }
    }

    @Override
    public int hash(String value) {
        return value.hashCode();
    }

    @Override
    public int encodedSize(String value) {
        int length = value.length();
        long size = length;
        for (int i = 0; i < length; i++) {
            char c = value.charAt(i);
            if (c >= 0x80) {
                size += c < 0x800 ? 1 : 2;
                if (Character.isSurrogate(c)) {
                    boolean paired = i + 1 < length && Character.isSurrogatePair(c, value.charAt(i + 1));
                    if (!paired) {
                        throw new IllegalArgumentException("unpaired surrogate at character " + i + " of " + length);
                    }
                    i++; // two characters, four bytes: two were counted to begin with, two just now
                }
            }
        }
        return (int) Math.min(size, Integer.MAX_VALUE);
    }
}
