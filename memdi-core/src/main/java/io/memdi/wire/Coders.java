package io.memdi.wire;

/** Who turns the keys and values of a store, known by its number, into bytes and back. */
interface Coders {
    /** The coder of a store for what is written in a term. */
    StoreCoder toSend(int number, long term);

    /** The coder of a store for what was read. */
    StoreCoder arrived(int number, long fingerprint);
}
