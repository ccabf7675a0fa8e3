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
 * @param maxOpenWrites of one session
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
        @Nullable Mistake planted) {

    /**
     * Tells whether a test has planted a mistake.
     *
     * @param mistake the mistake
     * @return always false in production
     */
    public boolean plants(Mistake mistake) {
        return planted == mistake;
    }
}
