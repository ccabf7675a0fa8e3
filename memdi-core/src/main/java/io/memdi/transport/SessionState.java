package io.memdi.transport;

import io.memdi.Incarnation;
import io.memdi.Revision;
import java.util.Objects;

/** What is committed of one session: what a node that heals takes over. Immutable. */
public final class SessionState {
    /** How many numbers an outcome takes. */
    public static final int STRIDE = 5;

    private final Incarnation owner;
    private final Revision ticket;
    private final long firstOpen;
    private final long committed;
    private final long[] outcomes;

    /**
     * Copies the array.
     *
     * @param owner whose session it is
     * @param ticket of a client's session, where it was opened; {@link Revision#NONE} for a member's
     * @param firstOpen the lowest number whose outcome may still be asked for
     * @param committed the highest number whose entry is committed
     * @param outcomes the outcomes that are remembered, {@link #STRIDE} numbers each, in the order of their numbers: number, index, term
     *     and result, and the position that a failed condition found
     * @throws IllegalArgumentException if they are not whole
     */
    public SessionState(Incarnation owner, Revision ticket, long firstOpen, long committed, long[] outcomes) {
        if (outcomes.length % STRIDE != 0) {
            throw new IllegalArgumentException(outcomes.length + " numbers are no whole outcomes of " + STRIDE);
        }
        this.owner = Objects.requireNonNull(owner, "owner");
        this.ticket = Objects.requireNonNull(ticket, "ticket");
        this.firstOpen = firstOpen;
        this.committed = committed;
        this.outcomes = outcomes.clone();
    }

    /**
     * Whose session it is.
     *
     * @return the incarnation
     */
    public Incarnation owner() {
        return owner;
    }

    /**
     * Where a client's session was opened.
     *
     * @return a position in the log; {@link Revision#NONE} if it is a member's
     */
    public Revision ticket() {
        return ticket;
    }

    /**
     * The lowest number whose outcome may still be asked for.
     *
     * @return 1 or more
     */
    public long firstOpen() {
        return firstOpen;
    }

    /**
     * The highest number whose entry is committed.
     *
     * @return 0 or more
     */
    public long committed() {
        return committed;
    }

    /**
     * The outcomes that are remembered.
     *
     * @return a copy
     */
    public long[] outcomes() {
        return outcomes.clone();
    }

    @Override
    public String toString() {
        return "session of " + owner + " up to " + committed + ", " + outcomes.length / STRIDE + " outcomes from "
                + firstOpen;
    }
}
