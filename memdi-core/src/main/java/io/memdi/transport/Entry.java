package io.memdi.transport;

import io.memdi.Incarnation;
import io.memdi.Revision;
import org.jspecify.annotations.Nullable;

/** An entry of the replicated log. The log holds effects, not commands: what the leader decided. */
public sealed interface Entry {
    /**
     * The term of the leader that appended it.
     *
     * @return 0 for the entry that founds a cluster, else 1 or more
     */
    long term();

    /**
     * Its place in the log.
     *
     * @return 1 or more
     */
    long index();

    /**
     * About how many bytes it holds on to.
     *
     * @return 1 or more
     */
    default int bytes() {
        return 64;
    }

    private static int textBytes(String text) {
        return 8 + 3 * text.length();
    }

    /**
     * Does nothing; the first entry of a new leader, which commits all before it (Raft dissertation, 3.6.2).
     *
     * @param term the term
     * @param index the index
     */
    record Blank(long term, long index) implements Entry {}

    /**
     * Sets the configuration, from the moment it is appended.
     *
     * @param term the term
     * @param index the index
     * @param configuration who belongs to the cluster from here on
     */
    record Configured(long term, long index, Configuration configuration) implements Entry {}

    /**
     * Opens the cluster for writes: a voter of every founder's name has acknowledged.
     *
     * @param term the term
     * @param index the index
     */
    record Opened(long term, long index) implements Entry {}

    /**
     * Registers a store; precedes its first write.
     *
     * @param term the term
     * @param index the index
     * @param store the number that stands for the store in the entries that follow
     * @param spec its name and codecs
     */
    record StoreCreated(long term, long index, int store, StoreSpec spec) implements Entry {
        @Override
        public int bytes() {
            return 64 + textBytes(spec.name()) + textBytes(spec.keyCodec()) + textBytes(spec.valueCodec());
        }
    }

    /**
     * Opens the session of a client. The position of this entry is the session's ticket: no other session has it, so that what a client
     * sent in an earlier session is never taken for what it sends in this one.
     *
     * @param term the term
     * @param index the index
     * @param client whose session it is
     */
    record SessionOpened(long term, long index, Incarnation client) implements Entry {}

    /**
     * Ends the session of a client, and forgets it.
     *
     * @param term the term
     * @param index the index
     * @param client whose session it was
     */
    record SessionClosed(long term, long index, Incarnation client) implements Entry {}

    /**
     * The outcome of one numbered write of a session. It has an effect only if it was applied.
     *
     * @param term the term
     * @param index the index
     * @param session the session's owner
     * @param number the number of the write in that session
     * @param firstOpen the lowest number whose caller still waited when this was issued; outcomes below it are forgotten
     * @param result what became of it
     * @param seen for a failed condition the revision that was found instead, {@link Revision#NONE} if the key was absent or
     *     the write was applied
     * @param store the number of the store; 0 if it does not exist
     * @param key the key
     * @param hash the key's hash
     * @param value the value that was put; null for a removal, or if nothing was applied
     * @param size bytes of key and value, encoded
     */
    record Written(
            long term,
            long index,
            Incarnation session,
            long number,
            long firstOpen,
            Result result,
            Revision seen,
            int store,
            Object key,
            int hash,
            @Nullable Object value,
            int size)
            implements Entry {
        @Override
        public int bytes() {
            return 128 + size;
        }
    }
}
