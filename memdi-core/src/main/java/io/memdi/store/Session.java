package io.memdi.store;

import io.memdi.Revision;
import io.memdi.transport.Entry;
import io.memdi.transport.Result;
import java.util.Arrays;

/**
 * What is remembered of one node's writes: which numbers were taken, and the outcomes of those whose callers may still ask.
 *
 * <pre>
 *   forgotten | firstOpen ... committed | ... taken | not taken yet
 *             | outcomes, for good      | outcomes  |
 *             |                         | that may be taken back
 * </pre>
 *
 * <p>Outcomes live in a ring of longs, four to a number, so that taking a write allocates nothing: index and term of its entry,
 * and the position that a failed condition found. They are dropped when the entry that closes them is committed, so that
 * every node remembers the same at the same index.
 */
public final class Session {
    private static final int STRIDE = 4;
    private static final int RESULT_BITS = 2;

    private long firstOpen = 1;
    private long committed;
    private long taken;
    private long[] ring = new long[16 * STRIDE];
    private boolean[] owed = new boolean[16];

    /** The highest number that was taken, committed or not. */
    public long taken() {
        return taken;
    }

    /** The highest number whose entry is committed. */
    public long committedTaken() {
        return committed;
    }

    /** Numbers below this one are closed: nobody asks for their outcome again. */
    public long firstOpen() {
        return firstOpen;
    }

    /** Whether the outcome of this number is remembered. */
    public boolean remembers(long number) {
        return number >= firstOpen && number <= taken && ring[slot(number) * STRIDE] != 0;
    }

    /** Remembers the outcome of an entry whose number is above all that were taken. */
    void take(Entry.Written entry) {
        long number = entry.number();
        while (number - firstOpen >= owed.length) {
            grow();
        }
        for (long skipped = Math.max(taken + 1, firstOpen); skipped < number; skipped++) {
            erase(skipped);
        }
        int at = slot(number) * STRIDE;
        ring[at] = entry.index();
        ring[at + 1] = entry.term() << RESULT_BITS | code(entry.result());
        ring[at + 2] = entry.seen().term();
        ring[at + 3] = entry.seen().index();
        owed[slot(number)] = false;
        taken = number;
    }

    /** The entry of a number that was taken is committed. */
    void commit(Entry.Written entry) {
        committed = entry.number();
        if (entry.firstOpen() > firstOpen) {
            long end = Math.min(entry.firstOpen(), firstOpen + owed.length);
            for (long closed = firstOpen; closed < end; closed++) {
                erase(closed);
            }
            firstOpen = entry.firstOpen();
        }
    }

    /** Forgets all that is not committed. */
    void rollback() {
        for (long number = Math.max(committed + 1, firstOpen); number <= taken; number++) {
            erase(number);
        }
        taken = committed;
        Arrays.fill(owed, false);
    }

    /** Index of the entry of a number that is remembered. */
    public long index(long number) {
        return ring[slot(number) * STRIDE];
    }

    /** What became of a number that is remembered. */
    public Result result(long number) {
        return switch ((int) (ring[slot(number) * STRIDE + 1] & ((1 << RESULT_BITS) - 1))) {
            case 0 -> Result.APPLIED;
            case 1 -> Result.CONDITION_FAILED;
            default -> Result.WRONG_CODEC;
        };
    }

    /** The revision of a number that is remembered: of its own entry if applied, else what was found instead. */
    public Revision revision(long number) {
        int at = slot(number) * STRIDE;
        return result(number) == Result.APPLIED
                ? new Revision(ring[at + 1] >> RESULT_BITS, ring[at])
                : new Revision(ring[at + 2], ring[at + 3]);
    }

    /** Notes that an answer is owed once the entry of a remembered number is committed. */
    public void owe(long number) {
        owed[slot(number)] = true;
    }

    /** Whether an answer was owed for a remembered number; it is not any more. */
    public boolean settle(long number) {
        int slot = slot(number);
        boolean was = owed[slot];
        owed[slot] = false;
        return was;
    }

    /** A digest of what is committed, the same on every node at the same index. */
    public long digest() {
        long digest = 31 * firstOpen + committed;
        for (long number = firstOpen; number <= committed; number++) {
            for (int i = 0; i < STRIDE; i++) {
                digest = digest * 0x9E3779B97F4A7C15L + ring[slot(number) * STRIDE + i];
            }
        }
        return digest;
    }

    private static int code(Result result) {
        return switch (result) {
            case APPLIED -> 0;
            case CONDITION_FAILED -> 1;
            case WRONG_CODEC -> 2;
        };
    }

    private void erase(long number) {
        int at = slot(number) * STRIDE;
        Arrays.fill(ring, at, at + STRIDE, 0);
        owed[slot(number)] = false;
    }

    private void grow() {
        long[] larger = new long[ring.length * 2];
        boolean[] largerOwed = new boolean[owed.length * 2];
        for (long number = firstOpen; number <= taken; number++) {
            int to = (int) (number & (largerOwed.length - 1));
            System.arraycopy(ring, slot(number) * STRIDE, larger, to * STRIDE, STRIDE);
            largerOwed[to] = owed[slot(number)];
        }
        ring = larger;
        owed = largerOwed;
    }

    private int slot(long number) {
        return (int) (number & (owed.length - 1));
    }
}
