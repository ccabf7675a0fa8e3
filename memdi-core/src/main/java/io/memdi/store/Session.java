package io.memdi.store;

import io.memdi.Incarnation;
import io.memdi.Revision;
import io.memdi.transport.Entry;
import io.memdi.transport.Result;
import io.memdi.transport.SessionState;
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
 * <p>Outcomes stand in a ring of longs in the order of their numbers, five to an outcome, so that taking a write allocates nothing:
 * its number, index and term of its entry, and the position that a failed condition found. Numbers may have gaps of any width, which
 * take no room: a node that was heard no more for long gives up one write after another, and starts far above the last that was
 * taken. Outcomes are dropped when the entry that closes them is committed, so that every node remembers the same at the same index.
 */
public final class Session {
    private static final int STRIDE = SessionState.STRIDE;
    private static final int RESULT_BITS = 2;

    private final Revision ticket;

    /** Whether an entry that ends it was executed, and is not committed yet. */
    private boolean closing;

    private long firstOpen = 1;
    private long committed;
    private long taken;
    private long[] ring = new long[16 * STRIDE];
    private boolean[] owed = new boolean[16];

    /** Places of the oldest outcome, and after the newest; a place modulo the length is a slot. */
    private long head;

    private long tail;

    /** A session; with a ticket if it is a client's, and else {@link Revision#NONE}. */
    Session(Revision ticket) {
        this.ticket = ticket;
    }

    /** The position of the entry that has opened a client's session; {@link Revision#NONE} for a member's. */
    public Revision ticket() {
        return ticket;
    }

    public boolean isOfClient() {
        return !ticket.equals(Revision.NONE);
    }

    /** Whether it takes no writes any more, unless its end is taken back. */
    public boolean isClosing() {
        return closing;
    }

    void closing(boolean ends) {
        closing = ends;
    }

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
        return place(number) >= 0;
    }

    /** Remembers the outcome of an entry whose number is above all that were taken. */
    void take(Entry.Written entry) {
        if (tail - head == owed.length) {
            grow();
        }
        int slot = slot(tail);
        int at = slot * STRIDE;
        ring[at] = entry.number();
        ring[at + 1] = entry.index();
        ring[at + 2] = entry.term() << RESULT_BITS | code(entry.result());
        ring[at + 3] = entry.seen().term();
        ring[at + 4] = entry.seen().index();
        owed[slot] = false;
        tail++;
        taken = entry.number();
    }

    /** The entry of a number that was taken is committed. */
    void commit(Entry.Written entry) {
        committed = entry.number();
        if (entry.firstOpen() > firstOpen) {
            firstOpen = entry.firstOpen();
            while (head < tail && numberAt(head) < firstOpen) {
                head++;
            }
        }
    }

    /** Forgets all that is not committed. */
    void rollback() {
        while (tail > head && numberAt(tail - 1) > committed) {
            tail--;
        }
        taken = committed;
        Arrays.fill(owed, false);
    }

    /** Index of the entry of a number that is remembered. */
    public long index(long number) {
        return ring[at(number) + 1];
    }

    /** What became of a number that is remembered. */
    public Result result(long number) {
        return switch ((int) ring[at(number) + 2] & ((1 << RESULT_BITS) - 1)) {
            case 0 -> Result.APPLIED;
            case 1 -> Result.CONDITION_FAILED;
            case 2 -> Result.WRONG_CODEC;
            default -> Result.KEY_FAILED;
        };
    }

    /** The position of the entry of a number that is remembered. */
    public Revision position(long number) {
        int at = at(number);
        return new Revision(ring[at + 2] >> RESULT_BITS, ring[at + 1]);
    }

    /** What the condition of a remembered number found; {@link Revision#NONE} if nothing, or if it was applied. */
    public Revision seen(long number) {
        int at = at(number);
        return new Revision(ring[at + 3], ring[at + 4]);
    }

    /** Notes that an answer is owed once the entry of a remembered number is committed. */
    public void owe(long number) {
        owed[at(number) / STRIDE] = true;
    }

    /** Whether an answer was owed for a remembered number; it is not any more. */
    public boolean settle(long number) {
        int slot = at(number) / STRIDE;
        boolean was = owed[slot];
        owed[slot] = false;
        return was;
    }

    /** What is committed, for a node that heals. */
    SessionState state(Incarnation owner) {
        long end = head;
        while (end < tail && numberAt(end) <= committed) {
            end++;
        }
        long[] outcomes = new long[(int) (end - head) * STRIDE];
        for (long place = head; place < end; place++) {
            System.arraycopy(ring, slot(place) * STRIDE, outcomes, (int) (place - head) * STRIDE, STRIDE);
        }
        return new SessionState(owner, ticket, firstOpen, committed, outcomes);
    }

    /** A session as a leader has it. */
    static Session of(SessionState state) {
        Session session = new Session(state.ticket());
        long[] outcomes = state.outcomes();
        session.firstOpen = state.firstOpen();
        session.committed = state.committed();
        session.taken = state.committed();
        while (session.owed.length * STRIDE < outcomes.length) {
            session.grow();
        }
        System.arraycopy(outcomes, 0, session.ring, 0, outcomes.length);
        session.tail = outcomes.length / STRIDE;
        return session;
    }

    /** A digest of what is committed, the same on every node at the same index. */
    public long digest() {
        long digest = (31 * ticket.term() + ticket.index()) * 31 * 31 + 31 * firstOpen + committed;
        for (long place = head; place < tail && numberAt(place) <= committed; place++) {
            for (int i = 0; i < STRIDE; i++) {
                digest = digest * 0x9E3779B97F4A7C15L + ring[slot(place) * STRIDE + i];
            }
        }
        return digest;
    }

    private static int code(Result result) {
        return switch (result) {
            case APPLIED -> 0;
            case CONDITION_FAILED -> 1;
            case WRONG_CODEC -> 2;
            case KEY_FAILED -> 3;
        };
    }

    private int at(long number) {
        long place = place(number);
        if (place < 0) {
            throw new IllegalArgumentException("number " + number + " is not remembered");
        }
        return slot(place) * STRIDE;
    }

    /** Where the outcome of a number is; -1 if it is not remembered. Most numbers follow each other without a gap. */
    private long place(long number) {
        if (head == tail || number < numberAt(head) || number > numberAt(tail - 1)) {
            return -1;
        }
        long low = Math.max(head, tail - 1 - (numberAt(tail - 1) - number));
        if (numberAt(low) == number) {
            return low;
        }
        // Gaps only move a number towards the end.
        long high = tail - 1;
        while (low <= high) {
            long middle = (low + high) >>> 1;
            long found = numberAt(middle);
            if (found == number) {
                return middle;
            } else if (found < number) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return -1;
    }

    private long numberAt(long place) {
        return ring[slot(place) * STRIDE];
    }

    private void grow() {
        long[] larger = new long[ring.length * 2];
        boolean[] largerOwed = new boolean[owed.length * 2];
        for (long place = head; place < tail; place++) {
            int to = (int) (place & (largerOwed.length - 1));
            System.arraycopy(ring, slot(place) * STRIDE, larger, to * STRIDE, STRIDE);
            largerOwed[to] = owed[slot(place)];
        }
        ring = larger;
        owed = largerOwed;
    }

    private int slot(long place) {
        return (int) (place & (owed.length - 1));
    }
}
