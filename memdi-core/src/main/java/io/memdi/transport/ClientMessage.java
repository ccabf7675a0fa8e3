package io.memdi.transport;

import io.memdi.Revision;
import io.memdi.Status;
import io.memdi.transport.Message.Change;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a client and the nodes say to each other. A client is no member: it has no term, votes for nothing, and is never told what is
 * replicated. Its envelopes have term 0, and no cluster until it knows one.
 *
 * <p>Nodes answer its writes with {@link Message.WriteReplies}.
 */
public sealed interface ClientMessage extends Message.OfClients {
    /**
     * A client says that it is there, to every node that it knows, again and again: once it knows who leads, to keep its session.
     *
     * @param number counts the hails of this client, from 1 on
     * @param session the ticket of its session; {@link Revision#NONE} if it has none
     * @param opens whether it wants a session, to write
     */
    record Hail(long number, Revision session, boolean opens) implements ClientMessage {}

    /** What a node is to a client. */
    enum Verdict {
        /** It belongs to no cluster yet, or to one that takes no writes yet. */
        NO_CLUSTER,
        /** It belongs to another cluster than the client. */
        OTHER_CLUSTER,
        /** It does not lead. */
        FOLLOWS,
        /** It leads. */
        LEADS,
        /** It leads, and has no session of that ticket: it was closed, because nothing was heard of the client for long. */
        EXPIRED,
        /** It leads, and there are as many sessions as there may be. */
        FULL
    }

    /**
     * Who belongs to a cluster, and since when: of two, the one further up in the log is the newer one.
     *
     * @param position where it is in the log, which is committed up to there
     * @param configuration who belongs to the cluster since
     */
    record Listed(Revision position, Configuration configuration) {}

    /**
     * The answer to {@link Hail}; also unasked, when a node follows another leader than before.
     *
     * @param number of the hail; 0 if unasked
     * @param verdict what the node is
     * @param leader whom it follows, itself if it leads; null if it knows no leader
     * @param session of a leader, the ticket of the client's session; {@link Revision#NONE} if it is not open, or not yet
     * @param listed who belongs to the cluster, as far as this node knows; null before there is one
     * @param reason of a refusal, in plain words; else empty
     * @param durable whether the cluster keeps its data in directories
     */
    record HailReply(
            long number,
            Verdict verdict,
            @Nullable Member leader,
            Revision session,
            @Nullable Listed listed,
            String reason,
            boolean durable)
            implements ClientMessage {
        /**
         * The answer of a node on memory.
         *
         * @param number as in the long form
         * @param verdict as in the long form
         * @param leader as in the long form
         * @param session as in the long form
         * @param listed as in the long form
         * @param reason as in the long form
         */
        public HailReply(
                long number,
                Verdict verdict,
                @Nullable Member leader,
                Revision session,
                @Nullable Listed listed,
                String reason) {
            this(number, verdict, leader, session, listed, reason, false);
        }
    }

    /**
     * Writes of a client, in the order of their numbers.
     *
     * @param session the ticket of its session
     * @param writes the writes
     */
    record SessionWrites(Revision session, Message.Writes writes) implements ClientMessage {}

    /**
     * A client is gone for good, and does not need its session any more.
     *
     * @param session the ticket of its session
     */
    record Farewell(Revision session) implements ClientMessage {}

    /**
     * A client wants to know what is in stores. Any node answers, once it is far enough; or does not, and is asked again.
     *
     * @param queries what it wants to know
     */
    record Queries(List<Query> queries) implements ClientMessage {
        /**
         * Keeps the list from change.
         *
         * @param queries what it wants to know
         */
        public Queries {
            queries = List.copyOf(queries);
        }
    }

    /**
     * What was found, all in one store.
     *
     * @param store the store
     * @param answers one to each query
     */
    record Answers(StoreSpec store, List<io.memdi.transport.Answer> answers) implements ClientMessage {
        /**
         * Keeps the list from change.
         *
         * @param store the store
         * @param answers one to each query
         */
        public Answers {
            answers = List.copyOf(answers);
        }
    }

    /** What a client may ask a node to do. */
    enum Act {
        /** The leadership is to be handed to a voter. */
        TRANSFER,
        /** A member is to leave. */
        REMOVE,
        /** The list that founded the cluster is not to be used any more. */
        RETIRE_LIST,
        /** The node itself is to go on alone, after a majority was lost. */
        RECOVER,
        /** The node itself is to found a cluster of its own. */
        FOUND_ALONE,
        /** The node itself is to write a backup. */
        BACKUP,
        /** The node itself is to found a cluster of its own that begins with a backup. */
        RESTORE;

        /**
         * Whether it concerns the node alone that is asked, whatever its cluster.
         *
         * @return whether it does
         */
        public boolean concernsNode() {
            return this == RECOVER || this == FOUND_ALONE || this == BACKUP || this == RESTORE;
        }

        /**
         * The change of members that it is.
         *
         * @return the change; null if it is none
         */
        public @Nullable Change change() {
            return switch (this) {
                case REMOVE -> Change.REMOVE;
                case RETIRE_LIST -> Change.RETIRE_LIST;
                case TRANSFER, RECOVER, FOUND_ALONE, BACKUP, RESTORE -> null;
            };
        }
    }

    /**
     * A client asks for a change: the leader, or for what concerns a node alone, that node.
     *
     * @param number the client's number for it
     * @param act what is to be done
     * @param name the member that it is about, or words of the client's that stay the same when it asks again, a space, and the name of a
     *     file; empty where it is about none
     */
    record Order(long number, Act act, String name) implements ClientMessage {}

    /**
     * The answer to {@link Order}.
     *
     * @param number the number of the order
     * @param refusal why it did not begin, in plain words; empty if it has begun
     * @param later whether it may be asked for again: what stands in the way goes by itself
     * @param told of a backup, as of when it is; else empty
     */
    record OrderReply(long number, String refusal, boolean later, String told) implements ClientMessage {
        /**
         * Of what there is nothing to tell.
         *
         * @param number the number of the order
         * @param refusal why it did not begin, in plain words; empty if it has begun
         * @param later whether it may be asked for again: what stands in the way goes by itself
         */
        public OrderReply(long number, String refusal, boolean later) {
            this(number, refusal, later, "");
        }
    }

    /**
     * A client asks a node how it is.
     *
     * @param number the client's number for it
     */
    record StatusRequest(long number) implements ClientMessage {}

    /**
     * The answer to {@link StatusRequest}.
     *
     * @param number the number of the request
     * @param status how the node is
     */
    record StatusReply(long number, Status status) implements ClientMessage {}
}
