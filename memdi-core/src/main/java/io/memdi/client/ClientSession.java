package io.memdi.client;

import io.memdi.Revision;

/**
 * What a client knows of its session. What was said of an earlier one may arrive late, and counts for nothing: a ticket is only taken if it is
 * not older than one before, and an end is only believed if it answers a hail that named the present one. The same ticket may come again: a
 * session that was about to end goes on where another leader takes its end back.
 */
final class ClientSession {
    private Revision ticket = Revision.NONE;

    /** The newest ticket that it ever had. */
    private Revision newest = Revision.NONE;

    /** How many hails had been sent when the present one was opened. */
    private long since;

    Revision ticket() {
        return ticket;
    }

    boolean isOpen() {
        return !ticket.equals(Revision.NONE);
    }

    /**
     * The leader names a ticket.
     *
     * @param named the ticket
     * @param hails how many hails were sent so far
     */
    void opened(Revision named, long hails) {
        if (!isOpen() && !named.equals(Revision.NONE) && named.isAtLeast(newest)) {
            ticket = named;
            newest = named;
            since = hails;
        }
    }

    /**
     * The leader says that the session has ended.
     *
     * @param answered the number of the hail that it answers
     * @return whether it was the present one
     */
    boolean ended(long answered) {
        boolean present = isOpen() && answered > since;
        if (present) {
            ticket = Revision.NONE;
        }
        return present;
    }

    /** The cluster is another one from now on. */
    void startOver() {
        ticket = Revision.NONE;
        newest = Revision.NONE;
    }
}
