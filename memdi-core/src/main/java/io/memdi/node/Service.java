package io.memdi.node;

import io.memdi.Incarnation;
import io.memdi.ReadLevel;
import io.memdi.Revision;
import io.memdi.Role;
import io.memdi.Status;
import io.memdi.log.Mistake;
import io.memdi.machine.Effects.Asked;
import io.memdi.machine.Refusal;
import io.memdi.machine.Replica;
import io.memdi.machine.Settings;
import io.memdi.store.Listing;
import io.memdi.store.State.Registration;
import io.memdi.store.Table;
import io.memdi.store.Version;
import io.memdi.transport.Answer;
import io.memdi.transport.ClientMessage;
import io.memdi.transport.ClientMessage.Act;
import io.memdi.transport.ClientMessage.Order;
import io.memdi.transport.ClientMessage.OrderReply;
import io.memdi.transport.ClientMessage.Queries;
import io.memdi.transport.ClientMessage.StatusReply;
import io.memdi.transport.ClientMessage.StatusRequest;
import io.memdi.transport.Contact;
import io.memdi.transport.Envelope;
import io.memdi.transport.Member;
import io.memdi.transport.Query;
import io.memdi.transport.StoreSpec;
import io.memdi.transport.Transport;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a node does for clients beside its machines: it answers what they ask of its stores, once it is far enough, and how it is. Loop
 * only.
 *
 * <p>What cannot be answered in time is dropped, and so is what is too much: a client asks again, perhaps another node.
 */
final class Service {
    private final Replica replica;
    private final Reads reads;
    private final Supplier<Status> status;
    private final Errands errands;
    private final Settings settings;
    private final int capacity;
    private final int pageBytes;
    private final long patienceNanos;

    private final List<Group> answered = new ArrayList<>();
    private final List<Outgoing> outgoing = new ArrayList<>();

    /** Queries that wait. */
    private int waiting;

    private record Outgoing(Member client, ClientMessage message) {}

    /** The queries of one message about one store, whose answers go back together as far as they are there at the end of a turn. */
    private static final class Group {
        final Member client;
        final StoreSpec store;
        List<Answer> answers = new ArrayList<>();

        Group(Member client, StoreSpec store) {
            this.client = client;
            this.store = store;
        }
    }

    Service(Replica replica, Reads reads, NodeSettings settings, Supplier<Status> status, Errands errands) {
        this.errands = errands;
        this.replica = replica;
        this.reads = reads;
        this.status = status;
        this.settings = settings.machine();
        this.capacity = settings.limits().queueCapacity();
        this.pageBytes = settings.machine().batchBytes();
        this.patienceNanos = 2 * settings.machine().electionMaxNanos();
    }

    /** Within a turn: what has arrived in it. */
    void take(List<Asked> asked, long now) {
        for (int i = 0; i < asked.size(); i++) {
            Member client = asked.get(i).client();
            ClientMessage message = asked.get(i).message();
            if (message instanceof Queries queries) {
                take(client, queries.queries(), now);
            } else if (message instanceof StatusRequest request) {
                outgoing.add(new Outgoing(client, new StatusReply(request.number(), status.get())));
            } else if (message instanceof Order order && (order.act() == Act.BACKUP || order.act() == Act.RESTORE)) {
                OrderReply reply = errands.take(client, order);
                if (reply != null) {
                    outgoing.add(new Outgoing(client, reply));
                }
            } else if (message instanceof Order order) {
                Refusal refusal = order.act() == Act.RECOVER ? replica.recover() : replica.foundAlone();
                outgoing.add(new Outgoing(
                        client,
                        new OrderReply(
                                order.number(),
                                refusal == null ? "" : refusal.reason(),
                                refusal != null && refusal.later())));
            }
        }
    }

    private void take(Member client, List<Query> queries, long now) {
        Group group = null;
        for (int i = 0; i < queries.size() && waiting < capacity; i++) {
            Query query = queries.get(i);
            if (group == null || !group.store.equals(query.store())) {
                group = new Group(client, query.store());
            }
            waiting++;
            reads.add(new ClientRead(query, group, now + patienceNanos));
        }
    }

    private ReadLevel level(Query query) {
        boolean hasty = settings.plants(Mistake.CLIENT_READS_WITHOUT_INDEX);
        return hasty && query.level() == ReadLevel.LINEARIZABLE ? ReadLevel.COMMITTED : query.level();
    }

    /** A query that waits until this node is far enough for it. */
    private final class ClientRead extends PendingRead<Answer> {
        private final Group group;

        ClientRead(Query query, Group group, long deadline) {
            super(
                    new Wish(query.store().name(), level(query), query.minimum()),
                    replica.positions(),
                    () -> answer(query),
                    deadline,
                    null);
            this.group = group;
        }

        @Override
        void end(@Nullable Object result, Completions completions) {
            waiting--;
            if (result instanceof Answer answer) {
                if (group.answers.isEmpty()) {
                    answered.add(group);
                }
                group.answers.add(answer);
            }
        }
    }

    private Answer answer(Query query) {
        boolean latest = query.level() == ReadLevel.LOCAL || query.level() == ReadLevel.SESSION;
        Revision held = latest ? shown() : replica.positions().committed();
        Registration store = replica.state().registration(query.store().name());
        if (store != null && !store.spec().equals(query.store())) {
            return new Answer.Refused(
                    query.number(),
                    held,
                    Answer.Cause.WRONG_CODEC,
                    "store \"" + store.spec().name() + "\" exists in this cluster with codec \""
                            + store.spec().keyCodec() + "\" for keys and \""
                            + store.spec().valueCodec()
                            + "\" for values. Open it with those");
        }
        try {
            return switch (query.kind()) {
                case GET -> get(query, held, store, latest);
                case SIZE ->
                    new Answer.Counted(
                            query.number(),
                            held,
                            store == null
                                    ? 0
                                    : latest
                                            ? store.table().size()
                                            : store.table().committedSize());
                case PAGE -> page(query, held, store, latest);
            };
        } catch (Exception | StackOverflowError | AssertionError | LinkageError e) {
            return new Answer.Refused(
                    query.number(), held, Answer.Cause.KEY_FAILED, "a key cannot be compared on the node: " + e);
        }
    }

    /**
     * What the newest values here stand for. A new leader shows what it has inherited before it may claim to hold it; but who has seen that
     * must not be shown less by another node.
     */
    private Revision shown() {
        return replica.role() == Role.LEADER
                ? replica.last()
                : replica.positions().held();
    }

    private Answer get(Query query, Revision held, @Nullable Registration store, boolean latest) {
        Version found = null;
        if (store != null) {
            Table table = store.table();
            Object key = table.own(Objects.requireNonNull(query.key()), query.hash());
            found = latest ? table.latest(key, query.hash()) : table.committed(key, query.hash());
        }
        Object value = found == null ? null : found.value();
        return found == null || value == null
                ? new Answer.Absent(query.number(), held)
                : new Answer.Found(query.number(), held, found.revision(), value);
    }

    private Answer page(Query query, Revision held, @Nullable Registration store, boolean latest) {
        if (store == null) {
            return new Answer.Listed(query.number(), held, List.of(), -1);
        }
        int most = Math.max(
                1, Math.min(query.limit(), pageBytes / store.table().sizes().bytes()));
        Listing listing = Listing.of(store.table(), query.from(), most, latest);
        List<Answer.Item> items = new ArrayList<>(listing.versions().size());
        for (Version version : listing.versions()) {
            items.add(new Answer.Item(version.revision(), version.key(), Objects.requireNonNull(version.value())));
        }
        return new Answer.Listed(query.number(), held, items, listing.next());
    }

    /** How many queries wait: those do not count as operations of this node's own callers. */
    int waiting() {
        return waiting;
    }

    /** At the end of a turn: sends what there is to say. */
    void flush(Transport transport) {
        for (Group group : answered) {
            outgoing.add(new Outgoing(group.client, new ClientMessage.Answers(group.store, group.answers)));
            group.answers = new ArrayList<>();
        }
        answered.clear();
        for (Outgoing each : outgoing) {
            Member client = each.client();
            Incarnation target = client.incarnation();
            transport.send(
                    new Contact(client.name(), client.address()),
                    new Envelope(0, replica.cluster(), replica.self(), target, replica.term(), each.message()));
        }
        outgoing.clear();
    }
}
