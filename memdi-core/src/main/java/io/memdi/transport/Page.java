package io.memdi.transport;

import java.util.List;
import java.util.Objects;

/**
 * The committed state of a range on a leader, as far as a follower differs from it. It replaces what the follower has in that range
 * at or below the page's commit index, and leaves what is newer.
 *
 * <p>A hash is the unit of what agrees: either its keys in the range agree in number and revisions, and are left out, or they are all here,
 * in the order of their revisions.
 *
 * @param pull the number of the pull that asked: what it left out agreed with that pull's inventory, not with another's
 * @param range what it covers
 * @param committed the commit index as of which it is true
 * @param buckets the hashes at which the follower differs, in the order of their places
 * @param bytes about how many bytes it takes
 */
public record Page(long pull, Range range, long committed, List<Bucket> buckets, long bytes) {

    /**
     * All the keys of one hash, as far as they lie in the range.
     *
     * @param hash the hash
     * @param items the keys, in the order of their revisions; empty if the leader has none, so that those of the follower go
     */
    public record Bucket(int hash, List<Item> items) {
        /**
         * Keeps the items from change.
         *
         * @param hash the hash
         * @param items the keys; empty if the leader has none, so that those of the follower go
         */
        public Bucket {
            items = List.copyOf(items);
        }
    }

    /**
     * A key, with its committed value.
     *
     * @param term the term of its revision
     * @param index the index of its revision
     * @param key the key
     * @param value the value
     */
    public record Item(long term, long index, Object key, Object value) {
        /**
         * Checks the parts.
         *
         * @param term the term of its revision
         * @param index the index of its revision
         * @param key the key
         * @param value the value
         */
        public Item {
            Objects.requireNonNull(key, "key");
            Objects.requireNonNull(value, "value");
        }
    }

    /**
     * Keeps the buckets from change.
     *
     * @param pull the number of the pull that asked: what it left out agreed with that pull's inventory, not with another's
     * @param range what it covers
     * @param committed the commit index as of which it is true
     * @param buckets the hashes at which the follower differs, in the order of their places
     * @param bytes about how many bytes it takes
     */
    public Page {
        Objects.requireNonNull(range, "range");
        buckets = List.copyOf(buckets);
    }
}
