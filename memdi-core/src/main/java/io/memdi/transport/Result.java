package io.memdi.transport;

/** What became of a write once the leader had executed it. The same on every node, and remembered with the session. */
public enum Result {
    /** It took effect. */
    APPLIED,
    /** Its condition did not hold, so it had no effect. */
    CONDITION_FAILED,
    /** The store exists with other codecs, so it had no effect. */
    WRONG_CODEC,
    /** Its key could not be compared with another one of the same hash: {@code equals} threw. So it had no effect. */
    KEY_FAILED
}
