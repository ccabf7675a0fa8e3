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
    COUNTS_WRONG_INCARNATION,
    /** A node that has lost its memory goes on under its identity. */
    KEEPS_IDENTITY,
    /** Voters change in one step. */
    CHANGES_WITHOUT_JOINT,
    /** The joint step is left before it is committed. */
    LEAVES_JOINT_EARLY,
    /** A change begins before the leader has committed an entry of its own term. */
    CHANGES_BEFORE_OWN_COMMIT,
    /** A configuration that was truncated stays in force. */
    KEEPS_TRUNCATED_CONFIGURATION,
    /** A node is told that it is out by a configuration that is not committed, or is joint. */
    EVICTS_UNCOMMITTED,
    /** A newcomer is welcome before its listing is committed. */
    WELCOMES_UNCOMMITTED,
    /** A heal does not remove what the leader does not have. */
    HEALS_WITHOUT_DELETIONS,
    /** A page has versions that are not committed. */
    HEALS_WITH_UNCOMMITTED,
    /** After a gap in the log a heal goes on as if there had been none. */
    MIXES_HEALS,
    /** A heal leaves out the sessions. */
    HEALS_WITHOUT_SESSIONS,
    /** A heal leaves out the registry of stores. */
    HEALS_WITHOUT_REGISTRY,
    /** A heal leaves out the configuration. */
    HEALS_WITHOUT_CONFIGURATION,
    /** What a voter acknowledges while it heals is counted. */
    COUNTS_WHO_HEALS,
    /** Who heals stands for election. */
    STANDS_WHILE_HEALING,
    /** Removals leave no tombstone while a page is on its way, so that the page brings back what was removed since. */
    HEALS_WITHOUT_TOMBSTONES,
    /** Who heals votes as if it had never acknowledged anything. */
    VOTES_FROM_EMPTIED_LOG,
    /** A vote is refused to a candidate whom the voter's own configuration does not list. */
    REFUSES_UNLISTED_CANDIDATE,
    /** Voters from outside the list of founders may become a majority. */
    OUTGROWS_LIST,
    /** A client's writes are taken whatever session they were meant for. */
    IGNORES_TICKETS,
    /** A session takes writes behind the entry that ends it. */
    WRITES_AFTER_SESSION_CLOSED,
    /** A heal leaves out the sessions of clients. */
    FORGETS_CLIENT_SESSIONS_IN_HEAL,
    /** Sessions are opened without a look at how many there are on their way. */
    OPENS_TOO_MANY_SESSIONS,
    /** A client takes answers of a leader that was followed by another. */
    CLIENT_TAKES_OLD_LEADERS_ANSWER,
    /** A client asks for what its session has to see without saying what it has seen. */
    SESSION_READ_WITHOUT_MINIMUM,
    /** A client does not count what it has read as seen. */
    FORGETS_WHAT_IT_READ,
    /** A node answers a client's linearizable read without a read index. */
    CLIENT_READS_WITHOUT_INDEX,
    /** The next page of a walk may come from a node that is behind the first. */
    WALKS_BACK,
    /** Messages leave before the term and the vote that they depend on are on disk. */
    SPEAKS_BEFORE_SYNC,
    /** A follower says that what it holds in memory is on its disk. */
    COUNTS_UNSYNCED,
    /** A durable cluster commits what a majority holds in memory. */
    COMMITS_FROM_MEMORY,
    /** A write is answered at {@code LEADER_DISK} before the leader has synced it. */
    ANSWERS_LEADER_DISK_EARLY,
    /** What a follower held in memory counts although it was restarted since. */
    COUNTS_OLD_OPENINGS,
    /** A snapshot is restored without its sessions. */
    RESTORES_WITHOUT_SESSIONS,
    /** A log is cut in memory, and not on disk. */
    TRUNCATES_IN_MEMORY_ONLY,
    /** A new term reaches the disk after the entries of that term. */
    KEEPS_STATE_AFTER_ENTRIES,
    /** A node goes on whose disk has failed. */
    IGNORES_DISK_FAILURE,
    /** A restarted node goes on under its identity, and leaves out what its log had. */
    RESTARTS_WITHOUT_LOG,
    /** What a crash has torn at the end of a log is taken for a part of it. */
    KEEPS_TORN_TAIL,
    /** A file is made, renamed or removed, and the directory is not synced. */
    FORGETS_DIRECTORY_SYNC,
    /** A file gets its name before what it has is synced. */
    RENAMES_BEFORE_SYNC,
    /** A group of the log counts as synced once it is written. */
    REPORTS_BEFORE_SYNC,
    /** A sync that has failed is tried again, and trusted. */
    TRUSTS_SECOND_SYNC,
    /** The header that proves a group to have been synced is written before that. */
    PROVES_BEFORE_SYNC,
    /** What is broken before a header that proves it is cut off as if a crash had left it. */
    CUTS_WHAT_WAS_PROVEN,
    /** What a start has read is taken for synced, though a sync of it may have failed. */
    TRUSTS_WHAT_IT_READS,
    /** A file of the log does not say that there is a next one. */
    LEAVES_FILES_OPEN,
    /** The file that tells whose directory it is is written in place. */
    OVERWRITES_IDENTITY,
    /** A node with a damaged directory takes part in a founding. */
    FOUNDS_WITH_DAMAGED,
    /** A damaged directory is set aside before a leader has taken its node in. */
    SETS_ASIDE_EARLY,
    /** Nobody compares what a directory had with what was seen of it before. */
    BELIEVES_STALE_COPIES,
    /** Where a client's session has ended, what it had submitted is submitted again in the next. */
    RESUBMITS_IN_NEXT_SESSION
}
