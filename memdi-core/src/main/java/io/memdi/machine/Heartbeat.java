package io.memdi.machine;

import io.memdi.log.Mistake;
import io.memdi.transport.Message;

/**
 * The leader's numbered rounds. They keep followers from standing for election, carry the commit index, tell the leader whether a
 * quorum still hears it (check-quorum; Raft dissertation, 6.2), and confirm reads (6.4).
 */
final class Heartbeat {
    private final Core core;
    private final Quorum quorum;
    private final Countdown next = new Countdown("heartbeat");
    private long round;

    Heartbeat(Core core, Quorum quorum) {
        this.core = core;
        this.quorum = quorum;
    }

    void begin() {
        beat();
    }

    void end() {
        next.stop();
    }

    long deadline() {
        return next.deadline();
    }

    void tick() {
        if (next.isOver(core.now)) {
            beat();
        }
    }

    /** Begins a round, and returns its number; numbers are never used again by this incarnation. */
    long beat() {
        round++;
        for (Progress follower : quorum.followers()) {
            core.send(follower.member, new Message.Heartbeat(round, Math.min(core.committed, follower.held())));
        }
        next.start(core.now, core.settings.heartbeatNanos());
        return round;
    }

    long round() {
        return round;
    }

    /** The latest round that a quorum has answered. */
    long confirmedRound() {
        return quorum.reached(round, Progress::answeredRound);
    }

    /** Whether a quorum was silent for the minimum election timeout: others may have elected a new leader by now. */
    boolean hasLostQuorum() {
        long heard = quorum.reached(core.now, Progress::heardAt);
        return core.now - heard >= core.settings.electionMinNanos() && !core.plants(Mistake.NO_CHECK_QUORUM);
    }
}
