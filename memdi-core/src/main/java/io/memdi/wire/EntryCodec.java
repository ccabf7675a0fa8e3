package io.memdi.wire;

import io.memdi.Incarnation;
import io.memdi.Revision;
import io.memdi.transport.Entry;
import io.memdi.transport.Envelope;
import io.memdi.transport.Message.Append;
import io.memdi.transport.Message.AppendReply;
import io.memdi.transport.Result;
import io.memdi.wire.StoreCodecs.Known;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Entries of the log, and the messages that carry them.
 *
 * <p>Entries that follow each other are alike, so each is told by what differs from the one before: a difference takes one byte where it is
 * small. Before the first stands the entry that the message names as the previous one.
 *
 * <pre>
 *   append          previous revision | committed varint | round varint | count varint | entries
 *   append's reply  flags byte | match varint | hint revision | round varint | [synced varint | opening varint]
 *                     1 success   2 heals   4 of a node with a directory: how far that is on its disk, how often that was opened
 *
 *   entry           kind byte | term signed | index signed | what the kind has
 *                   term: the difference to the entry before; index: to one more than that of the entry before
 *     0 blank         nothing
 *     1 configured    configuration
 *     2 opened        nothing
 *     3 store created number varint | store
 *     4 written       flags byte
 *                       1 session as in the last written entry of this message   2 store as there
 *                       4 has a value   8 has seen a revision   16, 32 the result's code
 *                     [session incarnation]
 *                     number signed, the difference to one more than in the last written entry | number - firstOpen, signed
 *                     [seen revision]
 *                     [store varint | fingerprint int64, of the store]
 *                     hash int32 | size varint
 *                     [key length varint | bytes]      not with result WRONG_CODEC or store 0
 *                     [value length varint | bytes]
 *     5 session opened  client incarnation
 *     6 session closed  client incarnation
 *   signed          varint of (n &lt;&lt; 1) ^ (n &gt;&gt; 63)
 * </pre>
 *
 * <p>The key of a write that met a store of other codecs stays behind: those of the store cannot write it, and nobody reads it.
 */
final class EntryCodec {
    private static final int BLANK = 0;
    private static final int CONFIGURED = 1;
    private static final int OPENED = 2;
    private static final int STORE_CREATED = 3;
    private static final int WRITTEN = 4;
    private static final int SESSION_OPENED = 5;
    private static final int SESSION_CLOSED = 6;

    private static final int SAME_SESSION = 1;
    private static final int SAME_STORE = 2;
    private static final int HAS_VALUE = 4;
    private static final int HAS_SEEN = 8;
    private static final int RESULT_SHIFT = 4;
    private static final int ALL_FLAGS = 0x3F;

    private static final int SUCCESS = 1;
    private static final int HEALS = 2;
    private static final int DURABLE = 4;

    /** Of a blank entry. */
    private static final int MIN_ENTRY = 3;

    static final Codes<Result> RESULTS = new Codes<>(
            "the result of a write",
            List.of(Result.APPLIED, Result.CONDITION_FAILED, Result.WRONG_CODEC, Result.KEY_FAILED));

    private EntryCodec() {}

    static void writeAppend(WireWriter out, Append append, Known stores, long term) {
        MemberCodec.writeRevision(out, append.previous());
        out.writeVarint(append.committed());
        out.writeVarint(append.round());
        writeEntries(out, append.previous(), append.entries(), stores, term);
    }

    /** Writes entries that follow a position, after their number. */
    static void writeEntries(WireWriter out, Revision previous, List<Entry> entries, Coders stores, long term) {
        int count = entries.size();
        out.writeVarint(count);
        long lastTerm = previous.term();
        long lastIndex = previous.index();
        Entry.Written before = null;
        for (int i = 0; i < count; i++) {
            Entry entry = entries.get(i);
            out.writeByte(kindOf(entry));
            out.writeSigned(entry.term() - lastTerm);
            out.writeSigned(entry.index() - lastIndex - 1);
            lastTerm = entry.term();
            lastIndex = entry.index();
            if (entry instanceof Entry.Written written) {
                writeWritten(out, written, before, stores, term);
                before = written;
            } else if (entry instanceof Entry.Configured configured) {
                MemberCodec.writeConfiguration(out, configured.configuration());
            } else if (entry instanceof Entry.StoreCreated created) {
                out.writeVarint(created.store());
                MemberCodec.writeStore(out, created.spec());
            } else if (entry instanceof Entry.SessionOpened opened) {
                MemberCodec.writeIncarnation(out, opened.client());
            } else if (entry instanceof Entry.SessionClosed closed) {
                MemberCodec.writeIncarnation(out, closed.client());
            }
        }
    }

    private static int kindOf(Entry entry) {
        if (entry instanceof Entry.Written) {
            return WRITTEN;
        } else if (entry instanceof Entry.Blank) {
            return BLANK;
        } else if (entry instanceof Entry.StoreCreated) {
            return STORE_CREATED;
        } else if (entry instanceof Entry.Configured) {
            return CONFIGURED;
        } else if (entry instanceof Entry.Opened) {
            return OPENED;
        } else if (entry instanceof Entry.SessionOpened) {
            return SESSION_OPENED;
        } else if (entry instanceof Entry.SessionClosed) {
            return SESSION_CLOSED;
        }
        throw new IllegalStateException("an entry without a kind on the wire: " + entry);
    }

    private static void writeWritten(
            WireWriter out, Entry.Written written, Entry.@Nullable Written before, Coders stores, long term) {
        boolean sameSession = before != null && written.session().equals(before.session());
        boolean sameStore = before != null && written.store() == before.store();
        boolean seen = !written.seen().equals(Revision.NONE);
        Object value = written.value();
        out.writeByte((sameSession ? SAME_SESSION : 0)
                | (sameStore ? SAME_STORE : 0)
                | (value == null ? 0 : HAS_VALUE)
                | (seen ? HAS_SEEN : 0)
                | RESULTS.codeOf(written.result()) << RESULT_SHIFT);
        if (!sameSession) {
            MemberCodec.writeIncarnation(out, written.session());
        }
        out.writeSigned(written.number() - (before == null ? 0 : before.number()) - 1);
        out.writeSigned(written.number() - written.firstOpen());
        if (seen) {
            MemberCodec.writeRevision(out, written.seen());
        }
        StoreCoder store = written.store() == 0 ? StoreCoder.UNKNOWN : stores.toSend(written.store(), term);
        if (!sameStore) {
            out.writeVarint(written.store());
            out.writeLong(store.fingerprint());
        }
        out.writeInt(written.hash());
        out.writeVarint(written.size());
        int bytes = hasKey(written.store(), written.result()) ? store.writeKey(out, written.key()) : 0;
        if (value != null) {
            bytes += store.writeValue(out, value);
        }
        store.checkPromise(bytes, written.size());
    }

    private static boolean hasKey(int store, Result result) {
        return store != 0 && result != Result.WRONG_CODEC;
    }

    static Append readAppend(WireReader in, Known stores) {
        Revision previous = MemberCodec.readRevision(in, "the position before an append");
        long committed = in.readNatural("a commit index");
        long round = in.readVarint("a round");
        return new Append(previous, readEntries(in, previous, stores), committed, round);
    }

    /** Reads what {@link #writeEntries} has written after the same position. */
    static List<Entry> readEntries(WireReader in, Revision previous, Coders stores) {
        Entry[] entries = new Entry[in.readCount("entries", MIN_ENTRY, Integer.MAX_VALUE)];
        long term = previous.term();
        long index = previous.index();
        Writes writes = new Writes(stores);
        for (int i = 0; i < entries.length; i++) {
            int kind = in.readByte("the kind of an entry");
            term += in.readSigned("the term of an entry");
            index += in.readSigned("the index of an entry") + 1;
            if (term < 0 || term > Envelope.MAX_TERM || index < 1) {
                throw in.malformed(
                        0,
                        "an entry of a term from 0 to " + Envelope.MAX_TERM
                                + " and an index from 1 on, before this, not " + term + "." + index);
            }
            entries[i] = switch (kind) {
                case WRITTEN -> writes.read(in, term, index);
                case BLANK -> new Entry.Blank(term, index);
                case CONFIGURED -> new Entry.Configured(term, index, MemberCodec.readConfiguration(in));
                case OPENED -> new Entry.Opened(term, index);
                case STORE_CREATED -> readCreated(in, term, index);
                case SESSION_OPENED -> new Entry.SessionOpened(term, index, readClient(in));
                case SESSION_CLOSED -> new Entry.SessionClosed(term, index, readClient(in));
                default -> throw in.malformed(0, "an entry of a kind from 0 to 6, before this, not " + kind);
            };
        }
        return List.of(entries);
    }

    static Entry.StoreCreated readCreated(WireReader in, long term, long index) {
        int number = (int) in.readUpTo("the number of a store", Integer.MAX_VALUE);
        return new Entry.StoreCreated(term, index, number, MemberCodec.readStore(in));
    }

    private static Incarnation readClient(WireReader in) {
        return MemberCodec.readIncarnation(in, "the client of a session");
    }

    /** Reads written entries one after the other: knows the last one, and how its store is read. */
    private static final class Writes {
        private final Coders stores;
        private Entry.@Nullable Written before;
        private StoreCoder coder = StoreCoder.UNKNOWN;

        Writes(Coders stores) {
            this.stores = stores;
        }

        Entry.Written read(WireReader in, long term, long index) {
            int flags = in.readFlags("the flags of a write", before == null ? ALL_FLAGS & ~3 : ALL_FLAGS);
            Result result = RESULTS.of(in, flags >> RESULT_SHIFT);
            Entry.Written last = before;
            Incarnation session = last != null && (flags & SAME_SESSION) != 0
                    ? last.session()
                    : MemberCodec.readIncarnation(in, "the session of a write");
            long number = in.readSigned("the number of a write") + (last == null ? 0 : last.number()) + 1;
            long firstOpen = number - in.readSigned("the first open number");
            Revision seen =
                    (flags & HAS_SEEN) != 0 ? MemberCodec.readRevision(in, "a revision that was seen") : Revision.NONE;
            int store;
            if (last != null && (flags & SAME_STORE) != 0) {
                store = last.store();
            } else {
                store = (int) in.readUpTo("the number of a store", Integer.MAX_VALUE);
                coder = stores.arrived(store, in.readLong("the fingerprint of a store"));
            }
            int hash = in.readInt("the hash of a key");
            int size = (int) in.readUpTo("the size of a write", Integer.MAX_VALUE);
            Object key = Encoded.NOTHING;
            int left = size;
            if (hasKey(store, result)) {
                int length = in.readLength("a key", left);
                key = coder.readKey(in, length, hash);
                left -= length;
            }
            Object value = (flags & HAS_VALUE) != 0 ? coder.readValue(in, in.readLength("a value", left)) : null;
            before = new Entry.Written(
                    term, index, session, number, firstOpen, result, seen, store, key, hash, value, size);
            return before;
        }
    }

    static void writeReply(WireWriter out, AppendReply reply) {
        boolean durable = reply.opening() > 0;
        out.writeByte((reply.success() ? SUCCESS : 0) | (reply.heals() ? HEALS : 0) | (durable ? DURABLE : 0));
        out.writeVarint(reply.match());
        MemberCodec.writeRevision(out, reply.hint());
        out.writeVarint(reply.round());
        if (durable) {
            out.writeVarint(reply.synced());
            out.writeVarint(reply.opening());
        }
    }

    static AppendReply readReply(WireReader in) {
        int flags = in.readFlags("the flags of an answer", SUCCESS | HEALS | DURABLE);
        long match = in.readNatural("a matching index");
        Revision hint = MemberCodec.readRevision(in, "a hint");
        long round = in.readVarint("a round");
        boolean durable = (flags & DURABLE) != 0;
        long synced = durable ? in.readNatural("a synced index") : 0;
        long opening = durable ? in.readNatural("a count of openings") : 0;
        if (durable && opening == 0) {
            throw in.malformed(1, "a count of openings to be 1 or more, not 0");
        }
        return new AppendReply((flags & SUCCESS) != 0, match, hint, round, (flags & HEALS) != 0, synced, opening);
    }
}
