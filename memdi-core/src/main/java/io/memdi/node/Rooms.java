package io.memdi.node;

/** Where calls are worked on once the loop has taken them in: of a node, or of a client. Loop only. */
interface Rooms {
    Forwarding forwarding();

    Questions questions();

    /** Of a node, which reads its own memory. */
    default Reads reads() {
        throw new IllegalStateException("a client has no memory to read");
    }

    /** Of a client, which asks nodes. */
    default Inquiries inquiries() {
        throw new IllegalStateException("a node asks nobody what its stores hold");
    }

    /** A caller has given up. */
    void forget(Call<?> call);
}
