package io.memdi.wire;

import io.memdi.Revision;
import io.memdi.transport.Envelope;
import io.memdi.transport.Message.Evicted;
import io.memdi.transport.Message.Heartbeat;
import io.memdi.transport.Message.HeartbeatReply;
import io.memdi.transport.Message.Presence;
import io.memdi.transport.Message.PresenceReply;
import io.memdi.transport.Message.ReadReply;
import io.memdi.transport.Message.ReadRequest;
import io.memdi.transport.Message.VoteReply;
import io.memdi.transport.Message.VoteRequest;

/**
 * Who leads, and whether it still does: elections, heartbeats, and the read index that rests on them.
 *
 * <pre>
 *   vote request    pre byte | term varint | last revision
 *   vote            flags byte | term varint
 *                     1 pre   2 granted
 *   heartbeat       round varint | committed varint
 *   its reply       round varint
 *   read request    request varint
 *   its reply       request varint | index varint
 *   evicted         configured revision
 *   presence        opening varint | id 8 | before 8 | term varint | last revision
 *   its reply       opening varint | id 8 | contradiction text
 *   higher term, stand now: nothing
 * </pre>
 */
final class VoteCodec {
    private static final int PRE = 1;
    private static final int GRANTED = 2;

    private VoteCodec() {}

    static void writeRequest(WireWriter out, VoteRequest request) {
        out.writeBoolean(request.pre());
        out.writeVarint(request.term());
        MemberCodec.writeRevision(out, request.last());
    }

    static VoteRequest readRequest(WireReader in) {
        boolean pre = in.readBoolean("whether a vote is asked for only");
        long term = in.readUpTo("the term of an election", Envelope.MAX_TERM);
        Revision last = MemberCodec.readRevision(in, "the position of a last entry");
        return new VoteRequest(pre, term, last);
    }

    static void writeReply(WireWriter out, VoteReply reply) {
        out.writeByte((reply.pre() ? PRE : 0) | (reply.granted() ? GRANTED : 0));
        out.writeVarint(reply.term());
    }

    static VoteReply readReply(WireReader in) {
        int flags = in.readFlags("the flags of a vote", PRE | GRANTED);
        long term = in.readUpTo("the term of an election", Envelope.MAX_TERM);
        return new VoteReply((flags & PRE) != 0, term, (flags & GRANTED) != 0);
    }

    static void writeHeartbeat(WireWriter out, Heartbeat heartbeat) {
        out.writeVarint(heartbeat.round());
        out.writeVarint(heartbeat.committed());
    }

    static Heartbeat readHeartbeat(WireReader in) {
        long round = in.readVarint("a round");
        return new Heartbeat(round, in.readNatural("a commit index"));
    }

    static void writeHeartbeatReply(WireWriter out, HeartbeatReply reply) {
        out.writeVarint(reply.round());
    }

    static HeartbeatReply readHeartbeatReply(WireReader in) {
        return new HeartbeatReply(in.readVarint("a round"));
    }

    static void writeRead(WireWriter out, ReadRequest request) {
        out.writeVarint(request.request());
    }

    static ReadRequest readRead(WireReader in) {
        return new ReadRequest(in.readVarint("the number of a request"));
    }

    static void writeReadReply(WireWriter out, ReadReply reply) {
        out.writeVarint(reply.request());
        out.writeVarint(reply.index());
    }

    static ReadReply readReadReply(WireReader in) {
        long request = in.readVarint("the number of a request");
        return new ReadReply(request, in.readNatural("a read index"));
    }

    static void writePresence(WireWriter out, Presence presence) {
        out.writeVarint(presence.opening());
        out.writeLong(presence.id());
        out.writeLong(presence.before());
        out.writeVarint(presence.term());
        MemberCodec.writeRevision(out, presence.last());
    }

    static Presence readPresence(WireReader in) {
        long opening = in.readNatural("a count of openings");
        long id = in.readLong("the id of an opening");
        long before = in.readLong("the id of the opening before");
        long term = in.readUpTo("the term of a directory", Envelope.MAX_TERM);
        return new Presence(opening, id, before, term, MemberCodec.readRevision(in, "the position of a last entry"));
    }

    static void writePresenceReply(WireWriter out, PresenceReply reply) {
        out.writeVarint(reply.opening());
        out.writeLong(reply.id());
        out.writeText(reply.contradiction());
    }

    static PresenceReply readPresenceReply(WireReader in) {
        long opening = in.readNatural("a count of openings");
        long id = in.readLong("the id of an opening");
        return new PresenceReply(opening, id, in.readText("a contradiction", RequestCodec.MAX_WORDS));
    }

    static void writeEvicted(WireWriter out, Evicted evicted) {
        MemberCodec.writeRevision(out, evicted.configured());
    }

    static Evicted readEvicted(WireReader in) {
        return new Evicted(MemberCodec.readRevision(in, "the position of a configuration"));
    }
}
