package io.memdi.transport;

import io.memdi.Incarnation;
import io.memdi.Revision;
import java.util.Arrays;
import java.util.List;
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

    /**
     * How many outcomes are remembered.
     *
     * @return 0 or more
     */
    public int size() {
        return outcomes.length / STRIDE;
    }

    /**
     * The same session with some of its outcomes, so that what is large travels in parts.
     *
     * @param from the first of them, 0 or more
     * @param end the one after the last, {@code from} to {@link #size}
     * @return a part
     */
    public SessionState part(int from, int end) {
        return new SessionState(
                owner, ticket, firstOpen, committed, Arrays.copyOfRange(outcomes, from * STRIDE, end * STRIDE));
    }

    /**
     * Puts the parts of one session together.
     *
     * @param parts all of them, in their order; at least one
     * @return the session
     */
    public static SessionState joined(List<SessionState> parts) {
        SessionState first = parts.get(0);
        if (parts.size() == 1) {
            return first;
        }
        long[] outcomes = parts.stream()
                .flatMapToLong(part -> Arrays.stream(part.outcomes))
                .toArray();
        return new SessionState(first.owner, first.ticket, first.firstOpen, first.committed, outcomes);
    }

    @Override
    public String toString() {
        return "session of " + owner + " up to " + committed + ", " + size() + " outcomes from " + firstOpen;
    }
}
