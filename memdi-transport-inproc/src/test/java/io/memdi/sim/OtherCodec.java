package io.memdi.sim;

import io.memdi.Codec;

/** A codec for strings that does what the built-in one does, under another name: so two nodes can disagree about a store. */
final class OtherCodec implements Codec<String> {
    static final OtherCodec STRING = new OtherCodec();

    private OtherCodec() {}

    @Override
    public String name() {
        return "other";
    }

    @Override
    public byte[] encode(String value) {
        return Codec.string().encode(value);
    }

    @Override
    public String decode(byte[] bytes) {
        return Codec.string().decode(bytes);
    }

    @Override
    public int hash(String value) {
        return Codec.string().hash(value);
    }
}
