package io.memdi.wire;

import io.memdi.Revision;
import io.memdi.transport.ClientMessage.Act;
import io.memdi.transport.ClientMessage.Farewell;
import io.memdi.transport.ClientMessage.Hail;
import io.memdi.transport.ClientMessage.HailReply;
import io.memdi.transport.ClientMessage.Listed;
import io.memdi.transport.ClientMessage.Order;
import io.memdi.transport.ClientMessage.OrderReply;
import io.memdi.transport.ClientMessage.SessionWrites;
import io.memdi.transport.ClientMessage.Verdict;
import io.memdi.transport.Member;
import io.memdi.wire.StoreCodecs.Known;
import java.util.List;

/**
 * What a client says of itself, and asks to be done, and what it is told.
 *
 * <pre>
 *   hail            opens byte | number varint | session revision
 *   hail's reply    flags byte | number varint | verdict byte | session revision | [leader member] | [listed] | reason text
 *                     1 there is a leader   2 there is a list of members   4 the cluster keeps its data in directories
 *   listed          position revision | configuration
 *   session writes  session revision | writes as of a node
 *   farewell        session revision
 *   order           number varint | act byte | name text
 *   order's reply   number varint | later byte | refusal text | what is told text
 * </pre>
 */
final class ClientCodec {
    private static final int HAS_LEADER = 1;
    private static final int HAS_LISTED = 2;
    private static final int DURABLE = 4;

    private static final Codes<Verdict> VERDICTS = new Codes<>(
            "a verdict",
            List.of(
                    Verdict.NO_CLUSTER,
                    Verdict.OTHER_CLUSTER,
                    Verdict.FOLLOWS,
                    Verdict.LEADS,
                    Verdict.EXPIRED,
                    Verdict.FULL));

    private static final Codes<Act> ACTS = new Codes<>(
            "an order",
            List.of(Act.TRANSFER, Act.REMOVE, Act.RETIRE_LIST, Act.RECOVER, Act.FOUND_ALONE, Act.BACKUP, Act.RESTORE));

    private ClientCodec() {}

    static void writeHail(WireWriter out, Hail hail) {
        out.writeBoolean(hail.opens());
        out.writeVarint(hail.number());
        MemberCodec.writeRevision(out, hail.session());
    }

    static Hail readHail(WireReader in) {
        boolean opens = in.readBoolean("whether a session is wanted");
        long number = in.readVarint("the number of a hail");
        return new Hail(number, readSession(in), opens);
    }

    private static Revision readSession(WireReader in) {
        return MemberCodec.readRevision(in, "the ticket of a session");
    }

    static void writeHailReply(WireWriter out, HailReply reply) {
        Member leader = reply.leader();
        Listed listed = reply.listed();
        out.writeByte((leader == null ? 0 : HAS_LEADER)
                | (listed == null ? 0 : HAS_LISTED)
                | (reply.durable() ? DURABLE : 0));
        out.writeVarint(reply.number());
        VERDICTS.write(out, reply.verdict());
        MemberCodec.writeRevision(out, reply.session());
        if (leader != null) {
            MemberCodec.writeMember(out, leader);
        }
        if (listed != null) {
            MemberCodec.writeRevision(out, listed.position());
            MemberCodec.writeConfiguration(out, listed.configuration());
        }
        out.writeText(reply.reason());
    }

    static HailReply readHailReply(WireReader in) {
        int flags = in.readFlags("the flags of the answer to a hail", HAS_LEADER | HAS_LISTED | DURABLE);
        long number = in.readVarint("the number of a hail");
        Verdict verdict = VERDICTS.read(in);
        Revision session = readSession(in);
        Member leader = (flags & HAS_LEADER) != 0 ? MemberCodec.readMember(in) : null;
        Listed listed = (flags & HAS_LISTED) != 0 ? readListed(in) : null;
        String reason = in.readText("the reason of a refusal", RequestCodec.MAX_WORDS);
        return new HailReply(number, verdict, leader, session, listed, reason, (flags & DURABLE) != 0);
    }

    private static Listed readListed(WireReader in) {
        Revision position = MemberCodec.readRevision(in, "where a configuration is");
        return new Listed(position, MemberCodec.readConfiguration(in));
    }

    static void writeWrites(WireWriter out, SessionWrites message, Known stores) {
        MemberCodec.writeRevision(out, message.session());
        RequestCodec.writeWrites(out, message.writes(), stores);
    }

    static SessionWrites readWrites(WireReader in, Known stores) {
        Revision session = readSession(in);
        return new SessionWrites(session, RequestCodec.readWrites(in, stores));
    }

    static void writeFarewell(WireWriter out, Farewell farewell) {
        MemberCodec.writeRevision(out, farewell.session());
    }

    static Farewell readFarewell(WireReader in) {
        return new Farewell(readSession(in));
    }

    static void writeOrder(WireWriter out, Order order) {
        out.writeVarint(order.number());
        ACTS.write(out, order.act());
        out.writeText(order.name());
    }

    static Order readOrder(WireReader in) {
        long number = in.readVarint("the number of an order");
        Act act = ACTS.read(in);
        return new Order(number, act, in.readText("the name of a member", MemberCodec.MAX_NAME));
    }

    static void writeOrderReply(WireWriter out, OrderReply reply) {
        out.writeVarint(reply.number());
        out.writeBoolean(reply.later());
        out.writeText(reply.refusal());
        out.writeText(reply.told());
    }

    static OrderReply readOrderReply(WireReader in) {
        long number = in.readVarint("the number of an order");
        boolean later = in.readBoolean("whether to ask again");
        String refusal = in.readText("a refusal", RequestCodec.MAX_WORDS);
        return new OrderReply(number, refusal, later, in.readText("what an order has led to", RequestCodec.MAX_WORDS));
    }
}
