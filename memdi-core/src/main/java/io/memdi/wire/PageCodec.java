package io.memdi.wire;

import io.memdi.Revision;
import io.memdi.transport.Envelope;
import io.memdi.transport.HealMessage.HealPage;
import io.memdi.transport.Page;
import io.memdi.transport.Range;
import java.util.ArrayList;
import java.util.List;

/**
 * The pages of a heal.
 *
 * <pre>
 *   heal page   store varint | fingerprint int64, of the store | pull varint | committed varint
 *               count int32 | for each key, or hash without one: flags byte
 *                               1 hash as before   2 no key
 *                               [hash int32]
 *                               [term varint | index varint | length varint | key | length varint | value]
 *               range | bytes varint
 *   range       segment varint | from varint | after revision | length varint | upTo revision
 * </pre>
 *
 * <p>The machine that makes a page knows the mean size of values, not what each takes. So a page is ended here, where there is no room for
 * its next key, and says so in its range, which comes last: the follower asks for what comes after that. The first key is written in any
 * case, or nothing would go on.
 */
final class PageCodec {
    private static final int SAME_HASH = 1;
    private static final int NO_KEY = 2;
    private static final int MIN_RECORD = 5;

    private final WireWriter out;
    private final StoreCoder store;
    private final Page page;
    private final int start;
    private final long end;
    private int count;

    private PageCodec(WireWriter out, StoreCoder store, Page page, int room) {
        this.out = out;
        this.store = store;
        this.page = page;
        this.start = out.size();
        this.end = (long) start + room;
    }

    /**
     * Writes a page, or as much of its beginning as there is room for.
     *
     * @param room how many bytes it may take; more only if it is of one key
     */
    static void write(WireWriter out, HealPage message, Coders stores, long term, int room) {
        Page page = message.page();
        StoreCoder store = stores.toSend(message.store(), term);
        out.writeVarint(message.store());
        out.writeLong(store.fingerprint());
        out.writeVarint(page.pull());
        out.writeVarint(page.committed());
        new PageCodec(out, store, page, room).writeKeys();
    }

    private void writeKeys() {
        out.writeInt(0);
        Range range = page.range();
        long bytes = page.bytes();
        List<Page.Bucket> buckets = page.buckets();
        for (int i = 0; i < buckets.size(); i++) {
            int fitting = writeHash(buckets.get(i));
            if (fitting < records(buckets.get(i))) {
                range = endingAfter(fitting, buckets.get(i));
                bytes = (long) out.size() - start;
                break;
            }
        }
        out.setInt(start, count);
        writeRange(out, range);
        out.writeVarint(bytes);
    }

    private Range endingAfter(int keys, Page.Bucket bucket) {
        int place = Range.placeOf(bucket.hash());
        if (keys == 0) {
            return page.range().endingAt(place);
        }
        Page.Item last = bucket.items().get(keys - 1);
        return page.range().endingWith(place, new Revision(last.term(), last.index()));
    }

    /** A hash without a key takes one too. */
    private static int records(Page.Bucket bucket) {
        return Math.max(1, bucket.items().size());
    }

    /** Returns how many of its records there was room for. */
    private int writeHash(Page.Bucket bucket) {
        int fitting = 0;
        while (fitting < records(bucket) && fits(bucket, fitting)) {
            fitting++;
        }
        return fitting;
    }

    /** Writes a record; takes it back if there is no room for it, unless it is the first of all. */
    private boolean fits(Page.Bucket bucket, int at) {
        int before = out.size();
        boolean fits;
        try {
            writeRecord(bucket, at);
            fits = count == 0 || out.size() <= end;
        } catch (WireException e) {
            if (count == 0 || e.kind() != WireException.Kind.LIMIT) {
                throw e;
            }
            fits = false;
        }
        if (fits) {
            count++;
        } else {
            out.truncate(before);
        }
        return fits;
    }

    private void writeRecord(Page.Bucket bucket, int at) {
        out.writeByte((at > 0 ? SAME_HASH : 0) | (bucket.items().isEmpty() ? NO_KEY : 0));
        if (at == 0) {
            out.writeInt(bucket.hash());
        }
        if (!bucket.items().isEmpty()) {
            Page.Item item = bucket.items().get(at);
            out.writeVarint(item.term());
            out.writeVarint(item.index());
            store.writeKey(out, item.key());
            store.writeValue(out, item.value());
        }
    }

    static HealPage read(WireReader in, Coders stores) {
        int number = (int) in.readUpTo("the number of a store", Integer.MAX_VALUE);
        StoreCoder store = stores.arrived(number, in.readLong("the fingerprint of a store"));
        long pull = in.readVarint("the number of a pull");
        long committed = in.readNatural("a commit index");
        List<Page.Bucket> buckets = readKeys(in, store);
        Range range = readRange(in);
        return new HealPage(number, new Page(pull, range, committed, buckets, in.readNatural("the size of a page")));
    }

    private static List<Page.Bucket> readKeys(WireReader in, StoreCoder store) {
        long count = Integer.toUnsignedLong(in.readInt("the number of keys of a page"));
        if (count * MIN_RECORD > in.remaining()) {
            throw in.malformed(
                    Integer.BYTES,
                    count + " keys to follow, but only " + in.remaining() + " bytes do, and each takes at least "
                            + MIN_RECORD);
        }
        List<Page.Bucket> buckets = new ArrayList<>();
        List<Page.Item> items = new ArrayList<>();
        int hash = 0;
        for (int i = 0; i < count; i++) {
            int flags = in.readFlags("the flags of a key", SAME_HASH | NO_KEY);
            if ((flags & SAME_HASH) == 0) {
                if (i > 0) {
                    buckets.add(new Page.Bucket(hash, items));
                    items.clear();
                }
                hash = in.readInt("a hash");
            } else if (items.isEmpty() || flags != SAME_HASH) {
                throw in.malformed(1, "a key after another one of the same hash");
            }
            if ((flags & NO_KEY) == 0) {
                items.add(readItem(in, store, hash));
            }
        }
        if (count > 0) {
            buckets.add(new Page.Bucket(hash, items));
        }
        return buckets;
    }

    private static Page.Item readItem(WireReader in, StoreCoder store, int hash) {
        long term = in.readUpTo("the term of a key", Envelope.MAX_TERM);
        long index = in.readNatural("the index of a key");
        Object key = store.readKey(in, in.readLength("a key", Integer.MAX_VALUE), hash);
        return new Page.Item(term, index, key, store.readValue(in, in.readLength("a value", Integer.MAX_VALUE)));
    }

    static void writeRange(WireWriter out, Range range) {
        out.writeVarint(range.segment());
        out.writeVarint(range.from());
        MemberCodec.writeRevision(out, range.after());
        out.writeVarint(range.end() - range.from());
        MemberCodec.writeRevision(out, range.upTo());
    }

    static Range readRange(WireReader in) {
        int segment = (int) in.readUpTo("a segment", Range.SEGMENTS - 1);
        int from = (int) in.readUpTo("the first place of a range", Range.PLACES);
        Revision after = MemberCodec.readRevision(in, "where a range begins");
        int end = from + (int) in.readUpTo("the length of a range", Range.PLACES - from);
        return new Range(segment, from, after, end, MemberCodec.readRevision(in, "where a range ends"));
    }
}
