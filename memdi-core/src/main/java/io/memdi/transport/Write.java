package io.memdi.transport;

import io.memdi.Ack;
import io.memdi.Revision;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A write as its issuer asks for it; whether its condition holds is decided by the leader.
 *
 * @param number its number in the issuer's session, from 1 on
 * @param ack the level at which the issuer wants the answer
 * @param store the store
 * @param operation what to do
 * @param key the key
 * @param hash the key's hash, by the codec of the store's keys
 * @param value the value to put; null for a removal
 * @param expected the revision that a conditional operation asks for; {@link Revision#NONE} for others
 * @param size bytes that the key and the value take when encoded
 */
public record Write(
        long number,
        Ack ack,
        StoreSpec store,
        Operation operation,
        Object key,
        int hash,
        @Nullable Object value,
        Revision expected,
        int size) {
    /** What a write does. */
    public enum Operation {
        /** Puts the value, whatever was there. */
        PUT,
        /** Puts the value if the key is absent. */
        PUT_IF_ABSENT,
        /** Puts the value if the key is there at the expected revision. */
        REPLACE,
        /** Removes the key, if it is there. */
        REMOVE,
        /** Removes the key if it is there at the expected revision. */
        REMOVE_AT
    }

    /**
     * Checks the parts.
     *
     * @param number its number in the issuer's session, from 1 on
     * @param ack the level at which the issuer wants the answer
     * @param store the store
     * @param operation what to do
     * @param key the key
     * @param hash the key's hash, by the codec of the store's keys
     * @param value the value to put; null for a removal
     * @param expected the revision that a conditional operation asks for; {@link Revision#NONE} for others
     * @param size bytes that the key and the value take when encoded
     */
    public Write {
        Objects.requireNonNull(store, "store");
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(expected, "expected");
        boolean removes = operation == Operation.REMOVE || operation == Operation.REMOVE_AT;
        if (removes != (value == null)) {
            throw new IllegalArgumentException(operation + (removes ? " takes no value" : " needs a value"));
        }
        if (number < 1 || size < 0) {
            throw new IllegalArgumentException("number " + number + ", size " + size);
        }
    }
}
