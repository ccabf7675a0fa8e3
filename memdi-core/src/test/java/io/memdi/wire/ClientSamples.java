package io.memdi.wire;

import io.memdi.ReadLevel;
import io.memdi.Role;
import io.memdi.Status;
import io.memdi.transport.Answer;
import io.memdi.transport.ClientMessage;
import io.memdi.transport.Message;
import io.memdi.transport.Query;
import io.memdi.transport.Range;
import io.memdi.transport.StoreSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** What clients and nodes say to each other, made of what {@link Samples} are made of. */
final class ClientSamples {
    private final Samples any;

    ClientSamples(Samples any) {
        this.any = any;
    }

    void addTo(Map<Class<? extends Message>, Supplier<Message>> makers) {
        makers.put(ClientMessage.Hail.class, () -> new ClientMessage.Hail(any.number(), any.revision(), any.flip()));
        makers.put(
                ClientMessage.HailReply.class,
                () -> new ClientMessage.HailReply(
                        any.number(),
                        any.oneOf(ClientMessage.Verdict.values()),
                        any.flip() ? null : any.member("l"),
                        any.revision(),
                        any.flip() ? null : new ClientMessage.Listed(any.revision(), any.configuration()),
                        any.text(2000)));
        makers.put(
                ClientMessage.SessionWrites.class, () -> new ClientMessage.SessionWrites(any.revision(), any.writes()));
        makers.put(ClientMessage.Farewell.class, () -> new ClientMessage.Farewell(any.revision()));
        makers.put(ClientMessage.Queries.class, this::queries);
        makers.put(ClientMessage.Answers.class, this::answers);
        makers.put(
                ClientMessage.Order.class,
                () -> new ClientMessage.Order(any.number(), any.oneOf(ClientMessage.Act.values()), any.text(20)));
        makers.put(
                ClientMessage.OrderReply.class,
                () -> new ClientMessage.OrderReply(any.number(), any.text(2000), any.flip(), any.text(40)));
        makers.put(ClientMessage.StatusRequest.class, () -> new ClientMessage.StatusRequest(any.number()));
        makers.put(ClientMessage.StatusReply.class, () -> new ClientMessage.StatusReply(any.number(), status()));
    }

    private ClientMessage.Queries queries() {
        List<Query> queries = new ArrayList<>();
        StoreSpec store = any.spec();
        for (int i = any.below(6); i > 0; i--) {
            store = any.below(3) == 0 ? any.spec() : store;
            queries.add(query(store));
        }
        return new ClientMessage.Queries(queries);
    }

    private Query query(StoreSpec store) {
        ReadLevel level = any.oneOf(ReadLevel.values());
        return switch (any.oneOf(Query.Kind.values())) {
            case GET -> {
                Samples.Keyed key = any.key(store);
                yield Query.get(any.number(), store, level, any.revision(), key.key(), key.hash());
            }
            case SIZE -> Query.size(any.number(), store, level, any.revision());
            case PAGE -> Query.page(any.number(), store, level, any.revision(), place(), 1 + any.below(10_000));
        };
    }

    private long place() {
        return Query.from(any.below(Range.SEGMENTS), any.below(Range.PLACES));
    }

    /** With bytes, as which they are read of whatever store. */
    private ClientMessage.Answers answers() {
        return new ClientMessage.Answers(any.spec(), any.list(5, i -> answer()));
    }

    private Answer answer() {
        return switch (any.below(5)) {
            case 0 -> new Answer.Found(any.number(), any.revision(), any.revision(), encoded(200));
            case 1 -> new Answer.Absent(any.number(), any.revision());
            case 2 -> new Answer.Counted(any.number(), any.revision(), any.number());
            case 3 ->
                new Answer.Listed(
                        any.number(),
                        any.revision(),
                        any.list(5, i -> new Answer.Item(any.revision(), encoded(40), encoded(200))),
                        any.flip() ? -1 : place());
            default ->
                new Answer.Refused(any.number(), any.revision(), any.oneOf(Answer.Cause.values()), any.text(200));
        };
    }

    private Encoded encoded(int max) {
        return new Encoded(any.bytes(max));
    }

    private Status status() {
        return new Status(
                any.name(20),
                any.incarnation(),
                any.flip() ? null : any.cluster(),
                any.oneOf(Role.values()),
                any.term(),
                any.flip() ? null : any.name(20),
                any.revision(),
                any.revision(),
                any.flip() ? null : any.revision(),
                any.flip(),
                any.flip()
                        ? null
                        : new Status.Healing(any.below(1 << 20), any.below(1 << 20), any.number(), any.number()),
                any.text(2000),
                any.list(5, i -> new Status.StoreStatus(any.text(20), any.number(), "0123456789abcdef".repeat(2))));
    }
}
