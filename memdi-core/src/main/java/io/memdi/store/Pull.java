package io.memdi.store;

import io.memdi.log.Mistake;
import io.memdi.transport.Inventory;
import io.memdi.transport.Page;
import io.memdi.transport.Range;
import org.jspecify.annotations.Nullable;

/**
 * A follower brings one segment of a table to the leader's state: it asks for pages, one after the other, each with the inventory of
 * what it has, while it goes on applying the log.
 *
 * <pre>
 *   ask  --- inventory, applied = 70 --->        the leader may be at 85 by now
 *     |  the log: put 71 ... remove 93           removals leave tombstones from here ...
 *   install  <--- page, committed = 85 ---       ... to here: what was removed at 93 does not come back
 * </pre>
 *
 * <p>Why tombstones are needed no longer than that: a page's commit index is at or above what was applied when it was asked for, so
 * that a removal up to there is in the page, and one after it has left a tombstone. A page for which that does not hold is not
 * installed. So the tombstones of a pull are bounded by the removals of one round trip, in one segment.
 *
 * <p>A page leaves out what agreed with its inventory. So it is right only for the pull whose inventory that was, and only if that has
 * applied the log without a gap since: then all that has changed here meanwhile is newer. After a gap a new pull begins, from digests
 * of after the gap. A change of leader is no gap: what is committed is the same on all of them.
 *
 * <p>A page may be ahead of the log that this node has applied. Then the log's effects come once more, and those that are older than
 * what the page brought pass by (see {@link Table#apply}). A key may return that the page took away, until its removal comes. So the
 * table is exact once the node has applied the highest commit index of all pages that it installed, and that of the digests by which
 * it chose what to pull.
 *
 * <p>Loop only. One pull at a time for a segment.
 */
public final class Pull {
    private final Table table;
    private final int segment;
    private final long number;
    private final @Nullable Mistake planted;

    /** What was not pulled yet. */
    private Range rest;

    private boolean waits;

    /** What was applied when the page that is awaited was first asked for: from there on removals have left tombstones. */
    private long since;

    /**
     * Begins, and asks for nothing yet.
     *
     * @param table the follower's table
     * @param segment the segment to pull
     * @param number tells its pages from those of other pulls; no pull of this node has it again
     */
    public Pull(Table table, int segment, long number) {
        this(table, segment, number, null);
    }

    /** As the other, with a mistake to make, in tests. */
    public Pull(Table table, int segment, long number, @Nullable Mistake planted) {
        this.planted = planted;
        this.table = table;
        this.segment = segment;
        this.number = number;
        rest = Range.of(segment);
    }

    /**
     * Brings what a page of a snapshot says into a table that holds nothing newer yet; the log does the rest.
     *
     * @param table the table, as it was when the snapshot began, or later
     * @param page a page of it
     */
    public static void load(Table table, Page page) {
        int count = 0;
        for (Page.Bucket bucket : page.buckets()) {
            for (Page.Item item : bucket.items()) {
                table.apply(item.key(), bucket.hash(), item.value(), item.term(), item.index());
            }
            count += bucket.items().size();
        }
        table.sizes().sawPage(page.bytes(), count);
    }

    /**
     * What this node has of the first keys of what was not pulled yet. To be sent to the leader, which answers with a page. If no
     * page comes, the same may be asked for again.
     *
     * @param applied the index up to which this node has applied the log
     * @param maxKeys how many keys to list, 1 or more
     */
    public Inventory ask(long applied, int maxKeys) {
        if (isDone()) {
            throw new IllegalStateException("segment " + segment + " was pulled to its end");
        }
        if (!waits) {
            waits = true;
            since = applied;
            if (planted != Mistake.HEALS_WITHOUT_TOMBSTONES) {
                table.keepTombstones(segment);
            }
        }
        Scan mine = Scan.of(table, rest);
        int count = Math.min(mine.size(), maxKeys);
        return inventory(mine, count, mine.listing(count, rest), applied);
    }

    private Inventory inventory(Scan mine, int count, Range listed, long applied) {
        int[] hashes = new int[count];
        int[] terms = new int[count];
        long[] indexes = new long[count];
        for (int i = 0; i < count; i++) {
            Version version = mine.get(i);
            hashes[i] = version.hash;
            terms[i] = Math.toIntExact(version.term());
            indexes[i] = version.index();
        }
        return new Inventory(number, listed, applied, hashes, terms, indexes);
    }

    /**
     * Brings the page's range to what it says, but leaves what is newer.
     *
     * @return false, and nothing has changed, if it is not the page that is awaited: it is of another pull, or its range was pulled
     *     before, or it is older than the tombstones
     */
    public boolean install(Page page) {
        boolean awaited = waits && page.pull() == number && page.range().beginsAs(rest) && page.committed() >= since;
        if (!awaited) {
            return false;
        }
        int count = 0;
        for (Page.Bucket bucket : page.buckets()) {
            replace(bucket, page);
            count += bucket.items().size();
        }
        table.sizes().sawPage(page.bytes(), count);
        rest = rest.without(page.range());
        abandon();
        return true;
    }

    /** What comes is put before what is gone is removed, so that no reader misses a key that is there before and after. */
    private void replace(Page.Bucket bucket, Page page) {
        for (Page.Item item : bucket.items()) {
            table.apply(item.key(), bucket.hash(), item.value(), item.term(), item.index());
        }
        if (planted == Mistake.HEALS_WITHOUT_DELETIONS) {
            return;
        }
        int place = Slots.placeOf(bucket.hash());
        table.removeIf(
                bucket.hash(),
                version -> version.index() <= page.committed()
                        && page.range().contains(place, version.term(), version.index())
                        && !isIn(bucket, version));
    }

    private boolean isIn(Page.Bucket bucket, Version version) {
        for (Page.Item item : bucket.items()) {
            if (version.isFor(table.own(item.key(), bucket.hash()), bucket.hash())) {
                return true;
            }
        }
        return false;
    }

    /** Whether the segment was pulled to its end. */
    public boolean isDone() {
        return rest.isEmpty();
    }

    /** Waits for no page any more. What was pulled stays. */
    public void abandon() {
        if (waits) {
            waits = false;
            table.dropTombstones(segment);
        }
    }
}
