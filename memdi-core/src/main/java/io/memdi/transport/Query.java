package io.memdi.transport;

import io.memdi.ReadLevel;
import io.memdi.Revision;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a client wants to know of a store. Nothing changes by it, so it may be asked again, of any node.
 *
 * @param number the client's number for it
 * @param kind what it wants to know
 * @param store the store
 * @param level how fresh, and how safe, the answer has to be. A client that wants {@link ReadLevel#SESSION} asks for {@link
 *     ReadLevel#LOCAL} with what its session has seen as the minimum
 * @param minimum what the node must hold before it answers
 * @param key the key; null where it is about none
 * @param hash the key's hash
 * @param from of a page, the place where it begins: the segment in the upper half, the place in it in the lower; else 0
 * @param limit of a page, how many keys it may have at most, 1 or more; else 0
 */
public record Query(
        long number,
        Kind kind,
        StoreSpec store,
        ReadLevel level,
        Revision minimum,
        @Nullable Object key,
        int hash,
        long from,
        int limit) {
    /** The kinds of queries. */
    public enum Kind {
        /** What a key has. */
        GET,
        /** How many keys there are. */
        SIZE,
        /** Some keys with what they have, in the order of their places. */
        PAGE
    }

    /**
     * Checks the parts.
     *
     * @param number the client's number for it
     * @param kind what it wants to know
     * @param store the store
     * @param level how fresh, and how safe, the answer has to be
     * @param minimum what the node must hold before it answers
     * @param key the key; null where it is about none
     * @param hash the key's hash
     * @param from of a page, the place where it begins: the segment in the upper half, the place in it in the lower; else 0
     * @param limit of a page, how many keys it may have at most, 1 or more; else 0
     */
    public Query {
        Objects.requireNonNull(store, "store");
        Objects.requireNonNull(level, "level");
        Objects.requireNonNull(minimum, "minimum");
        if ((kind == Kind.GET) != (key != null)) {
            throw new IllegalArgumentException(kind + (key == null ? " needs a key" : " takes no key"));
        }
        boolean nowhere =
                segment(from) < 0 || segment(from) >= Range.SEGMENTS || place(from) < 0 || place(from) >= Range.PLACES;
        if ((kind == Kind.PAGE) != (limit > 0) || nowhere) {
            throw new IllegalArgumentException(kind + " of " + limit + " keys from " + from);
        }
    }

    /**
     * What a key has.
     *
     * @param number the client's number for it
     * @param store the store
     * @param level how fresh, and how safe, the answer has to be
     * @param minimum what the node must hold before it answers
     * @param key the key
     * @param hash the key's hash
     * @return the query
     */
    public static Query get(long number, StoreSpec store, ReadLevel level, Revision minimum, Object key, int hash) {
        return new Query(number, Kind.GET, store, level, minimum, key, hash, 0, 0);
    }

    /**
     * How many keys there are.
     *
     * @param number the client's number for it
     * @param store the store
     * @param level how fresh, and how safe, the answer has to be
     * @param minimum what the node must hold before it answers
     * @return the query
     */
    public static Query size(long number, StoreSpec store, ReadLevel level, Revision minimum) {
        return new Query(number, Kind.SIZE, store, level, minimum, null, 0, 0, 0);
    }

    /**
     * Some keys from a place on.
     *
     * @param number the client's number for it
     * @param store the store
     * @param level how fresh, and how safe, the answer has to be
     * @param minimum what the node must hold before it answers
     * @param from the place
     * @param limit how many keys at most, 1 or more
     * @return the query
     */
    public static Query page(long number, StoreSpec store, ReadLevel level, Revision minimum, long from, int limit) {
        return new Query(number, Kind.PAGE, store, level, minimum, null, 0, from, limit);
    }

    /**
     * The segment of a place in a store.
     *
     * @param from the place
     * @return its segment
     */
    public static int segment(long from) {
        return (int) (from >>> Integer.SIZE);
    }

    /**
     * The place in its segment.
     *
     * @param from the place in a store
     * @return the place in its segment
     */
    public static int place(long from) {
        return (int) from;
    }

    /**
     * A place in a store.
     *
     * @param segment the segment
     * @param place the place in it
     * @return the segment in the upper half, the place in it in the lower
     */
    public static long from(int segment, int place) {
        return (long) segment << Integer.SIZE | place;
    }
}
