package io.memdi.machine;

/**
 * How long a server waits where an election timeout would be too long, and how often it may: so that connections that come and go,
 * or candidates that cannot win, never keep a cluster from what the election timeouts alone would achieve.
 */
final class Haste {
    /** Waits that are shorter than a timeout, until a leader is heard: each is a question asked, or a turn let go by. */
    private static final int SHORT_WAITS = 4;

    /** Lost connections that are heeded within a longest election timeout. One crash may be two: a pair of nodes has two connections. */
    private static final int HINTS = 4;

    private final Core core;
    private int left = SHORT_WAITS;
    private int hints;
    private long hintsSince;

    Haste(Core core) {
        this.core = core;
    }

    /** A leader was heard, or is this server. */
    void refill() {
        left = SHORT_WAITS;
    }

    /** Takes one of the short waits; false if there is none left. */
    boolean spend() {
        if (left == 0) {
            return false;
        }
        left--;
        return true;
    }

    /** Whether to heed that the connection to the leader was lost. */
    boolean heedsHint() {
        if (hints == 0 || core.now - hintsSince >= core.settings.electionMaxNanos()) {
            hints = 0;
            hintsSince = core.now;
        }
        if (hints == HINTS) {
            core.effects.note("the connection to leader " + core.leaderName()
                    + " was lost again and again: until it is silent for an election timeout, no other is looked for");
        }
        return hints++ < HINTS;
    }

    /** Before the question of a server that lost the connection to its leader, with so many others before it. */
    long turn(int before) {
        long turn = Math.max(2, core.settings.heartbeatNanos() / 10);
        return before * turn + core.random.nextLong(turn / 2);
    }

    /** Before the next question of one that cannot win with this one: up to a heartbeat. */
    long retry() {
        long heartbeat = core.settings.heartbeatNanos();
        return heartbeat / 5 + core.random.nextLong(heartbeat - heartbeat / 5);
    }

    /** For another to be elected: one heartbeat to two, so that nobody who gave way asks together with another that did. */
    long courtesy() {
        long heartbeat = core.settings.heartbeatNanos();
        return heartbeat + core.random.nextLong(heartbeat);
    }
}
