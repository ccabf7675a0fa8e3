package io.memdi.node;

import io.memdi.log.Mistake;
import io.memdi.machine.Settings;
import io.memdi.transport.Member;
import io.memdi.transport.Message.ReadReply;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads that wait until this node is far enough. Loop only.
 *
 * <p>Linearizable ones first need a read index from the leader (Raft dissertation, 6.4). One request is on its way at a time, for
 * all reads that came before it was first sent; those that come later wait for the next, because an index is proof only for what
 * began before it was asked for. A request that is sent again keeps its number: an answer to any of its copies was given after
 * the reads had begun.
 */
final class Reads {
    /** Asks whoever leads for a read index; false if nobody is known to. */
    @FunctionalInterface
    interface Leader {
        boolean read(long request);
    }

    private final Settings settings;
    private final Leader leader;
    private final Completions completions;

    private List<PendingRead<?>> fresh = new ArrayList<>();
    private List<PendingRead<?>> asking = new ArrayList<>();
    private final List<PendingRead<?>> waiting = new ArrayList<>();
    private final Deadlines deadlines = new Deadlines();

    private long request;
    private boolean sent;
    private long sentAt;
    private @Nullable Member following;
    private long followingTerm;

    /** Requests begin with that number. */
    Reads(Settings settings, long first, Leader leader, Completions completions) {
        this.request = first - 1;
        this.settings = settings;
        this.leader = leader;
        this.completions = completions;
    }

    int size() {
        return fresh.size() + asking.size() + waiting.size();
    }

    void add(PendingRead<?> read) {
        deadlines.add(read.deadline);
        (read.needsIndex() ? fresh : waiting).add(read);
    }

    /** Says whom this node follows. A new leader is asked again. */
    void follow(@Nullable Member leader, long term) {
        if (leader == null || term != followingTerm || !leader.equals(following)) {
            sent = false;
        }
        following = leader;
        followingTerm = term;
    }

    void onPeerDown(String name) {
        if (following != null && following.name().equals(name)) {
            sent = false;
        }
    }

    /** Asks for an index, if one is wanted. */
    void flush(long now) {
        if (asking.isEmpty() && !fresh.isEmpty()) {
            List<PendingRead<?>> empty = asking;
            asking = fresh;
            fresh = empty;
            request++;
            sent = false;
        }
        if (!asking.isEmpty() && (!sent || now - sentAt >= patience())) {
            sent = leader.read(request);
            sentAt = now;
        }
    }

    /** Whether there is a request that {@link #flush} could send. */
    boolean hasMore() {
        return following != null && asking.isEmpty() && !fresh.isEmpty();
    }

    void onReply(ReadReply reply) {
        if (reply.request() == request || settings.plants(Mistake.TAKES_LATE_COMPLETION)) {
            asking.forEach(read -> read.confirm(reply.index()));
            waiting.addAll(asking);
            asking.clear();
        }
    }

    /** Answers the reads that this node is far enough for. */
    void answer() {
        if (!waiting.isEmpty()) {
            waiting.removeIf(this::answered);
        }
    }

    private boolean answered(PendingRead<?> read) {
        if (!read.isDue()) {
            return false;
        }
        read.end(read.look(), completions);
        return true;
    }

    /** Ends what has run out of time. */
    void expire(long now) {
        if (deadlines.areDue(now)) {
            boolean leaderKnown = following != null;
            fresh.removeIf(read -> ranOut(read, now, leaderKnown));
            asking.removeIf(read -> ranOut(read, now, leaderKnown));
            waiting.removeIf(read -> ranOut(read, now, leaderKnown));
        }
    }

    private boolean ranOut(PendingRead<?> read, long now, boolean leaderKnown) {
        if (read.deadline - now > 0) {
            deadlines.add(read.deadline);
            return false;
        }
        read.end((Failure) () -> read.timedOut(false, leaderKnown), completions);
        return true;
    }

    void forget(PendingRead<?> read) {
        fresh.remove(read);
        asking.remove(read);
        waiting.remove(read);
    }

    /** Ends everything: there are no turns any more. */
    void close(String reason) {
        for (List<PendingRead<?>> reads : List.of(fresh, asking, waiting)) {
            reads.forEach(read -> read.end((Failure) () -> read.closed(false, reason), completions));
            reads.clear();
        }
    }

    long deadline() {
        return asking.isEmpty() || following == null
                ? deadlines.next()
                : Math.min(deadlines.next(), sentAt + patience());
    }

    private long patience() {
        return 4 * settings.heartbeatNanos();
    }
}
