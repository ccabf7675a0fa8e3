package io.memdi.node;

import io.memdi.Cluster;
import io.memdi.Codec;
import io.memdi.Incarnation;
import io.memdi.MemdiClient;
import io.memdi.NodeClosedException;
import io.memdi.NotReadyException;
import io.memdi.Revision;
import io.memdi.Role;
import io.memdi.Status;
import io.memdi.Store;
import io.memdi.StoreOptions;
import io.memdi.TimedOutException;
import io.memdi.client.ClientMachine;
import io.memdi.client.ClientTimes;
import io.memdi.transport.Configuration;
import io.memdi.transport.Contact;
import io.memdi.transport.EventLoop;
import io.memdi.transport.Member;
import io.memdi.transport.StoreSpec;
import io.memdi.transport.Transport;
import io.memdi.transport.TransportFactory;
import io.memdi.wire.EncodingTransport;
import io.memdi.wire.StoreCodecs;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A client: its machine, its loop and its transport, put together. Callers enter here on their own threads. */
public final class RemoteClient implements MemdiClient {
    /** Letters of a client's name, before what makes it unique. */
    public static final int MAX_NAME = 40;

    private static final int MAX_STORE_NAME = 255;

    private final NodeSettings settings;
    private final String name;
    private final Transport transport;
    private final EventLoop loop;
    private final ClientMachine machine;
    private final OnTheWire wire;
    private final ClientLoop turns;
    private final Asker asker;
    private final Cluster cluster;

    /** The stores that were opened, by name: with what codecs. */
    private final Map<String, StoreSpec> opened = new HashMap<>();

    private volatile @Nullable Status last;

    private RemoteClient(NodeSettings settings, String name, Transport transport) {
        this.settings = settings;
        this.name = name;
        this.transport = transport;
        this.loop = transport.eventLoop();
        Member self = new Member(
                name, new Incarnation(loop.random().nextLong(), loop.random().nextLong()), transport.address());
        this.machine = new ClientMachine(
                ClientTimes.DEFAULT,
                self,
                settings.start().contacts(),
                loop.random(),
                settings.machine().planted());
        this.wire = new OnTheWire(settings.maxFrameBytes(), self.incarnation());
        this.turns = new ClientLoop(settings, name, machine, transport, wire, this::stop);
        this.asker = new Asker(loop, turns.commands());
        this.cluster = new RemoteCluster(this);
    }

    /**
     * Connects a client.
     *
     * @param settings without a problem, by {@link SettingsCheck#problemsOfClient}
     * @param factory opens its transport
     * @return the running client
     */
    public static RemoteClient connect(NodeSettings settings, TransportFactory factory) {
        String name = factory.uniqueName(settings.name());
        Transport transport = factory.open(name);
        try {
            RemoteClient client = new RemoteClient(settings, name, transport);
            if (transport instanceof EncodingTransport encoding) {
                encoding.attach(client.wire);
            }
            transport.start(name, client.turns.inbox());
            client.loop.start(client.turns);
            return client;
        } catch (RuntimeException | Error e) {
            transport.eventLoop().close();
            transport.close();
            throw e;
        }
    }

    // --- stores ---

    @Override
    public <K, V> Store<K, V> store(String name, Codec<K> keys, Codec<V> values, StoreOptions options) {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(keys, "keys");
        Objects.requireNonNull(values, "values");
        Objects.requireNonNull(options, "options");
        if (name.isEmpty() || name.length() > MAX_STORE_NAME) {
            throw new IllegalArgumentException(
                    "a store's name has 1 to " + MAX_STORE_NAME + " characters, not " + name.length());
        }
        if (options.ack() != null && options.ack().needsDisk() && !mayHaveDisk()) {
            throw StoreAccess.noStorage(options.ack());
        }
        CodecGuard.checkKeyCodec(keys);
        asker.checkOpen("opening of store \"" + name + '"');
        StoreSpec spec = new StoreSpec(name, CodecGuard.nameOf(keys), CodecGuard.nameOf(values));
        synchronized (opened) {
            StoreSpec before = opened.putIfAbsent(name, spec);
            if (before != null && !before.equals(spec)) {
                throw OpenStores.wrongCodec(spec, before, "is open in this client");
            }
            wire.codecs().open(spec, keys, values);
        }
        return new LocalStore<>(
                new RemoteStore<>(this, spec, new CodecGuard<>(keys, values, settings.limits()), options));
    }

    // --- what there is to know ---

    @Override
    public Cluster cluster() {
        return cluster;
    }

    @Override
    public Status status() {
        Status stopped = last;
        if (stopped != null) {
            return stopped;
        }
        try {
            return asker.ask(
                    "status",
                    () -> statusNow(Role.CLIENT, machine.waitingFor()),
                    Asker.noTurn("status"),
                    timeoutNanos());
        } catch (NodeClosedException e) {
            Status atTheEnd = last;
            if (atTheEnd == null) {
                throw e;
            }
            return atTheEnd;
        }
    }

    private Status statusNow(Role role, String waitingFor) {
        Member leader = machine.leader();
        return new Status(
                name,
                machine.incarnation(),
                machine.cluster(),
                role,
                machine.term(),
                leader == null ? null : leader.name(),
                turns.inquiries().seen(),
                Revision.NONE,
                null,
                leader != null,
                null,
                waitingFor,
                List.of());
    }

    @Override
    public Status status(String member) {
        Objects.requireNonNull(member, "member");
        Inspection inspection = new Inspection(member);
        return asker.ask("status of \"" + member + '"', inspection::attempt, inspection::late, timeoutNanos());
    }

    /**
     * Asks a member how it is. Whoever lives at its address is asked: a node that was started again is no member at first, and then one
     * beside its predecessor. Or whoever lives at an address that this client was given. On the loop, but for {@link #late}.
     */
    private final class Inspection {
        private final String member;
        private final List<Contact> given;
        private final StatusAsks asks = new StatusAsks(RemoteClient.this);

        Inspection(String member) {
            this.member = member;
            this.given = settings.start().contacts().stream()
                    .filter(contact -> contact.address().equals(member))
                    .toList();
        }

        private @Nullable Status attempt() {
            Configuration configuration = machine.configuration();
            List<Contact> contacts = configuration == null
                    ? List.of()
                    : configuration.members().stream()
                            .filter(each -> each.name().equals(member))
                            .map(Member::address)
                            .distinct()
                            .map(address -> new Contact(member, address))
                            .toList();
            if (!contacts.isEmpty()) {
                Status status = asks.ask(contacts);
                return status != null && status.name().equals(member) ? status : null;
            }
            if (!given.isEmpty()) {
                return asks.ask(given);
            }
            if (configuration == null) {
                return null;
            }
            throw new IllegalArgumentException("no member is called \"" + member + "\"; the members are "
                    + configuration.members().stream()
                            .map(Member::name)
                            .sorted()
                            .toList());
        }

        private RuntimeException late(String waitingFor) {
            String what = "status of \"" + member + "\" was not told in time: ";
            return given.isEmpty() && view().members().isEmpty()
                    ? new NotReadyException(what + waitingFor)
                    : new TimedOutException(what + "the node is down, or cannot be reached from here");
        }
    }

    @Override
    public MemdiClient awaitReady(Duration timeout) {
        Objects.requireNonNull(timeout, "timeout");
        asker.checkOpen("awaitReady");
        asker.ask(
                "awaitReady",
                () -> (machine.leader() != null && machine.configuration() != null) ? true : null,
                waitingFor -> new NotReadyException("client \"" + name + "\" is not ready after " + Span.of(timeout)
                        + ", and goes on trying. It waits for: " + waitingFor),
                Math.max(0, NodeSettings.nanos(timeout)));
        return this;
    }

    Asker asker() {
        return asker;
    }

    // --- the end ---

    @Override
    public void close() {
        turns.commands().close("this client was closed");
        loop.close();
        end("this client was closed", true);
    }

    /** Within the last turn, which has failed; or from outside: the transport has ended. */
    private void stop(String reason) {
        turns.commands().close(reason);
        loop.close();
        end(reason, false);
    }

    /** The loop runs no turn any more: whoever calls this has the machine for himself. */
    private synchronized void end(String reason, boolean farewell) {
        if (last != null) {
            return;
        }
        last = statusNow(Role.STOPPED, reason);
        try {
            if (farewell) {
                turns.leave();
            }
            turns.close(reason);
        } finally {
            transport.close();
        }
    }

    // --- for the rooms of this package ---

    ClientMachine machine() {
        return machine;
    }

    ClientLoop turns() {
        return turns;
    }

    NodeSettings settings() {
        return settings;
    }

    /** Whether the cluster keeps its data on disks, as far as is known: writes that need that wait until it is. */
    boolean mayHaveDisk() {
        return !turns.isOnMemory();
    }

    EventLoop loop() {
        return loop;
    }

    CommandQueue commands() {
        return turns.commands();
    }

    StoreCodecs codecs() {
        return wire.codecs();
    }

    View view() {
        return turns.view();
    }

    long timeoutNanos() {
        return NodeSettings.nanos(settings.calls().timeout());
    }

    @Override
    public String toString() {
        return "MemdiClient[" + name + "]";
    }
}
