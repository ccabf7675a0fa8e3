package io.memdi.transport;

import io.memdi.Revision;
import java.util.List;

/** What a node has found for a {@link Query} of a client. */
public sealed interface Answer {
    /**
     * The number of the query.
     *
     * @return as the client has given it
     */
    long number();

    /**
     * What the node held when it looked: whoever asks for no less the next time is never shown less.
     *
     * @return a position in the log
     */
    Revision held();

    /**
     * The key has a value.
     *
     * @param number the number of the query
     * @param held what the node held
     * @param revision of the value
     * @param value the value; as bytes where it has crossed a wire
     */
    record Found(long number, Revision held, Revision revision, Object value) implements Answer {}

    /**
     * The key has none.
     *
     * @param number the number of the query
     * @param held what the node held
     */
    record Absent(long number, Revision held) implements Answer {}

    /**
     * How many keys there are.
     *
     * @param number the number of the query
     * @param held what the node held
     * @param count 0 or more
     */
    record Counted(long number, Revision held, long count) implements Answer {}

    /**
     * Some keys with what they have.
     *
     * @param number the number of the query
     * @param held what the node held
     * @param items the keys, in the order of their places
     * @param next where the next page begins; -1 if there is none
     */
    record Listed(long number, Revision held, List<Item> items, long next) implements Answer {
        /**
         * Keeps the list from change.
         *
         * @param number the number of the query
         * @param held what the node held
         * @param items the keys, in the order of their places
         * @param next where the next page begins; -1 if there is none
         */
        public Listed {
            items = List.copyOf(items);
        }
    }

    /**
     * A key with what it has.
     *
     * @param revision of the value
     * @param key the key; as bytes where it has crossed a wire
     * @param value the value, likewise
     */
    record Item(Revision revision, Object key, Object value) {}

    /**
     * The query cannot be answered.
     *
     * @param number the number of the query
     * @param held what the node held
     * @param cause why
     * @param reason the same in plain words
     */
    record Refused(long number, Revision held, Cause cause, String reason) implements Answer {}

    /** Why a query cannot be answered. */
    enum Cause {
        /** The store has other codecs. */
        WRONG_CODEC,
        /** A key could not be compared, or not be turned into an object. */
        KEY_FAILED
    }
}
