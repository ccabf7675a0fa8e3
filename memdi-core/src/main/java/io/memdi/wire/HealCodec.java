package io.memdi.wire;

import io.memdi.Incarnation;
import io.memdi.Revision;
import io.memdi.transport.Configuration;
import io.memdi.transport.Entry;
import io.memdi.transport.Envelope;
import io.memdi.transport.Inventory;
import io.memdi.transport.Message.HealOpened;
import io.memdi.transport.Message.HealRequest;
import io.memdi.transport.Range;
import io.memdi.transport.SegmentDigests;
import io.memdi.transport.SessionState;
import java.util.List;

/**
 * What a node that heals is told, asks for, and gets.
 *
 * <pre>
 *   heal opened     position revision | open byte | configured revision | configuration
 *                   count varint | for each node that has left: incarnation
 *                   count varint | for each store:   term varint | index varint | number varint | store
 *                                                    high int64 | low int64, of each of 1024 segments: 16 KiB
 *                   count varint | for each session: owner incarnation | ticket revision | firstOpen varint | committed varint
 *                                                    count varint | for each outcome: 5 varints
 *   heal request    store varint | pull varint | range | applied varint
 *                   count varint | for each key: hash int32 | term int32 | index int64
 * </pre>
 *
 * <p>A range is drawn in {@link PageCodec}, which is about the pages.
 */
final class HealCodec {
    private static final int DIGESTS_BYTES = 2 * Long.BYTES * Range.SEGMENTS;
    private static final int MIN_STORE = 6 + DIGESTS_BYTES;
    private static final int INCARNATION_BYTES = 2 * Long.BYTES;
    private static final int MIN_SESSION = 21;
    private static final int KEY_BYTES = Integer.BYTES + Integer.BYTES + Long.BYTES;

    private HealCodec() {}

    static void writeOpened(WireWriter out, HealOpened opened) {
        MemberCodec.writeRevision(out, opened.position());
        out.writeBoolean(opened.open());
        MemberCodec.writeRevision(out, opened.configured());
        MemberCodec.writeConfiguration(out, opened.configuration());
        out.writeVarint(opened.left().size());
        for (int i = 0; i < opened.left().size(); i++) {
            MemberCodec.writeIncarnation(out, opened.left().get(i));
        }
        out.writeVarint(opened.stores().size());
        for (int i = 0; i < opened.stores().size(); i++) {
            Entry.StoreCreated store = opened.stores().get(i);
            out.writeVarint(store.term());
            out.writeVarint(store.index());
            out.writeVarint(store.store());
            MemberCodec.writeStore(out, store.spec());
            writeDigests(out, opened.digests().get(i));
        }
        out.writeVarint(opened.sessions().size());
        for (int i = 0; i < opened.sessions().size(); i++) {
            writeSession(out, opened.sessions().get(i));
        }
    }

    static HealOpened readOpened(WireReader in) {
        Revision position = MemberCodec.readRevision(in, "the position of a heal");
        boolean open = in.readBoolean("whether the cluster is open");
        Revision configured = MemberCodec.readRevision(in, "the position of a configuration");
        Configuration configuration = MemberCodec.readConfiguration(in);
        Incarnation[] left =
                new Incarnation[in.readCount("nodes that have left", INCARNATION_BYTES, Integer.MAX_VALUE)];
        for (int i = 0; i < left.length; i++) {
            left[i] = MemberCodec.readIncarnation(in, "who has left");
        }
        int count = in.readCount("stores", MIN_STORE, Integer.MAX_VALUE);
        Entry.StoreCreated[] stores = new Entry.StoreCreated[count];
        SegmentDigests[] digests = new SegmentDigests[count];
        for (int i = 0; i < count; i++) {
            long term = in.readUpTo("the term of a store", Envelope.MAX_TERM);
            stores[i] = EntryCodec.readCreated(in, term, in.readNatural("the index of a store"));
            digests[i] = readDigests(in);
        }
        SessionState[] sessions = new SessionState[in.readCount("sessions", MIN_SESSION, Integer.MAX_VALUE)];
        for (int i = 0; i < sessions.length; i++) {
            sessions[i] = readSession(in);
        }
        return new HealOpened(
                position,
                open,
                configured,
                configuration,
                List.of(left),
                List.of(stores),
                List.of(digests),
                List.of(sessions));
    }

    private static void writeDigests(WireWriter out, SegmentDigests digests) {
        for (int segment = 0; segment < Range.SEGMENTS; segment++) {
            out.writeLong(digests.high(segment));
            out.writeLong(digests.low(segment));
        }
    }

    private static SegmentDigests readDigests(WireReader in) {
        if (in.remaining() < DIGESTS_BYTES) {
            throw in.malformed(
                    0, "the digests of a store in " + DIGESTS_BYTES + " bytes, but only " + in.remaining() + " follow");
        }
        long[] high = new long[Range.SEGMENTS];
        long[] low = new long[Range.SEGMENTS];
        for (int segment = 0; segment < Range.SEGMENTS; segment++) {
            high[segment] = in.readLong("a digest");
            low[segment] = in.readLong("a digest");
        }
        return new SegmentDigests(high, low);
    }

    private static void writeSession(WireWriter out, SessionState session) {
        MemberCodec.writeIncarnation(out, session.owner());
        MemberCodec.writeRevision(out, session.ticket());
        out.writeVarint(session.firstOpen());
        out.writeVarint(session.committed());
        long[] outcomes = session.outcomes();
        out.writeVarint(outcomes.length / SessionState.STRIDE);
        for (long part : outcomes) {
            out.writeVarint(part);
        }
    }

    private static SessionState readSession(WireReader in) {
        Incarnation owner = MemberCodec.readIncarnation(in, "the owner of a session");
        Revision ticket = MemberCodec.readRevision(in, "where a session was opened");
        long firstOpen = in.readNatural("the first open number of a session");
        long committed = in.readNatural("the committed number of a session");
        int count = in.readCount("outcomes", SessionState.STRIDE, Integer.MAX_VALUE / SessionState.STRIDE);
        long[] outcomes = new long[count * SessionState.STRIDE];
        for (int i = 0; i < outcomes.length; i++) {
            outcomes[i] = in.readVarint("a part of an outcome");
        }
        return new SessionState(owner, ticket, firstOpen, committed, outcomes);
    }

    static void writeRequest(WireWriter out, HealRequest request) {
        Inventory inventory = request.inventory();
        out.writeVarint(request.store());
        out.writeVarint(inventory.pull());
        PageCodec.writeRange(out, inventory.range());
        out.writeVarint(inventory.applied());
        out.writeVarint(inventory.size());
        for (int i = 0; i < inventory.size(); i++) {
            out.writeInt(inventory.hash(i));
            out.writeInt((int) inventory.term(i));
            out.writeLong(inventory.index(i));
        }
    }

    static HealRequest readRequest(WireReader in) {
        int store = (int) in.readUpTo("the number of a store", Integer.MAX_VALUE);
        long pull = in.readVarint("the number of a pull");
        Range range = PageCodec.readRange(in);
        long applied = in.readNatural("an applied index");
        int count = in.readCount("keys", KEY_BYTES, Integer.MAX_VALUE);
        int[] hashes = new int[count];
        int[] terms = new int[count];
        long[] indexes = new long[count];
        for (int i = 0; i < count; i++) {
            hashes[i] = in.readInt("a hash");
            terms[i] = in.readInt("a term");
            indexes[i] = in.readLong("an index");
        }
        return new HealRequest(store, new Inventory(pull, range, applied, hashes, terms, indexes));
    }
}
