package io.memdi.machine;

import io.memdi.log.Mistake;
import org.jspecify.annotations.Nullable;

/**
 * What the machines are told about time and size.
 *
 * @param heartbeatNanos between two heartbeats
 * @param electionMinNanos lower bound of an election timeout, and of what check-quorum allows
 * @param electionMaxNanos upper bound of an election timeout
 * @param batchBytes of entries in one append
 * @param windowBytes of entries on their way to one follower
 * @param maxUncommittedBytes of entries that are not committed yet
 * @param retainedBytes of committed entries that are kept for those who are a little behind
 * @param maxOpenWrites of this server's own session
 * @param clients how many of them, and how patient with them
 * @param planted a mistake to make, in tests; else null
 */
public record Settings(
        long heartbeatNanos,
        long electionMinNanos,
        long electionMaxNanos,
        int batchBytes,
        int windowBytes,
        long maxUncommittedBytes,
        long retainedBytes,
        int maxOpenWrites,
        Clients clients,
        @Nullable Mistake planted) {
    /**
     * How many clients, and how patient with them.
     *
     * @param sessions how many clients may have one
     * @param idleNanos after which the session of a client ends of which nothing is heard
     */
    public record Clients(int sessions, long idleNanos) {
        /** 256 sessions, and a minute. */
        public static final Clients DEFAULT = new Clients(256, 60_000_000_000L);
    }

    /** With the default for clients. */
    public Settings(
            long heartbeatNanos,
            long electionMinNanos,
            long electionMaxNanos,
            int batchBytes,
            int windowBytes,
            long maxUncommittedBytes,
            long retainedBytes,
            int maxOpenWrites,
            @Nullable Mistake planted) {
        this(
                heartbeatNanos,
                electionMinNanos,
                electionMaxNanos,
                batchBytes,
                windowBytes,
                maxUncommittedBytes,
                retainedBytes,
                maxOpenWrites,
                Clients.DEFAULT,
                planted);
    }

    /** How many members a cluster may have, learners among them. */
    public static final int MAX_MEMBERS = 64;

    /**
     * Tells whether a test has planted a mistake.
     *
     * @param mistake the mistake
     * @return always false in production
     */
    public boolean plants(Mistake mistake) {
        return planted == mistake;
    }

    /**
     * As these, with other times.
     *
     * @param heartbeat nanoseconds between two heartbeats
     * @param electionMin nanoseconds that an election timeout has at least
     * @param electionMax nanoseconds that an election timeout has at most
     * @return these, changed
     */
    public Settings withTimes(long heartbeat, long electionMin, long electionMax) {
        Draft draft = new Draft(this);
        draft.heartbeatNanos = heartbeat;
        draft.electionMinNanos = electionMin;
        draft.electionMaxNanos = electionMax;
        return draft.settings();
    }

    /**
     * As these, with other bounds of what is on its way.
     *
     * @param batch bytes in one append
     * @param window bytes on their way to one follower
     * @return these, changed
     */
    public Settings withMessageBytes(int batch, int window) {
        Draft draft = new Draft(this);
        draft.batchBytes = batch;
        draft.windowBytes = window;
        return draft.settings();
    }

    /**
     * As these, with other bounds of the log.
     *
     * @param maxUncommitted bytes that are not committed yet
     * @param retained committed bytes that are kept
     * @return these, changed
     */
    public Settings withLogBytes(long maxUncommitted, long retained) {
        Draft draft = new Draft(this);
        draft.maxUncommittedBytes = maxUncommitted;
        draft.retainedBytes = retained;
        return draft.settings();
    }

    /**
     * As these, with another bound of the open writes of its own session.
     *
     * @param writes the bound
     * @return these, changed
     */
    public Settings withMaxOpenWrites(int writes) {
        Draft draft = new Draft(this);
        draft.maxOpenWrites = writes;
        return draft.settings();
    }

    /**
     * As these, with another patience with clients.
     *
     * @param allowed how many, and how patient
     * @return these, changed
     */
    public Settings withClients(Clients allowed) {
        Draft draft = new Draft(this);
        draft.clients = allowed;
        return draft.settings();
    }

    /**
     * As these, with a mistake to make.
     *
     * @param mistake the mistake; null for none
     * @return these, changed
     */
    public Settings planting(@Nullable Mistake mistake) {
        Draft draft = new Draft(this);
        draft.planted = mistake;
        return draft.settings();
    }

    /** How long a leader may be missing before it is said what an operator can do: far longer than an election takes. */
    long hopeNanos() {
        return 10 * electionMaxNanos;
    }

    /** Settings that are being changed: the one place that names every part. */
    private static final class Draft {
        long heartbeatNanos;
        long electionMinNanos;
        long electionMaxNanos;
        int batchBytes;
        int windowBytes;
        long maxUncommittedBytes;
        long retainedBytes;
        int maxOpenWrites;
        Clients clients;

        @Nullable
        Mistake planted;

        Draft(Settings from) {
            heartbeatNanos = from.heartbeatNanos;
            electionMinNanos = from.electionMinNanos;
            electionMaxNanos = from.electionMaxNanos;
            batchBytes = from.batchBytes;
            windowBytes = from.windowBytes;
            maxUncommittedBytes = from.maxUncommittedBytes;
            retainedBytes = from.retainedBytes;
            maxOpenWrites = from.maxOpenWrites;
            clients = from.clients;
            planted = from.planted;
        }

        Settings settings() {
            return new Settings(
                    heartbeatNanos,
                    electionMinNanos,
                    electionMaxNanos,
                    batchBytes,
                    windowBytes,
                    maxUncommittedBytes,
                    retainedBytes,
                    maxOpenWrites,
                    clients,
                    planted);
        }
    }
}
