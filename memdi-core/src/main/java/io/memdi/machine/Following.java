package io.memdi.machine;

import io.memdi.Revision;
import io.memdi.log.Mistake;
import io.memdi.transport.Entry;
import io.memdi.transport.Member;
import io.memdi.transport.Message.Append;
import io.memdi.transport.Message.AppendReply;
import io.memdi.transport.Message.Heartbeat;
import io.memdi.transport.Message.HeartbeatReply;

/**
 * The follower's side of the log (Raft dissertation, 3.5): takes what continues its own, truncates only what conflicts, applies
 * what is committed.
 */
final class Following {
    /** How many entries are foreseen together: what they wait for has to stay in the processor's nearest cache until each is applied. */
    private static final int TOGETHER = 16;

    private final Core core;

    /** Whether an append was taken that is answered once it is on disk. */
    private boolean owed;

    Following(Core core) {
        this.core = core;
    }

    void onAppend(Member leader, Append append) {
        Revision previous = append.previous();
        if (!agrees(previous)) {
            Revision hint = core.log.mayAgree(previous.index() - 1, previous.term());
            core.send(leader, reply(false, 0, hint, append.round(), core.heals));
            return;
        }
        // A disk that is behind takes no more for now: what is not acknowledged comes again.
        boolean behind = core.disk != null && core.disk.isBehind();
        long match = previous.index();
        if (!behind) {
            append.entries().forEach(this::take);
            match += append.entries().size();
        }
        if (core.plants(Mistake.TRUNCATES_WITHOUT_CONFLICT)
                && core.log.lastIndex() > match
                && match + 1 >= core.log.firstIndex()) {
            core.truncate(match + 1);
        }
        commitUpTo(Math.min(append.committed(), match));
        core.agree(match, append.committed());
        if (append.round() == 0 && !behind && !core.heals && core.disk != null && core.disk.isUnderWay(match)) {
            owed = true;
        } else {
            owed = false;
            core.send(
                    leader,
                    reply(
                            true,
                            match,
                            Revision.NONE,
                            append.round(),
                            core.heals && !core.plants(Mistake.COUNTS_WHO_HEALS)));
        }
    }

    /**
     * Commits what a leader had committed, as far as this node holds the log of the leader of its term. Whatever was committed by
     * then is in that log at the same place (Raft dissertation, 3.6.3, Leader Completeness), also where that leader does not know so yet.
     */
    void commitAsKnown(long index) {
        commitUpTo(Math.min(index, core.agreed()));
    }

    /** It has left its log for that of the leader, and lacks what comes next: so that nobody waits for a timer. */
    void hasGoneOn(Member leader) {
        core.send(leader, reply(true, core.committed, Revision.NONE, 0, true));
    }

    /** It has healed: from now on it counts, for what it has acknowledged before too. */
    void hasHealed() {
        if (core.leader != null) {
            long match = Math.max(core.agreed(), core.committed);
            core.send(core.leader, reply(true, match, Revision.NONE, 0, false));
        }
    }

    /** More of its log is on its disk than it has said. */
    void hasSynced() {
        if (core.leader != null && !core.leads() && core.agreed() > 0) {
            owed = false;
            core.send(core.leader, reply(true, core.agreed(), Revision.NONE, 0, core.heals));
        }
    }

    private AppendReply reply(boolean success, long match, Revision hint, long round, boolean heals) {
        Durability disk = core.disk;
        if (disk == null) {
            return new AppendReply(success, match, hint, round, heals);
        }
        long onDisk = core.plants(Mistake.COUNTS_UNSYNCED) ? match : Math.min(disk.synced(), match);
        return new AppendReply(success, match, hint, round, heals, success ? onDisk : 0, disk.opening());
    }

    /** Whether the logs agree at a position. What is committed agrees with every leader's log. */
    boolean agrees(Revision previous) {
        return previous.index() <= core.committed
                || (previous.index() <= core.log.lastIndex() && core.log.term(previous.index()) == previous.term());
    }

    private void take(Entry entry) {
        if (entry.index() <= core.committed) {
            return;
        }
        if (entry.index() <= core.log.lastIndex()) {
            if (core.log.term(entry.index()) == entry.term()) {
                return;
            }
            long removed = core.truncate(entry.index());
            core.effects.note("took back " + removed + " uncommitted entries from " + entry.index()
                    + " on, which conflict with the leader's");
        }
        core.append(entry);
    }

    /** A leader may know this server from before a crash, which has taken entries away, or brought back what they had replaced. */
    void onHeartbeat(Member leader, Heartbeat heartbeat) {
        commitAsKnown(heartbeat.committed());
        if (heartbeat.round() > 0) {
            core.send(leader, new HeartbeatReply(heartbeat.round()));
            if (owed) {
                // The disk takes its time: the leader must not take for lost what has arrived.
                hasSynced();
            }
        }
    }

    private void commitUpTo(long index) {
        long foreseen = core.committed;
        while (core.committed < index) {
            if (core.committed == foreseen) {
                foreseen = Math.min(index, foreseen + TOGETHER);
                for (long next = core.committed + 1; next <= foreseen; next++) {
                    core.state.foresee(core.log.get(next));
                }
            }
            core.commitNext();
        }
    }
}
