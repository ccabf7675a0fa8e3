package io.memdi.transport;

import io.memdi.Incarnation;
import io.memdi.Revision;
import java.util.List;

/**
 * What a leader says to a follower that needs more than the log, and the other way. Whatever there is to say, each of these is about as
 * large as a batch, or as one key and its value.
 */
public sealed interface HealMessage extends Message {

    /**
     * The leader tells a follower that needs more than the log where to go on. The follower asks for the stores and sessions of that
     * position, and goes on there once it has all of them; then it asks for the keys in which it differs.
     *
     * @param opening counts those of this leader, from 1 on; the same one goes to all who begin at about the same time
     * @param position a commit index of the leader, with its term; the log goes on after it
     * @param open whether the cluster takes writes
     * @param configured position of the latest configuration that was committed by then
     * @param configuration that configuration
     * @param left the latest of those that belonged to the cluster, and have left it
     * @param parts how many {@link HealPart} the stores and sessions take
     */
    record HealOpened(
            long opening,
            Revision position,
            boolean open,
            Revision configured,
            Configuration configuration,
            List<Incarnation> left,
            int parts)
            implements HealMessage {
        /**
         * Keeps the list from change.
         *
         * @param opening counts those of this leader, from 1 on; the same one goes to all who begin at about the same time
         * @param position a commit index of the leader, with its term; the log goes on after it
         * @param open whether the cluster takes writes
         * @param configured position of the latest configuration that was committed by then
         * @param configuration that configuration
         * @param left the latest of those that belonged to the cluster, and have left it
         * @param parts how many {@link HealPart} the stores and sessions take
         */
        public HealOpened {
            left = List.copyOf(left);
        }
    }

    /**
     * A follower asks for a part of what the leader has opened.
     *
     * @param opening the number of the opening
     * @param part which one, 0 or more
     */
    record HealPartRequest(long opening, int part) implements HealMessage {}

    /**
     * The answer to {@link HealPartRequest}, if the leader still holds that opening.
     *
     * @param opening the number of the opening
     * @param part which one, 0 or more
     * @param stores those that follow the ones of the parts before, in the order of their numbers
     * @param sessions likewise, as of the opening's position; where there are several of one owner, each goes on where the one before ends
     */
    record HealPart(long opening, int part, List<Entry.StoreCreated> stores, List<SessionState> sessions)
            implements HealMessage {
        /**
         * Keeps the lists from change.
         *
         * @param opening the number of the opening
         * @param part which one, 0 or more
         * @param stores those that follow the ones of the parts before, in the order of their numbers
         * @param sessions likewise, as of the opening's position; where there are several of one owner, each goes on where the one before
         *     ends
         */
        public HealPart {
            stores = List.copyOf(stores);
            sessions = List.copyOf(sessions);
        }
    }

    /**
     * A follower that heals asks for digests, by which it learns where it differs.
     *
     * @param request the sender's number for it
     * @param store the number of the first store; as many more follow as there is room for
     * @param applied the index up to which the follower had applied the log. A leader whose commit index is lower has no answer yet
     */
    record HealDigestsRequest(long request, int store, long applied) implements HealMessage {}

    /**
     * The answer to {@link HealDigestsRequest}.
     *
     * @param request the number of the request
     * @param store the number of the first store
     * @param committed the commit index as of which they are true
     * @param digests of that store, and of those that follow
     */
    record HealDigests(long request, int store, long committed, List<SegmentDigests> digests) implements HealMessage {
        /**
         * Keeps the list from change.
         *
         * @param request the number of the request
         * @param store the number of the first store
         * @param committed the commit index as of which they are true
         * @param digests of that store, and of those that follow
         */
        public HealDigests {
            digests = List.copyOf(digests);
        }
    }

    /**
     * A follower that heals asks the leader for keys.
     *
     * @param store the number of the store
     * @param inventory what it has of a range
     */
    record HealRequest(int store, Inventory inventory) implements HealMessage {}

    /**
     * The answer to {@link HealRequest}.
     *
     * @param store the number of the store
     * @param page what the follower does not have
     */
    record HealPage(int store, Page page) implements HealMessage {}
}
