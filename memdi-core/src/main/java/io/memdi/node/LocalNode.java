package io.memdi.node;

import io.memdi.Cluster;
import io.memdi.Codec;
import io.memdi.MemdiException;
import io.memdi.MemdiNode;
import io.memdi.NodeClosedException;
import io.memdi.NotReadyException;
import io.memdi.Revision;
import io.memdi.Role;
import io.memdi.Status;
import io.memdi.StorageException;
import io.memdi.Store;
import io.memdi.StoreOptions;
import io.memdi.machine.HealProgress;
import io.memdi.machine.Replica;
import io.memdi.storage.Recovered;
import io.memdi.transport.Contact;
import io.memdi.transport.EventLoop;
import io.memdi.transport.StoreSpec;
import io.memdi.transport.Transport;
import io.memdi.transport.TransportFactory;
import io.memdi.wire.EncodingTransport;
import io.memdi.wire.StoreCodecs;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node: its machines, its loop and its transport, put together. Callers enter here on their own threads; what concerns the
 * machines they ask of the loop.
 */
public final class LocalNode implements MemdiNode {
    private static final Logger log = LoggerFactory.getLogger(LocalNode.class);
    private static final int MAX_STORE_NAME = 255;

    private final NodeSettings settings;
    private final Transport transport;
    private final EventLoop loop;
    private final Replica replica;
    private final OnTheWire wire;
    private final @Nullable Keeper keeper;
    private final NodeLoop turns;
    private final Asker asker;
    private final Cluster cluster;
    private final Object ending = new Object();

    /** What the node was in its last turn, once that is over. */
    private volatile @Nullable Status last;

    private LocalNode(
            NodeSettings settings, Contact self, Transport transport, StoreCodecs codecs, @Nullable Keeper keeper) {
        this.settings = settings;
        this.transport = transport;
        this.loop = transport.eventLoop();
        this.keeper = keeper;
        Recovered recovered = keeper == null ? null : keeper.recover(settings, self, loop.random());
        this.replica = new Replica(
                settings.machine(),
                self,
                settings.start(),
                loop.random(),
                recovered,
                keeper == null ? null : keeper.images());
        this.wire = new OnTheWire(
                codecs,
                settings.maxFrameBytes(),
                settings.machine().clients().sessions(),
                replica.self().incarnation(),
                keeper != null);
        this.turns = new NodeLoop(
                settings,
                replica,
                transport,
                wire,
                keeper,
                () -> statusNow(replica.role(), replica.waitingFor()),
                this::stop);
        this.asker = new Asker(loop, turns.commands());
        this.cluster = new LocalCluster(this);
        turns.errands().attach(this);
    }

    /**
     * Starts a node.
     *
     * @param settings without a problem, by {@link SettingsCheck}
     * @param factory opens its transport
     * @return the running node
     * @throws IllegalArgumentException if the list names another address than the transport's own
     */
    public static LocalNode start(NodeSettings settings, TransportFactory factory) {
        return start(settings, factory, Journals.of(settings));
    }

    /**
     * Starts a node with a journal, which it closes in the end.
     *
     * @param settings without a problem, by {@link SettingsCheck}
     * @param factory opens its transport
     * @param journals where it keeps what has to outlive it; null for a node on memory
     * @return the running node
     * @throws IllegalArgumentException if the list names another address than the transport's own
     * @throws StorageException if what the journal has cannot be trusted
     */
    public static LocalNode start(NodeSettings settings, TransportFactory factory, @Nullable Journals journals) {
        if (journals == null && settings.start().founders().size() == 2) {
            log.warn(
                    "{}: two voters on memory survive no crash of either: the other one is no majority, and a node that lost its"
                            + " memory is a stranger. Use three, to survive one",
                    settings.name());
        }
        Transport transport = factory.open(settings.name());
        Keeper keeper = null;
        try {
            Journals.requireBytes(settings, transport);
            Contact self = settings.self(transport.address());
            StoreCodecs codecs = new StoreCodecs();
            keeper = journals == null ? null : new Keeper(journals, codecs);
            LocalNode node = new LocalNode(settings, self, transport, codecs, keeper);
            if (transport instanceof EncodingTransport encoding) {
                encoding.attach(node.wire);
            }
            transport.start(settings.name(), node.turns.inbox());
            if (keeper != null) {
                keeper.start(settings.name(), node.replica, node.loop);
            }
            node.loop.start(node.turns);
            return node;
        } catch (RuntimeException | Error e) {
            if (keeper != null) {
                keeper.close();
            }
            transport.eventLoop().close();
            transport.close();
            throw e;
        }
    }

    @Override
    public String name() {
        return settings.name();
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
        if (options.ack() != null && options.ack().needsDisk() && keeper == null) {
            throw StoreCore.noStorage(options.ack());
        }
        CodecGuard.checkKeyCodec(keys);
        String what = "opening of store \"" + name + '"';
        asker.checkOpen(what);
        StoreSpec spec = new StoreSpec(name, CodecGuard.nameOf(keys), CodecGuard.nameOf(values));
        OpenStores.Opened opened =
                asker.ask(what, () -> turns.stores().open(spec, keys, values), Asker.noTurn(what), timeoutNanos());
        CodecGuard<K, V> guard = new CodecGuard<>(keys, values, settings.limits());
        StoreCore<K, V> core = new StoreCore<>(this, opened, guard, options);
        return new LocalStore<>(core);
    }

    // --- what the node is ---

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
                    () -> statusNow(replica.role(), replica.waitingFor()),
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
        List<Status.StoreStatus> stores = replica.state().tables().stream()
                .map(table -> new Status.StoreStatus(table.name(), table.committedSize(), table.digest()))
                .toList();
        HealProgress progress = replica.healing();
        return new Status(
                settings.name(),
                replica.self().incarnation(),
                replica.cluster(),
                role,
                replica.term(),
                turns.view().leader(),
                replica.last(),
                replica.positions().committed(),
                replica.disk() == null ? null : replica.disk().syncedPosition(),
                replica.isOpen(),
                progress == null
                        ? null
                        : new Status.Healing(progress.done(), progress.segments(), progress.keys(), progress.bytes()),
                waitingFor,
                stores);
    }

    @Override
    public MemdiNode awaitReady(Duration timeout) {
        Objects.requireNonNull(timeout, "timeout");
        asker.checkOpen("awaitReady");
        asker.ask(
                "awaitReady",
                () -> replica.isReady() ? true : null,
                waitingFor -> new NotReadyException("node \"" + settings.name() + "\" is not ready after "
                        + Span.of(timeout) + ", and goes on trying. It waits for: " + waitingFor),
                Math.max(0, NodeSettings.nanos(timeout)));
        return this;
    }

    /** Whether this node keeps its data on a disk. */
    boolean isDurable() {
        return keeper != null;
    }

    Asker asker() {
        return asker;
    }

    // --- the end ---

    @Override
    public synchronized void close() {
        turns.commands().close("this node was closed");
        if (last == null) {
            handOver();
        }
        loop.close();
        end(turns.commands().refusal());
    }

    /** Lets another voter lead before this node goes, if it leads; waits for that no longer than an election would take. */
    private void handOver() {
        if (!settings.name().equals(turns.view().leader())) {
            return;
        }
        boolean[] asked = new boolean[1];
        try {
            asker.ask(
                    "handover",
                    () -> {
                        List<String> successors = turns.successors();
                        if (replica.role() != Role.LEADER || successors.isEmpty()) {
                            return true;
                        }
                        if (!asked[0]) {
                            boolean allAreUp =
                                    successors.size() == turns.view().members().size() - 1;
                            asked[0] = replica.transfer(allAreUp ? null : successors.get(0));
                        }
                        return null;
                    },
                    Asker.noTurn("handover"),
                    settings.machine().electionMaxNanos());
        } catch (MemdiException e) {
            log.info(
                    "{}: closes without a handover; the others elect a leader by themselves: {}",
                    name(),
                    e.getMessage());
        }
    }

    /** Within the last turn: the machines want to stop, or have failed. Or from outside: the transport has ended. */
    private void stop(String reason) {
        turns.commands().close(reason);
        loop.close();
        end(reason);
    }

    /** The loop runs no turn any more: whoever calls this has the machines for himself. */
    private void end(@Nullable String refusal) {
        // Not the monitor: who closes the node holds that while it waits for the last turn, or for a handover.
        synchronized (ending) {
            if (last == null) {
                endOnce(refusal);
            }
        }
    }

    private void endOnce(@Nullable String refusal) {
        String reason = refusal == null ? "this node was closed" : refusal;
        try {
            last = lastStatus(reason);
            // Above every position, so that no session read goes ahead on the caller's thread from here on.
            replica.positions().acknowledge(new Revision(Long.MAX_VALUE, Long.MAX_VALUE));
        } finally {
            try (keeper; // the last
                    transport) {
                turns.close(reason);
            }
        }
    }

    private Status lastStatus(String reason) {
        try {
            return statusNow(Role.STOPPED, reason);
        } catch (Throwable e) {
            // After a turn that failed, the machines may be in any state.
            log.error("{}: what it held at the end cannot be told", name(), e);
            return new Status(
                    name(),
                    replica.self().incarnation(),
                    null,
                    Role.STOPPED,
                    0,
                    null,
                    Revision.NONE,
                    Revision.NONE,
                    null,
                    false,
                    null,
                    reason,
                    List.of());
        }
    }

    // --- for the rooms of this package, and for the simulator's judge ---

    /** The machines: to be touched on the loop only, or in virtual time. */
    public Replica replica() {
        return replica;
    }

    /** What a turn has thrown, so that the node has stopped; null if none has. */
    public @Nullable Throwable failure() {
        return turns.failure();
    }

    NodeSettings settings() {
        return settings;
    }

    EventLoop loop() {
        return loop;
    }

    CommandQueue commands() {
        return turns.commands();
    }

    View view() {
        return turns.view();
    }

    Backups backups() {
        return turns.backups();
    }

    /** Whether what comes from elsewhere may lie in its stores as bytes until they are opened. */
    boolean takesBytes() {
        return transport instanceof EncodingTransport;
    }

    Changes changes() {
        return turns.changes();
    }

    long timeoutNanos() {
        return NodeSettings.nanos(settings.calls().timeout());
    }

    @Override
    public String toString() {
        return "MemdiNode[" + name() + "]";
    }
}
