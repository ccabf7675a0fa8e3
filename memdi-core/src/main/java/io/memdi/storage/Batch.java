package io.memdi.storage;

import io.memdi.transport.Entry;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one turn of the loop wants kept, in this order: the state, then the cut, then the entries. A crash may leave a part of it, from
 * the front.
 *
 * @param ticket its number: rises from batch to batch, and comes back when it is synced
 * @param state what must not be forgotten; null if it has not changed
 * @param truncateFrom the entries from this index on are cut off first; 0 if none are
 * @param entries what is appended, after what is there
 * @param committed an index up to which what the log on disk has is committed, also where no more than a part of this batch is left
 */
public record Batch(long ticket, @Nullable HardState state, long truncateFrom, List<Entry> entries, long committed) {
    /** How much a batch counts beside its entries. */
    private static final int FIXED_BYTES = 64;

    /** Keeps the entries from change. */
    public Batch {
        entries = List.copyOf(entries);
    }

    /**
     * About how many bytes it takes on disk.
     *
     * @return 64 or more
     */
    long bytes() {
        long bytes = FIXED_BYTES;
        for (int i = 0; i < entries.size(); i++) {
            bytes += entries.get(i).bytes();
        }
        return bytes;
    }
}
