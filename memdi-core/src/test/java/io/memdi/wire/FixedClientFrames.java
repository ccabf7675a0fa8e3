package io.memdi.wire;

import io.memdi.ReadLevel;
import io.memdi.Revision;
import io.memdi.Role;
import io.memdi.Status;
import io.memdi.transport.Answer;
import io.memdi.transport.ClientMessage;
import io.memdi.transport.Configuration;
import io.memdi.transport.Envelope;
import io.memdi.transport.Query;
import java.util.List;

/** The part of {@link FixedFrames} that clients and nodes say to each other. */
final class FixedClientFrames {
    private FixedClientFrames() {}

    static List<Envelope> envelopes(Configuration configuration) {
        return List.of(
                FixedFrames.toName(new ClientMessage.Hail(3, FixedFrames.SEVEN, true)),
                FixedFrames.to(
                        FixedFrames.B,
                        new ClientMessage.HailReply(
                                3,
                                ClientMessage.Verdict.FULL,
                                FixedFrames.SENDER,
                                FixedFrames.SEVEN,
                                new ClientMessage.Listed(FixedFrames.SEVEN, configuration),
                                "no room")),
                FixedFrames.to(FixedFrames.B, new ClientMessage.SessionWrites(FixedFrames.SEVEN, FixedFrames.writes())),
                FixedFrames.to(FixedFrames.B, new ClientMessage.Farewell(FixedFrames.SEVEN)),
                FixedFrames.to(FixedFrames.B, queries()),
                FixedFrames.to(FixedFrames.B, answers()),
                FixedFrames.to(FixedFrames.B, new ClientMessage.Order(6, ClientMessage.Act.FOUND_ALONE, "b")),
                FixedFrames.to(FixedFrames.B, new ClientMessage.OrderReply(6, "b is no member", true, "3.17")),
                FixedFrames.to(FixedFrames.B, new ClientMessage.StatusRequest(300)),
                FixedFrames.to(
                        FixedFrames.B,
                        new ClientMessage.StatusReply(
                                300,
                                new Status(
                                        "a",
                                        FixedFrames.A,
                                        FixedFrames.CLUSTER,
                                        Role.FOLLOWER,
                                        5,
                                        "b",
                                        new Revision(5, 300),
                                        FixedFrames.SEVEN,
                                        null,
                                        true,
                                        new Status.Healing(1, 2, 3, 400),
                                        "heals",
                                        List.of(new Status.StoreStatus("texts", 7, "0f".repeat(16)))))));
    }

    private static ClientMessage.Queries queries() {
        return new ClientMessage.Queries(List.of(
                Query.get(7, Samples.TEXTS, ReadLevel.LINEARIZABLE, Revision.NONE, "k", "k".hashCode()),
                Query.size(8, Samples.TEXTS, ReadLevel.LOCAL, FixedFrames.SEVEN),
                Query.page(20, Samples.CLOSED, ReadLevel.COMMITTED, FixedFrames.SEVEN, Query.from(1023, 300), 128),
                Query.get(
                        21,
                        Samples.CLOSED,
                        ReadLevel.SESSION,
                        FixedFrames.SEVEN,
                        FixedFrames.closed(1, 2, 3),
                        0x01020304)));
    }

    private static ClientMessage.Answers answers() {
        return new ClientMessage.Answers(
                Samples.TEXTS,
                List.of(
                        new Answer.Found(7, FixedFrames.SEVEN, FixedFrames.SEVEN, FixedFrames.closed(1, 2)),
                        new Answer.Absent(8, FixedFrames.SEVEN),
                        new Answer.Counted(20, FixedFrames.SEVEN, 300),
                        new Answer.Listed(
                                21,
                                FixedFrames.SEVEN,
                                List.of(
                                        new Answer.Item(
                                                FixedFrames.SEVEN, FixedFrames.closed('k'), FixedFrames.closed(1, 2)),
                                        new Answer.Item(FixedFrames.SEVEN, Encoded.NOTHING, Encoded.NOTHING)),
                                Query.from(2, 300)),
                        new Answer.Listed(22, FixedFrames.SEVEN, List.of(), -1),
                        new Answer.Refused(23, FixedFrames.SEVEN, Answer.Cause.KEY_FAILED, "no such order")));
    }
}
