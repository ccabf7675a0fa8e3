package io.memdi.transport.tcp;

import io.memdi.Ack;
import io.memdi.ClusterId;
import io.memdi.Incarnation;
import io.memdi.ReadLevel;
import io.memdi.Revision;
import io.memdi.Role;
import io.memdi.Status;
import io.memdi.transport.Answer;
import io.memdi.transport.ClientMessage;
import io.memdi.transport.Configuration;
import io.memdi.transport.Contact;
import io.memdi.transport.Entry;
import io.memdi.transport.HealMessage;
import io.memdi.transport.Inventory;
import io.memdi.transport.Member;
import io.memdi.transport.Message;
import io.memdi.transport.Page;
import io.memdi.transport.Query;
import io.memdi.transport.Range;
import io.memdi.transport.Result;
import io.memdi.transport.SegmentDigests;
import io.memdi.transport.SessionState;
import io.memdi.transport.Write;
import io.memdi.wire.StoreCodecs;
import java.util.ArrayList;
import java.util.List;

/** A message of every type, about the one store that {@link Talker}s know. */
final class Messages {
    private static final ClusterId CLUSTER = new ClusterId(5, 6);
    private static final Member MEMBER = new Member("m", new Incarnation(1, 2), "10.0.0.1:7400");
    private static final Configuration CONFIGURATION = Configuration.founding(List.of(MEMBER));
    private static final Revision REVISION = new Revision(1, 17);

    private Messages() {}

    static List<Message> all() {
        List<Message> all = new ArrayList<>(amongNodes());
        all.addAll(ofClients());
        return all;
    }

    /** What clients and nodes say to each other. */
    static List<Message> ofClients() {
        Query query = Query.get(1, Talker.TEXTS, ReadLevel.LOCAL, REVISION, "key", "key".hashCode());
        Status status = new Status(
                "a",
                new Incarnation(1, 2),
                CLUSTER,
                Role.LEADER,
                1,
                "a",
                REVISION,
                REVISION,
                null,
                true,
                null,
                "",
                List.of(new Status.StoreStatus("texts", 1, "00")));
        return List.of(
                new ClientMessage.Hail(1, REVISION, true),
                new ClientMessage.HailReply(
                        1,
                        ClientMessage.Verdict.FOLLOWS,
                        MEMBER,
                        Revision.NONE,
                        new ClientMessage.Listed(REVISION, CONFIGURATION),
                        "why"),
                new ClientMessage.SessionWrites(REVISION, new Message.Writes(1, List.of(write("value")))),
                new ClientMessage.Farewell(REVISION),
                new ClientMessage.Queries(List.of(query)),
                answers("value"),
                new ClientMessage.Order(1, ClientMessage.Act.TRANSFER, "b"),
                new ClientMessage.OrderReply(1, "no", true),
                new ClientMessage.StatusRequest(1),
                new ClientMessage.StatusReply(1, status));
    }

    static ClientMessage.Answers answers(Object value) {
        return new ClientMessage.Answers(Talker.TEXTS, List.of(new Answer.Found(1, REVISION, REVISION, value)));
    }

    /** What was heard, with objects where it has crossed a wire as bytes: see {@link ClientMessage.Answers}. */
    static Message withObjects(Message heard, StoreCodecs codecs) {
        return heard instanceof ClientMessage.Answers answers
                        && answers.answers().get(0) instanceof Answer.Found found
                ? answers(codecs.valueOf(Talker.TEXTS, found.value()))
                : heard;
    }

    private static List<Message> amongNodes() {
        return List.of(
                append(1, "value"),
                new Message.AppendReply(true, 5, REVISION, 6, false),
                new Message.Heartbeat(3, 4),
                new Message.HeartbeatReply(3),
                new Message.Writes(1, List.of(write("value"))),
                new Message.WriteReplies(
                        List.of(new Message.WriteReply(1, Result.APPLIED, REVISION, Revision.NONE)), 2),
                new Message.ReadRequest(8),
                new Message.ReadReply(8, 9),
                new Message.VoteRequest(true, 2, REVISION),
                new Message.VoteReply(true, 2, true),
                new Message.HigherTerm(),
                new Message.StandNow(),
                new Message.Evicted(REVISION),
                new HealMessage.HealOpened(
                        1, REVISION, true, REVISION, CONFIGURATION, List.of(new Incarnation(8, 9)), 1),
                new HealMessage.HealPartRequest(1, 0),
                new HealMessage.HealPart(
                        1,
                        0,
                        List.of(new Entry.StoreCreated(1, 2, 1, Talker.TEXTS)),
                        List.of(new SessionState(new Incarnation(3, 4), Revision.NONE, 1, 2, new long[0]))),
                new HealMessage.HealDigestsRequest(1, 1, 5),
                new HealMessage.HealDigests(
                        1, 1, 5, List.of(new SegmentDigests(new long[Range.SEGMENTS], new long[Range.SEGMENTS]))),
                new HealMessage.HealRequest(
                        1, new Inventory(1, Range.of(3), 4, new int[] {5}, new int[] {6}, new long[] {7})),
                new HealMessage.HealPage(
                        1,
                        new Page(
                                1,
                                Range.of(3),
                                4,
                                List.of(new Page.Bucket(
                                        "key".hashCode(), List.of(new Page.Item(1, 2, "key", "value")))),
                                8)),
                new Message.TransferRequest("b"),
                new Message.ChangeRequest(1, Message.Change.REMOVE, "b"),
                new Message.ChangeReply(1, "no", true),
                new Message.Presence(2, 3, 4, 5, REVISION),
                new Message.PresenceReply(2, 3, "no"),
                new Message.Hello(7),
                new Message.HelloReply(7, Message.Mode.MEMBER, CLUSTER),
                new Message.Propose(7, CLUSTER, CONFIGURATION, 3),
                new Message.ProposeReply(CLUSTER, Message.Answer.IN, true, false, 3),
                new Message.JoinRequest(1, CLUSTER, true, REVISION, false, false),
                new Message.JoinReply(
                        1,
                        CLUSTER,
                        Message.Verdict.WELCOME,
                        REVISION,
                        new Contact("b", "10.0.0.2:7400"),
                        CONFIGURATION,
                        "why"));
    }

    static Message.Append append(long index, String value) {
        return new Message.Append(
                new Revision(1, index - 1),
                List.of(new Entry.Written(
                        1,
                        index,
                        new Incarnation(3, 4),
                        1,
                        index,
                        Result.APPLIED,
                        Revision.NONE,
                        1,
                        "key",
                        "key".hashCode(),
                        value,
                        3 + value.length())),
                0,
                0);
    }

    static Write write(String value) {
        return new Write(
                1,
                Ack.QUORUM_MEMORY,
                Talker.TEXTS,
                Write.Operation.PUT,
                "key",
                "key".hashCode(),
                value,
                Revision.NONE,
                3 + value.length());
    }
}
