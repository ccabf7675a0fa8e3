package io.memdi.wire;

import io.memdi.Incarnation;
import io.memdi.Revision;
import io.memdi.transport.Configuration;
import io.memdi.transport.Entry;
import io.memdi.transport.Envelope;
import io.memdi.transport.HealMessage.HealDigests;
import io.memdi.transport.HealMessage.HealDigestsRequest;
import io.memdi.transport.HealMessage.HealOpened;
import io.memdi.transport.HealMessage.HealPart;
import io.memdi.transport.HealMessage.HealPartRequest;
import io.memdi.transport.HealMessage.HealRequest;
import io.memdi.transport.Inventory;
import io.memdi.transport.Range;
import io.memdi.transport.SegmentDigests;
import io.memdi.transport.SessionState;
import java.util.List;

/**
 * What a node that heals is told, asks for, and gets.
 *
 * <pre>
 *   heal opened     opening varint | position revision | open byte | configured revision | configuration
 *                   count varint | for each node that has left: incarnation
 *                   parts varint
 *   part request    opening varint | part varint
 *   part            opening varint | part varint
 *                   count varint | for each store:   term varint | index varint | number varint | store
 *                   count varint | for each session: owner incarnation | ticket revision | firstOpen varint | committed varint
 *                                                    count varint | for each outcome: 5 varints
 *   digests request request varint | store varint | applied varint
 *   digests         request varint | store varint | committed varint
 *                   count varint | for each store:   high int64 | low int64, of each of 1024 segments: 16 KiB
 *   heal request    store varint | pull varint | range | applied varint
 *                   count varint | for each key: hash int32 | term int32 | index int64
 * </pre>
 *
 * <p>A range is drawn in {@link PageCodec}, which is about the pages.
 */
final class HealCodec {
    private static final int DIGESTS_BYTES = 2 * Long.BYTES * Range.SEGMENTS;
    private static final int MIN_STORE = 6;
    private static final int INCARNATION_BYTES = 2 * Long.BYTES;
    private static final int MIN_SESSION = 21;
    private static final int KEY_BYTES = Integer.BYTES + Integer.BYTES + Long.BYTES;

    private HealCodec() {}

    static void writeOpened(WireWriter out, HealOpened opened) {
        out.writeVarint(opened.opening());
        MemberCodec.writeRevision(out, opened.position());
        out.writeBoolean(opened.open());
        MemberCodec.writeRevision(out, opened.configured());
        MemberCodec.writeConfiguration(out, opened.configuration());
        out.writeVarint(opened.left().size());
        for (int i = 0; i < opened.left().size(); i++) {
            MemberCodec.writeIncarnation(out, opened.left().get(i));
        }
        out.writeVarint(opened.parts());
    }

    static HealOpened readOpened(WireReader in) {
        long opening = in.readNatural("the number of an opening");
        Revision position = MemberCodec.readRevision(in, "the position of a heal");
        boolean open = in.readBoolean("whether the cluster is open");
        Revision configured = MemberCodec.readRevision(in, "the position of a configuration");
        Configuration configuration = MemberCodec.readConfiguration(in);
        Incarnation[] left =
                new Incarnation[in.readCount("nodes that have left", INCARNATION_BYTES, Integer.MAX_VALUE)];
        for (int i = 0; i < left.length; i++) {
            left[i] = MemberCodec.readIncarnation(in, "who has left");
        }
        int parts = (int) in.readUpTo("a number of parts", Integer.MAX_VALUE);
        return new HealOpened(opening, position, open, configured, configuration, List.of(left), parts);
    }

    static void writePartRequest(WireWriter out, HealPartRequest request) {
        out.writeVarint(request.opening());
        out.writeVarint(request.part());
    }

    static HealPartRequest readPartRequest(WireReader in) {
        return new HealPartRequest(in.readNatural("the number of an opening"), (int)
                in.readUpTo("the number of a part", Integer.MAX_VALUE));
    }

    static void writePart(WireWriter out, HealPart part) {
        out.writeVarint(part.opening());
        out.writeVarint(part.part());
        out.writeVarint(part.stores().size());
        for (int i = 0; i < part.stores().size(); i++) {
            Entry.StoreCreated store = part.stores().get(i);
            out.writeVarint(store.term());
            out.writeVarint(store.index());
            out.writeVarint(store.store());
            MemberCodec.writeStore(out, store.spec());
        }
        out.writeVarint(part.sessions().size());
        for (int i = 0; i < part.sessions().size(); i++) {
            writeSession(out, part.sessions().get(i));
        }
    }

    static HealPart readPart(WireReader in) {
        long opening = in.readNatural("the number of an opening");
        int part = (int) in.readUpTo("the number of a part", Integer.MAX_VALUE);
        Entry.StoreCreated[] stores = new Entry.StoreCreated[in.readCount("stores", MIN_STORE, Integer.MAX_VALUE)];
        for (int i = 0; i < stores.length; i++) {
            long term = in.readUpTo("the term of a store", Envelope.MAX_TERM);
            stores[i] = EntryCodec.readCreated(in, term, in.readNatural("the index of a store"));
        }
        SessionState[] sessions = new SessionState[in.readCount("sessions", MIN_SESSION, Integer.MAX_VALUE)];
        for (int i = 0; i < sessions.length; i++) {
            sessions[i] = readSession(in);
        }
        return new HealPart(opening, part, List.of(stores), List.of(sessions));
    }

    static void writeDigestsRequest(WireWriter out, HealDigestsRequest request) {
        out.writeVarint(request.request());
        out.writeVarint(request.store());
        out.writeVarint(request.applied());
    }

    static HealDigestsRequest readDigestsRequest(WireReader in) {
        return new HealDigestsRequest(
                in.readNatural("the number of a request"),
                (int) in.readUpTo("the number of a store", Integer.MAX_VALUE),
                in.readNatural("an applied index"));
    }

    static void writeDigests(WireWriter out, HealDigests message) {
        out.writeVarint(message.request());
        out.writeVarint(message.store());
        out.writeVarint(message.committed());
        out.writeVarint(message.digests().size());
        for (int i = 0; i < message.digests().size(); i++) {
            writeDigests(out, message.digests().get(i));
        }
    }

    static HealDigests readDigests(WireReader in) {
        long request = in.readNatural("the number of a request");
        int store = (int) in.readUpTo("the number of a store", Integer.MAX_VALUE);
        long committed = in.readNatural("a commit index");
        SegmentDigests[] digests = new SegmentDigests[in.readCount("digests", DIGESTS_BYTES, Integer.MAX_VALUE)];
        for (int i = 0; i < digests.length; i++) {
            digests[i] = readSegments(in);
        }
        return new HealDigests(request, store, committed, List.of(digests));
    }

    private static void writeDigests(WireWriter out, SegmentDigests digests) {
        for (int segment = 0; segment < Range.SEGMENTS; segment++) {
            out.writeLong(digests.high(segment));
            out.writeLong(digests.low(segment));
        }
    }

    private static SegmentDigests readSegments(WireReader in) {
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
