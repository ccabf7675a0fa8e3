package io.memdi.node;

import io.memdi.NotAppliedException;
import io.memdi.Revision;
import io.memdi.log.Mistake;
import io.memdi.machine.Settings;
import io.memdi.transport.Member;
import io.memdi.transport.Message.WriteReply;
import io.memdi.transport.Write;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Brings this node's writes to the leader, in order, and its answers back. Loop only.
 *
 * <p>A write waits in the backlog until there is a leader, and room in the window; then it gets its number. Numbered writes are
 * handed to the leader up to {@code cursor}. What makes them be sent again, from the first open one on, is a new leader, a broken
 * connection, or silence; and where the leader says which number it waits for, from there. That the leader takes a number once is
 * the leader's work (Raft dissertation, 6.3); so sending again is always safe, and the only question here is when it is worth it.
 *
 * <p>Each hand-over names the lowest number whose caller still waits. A write whose caller has given up leaves a gap below that, and
 * the leader waits for it no longer.
 *
 * <p>A write leaves a room only once it is in the next one, or has ended; so one that a failing turn was about is found, and ended, by
 * {@link #close}.
 */
final class Forwarding {
    /** Takes writes to whoever leads. */
    @FunctionalInterface
    interface Leader {
        /** Hands them over; false if nothing was sent. */
        boolean submit(long firstOpen, List<Write> writes);
    }

    private final Settings settings;
    private final Leader leader;
    private final Consumer<Revision> acknowledged;
    private final Completions completions;

    private final ArrayDeque<PendingWrite<?>> backlog = new ArrayDeque<>();
    private final OpenWrites open;
    private final Deadlines deadlines = new Deadlines();
    private final List<PendingWrite<?>> batch = new ArrayList<>();

    /** The next number to hand over. */
    private long cursor;

    private @Nullable Member following;
    private long followingTerm;

    /** When the first open write became that, or was last sent. */
    private long quietSince;

    private long patience;

    /** The leader is known, but took nothing the last time, as during a transfer; to be tried again before long. */
    private boolean refused;

    private long refusedAt;

    /** The last hint of a leader that was followed, and what it was about. */
    private long hinted;

    private long hintedFirstOpen;

    /** Why nothing can be written to a disk; null if it can, or that is not known. */
    private @Nullable String noDisk;

    /**
     * Nothing is open yet.
     *
     * @param first the number of the first write
     * @param acknowledged told, before a caller is, where its write has its place
     */
    Forwarding(Settings settings, long first, Leader leader, Consumer<Revision> acknowledged, Completions completions) {
        this.cursor = first;
        this.settings = settings;
        this.leader = leader;
        this.acknowledged = acknowledged;
        this.completions = completions;
        this.open = new OpenWrites(settings.maxOpenWrites(), first);
        this.patience = shortPatience();
    }

    /** Writes that have not ended. */
    int size() {
        return backlog.size() + open.count();
    }

    void add(PendingWrite<?> write) {
        if (noDisk != null && write.needsDisk()) {
            refuseDisk(write, noDisk);
            return;
        }
        backlog.add(write);
        deadlines.add(write.deadline);
    }

    // --- to the leader ---

    /** Says whom this node follows. A new leader is sent everything that is open. */
    void follow(@Nullable Member leader, long term) {
        if (leader != null && (term != followingTerm || !leader.equals(following))) {
            startOver();
        }
        following = leader;
        followingTerm = leader == null ? followingTerm : term;
    }

    /** The connection to a node broke: if it leads, what was on its way may be lost. */
    void onPeerDown(String name) {
        if (following != null && following.name().equals(name)) {
            startOver();
        }
    }

    private void startOver() {
        cursor = open.firstOpen();
        patience = shortPatience();
        hinted = 0;
    }

    /** Hands over what there is to hand over. */
    void flush(long now) {
        refused = false;
        if (following == null) {
            return;
        }
        if (open.count() > 0 && cursor > open.firstOpen() && now - quietSince >= patience) {
            cursor = open.firstOpen();
            patience = Math.min(2 * patience, settings.electionMaxNanos());
        }
        fillWindow(now);
        while (cursor < open.next() && submitBatch(now)) {}
    }

    private void fillWindow(long now) {
        while (!backlog.isEmpty() && hasRoomFor(backlog.getFirst())) {
            PendingWrite<?> write = backlog.getFirst();
            if (!write.isWithdrawn()) {
                if (open.count() == 0) {
                    quietSince = now;
                }
                open.add(write);
            }
            backlog.removeFirst();
        }
        cursor = Math.max(cursor, open.firstOpen());
    }

    private boolean hasRoomFor(PendingWrite<?> write) {
        return !open.isFull() && (open.count() == 0 || open.bytes() + write.size() <= settings.windowBytes());
    }

    /** Whether there is something to hand over that {@link #flush} could. */
    boolean hasMore() {
        return following != null
                && !refused
                && (cursor < open.next() || (!backlog.isEmpty() && hasRoomFor(backlog.getFirst())));
    }

    private boolean submitBatch(long now) {
        long end = gather();
        if (batch.isEmpty()) {
            cursor = Math.max(end, open.firstOpen());
            return true;
        }
        Write[] writes = new Write[batch.size()];
        Arrays.setAll(writes, i -> batch.get(i).write());
        boolean accepted = leader.submit(open.firstOpen(), List.of(writes));
        for (PendingWrite<?> write : batch) {
            if (accepted) {
                write.submitted();
            } else if (!write.wasSubmitted()) {
                write.unsend();
            }
        }
        batch.clear();
        if (accepted) {
            if (cursor <= open.firstOpen()) {
                quietSince = now;
            }
            cursor = end;
        } else {
            refused = true;
            refusedAt = now;
        }
        return accepted;
    }

    /** Gathers open writes from the cursor on, up to the bounds of a batch; returns the number after the last. */
    private long gather() {
        long bytes = 0;
        long number = cursor;
        for (; number < open.next(); number++) {
            PendingWrite<?> write = open.get(number);
            if (write == null) {
                continue;
            }
            if (!batch.isEmpty()
                    && (batch.size() >= Defaults.WRITES_PER_BATCH || bytes + write.size() > settings.batchBytes())) {
                break;
            }
            if (write.send()) {
                batch.add(write);
                bytes += write.size();
            } else {
                open.remove(number);
            }
        }
        return number;
    }

    // --- back to the caller ---

    void onReply(WriteReply reply, long now) {
        PendingWrite<?> write = open.get(reply.number());
        long number = reply.number();
        if (write == null && settings.plants(Mistake.TAKES_LATE_COMPLETION)) {
            number = open.firstOpen();
            write = open.get(number);
        }
        if (write == null) {
            return; // late: of a write that has ended
        }
        // Also of a refusal, so that a session sees what its write was refused for.
        acknowledged.accept(reply.position());
        write.end(reply, completions);
        write.forget();
        take(number, now);
    }

    private void take(long number, long now) {
        long first = open.firstOpen();
        open.remove(number);
        if (open.firstOpen() != first) {
            quietSince = now;
            patience = shortPatience();
            cursor = Math.max(cursor, open.firstOpen());
        }
    }

    /** The leader has dropped writes, and waits for this number. The same hint about the same writes is followed once. */
    void onExpected(long number) {
        if (number == hinted && open.firstOpen() == hintedFirstOpen) {
            return;
        }
        hinted = number;
        hintedFirstOpen = open.firstOpen();
        cursor = Math.min(cursor, Math.max(number, open.firstOpen()));
    }

    // --- the end ---

    /** Ends what has run out of time. */
    void expire(long now) {
        if (!deadlines.areDue(now)) {
            return;
        }
        boolean leaderKnown = following != null;
        backlog.removeIf(write -> write.isWithdrawn() || ranOut(write, now, leaderKnown));
        for (long number = open.firstOpen(); number < open.next(); number++) {
            PendingWrite<?> write = open.get(number);
            if (write != null && (write.isWithdrawn() || ranOut(write, now, leaderKnown))) {
                take(number, now);
            }
        }
    }

    private boolean ranOut(PendingWrite<?> write, long now, boolean leaderKnown) {
        if (write.deadline - now > 0) {
            deadlines.add(write.deadline);
            return false;
        }
        boolean sent = !write.withdraw();
        write.end((Failure) () -> write.timedOut(sent, leaderKnown), completions);
        write.forget();
        return true;
    }

    /** The caller has given up; what was sent may take effect yet. */
    void forget(PendingWrite<?> write, long now) {
        if (!backlog.remove(write)) {
            for (long number = open.firstOpen(); number < open.next(); number++) {
                if (open.get(number) == write) {
                    take(number, now);
                    return;
                }
            }
        }
    }

    /**
     * Ends what was submitted: its session is gone, and whoever is asked in the next one does not know of it. What was not stays, and
     * goes to the next leader under its number. A node begins a new life only before its cluster has taken a write, so that so far
     * nothing has been submitted by then.
     *
     * @param reason what has become of the session, for the callers
     */
    void loseSession(String reason, long now) {
        for (long number = open.firstOpen(); number < open.next(); number++) {
            PendingWrite<?> write = open.get(number);
            if (write != null && write.wasSubmitted()) {
                write.end((Failure) () -> Failures.lostSession(write.what(), reason), completions);
                write.forget();
                take(number, now);
            }
        }
    }

    /** Ends what no leader was ever given, because none will take it. */
    void refuse(String reason, long now) {
        backlog.forEach(write -> refuse(write, reason));
        backlog.clear();
        for (long number = open.firstOpen(); number < open.next(); number++) {
            PendingWrite<?> write = open.get(number);
            if (write != null && !write.wasSubmitted()) {
                refuse(write, reason);
                take(number, now);
            }
        }
    }

    private void refuseDisk(PendingWrite<?> write, String reason) {
        write.withdraw();
        write.end((Failure) () -> new NotAppliedException(write.undone() + ": " + reason), completions);
        write.forget();
    }

    private void refuse(PendingWrite<?> write, String reason) {
        write.withdraw();
        write.end((Failure) () -> Failures.refused(write.undone(), reason), completions);
        write.forget();
    }

    /** No leader has a disk: whatever needs one ends, now and from now on. Nothing of that was given to a leader. */
    void haveNoDisk(String reason, long now) {
        if (noDisk != null) {
            return;
        }
        noDisk = reason;
        backlog.stream().filter(PendingWrite::needsDisk).forEach(write -> refuseDisk(write, reason));
        backlog.removeIf(PendingWrite::needsDisk);
        for (long number = open.firstOpen(); number < open.next(); number++) {
            PendingWrite<?> write = open.get(number);
            if (write != null && write.needsDisk()) {
                refuseDisk(write, reason);
                take(number, now);
            }
        }
    }

    /** Ends everything: there are no turns any more. */
    void close(String reason) {
        for (long number = open.firstOpen(); number < open.next(); number++) {
            PendingWrite<?> write = open.get(number);
            if (write != null) {
                end(write, reason);
                open.remove(number);
            }
        }
        backlog.forEach(write -> end(write, reason));
        backlog.clear();
    }

    private void end(PendingWrite<?> write, String reason) {
        boolean sent = !write.withdraw();
        write.end((Failure) () -> write.closed(sent, reason), completions);
    }

    /** When there is something to do, if nothing happens before. */
    long deadline() {
        long due = deadlines.next();
        if (following == null || open.count() == 0) {
            return due;
        }
        return Math.min(due, refused ? refusedAt + settings.heartbeatNanos() : quietSince + patience);
    }

    private long shortPatience() {
        return Math.min(4 * settings.heartbeatNanos(), settings.electionMaxNanos());
    }
}
