package io.memdi.machine;

import io.memdi.transport.Member;
import java.util.ArrayDeque;

/**
 * One follower, as the leader sees it: what it is known to hold, what is on its way to it, when it was last heard.
 *
 * <p>It is probed, one append at a time, until the place is found where its log agrees with the leader's; then entries are
 * streamed to it, without waiting for answers, within a window of bytes (Raft dissertation, 10.2.1).
 */
final class Progress {
    final Member member;
    private final ArrayDeque<Sent> inFlight = new ArrayDeque<>();
    private long inFlightBytes;
    private boolean probing = true;
    private long match;

    /** As {@link #match}, also while it heals, and counts for nothing. */
    private long held;

    /** Index up to which the leader's log is on its disk, where there is one, and counts. */
    private long synced;

    /** Which opening of its directory was heard last. */
    private long opening;

    private long askedAt;
    private boolean opened;
    private long openedAt;
    private long next;
    private long retryAt;
    private long heardAt;
    private boolean answered;
    private long answeredRound;

    /** The address that the latest answers came from; and the highest round that was answered from there, and from another one before. */
    private String answersFrom = "";

    private long answeredThere;
    private long answeredBefore;
    private long commitSent;

    /** Where the log ended when this round of catching up began, and when that was. */
    private long roundEnd;

    private long roundSince;

    private record Sent(long lastIndex, long bytes) {}

    Progress(Member member, long next, long now) {
        this.member = member;
        this.next = next;
        this.heardAt = now;
        this.retryAt = now;
    }

    /** Index up to which the follower is known to hold the leader's log, and counts. */
    long match() {
        return match;
    }

    /** Index up to which its log is known to be the leader's; what came before may not be whole. */
    long held() {
        return held;
    }

    /** Index up to which the follower is known to have the leader's log on disk, and counts. */
    long synced() {
        return synced;
    }

    /**
     * It says that it was opened so often. What it held in memory alone is gone with an opening.
     *
     * @return false if that was said before the latest opening, so that it counts for nothing
     */
    boolean isOpened(long times) {
        if (times > opening) {
            if (opening > 0) {
                match = Math.min(match, synced);
                held = synced;
                probe(synced);
            }
            opening = times;
        }
        return times == opening;
    }

    void synced(long index) {
        synced = Math.max(synced, index);
    }

    /** Whether it holds more than what counts: it heals. */
    boolean heals() {
        return held > match;
    }

    /** Index of the next entry to send. */
    long next() {
        return next;
    }

    boolean isProbing() {
        return probing;
    }

    long heardAt() {
        return heardAt;
    }

    /** Whether it was heard at all by this leader: one that is new here counts as heard at first, and need not be there. */
    boolean hasAnswered() {
        return answered;
    }

    /** As {@link #answeredRound}, by a process that says that it is at another address than that. */
    long answeredElsewhere(String than) {
        return answersFrom.equals(than) ? answeredBefore : answeredThere;
    }

    /** The highest heartbeat round that it has answered. */
    long answeredRound() {
        return answeredRound;
    }

    /** The commit index that it was last told. */
    long commitSent() {
        return commitSent;
    }

    void toldCommit(long index) {
        commitSent = Math.max(commitSent, index);
    }

    /** Entries before this one are not retained any more. */
    void startFrom(long first) {
        if (next < first) {
            probing = true;
            next = first;
            clearFlight();
        }
    }

    /** Whether it may be told to heal: not again before that has had the time to arrive. */
    boolean mayOpen(long now, long retryNanos) {
        return !opened || now - openedAt >= retryNanos;
    }

    /** Whether it holds the log, and may count by now, which was lost on the way if it said so: an append without entries asks. */
    boolean isToBeAsked(long now, long retryNanos) {
        boolean due =
                (match < held || (opening > 0 && synced < match)) && inFlight.isEmpty() && now - askedAt >= retryNanos;
        askedAt = due ? now : askedAt;
        return due;
    }

    /** It was told to go on after an index, and to ask for the rest. */
    void opened(long index, long now) {
        opened = true;
        openedAt = now;
        probing = true;
        next = index + 1;
        clearFlight();
    }

    void heard(long now, String from, long round) {
        answered = true;
        heardAt = now;
        answeredRound = Math.max(answeredRound, round);
        if (!from.equals(answersFrom)) {
            answeredBefore = answeredThere;
            answersFrom = from;
            answeredThere = 0;
        }
        answeredThere = Math.max(answeredThere, round);
    }

    /** Whether something may be sent: a probe if none is out, else as much as the window has room for. */
    boolean maySend(long now, long windowBytes) {
        return probing ? inFlight.isEmpty() || isOverdue(now) : inFlightBytes < windowBytes;
    }

    void sent(long lastIndex, long bytes, long now, long retryNanos) {
        if (probing) {
            inFlight.clear();
            inFlightBytes = 0;
        } else {
            next = lastIndex + 1;
        }
        if (inFlight.isEmpty()) {
            retryAt = now + retryNanos;
        }
        inFlight.add(new Sent(lastIndex, bytes));
        inFlightBytes += bytes;
    }

    /** The follower holds the leader's log up to there. The match index never moves back. */
    void agreed(long index, boolean counts, boolean mayMoveBack, long now, long retryNanos) {
        if (counts) {
            match = mayMoveBack ? index : Math.max(match, index);
        }
        held = mayMoveBack ? index : Math.max(held, index);
        next = Math.max(next, held + 1);
        if (probing) {
            probing = false;
            next = held + 1;
            clearFlight();
        }
        while (!inFlight.isEmpty() && inFlight.getFirst().lastIndex() <= held) {
            inFlightBytes -= inFlight.removeFirst().bytes();
        }
        retryAt = now + retryNanos;
    }

    /**
     * Whether it keeps up with the log: it has held, within so many nanoseconds, all that there was when a round began (Raft
     * dissertation, 4.2.1). Asked again and again; a round that is over begins the next.
     */
    boolean hasCaughtUp(long lastIndex, long now, long nanos) {
        boolean over = roundEnd > 0 && match >= roundEnd;
        boolean fast = over && now - roundSince <= nanos;
        if (over || roundEnd == 0) {
            roundEnd = lastIndex;
            roundSince = now;
        }
        return fast;
    }

    /** Goes back to probing, from after that index on: what was on its way is not counted on any more. */
    void probe(long agreedAtMost) {
        probing = true;
        next = Math.max(held, agreedAtMost) + 1;
        clearFlight();
    }

    /**
     * What was on its way is taken for lost. Whoever was streamed to is probed from what it is known to hold; whoever was probed is
     * probed from the same place again, since nothing has been heard that speaks against it: this leader may not even have heard
     * from it yet, and must not take that for an empty log.
     */
    void lost() {
        if (probing) {
            clearFlight();
        } else {
            probe(held);
        }
    }

    /** Whether something was sent so long ago, without an answer, that it is taken for lost. */
    boolean isOverdue(long now) {
        return !inFlight.isEmpty() && now - retryAt >= 0;
    }

    /** When an unanswered append is taken for lost; never if nothing is on its way. */
    long retryAt() {
        return inFlight.isEmpty() ? Long.MAX_VALUE : retryAt;
    }

    private void clearFlight() {
        inFlight.clear();
        inFlightBytes = 0;
    }
}
