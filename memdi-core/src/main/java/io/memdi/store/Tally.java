package io.memdi.store;

import io.memdi.transport.SegmentDigests;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** How many keys a table has, with what is not committed and without, and the digest of what is. Any thread reads the numbers. */
final class Tally {
    private static final VarHandle LATEST = handle("latest");
    private static final VarHandle COMMITTED = handle("committed");

    private final Digest digest;
    private long latest;
    private long committed;

    Tally(String store) {
        digest = new Digest(store);
    }

    long latest() {
        return (long) LATEST.getOpaque(this);
    }

    long committed() {
        return (long) COMMITTED.getOpaque(this);
    }

    /** Loop only: so many keys more for a reader of the latest versions. */
    void addLatest(int keys) {
        LATEST.setOpaque(this, latest + keys);
    }

    /** Loop only: so many keys more for a reader of the committed versions. */
    void addCommitted(int keys) {
        COMMITTED.setOpaque(this, committed + keys);
    }

    /** Loop only: one committed version takes the place of another; either may be without a value, which counts as none. */
    void commit(Version before, Version after) {
        int keys = 0;
        if (before.value != null) {
            digest.remove(before.hash, before.term(), before.index());
            keys--;
        }
        if (after.value != null) {
            digest.add(after.hash, after.term(), after.index());
            keys++;
        }
        addCommitted(keys);
    }

    /** Loop only: what the digest has of the table. Whoever changes it tells how many keys that makes, too. */
    Digest digests() {
        return digest;
    }

    /** Loop only. */
    SegmentDigests bySegment() {
        return digest.bySegment();
    }

    /** Of the whole table, as 32 hexadecimal digits. Loop only. */
    String digest() {
        return digest.toString();
    }

    private static VarHandle handle(String field) {
        try {
            return MethodHandles.lookup().findVarHandle(Tally.class, field, long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }
}
