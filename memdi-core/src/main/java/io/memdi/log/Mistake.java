package io.memdi.log;

/**
 * Classic mistakes, planted by tests to prove that the simulator sees them. Production code never plants one: a node's settings
 * hold null, and each place asks with one comparison.
 */
public enum Mistake {
    /** A reply that belongs to an old term is counted. */
    COUNTS_OLD_TERM_REPLIES,
    /** An entry of an old term is committed by counting (Raft dissertation, figure 3.7). */
    COMMITS_OLD_TERM_BY_COUNTING,
    /** A node votes twice in one term. */
    VOTES_TWICE,
    /** A vote is granted to a candidate with a shorter log. */
    VOTES_FOR_SHORTER_LOG,
    /** A stale append truncates what it does not conflict with. */
    TRUNCATES_WITHOUT_CONFLICT,
    /** A late completion is taken for that of a newer operation. */
    TAKES_LATE_COMPLETION,
    /** What a follower is known to hold moves back, and the commit index with it. */
    MATCH_MOVES_BACK,
    /** Step-down leaves uncommitted effects in the table. */
    FORGETS_ROLLBACK,
    /** Step-down rolls back values, but not removals. */
    FORGETS_TOMBSTONES,
    /** Step-down rolls back the table, but not the sessions. */
    FORGETS_SESSION_ROLLBACK,
    /** Step-down drops the uncommitted part of the log. */
    DROPS_LOG,
    /** A failed condition is answered before its entry is committed. */
    ANSWERS_FAILED_CONDITION_EARLY,
    /** A repeated number is executed again. */
    EXECUTES_TWICE,
    /** A gap in a session is waited for, even if nobody can fill it. */
    WAITS_FOR_CLOSED_GAP,
    /** Two writes get the same revision. */
    REUSES_REVISION,
    /** A read index is given before the leader has committed an entry of its own term. */
    READS_WITHOUT_OWN_COMMIT,
    /** A founder takes a report for a promise: it does not lock itself. */
    FOUNDS_WITHOUT_LOCK,
    /** A cluster begins when a majority of the names has answered. */
    FOUNDS_BY_MAJORITY,
    /** Writes are taken before every founder has acknowledged. */
    WRITES_BEFORE_FULL_HOUSE,
    /** A leader that a quorum does not hear goes on as leader, and acknowledges. */
    NO_CHECK_QUORUM,
    /** An acknowledgement counts for the name, whatever the incarnation. */
    COUNTS_WRONG_INCARNATION
}
