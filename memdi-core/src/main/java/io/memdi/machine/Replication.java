package io.memdi.machine;

import io.memdi.Revision;
import io.memdi.log.Mistake;
import io.memdi.transport.Entry;
import io.memdi.transport.Message.Append;
import io.memdi.transport.Message.AppendReply;
import io.memdi.transport.Message.Heartbeat;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The leader's side of the log: streams entries to each follower at that follower's pace, and commits what a majority holds (Raft
 * dissertation, 3.5 and 3.6).
 *
 * <p>Each follower has a window of bytes of its own, so that a slow or dead one costs the others nothing. An append that stays
 * unanswered for two heartbeats is taken for lost, and the follower is probed from what it is known to hold.
 */
final class Replication {
    private final Core core;
    private final Quorum quorum;
    private final io.memdi.machine.Heartbeat rounds;
    private final Healer healer;

    /** Whether a write waits for the memory of a majority, of a durable cluster. */
    private final BooleanSupplier isMemoryAwaited;

    /** The append of this turn that was made last: followers that are equally far get the same one. */
    private @Nullable Append shared;

    Replication(
            Core core,
            Quorum quorum,
            io.memdi.machine.Heartbeat rounds,
            Healer healer,
            BooleanSupplier isMemoryAwaited) {
        this.core = core;
        this.quorum = quorum;
        this.rounds = rounds;
        this.healer = healer;
        this.isMemoryAwaited = isMemoryAwaited;
    }

    /** Sends each follower what it lacks, as far as its window allows; tells the rest how far commits are. */
    void replicate() {
        shared = null;
        for (Progress follower : quorum.followers()) {
            if (follower.isOverdue(core.now)) {
                follower.lost();
            }
            while (follower.maySend(core.now, core.settings.windowBytes()) && sendNext(follower)) {
                if (follower.isProbing()) {
                    break;
                }
            }
            tellCommit(follower);
        }
    }

    private boolean sendNext(Progress follower) {
        // What the follower is known to hold may be older than what is retained, and its log longer than that: it is
        // asked.
        follower.startFrom(core.log.firstIndex());
        long next = follower.next();
        if (!follower.isProbing() && next > core.log.lastIndex() && !follower.isToBeAsked(core.now, retryNanos())) {
            return false;
        }
        Append append = appendFrom(next, follower.isProbing() || isMemoryAwaited.getAsBoolean());
        long bytes = 1;
        for (Entry entry : append.entries()) {
            bytes += entry.bytes();
        }
        long upTo = next - 1 + append.entries().size();
        core.send(follower.member, append);
        follower.sent(upTo, bytes, core.now, retryNanos());
        follower.toldCommit(Math.min(upTo, core.committed));
        return true;
    }

    /** A follower with a disk answers once, when the entries are there, unless somebody waits for its memory. */
    private Append appendFrom(long next, boolean atOnce) {
        long round = core.disk == null || atOnce ? rounds.round() : 0;
        Append last = shared;
        if (last != null
                && last.previous().index() == next - 1
                && last.committed() == core.committed
                && last.round() == round) {
            return last;
        }
        List<Entry> entries = core.log.from(next, core.settings.batchBytes());
        Append append = new Append(core.log.position(next - 1), entries, core.committed, round);
        shared = append;
        return append;
    }

    /** A commit index that moved with nothing to append goes out in the same turn; nobody has to answer that. */
    private void tellCommit(Progress follower) {
        long upTo = Math.min(core.committed, follower.held());
        if (upTo > follower.commitSent()) {
            core.send(follower.member, new Heartbeat(0, upTo));
            follower.toldCommit(upTo);
        }
    }

    void onReply(Progress follower, AppendReply reply) {
        Durability disk = core.disk;
        if (disk != null && !core.plants(Mistake.COUNTS_OLD_OPENINGS) && !follower.isOpened(reply.opening())) {
            disk.openings().heardOld(follower.member, reply.opening());
            return;
        }
        if (reply.success()) {
            if (disk != null && !reply.heals()) {
                disk.openings().acknowledged(follower.member, reply.opening(), reply.synced());
                follower.synced(reply.synced());
            }
            follower.agreed(
                    reply.match(), !reply.heals(), core.plants(Mistake.MATCH_MOVES_BACK), core.now, retryNanos());
        } else if (reply.hint().index() >= follower.held()) {
            onRejection(follower, reply.hint());
        }
    }

    private void onRejection(Progress follower, Revision hint) {
        long agreed = core.log.mayAgree(hint.index(), hint.term()).index();
        if (!core.log.knows(agreed)) {
            if (follower.mayOpen(core.now, 2 * retryNanos())) {
                follower.opened(healer.open(follower), core.now);
            }
            return;
        }
        boolean known = follower.isProbing() && follower.next() == Math.max(agreed + 1, core.log.firstIndex());
        if (!known) {
            follower.probe(agreed);
        }
    }

    /** The connection to a follower was lost, and with it what was on its way. */
    void onPeerDown(Progress follower) {
        follower.lost();
    }

    /**
     * How far a majority holds the log, on disk where the cluster is durable, if that may be committed: the entry there has to be of
     * the leader's own term, which commits all before it (Raft dissertation, 3.6.2). The leader's own disk is one of them, and may be
     * behind.
     */
    long committable() {
        long reached = core.disk == null || core.plants(Mistake.COMMITS_FROM_MEMORY)
                ? quorum.reached(core.log.lastIndex(), Progress::match)
                : quorum.reached(core.disk.synced(), Progress::synced);
        if (core.plants(Mistake.MATCH_MOVES_BACK) && reached >= 1 && reached < core.committed) {
            core.committed = reached;
        }
        boolean ownTerm = reached > core.committed && core.log.term(reached) == core.term;
        return ownTerm || core.plants(Mistake.COMMITS_OLD_TERM_BY_COUNTING) ? reached : core.committed;
    }

    /** Of a durable cluster: how far a majority holds the log in memory, by the same rule. */
    long heldByMajority() {
        long reached = quorum.reached(core.log.lastIndex(), Progress::match);
        return reached > core.committed && core.log.term(reached) == core.term ? reached : core.committed;
    }

    long deadline() {
        long earliest = Long.MAX_VALUE;
        for (Progress follower : quorum.followers()) {
            earliest = Math.min(earliest, follower.retryAt());
        }
        return earliest;
    }

    private long retryNanos() {
        return 2 * core.settings.heartbeatNanos();
    }
}
