package io.memdi.transport;

import io.memdi.ClusterId;
import io.memdi.Revision;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What nodes say to each other. Each message travels in an {@link Envelope}, which carries identity and term. */
public sealed interface Message
        permits HealMessage,
                Message.Founding,
                Message.VoteRequest,
                Message.VoteReply,
                Message.Append,
                Message.AppendReply,
                Message.Heartbeat,
                Message.HeartbeatReply,
                Message.HigherTerm,
                Message.Writes,
                Message.WriteReplies,
                Message.ReadRequest,
                Message.ReadReply,
                Message.TransferRequest,
                Message.ChangeRequest,
                Message.ChangeReply,
                Message.StandNow,
                Message.Evicted,
                Message.Presence,
                Message.PresenceReply,
                Message.OfClients {

    /** Messages that found a cluster: the only ones that may lack a cluster id or a target. */
    sealed interface Founding extends Message {}

    /**
     * An empty node asks a name what it is.
     *
     * @param list the hash of the list of names that the sender was started with
     */
    record Hello(long list) implements Founding {}

    /** What a node remembers of the founding of its cluster. */
    enum Mode {
        /** Nothing: it belongs to no cluster. */
        EMPTY,
        /** It has promised itself to one cluster id. */
        LOCKED,
        /** It belongs to a cluster that has begun. */
        MEMBER
    }

    /**
     * The answer to {@link Hello}.
     *
     * @param list the hash of the list of names that the sender was started with
     * @param mode what the sender is
     * @param cluster the cluster that it is locked into or a member of; null if it is empty
     */
    record HelloReply(long list, Mode mode, @Nullable ClusterId cluster) implements Founding {}

    /**
     * Asks a node to promise itself to a cluster.
     *
     * @param list the hash of the list of names
     * @param cluster the id of the cluster to found
     * @param founders the incarnations that it is to begin with
     * @param question the number of this question in the sender's life, 1 or more: an answer says which it answers
     */
    record Propose(long list, ClusterId cluster, Configuration founders, long question) implements Founding {}

    /** What a node says of a proposal. */
    enum Answer {
        /** It is listed, and is locked into the cluster or a member of it. */
        IN,
        /** It is another incarnation of the name, and empty; so the listed one is gone. */
        EMPTY,
        /** The listed incarnation will never be in the cluster: it is gone, or in another one. */
        LOST
    }

    /**
     * The answer to {@link Propose}.
     *
     * @param cluster the id that was proposed
     * @param answer what the sender is to it
     * @param begun whether the sender is a member of that cluster, so that it has begun
     * @param bound whether the sender is a member of that cluster for good: it knows that every founder took part, or that others vote by now
     * @param question the number of the question
     */
    record ProposeReply(ClusterId cluster, Answer answer, boolean begun, boolean bound, long question)
            implements Founding {}

    /**
     * A node asks to be taken into a running cluster, again and again until it is what it wants to be.
     *
     * @param number counts the requests of this node, from 1 on, so that it can tell old answers from new ones
     * @param cluster the cluster that it wants to belong to; null while it knows of none
     * @param voter whether it wants to vote, once it holds everything
     * @param configured position of the configuration that it was last told of, {@link Revision#NONE} at first. A leader acts only
     *     on a request that knows the present one: so a late message never brings back whoever has left since
     * @param member whether it was taken in before. Whoever was, and is not listed any more, has left, and does not come back in the
     *     same incarnation: what its session has done is forgotten
     * @param durable whether it keeps its data in a directory
     */
    record JoinRequest(
            long number,
            @Nullable ClusterId cluster,
            boolean voter,
            Revision configured,
            boolean member,
            boolean durable)
            implements Founding {}

    /** What a cluster says to a node that wants to belong to it. */
    enum Verdict {
        /** The sender belongs to no cluster yet. */
        NO_CLUSTER,
        /** The sender belongs to another cluster than the one that was asked for. */
        OTHER_CLUSTER,
        /** The sender does not lead; where it knows a leader, that one is to be asked. */
        ASK_LEADER,
        /** Not yet: ask again. */
        WAIT,
        /** Another incarnation of the name is listed, and still answers. */
        NAME_IN_USE,
        /** Voters of names outside the founders' list would be a majority. */
        OUTGROWS_LIST,
        /** There are as many members as there may be. */
        FULL,
        /** It was taken out. */
        LEFT_OUT,
        /** It is listed in a committed configuration. */
        WELCOME,
        /** One keeps its data in memory, and the other in a directory: a cluster does one or the other. */
        OTHER_STORAGE,
        /** It votes already, and its directory does not know that: it is a copy, or from before. */
        FROM_BEFORE
    }

    /**
     * The answer to {@link JoinRequest}.
     *
     * @param number the number of the request
     * @param cluster the sender's cluster; null if it has none
     * @param verdict what there is to say
     * @param configured position of the configuration in force at the sender
     * @param leader whom the sender follows; null if it knows no leader
     * @param founders with {@link Verdict#WELCOME} into a cluster that has not opened yet, the configuration that it began with;
     *     else null
     * @param reason with {@link Verdict#WAIT}, what stands in the way, in plain words; else, and where nothing does, empty
     */
    record JoinReply(
            long number,
            @Nullable ClusterId cluster,
            Verdict verdict,
            Revision configured,
            @Nullable Contact leader,
            @Nullable Configuration founders,
            String reason)
            implements Founding {}

    /**
     * Asks whether the sender would win an election (Raft dissertation, 9.6), or asks for the vote.
     *
     * @param pre true to ask only, for a term that the sender has not entered yet
     * @param term the term that the sender stands for
     * @param last the position of the sender's last entry
     */
    record VoteRequest(boolean pre, long term, Revision last) implements Message {}

    /**
     * The answer to {@link VoteRequest}.
     *
     * @param pre as in the request
     * @param term the term that was asked about
     * @param granted the vote
     */
    record VoteReply(boolean pre, long term, boolean granted) implements Message {}

    /**
     * A member of a durable cluster tells each other one what its directory had when it was opened, until that has answered: so that a
     * copy, or a state from before, is found out.
     *
     * @param opening how often it was opened, this time included
     * @param id a random id of this opening
     * @param before the id of the opening before; 0 if there was none
     * @param term the term that it had
     * @param last the position of the last entry that it had
     */
    record Presence(long opening, long id, long before, long term, Revision last) implements Message {}

    /**
     * The answer to {@link Presence}.
     *
     * @param opening as in the question
     * @param id as in the question; 0 to whoever has sent something else as of that opening
     * @param contradiction what the sender has seen that speaks against it, in plain words; empty if there is nothing
     */
    record PresenceReply(long opening, long id, String contradiction) implements Message {}

    /**
     * New entries for a follower. Without any it probes whether the logs agree.
     *
     * @param previous the position of the entry before the first
     * @param entries what follows it, in order
     * @param committed the leader's commit index
     * @param round the leader's latest heartbeat round; 0 if a follower with a disk may answer once the entries are there
     */
    record Append(Revision previous, List<Entry> entries, long committed, long round) implements Message {
        /**
         * Keeps the entries from change.
         *
         * @param previous the position of the entry before the first
         * @param entries what follows it, in order
         * @param committed the leader's commit index
         * @param round the leader's latest heartbeat round
         */
        public Append {
            entries = List.copyOf(entries);
        }
    }

    /**
     * The answer to {@link Append}.
     *
     * @param success whether the logs agreed at {@code previous}
     * @param match on success, the index up to which the sender's log is now known to be the leader's
     * @param hint on failure, the last position of the sender's log that may agree: with the highest term not above the one
     *     asked about
     * @param round the round of the append that is answered
     * @param heals whether the sender does not hold the whole state up to there yet: then it counts for no majority
     * @param synced on a durable cluster, the index up to which that is on the sender's disk; else 0
     * @param opening on a durable cluster, how often the sender's directory was opened, 1 or more: what it holds in memory alone is
     *     gone with the opening; else 0
     */
    record AppendReply(boolean success, long match, Revision hint, long round, boolean heals, long synced, long opening)
            implements Message {
        /**
         * The answer of a node on memory.
         *
         * @param success whether the logs agreed at {@code previous}
         * @param match on success, the index up to which the sender's log is now known to be the leader's
         * @param hint on failure, the last position of the sender's log that may agree
         * @param round the round of the append that is answered
         * @param heals whether the sender does not hold the whole state up to there yet
         */
        public AppendReply(boolean success, long match, Revision hint, long round, boolean heals) {
            this(success, match, hint, round, heals, 0, 0);
        }
    }

    /**
     * The leader is alive.
     *
     * @param round the number of this round; a later round has a higher number
     * @param committed the commit index, as far as the target is known to hold it
     */
    record Heartbeat(long round, long committed) implements Message {}

    /**
     * The answer to {@link Heartbeat}.
     *
     * @param round the round that is answered
     */
    record HeartbeatReply(long round) implements Message {}

    /**
     * A lower term has been answered with the own, higher one, which is in the envelope.
     */
    record HigherTerm() implements Message {}

    /**
     * Writes that a node hands to the leader, in the order of their numbers.
     *
     * @param firstOpen the lowest number whose caller still waits
     * @param writes the writes
     */
    record Writes(long firstOpen, List<Write> writes) implements Message {
        /**
         * How many numbers a node may have open at most, whatever it was told: all nodes remember the outcomes of that many. Which
         * lower bound a node keeps is its own affair, since a leader takes them one by one.
         */
        private static final int MAX_OPEN = 1 << 20;

        /**
         * Keeps the writes from change.
         *
         * @param firstOpen the lowest number whose caller still waits
         * @param writes the writes
         * @throws IllegalArgumentException if they lie further apart than may be open
         */
        public Writes {
            writes = List.copyOf(writes);
            if (!writes.isEmpty() && writes.get(writes.size() - 1).number() - firstOpen >= MAX_OPEN) {
                throw new IllegalArgumentException(
                        "write " + writes.get(writes.size() - 1).number() + " lies too far above the first open one, "
                                + firstOpen);
            }
        }
    }

    /**
     * What became of one write.
     *
     * @param number its number in the session
     * @param result what became of it
     * @param position the position of its entry, also if that has no effect: whoever holds it has seen what was decided
     * @param seen the revision that a failed condition found, {@link Revision#NONE} if the key was absent or the write was applied
     */
    record WriteReply(long number, Result result, Revision position, Revision seen) {
        /**
         * The revision that the issuer is told.
         *
         * @return of the write if it was applied, else the one that was found instead
         */
        public Revision revision() {
            return result == Result.APPLIED ? position : seen;
        }
    }

    /**
     * Answers to writes, in the order in which they reached their levels.
     *
     * @param replies the answers
     * @param expected if above 0, the leader has dropped writes of the session, and waits for this number
     */
    record WriteReplies(List<WriteReply> replies, long expected) implements Message {
        /**
         * Keeps the replies from change.
         *
         * @param replies the answers
         * @param expected if above 0, the leader has dropped writes of the session, and waits for this number
         */
        public WriteReplies {
            replies = List.copyOf(replies);
        }
    }

    /**
     * Asks the leader for a read index (Raft dissertation, 6.4).
     *
     * @param request the sender's number for it
     */
    record ReadRequest(long request) implements Message {}

    /**
     * The answer to {@link ReadRequest}.
     *
     * @param request the number of the request
     * @param index whoever has applied this index has seen every write that was acknowledged before the request
     */
    record ReadReply(long request, long index) implements Message {}

    /**
     * Asks the leader to hand its leadership over.
     *
     * @param name the voter that is to lead; null for whoever is fit
     */
    record TransferRequest(@Nullable String name) implements Message {}

    /** What an operator may change about the members of a cluster. */
    enum Change {
        /** A member leaves. */
        REMOVE,
        /** The list that founded the cluster is not to be used any more. */
        RETIRE_LIST
    }

    /**
     * Asks the leader for a change of members.
     *
     * @param request the sender's number for it
     * @param change what is to change
     * @param name the member that it is about; empty where it is about none
     */
    record ChangeRequest(long request, Change change, String name) implements Message {}

    /**
     * The answer to {@link ChangeRequest}.
     *
     * @param request the number of the request
     * @param refusal why the change did not begin, in plain words; empty if it has begun
     * @param later whether it may be asked for again: what stands in the way goes by itself
     */
    record ChangeReply(long request, String refusal, boolean later) implements Message {}

    /** The leader asks the target to stand for election at once (Raft dissertation, 3.10). */
    record StandNow() implements Message {}

    /**
     * Tells a node that its incarnation does not belong to the cluster any more. It holds unless the node knows of a later
     * configuration that lists it: who tells may be behind.
     *
     * @param configured position of the committed configuration, not a joint one, that does not list it
     */
    record Evicted(Revision configured) implements Message {}

    /** Messages between a node and a client, which is no member: see {@link ClientMessage}. */
    sealed interface OfClients extends Message permits ClientMessage {}
}
