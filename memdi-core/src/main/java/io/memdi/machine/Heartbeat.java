package io.memdi.machine;

import io.memdi.log.Mistake;
import io.memdi.transport.Message;
import java.util.ArrayDeque;

/**
 * The leader's numbered rounds. They keep followers from standing for election, carry the commit index, tell the leader whether a
 * quorum still hears it (check-quorum; Raft dissertation, 6.2), and confirm reads (6.4).
 */
final class Heartbeat {
    private static final int NOTES = 16;

    private final Core core;
    private final Quorum quorum;
    private final Countdown next = new Countdown("heartbeat");
    private long round;

    /** When rounds have begun, of late: not every one, so that there are few of these. */
    private final ArrayDeque<Begun> begun = new ArrayDeque<>();

    private record Begun(long round, long time) {}

    Heartbeat(Core core, Quorum quorum) {
        this.core = core;
        this.quorum = quorum;
    }

    void begin() {
        beat();
    }

    void end() {
        begun.clear();
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
        note();
        return round;
    }

    private void note() {
        Begun last = begun.peekLast();
        if (last == null || core.now - last.time() >= span() / NOTES) {
            begun.addLast(new Begun(round, core.now));
            while (core.now - begun.getFirst().time() > span()) {
                begun.removeFirst();
            }
        }
    }

    private long span() {
        return core.settings.electionMinNanos() + core.settings.heartbeatNanos();
    }

    /**
     * Whether a round that was answered has begun within about the minimum election timeout. Then whoever answered has lived since then; an
     * answer alone may have been on its way for any time.
     */
    boolean isRecent(long answered) {
        for (Begun each : begun) {
            if (core.now - each.time() <= span()) {
                return answered >= each.round();
            }
        }
        return false;
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
