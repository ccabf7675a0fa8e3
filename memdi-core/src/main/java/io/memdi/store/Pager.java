package io.memdi.store;

import io.memdi.log.Mistake;
import io.memdi.transport.Inventory;
import io.memdi.transport.Page;
import io.memdi.transport.Range;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * A leader's answers to those who pull a table: pages with what they do not have. Holds nothing between two pages. Loop only.
 *
 * <p>A page costs a {@link Scan} of the range and, besides keys and values, which it shares with the table, about a hundred bytes for
 * each key that travels.
 */
public final class Pager {
    /** Hash and number of keys. */
    private static final int BUCKET_BYTES = 8;

    private static final int REVISION_BYTES = 16;

    /** What a key takes in a page besides itself and its value. */
    static final int OVERHEAD_BYTES = BUCKET_BYTES + REVISION_BYTES;

    private final Table table;
    private final int maxBytes;
    private final @Nullable Mistake planted;
    private final ToIntFunction<Version> sizes;

    /**
     * Starts with nothing.
     *
     * @param table the leader's table
     * @param maxBytes how many bytes a page may take, by these sizes; more only if it is of one key. Who turns it into bytes, and sees what
     *     it really takes, may end it earlier
     * @param sizes about how many bytes key and value take; nothing remembers it
     */
    public Pager(Table table, int maxBytes, ToIntFunction<Version> sizes) {
        this(table, maxBytes, sizes, null);
    }

    /** As the other, with a mistake to make, in tests. */
    public Pager(Table table, int maxBytes, ToIntFunction<Version> sizes, @Nullable Mistake planted) {
        this.planted = planted;
        this.table = table;
        this.maxBytes = maxBytes;
        this.sizes = sizes;
    }

    /**
     * The committed state of a range, or as much of its beginning as a page takes, less what the follower has.
     *
     * @param theirs what the follower has
     * @param committed the commit index of the table
     * @throws IllegalArgumentException if the follower had applied more than is committed here, so that its answer must wait, or the
     *     inventory is not in order
     */
    public Page page(Inventory theirs, long committed) {
        if (committed < theirs.applied()) {
            throw new IllegalArgumentException("committed up to " + committed + ", asked with " + theirs);
        }
        Range range = theirs.range();
        List<Page.Bucket> buckets = new ArrayList<>();
        long bytes = 0;
        Comparison hashes = new Comparison(Scan.of(table, range, planted), theirs);
        while (hashes.next()) {
            if (hashes.agree()) {
                continue;
            }
            List<Version> all = hashes.versions();
            if (!buckets.isEmpty() && bytes + bytes(all) > maxBytes) {
                range = range.endingAt(hashes.place());
                break;
            }
            List<Version> fitting = all.subList(0, fitting(all));
            buckets.add(new Page.Bucket(hashes.hash(), items(fitting)));
            bytes += bytes(fitting);
            if (fitting.size() < all.size()) {
                // Many keys of one hash, in the order of their revisions.
                range = range.endingWith(
                        hashes.place(), fitting.get(fitting.size() - 1).revision());
                break;
            }
        }
        return new Page(theirs.pull(), range, committed, buckets, bytes);
    }

    /** How many of the first keys of a hash fit into a page of their own, at least one. */
    private int fitting(List<Version> versions) {
        int count = Math.min(1, versions.size());
        long bytes = bytes(versions.subList(0, count));
        while (count < versions.size()) {
            bytes += REVISION_BYTES + sizes.applyAsInt(versions.get(count));
            if (bytes > maxBytes) {
                break;
            }
            count++;
        }
        return count;
    }

    private long bytes(List<Version> versions) {
        long bytes = BUCKET_BYTES;
        for (Version version : versions) {
            bytes += REVISION_BYTES + sizes.applyAsInt(version);
        }
        return bytes;
    }

    private static List<Page.Item> items(List<Version> versions) {
        // Mostly one: two keys of one hash are rare.
        return versions.size() == 1
                ? List.of(item(versions.get(0)))
                : versions.stream().map(Pager::item).toList();
    }

    private static Page.Item item(Version version) {
        return new Page.Item(version.term(), version.index(), version.key, Objects.requireNonNull(version.value));
    }
}
