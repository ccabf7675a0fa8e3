package io.memdi.wire;

import io.memdi.ClusterId;
import io.memdi.Revision;
import io.memdi.transport.Configuration;
import io.memdi.transport.Contact;
import io.memdi.transport.Message.Answer;
import io.memdi.transport.Message.Hello;
import io.memdi.transport.Message.HelloReply;
import io.memdi.transport.Message.JoinReply;
import io.memdi.transport.Message.JoinRequest;
import io.memdi.transport.Message.Mode;
import io.memdi.transport.Message.Propose;
import io.memdi.transport.Message.ProposeReply;
import io.memdi.transport.Message.Verdict;
import java.util.List;

/**
 * The messages that found a cluster, and those of a node that wants to belong to one.
 *
 * <pre>
 *   hello           list int64
 *   hello's reply   list int64 | mode byte | there is a cluster byte | [cluster]
 *   propose         list int64 | cluster | founders configuration | question int64
 *   its reply       cluster | answer byte | begun byte | bound byte | question int64
 *   join            flags byte | number varint | [cluster] | configured revision
 *                     1 there is a cluster   2 wants to vote   4 was a member   8 keeps its data in a directory
 *   join's reply    flags byte | number varint | verdict byte | [cluster] | configured revision | [leader contact] | [founders configuration] | reason text
 *                     1 there is a cluster   2 there is a leader   4 there are founders
 * </pre>
 */
final class FoundingCodec {
    private static final int HAS_CLUSTER = 1;
    private static final int VOTER = 2;
    private static final int MEMBER = 4;
    private static final int DURABLE = 8;
    private static final int HAS_LEADER = 2;
    private static final int HAS_FOUNDERS = 4;
    private static final int ALL_FLAGS = 7;

    private static final Codes<Mode> MODES =
            new Codes<>("the mode of a node", List.of(Mode.EMPTY, Mode.LOCKED, Mode.MEMBER));

    private static final Codes<Answer> ANSWERS =
            new Codes<>("the answer to a proposal", List.of(Answer.IN, Answer.EMPTY, Answer.LOST));

    private static final Codes<Verdict> VERDICTS = new Codes<>(
            "a verdict",
            List.of(
                    Verdict.NO_CLUSTER,
                    Verdict.OTHER_CLUSTER,
                    Verdict.ASK_LEADER,
                    Verdict.WAIT,
                    Verdict.NAME_IN_USE,
                    Verdict.OUTGROWS_LIST,
                    Verdict.FULL,
                    Verdict.LEFT_OUT,
                    Verdict.WELCOME,
                    Verdict.OTHER_STORAGE,
                    Verdict.FROM_BEFORE));

    private FoundingCodec() {}

    static void writeHello(WireWriter out, Hello hello) {
        out.writeLong(hello.list());
    }

    static Hello readHello(WireReader in) {
        return new Hello(in.readLong("the hash of a list"));
    }

    static void writeHelloReply(WireWriter out, HelloReply reply) {
        out.writeLong(reply.list());
        MODES.write(out, reply.mode());
        ClusterId cluster = reply.cluster();
        out.writeBoolean(cluster != null);
        if (cluster != null) {
            MemberCodec.writeCluster(out, cluster);
        }
    }

    static HelloReply readHelloReply(WireReader in) {
        long list = in.readLong("the hash of a list");
        Mode mode = MODES.read(in);
        boolean locked = in.readBoolean("whether there is a cluster");
        return new HelloReply(list, mode, locked ? MemberCodec.readCluster(in) : null);
    }

    static void writePropose(WireWriter out, Propose propose) {
        out.writeLong(propose.list());
        MemberCodec.writeCluster(out, propose.cluster());
        MemberCodec.writeConfiguration(out, propose.founders());
        out.writeLong(propose.question());
    }

    static Propose readPropose(WireReader in) {
        long list = in.readLong("the hash of a list");
        ClusterId cluster = MemberCodec.readCluster(in);
        Configuration founders = MemberCodec.readConfiguration(in);
        return new Propose(list, cluster, founders, in.readLong("the number of a question"));
    }

    static void writeProposeReply(WireWriter out, ProposeReply reply) {
        MemberCodec.writeCluster(out, reply.cluster());
        ANSWERS.write(out, reply.answer());
        out.writeBoolean(reply.begun());
        out.writeBoolean(reply.bound());
        out.writeLong(reply.question());
    }

    static ProposeReply readProposeReply(WireReader in) {
        ClusterId cluster = MemberCodec.readCluster(in);
        Answer answer = ANSWERS.read(in);
        boolean begun = in.readBoolean("whether the cluster has begun");
        boolean bound = in.readBoolean("whether the sender is bound to it");
        return new ProposeReply(cluster, answer, begun, bound, in.readLong("the number of a question"));
    }

    static void writeJoin(WireWriter out, JoinRequest request) {
        ClusterId cluster = request.cluster();
        out.writeByte((cluster == null ? 0 : HAS_CLUSTER)
                | (request.voter() ? VOTER : 0)
                | (request.member() ? MEMBER : 0)
                | (request.durable() ? DURABLE : 0));
        out.writeVarint(request.number());
        if (cluster != null) {
            MemberCodec.writeCluster(out, cluster);
        }
        MemberCodec.writeRevision(out, request.configured());
    }

    static JoinRequest readJoin(WireReader in) {
        int flags = in.readFlags("the flags of a request to join", ALL_FLAGS | DURABLE);
        long number = in.readVarint("the number of a request to join");
        ClusterId cluster = (flags & HAS_CLUSTER) != 0 ? MemberCodec.readCluster(in) : null;
        Revision configured = MemberCodec.readRevision(in, "the position of a configuration");
        return new JoinRequest(
                number, cluster, (flags & VOTER) != 0, configured, (flags & MEMBER) != 0, (flags & DURABLE) != 0);
    }

    static void writeJoinReply(WireWriter out, JoinReply reply) {
        ClusterId cluster = reply.cluster();
        Contact leader = reply.leader();
        Configuration founders = reply.founders();
        out.writeByte((cluster == null ? 0 : HAS_CLUSTER)
                | (leader == null ? 0 : HAS_LEADER)
                | (founders == null ? 0 : HAS_FOUNDERS));
        out.writeVarint(reply.number());
        VERDICTS.write(out, reply.verdict());
        if (cluster != null) {
            MemberCodec.writeCluster(out, cluster);
        }
        MemberCodec.writeRevision(out, reply.configured());
        if (leader != null) {
            MemberCodec.writeContact(out, leader);
        }
        if (founders != null) {
            MemberCodec.writeConfiguration(out, founders);
        }
        out.writeText(reply.reason());
    }

    static JoinReply readJoinReply(WireReader in) {
        int flags = in.readFlags("the flags of the answer to a request to join", ALL_FLAGS);
        long number = in.readVarint("the number of a request to join");
        Verdict verdict = VERDICTS.read(in);
        ClusterId cluster = (flags & HAS_CLUSTER) != 0 ? MemberCodec.readCluster(in) : null;
        Revision configured = MemberCodec.readRevision(in, "the position of a configuration");
        Contact leader = (flags & HAS_LEADER) != 0 ? MemberCodec.readContact(in) : null;
        Configuration founders = (flags & HAS_FOUNDERS) != 0 ? MemberCodec.readConfiguration(in) : null;
        String reason = in.readText("what stands in the way", RequestCodec.MAX_WORDS);
        return new JoinReply(number, cluster, verdict, configured, leader, founders, reason);
    }
}
