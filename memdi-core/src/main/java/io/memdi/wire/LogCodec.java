package io.memdi.wire;

import io.memdi.Revision;
import io.memdi.transport.Configuration;
import io.memdi.transport.Entry;
import io.memdi.transport.StoreSpec;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Entries and configurations as they are kept on disk: the parts that frames are made of, without frames. Its layouts are drawn in {@link
 * EntryCodec} and {@link MemberCodec}; whoever changes them changes the version of the files.
 *
 * <pre>
 *   entries         previous revision | count varint | entries
 *   configuration   as in a frame
 * </pre>
 *
 * <p><b>Which store a number means</b> is asked of the log that is written, not of what the node has published: that may be behind, for a
 * follower publishes what it has applied, and the log begins to mean it when it is appended; or ahead, for a later leader may take a
 * number back before an earlier entry was written. Keys and values are read as {@link Encoded}: a log is read before any store is open.
 *
 * <p>For one thread at a time.
 */
public final class LogCodec {
    private final StoreCodecs stores;

    /** Which store a number means, where the entries stand that are written. */
    @FunctionalInterface
    public interface Registered {
        /**
         * Name and codecs of a store.
         *
         * @param number its number
         * @return null if the log does not say
         */
        @Nullable
        StoreSpec spec(int number);
    }

    /**
     * A codec.
     *
     * @param stores the codecs of the node's stores
     */
    public LogCodec(StoreCodecs stores) {
        this.stores = stores;
    }

    /**
     * Writes entries, after what the writer holds.
     *
     * @param out where to; unchanged if this throws
     * @param previous the position that they follow
     * @param entries what to write
     * @param registered which stores they mean; what it does not know is as the node has published it
     * @throws WireException if a codec of the application fails, or the store of an object is not open on this node
     */
    public void writeEntries(WireWriter out, Revision previous, List<Entry> entries, Registered registered) {
        int start = out.size();
        boolean whole = false;
        try {
            MemberCodec.writeRevision(out, previous);
            EntryCodec.writeEntries(out, previous, entries, new Writing(stores, registered), 0);
            whole = true;
        } catch (IllegalArgumentException e) {
            throw new WireException(
                    WireException.Kind.UNWRITABLE, -1, "entries after " + previous + " cannot be written: " + e, e);
        } finally {
            if (!whole) {
                out.truncate(start);
            }
        }
    }

    /**
     * Reads entries.
     *
     * @param in a reader of them, and of nothing else
     * @return what was written, with keys and values as bytes
     * @throws WireException if it is not what this version writes
     */
    public List<Entry> readEntries(WireReader in) {
        Revision previous = MemberCodec.readRevision(in, "the position before entries");
        List<Entry> entries = EntryCodec.readEntries(in, previous, Reading.AS_BYTES);
        in.requireEnd("entries");
        return entries;
    }

    /**
     * Writes a configuration, after what the writer holds.
     *
     * @param out where to
     * @param configuration what to write
     */
    public void writeConfiguration(WireWriter out, Configuration configuration) {
        MemberCodec.writeConfiguration(out, configuration);
    }

    /**
     * Reads a configuration.
     *
     * @param in a reader of it, and of nothing else
     * @return what was written
     * @throws WireException if it is not what this version writes
     */
    public Configuration readConfiguration(WireReader in) {
        Configuration configuration = MemberCodec.readConfiguration(in);
        in.requireEnd("a configuration");
        return configuration;
    }

    /** Remembers the store that was asked for last: mostly the next write is of the same. */
    static final class Writing implements Coders {
        private final StoreCodecs stores;
        private final Registered registered;
        private final Map<StoreSpec, StoreCoder> open;
        private int last;
        private StoreCoder coder = StoreCoder.UNKNOWN;

        Writing(StoreCodecs stores, Registered registered) {
            this.stores = stores;
            this.registered = registered;
            this.open = stores.known().open();
        }

        @Override
        public StoreCoder toSend(int number, long term) {
            if (number != last) {
                StoreSpec logged = registered.spec(number);
                coder = of(logged == null ? stores.registered(number) : logged);
                last = number;
            }
            return coder;
        }

        private StoreCoder of(@Nullable StoreSpec spec) {
            if (spec == null) {
                return StoreCoder.UNKNOWN;
            }
            StoreCoder known = open.get(spec);
            return known == null ? new StoreCoder(spec, null, null) : known;
        }

        @Override
        public StoreCoder arrived(int number, long fingerprint) {
            throw new IllegalStateException("nothing is read here");
        }
    }

    enum Reading implements Coders {
        AS_BYTES;

        @Override
        public StoreCoder toSend(int number, long term) {
            throw new IllegalStateException("nothing is written here");
        }

        @Override
        public StoreCoder arrived(int number, long fingerprint) {
            return StoreCoder.UNKNOWN;
        }
    }
}
