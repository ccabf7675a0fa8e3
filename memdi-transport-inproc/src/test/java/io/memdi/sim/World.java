package io.memdi.sim;

import io.memdi.ClusterId;
import io.memdi.Codec;
import io.memdi.Incarnation;
import io.memdi.MemdiException;
import io.memdi.Role;
import io.memdi.StorageException;
import io.memdi.Store;
import io.memdi.log.Mistake;
import io.memdi.machine.Start;
import io.memdi.node.LocalNode;
import io.memdi.node.NodeSettings;
import io.memdi.storage.SimDisk;
import io.memdi.transport.Configuration;
import io.memdi.transport.Contact;
import io.memdi.transport.Entry;
import io.memdi.transport.Message.Mode;
import io.memdi.transport.StoreSpec;
import io.memdi.transport.TransportFactory;
import io.memdi.transport.inproc.SimEvent;
import io.memdi.transport.inproc.SimNetwork;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One simulated cluster: its network, its nodes, and the checkers that look at them after every event.
 *
 * <p>What happens within a turn is written down as it happens and checked when the turn has ended: a check that threw inside a turn
 * would look like a failure of the node.
 */
final class World {
    /** The name of the only store. */
    static final String STORE = "s";

    final Plan plan;
    final SimNetwork network;
    final StateChecker checker;
    final History history = new History();
    final Clients clients;

    private final Map<String, LocalNode> nodes = new LinkedHashMap<>();
    private final Map<String, Store<String, String>> stores = new LinkedHashMap<>();

    /** The directories of durable nodes. */
    final Disks disks;

    private final Map<String, Integer> lives = new LinkedHashMap<>();
    private final Set<String> closing = new LinkedHashSet<>();
    private final List<SimEvent> events = new ArrayList<>();
    private final Map<String, Predicate<SimEvent>> traps = new LinkedHashMap<>();
    private @Nullable Throwable failure;
    private long eventCount;
    private int twins;

    /** Names that were started twice: one of each may be told that its name is in use. */
    private final Set<String> doubled = new HashSet<>();

    private boolean retired;
    private boolean waits;

    /** Until when a callback of a node has last held up those after it. */
    private final Map<String, Long> callbacksHeld = new HashMap<>();

    World(Plan plan) {
        this.plan = plan;
        network = SimNetwork.create(plan.seed);
        disks = new Disks(this);
        clients = new Clients(this);
        checker = new StateChecker(plan.limits(), () -> network.now().toNanos());
        network.onEvent(this::note);
        network.afterEach(this::look);
    }

    private void note(SimEvent event) {
        switch (event.kind()) {
            case SENT -> {
                events.add(event);
                Predicate<SimEvent> trap = traps.get(event.from());
                if (trap != null && trap.test(event)) {
                    traps.remove(event.from());
                    closing.add(event.from());
                    network.crash(event.from());
                }
            }
            case DELIVERED, TURN, CRASHED, CLOSED -> events.add(event);
            default -> {}
        }
    }

    /** After each event. */
    private void look() {
        eventCount++;
        String turned = null;
        for (int i = 0; i < events.size(); i++) {
            SimEvent event = events.get(i);
            switch (event.kind()) {
                case SENT -> checker.sent(event.from(), event.envelope());
                case DELIVERED -> checker.delivered(event.to(), event.envelope());
                case TURN -> turned = event.from();
                default -> {}
            }
        }
        if (turned != null) {
            checker.turned(turned);
            View view = checker.view(turned);
            LocalNode node = nodes.get(turned);
            if (view != null && node != null) {
                view.wasReady |= node.replica().isReady();
            }
        }
        for (int i = 0; i < events.size(); i++) {
            SimEvent event = events.get(i);
            if (event.kind() == SimEvent.Kind.CRASHED || event.kind() == SimEvent.Kind.CLOSED) {
                gone(event.from());
            }
        }
        events.clear();
        if (failure instanceof Error error) {
            throw error;
        } else if (failure instanceof RuntimeException exception) {
            throw exception;
        }
    }

    /** Runs a check in a callback, where a future would swallow what it throws. */
    void guard(Runnable check) {
        try {
            check.run();
        } catch (RuntimeException | AssertionError e) {
            failure = failure == null ? e : failure;
        }
    }

    /** Whoever is about to let the world go on within a call asks first: one within the other would nest without end. */
    boolean enterWait() {
        if (waits) {
            return false;
        }
        waits = true;
        return true;
    }

    void leaveWait() {
        waits = false;
    }

    /** A callback of that node has just let time pass, and whatever was to follow it had to wait. */
    void heldCallbacks(String node) {
        callbacksHeld.put(node, now());
    }

    /** Whether the moment at which a call ended tells when its node answered. */
    boolean wasToldAtOnce(Operation operation) {
        return callbacksHeld.getOrDefault(operation.node, -1L) < operation.invokedNanos;
    }

    /** A caller has learnt that its write was applied; checked at once, since every turn up to now has been looked at. */
    void acknowledged(Operation operation) {
        Operation.Sight sight = operation.after;
        if (sight != null && sight.cluster() != null) {
            checker.answers().acknowledged(operation, sight.cluster());
        }
    }

    private void gone(String name) {
        LocalNode node = nodes.remove(name);
        stores.remove(name);
        traps.remove(name);
        boolean diskFailed = node != null && disks.gone(node);
        checker.ended(name);
        boolean expected = closing.remove(name);
        if (node != null && !expected) {
            requirePlainRefusal(node, diskFailed);
        }
        Violation.unless(!clients.gone(name) || expected, "clients do not fail", "%s has stopped", name);
    }

    /** A node that stops by itself does so because it was refused, and says so. */
    private void requirePlainRefusal(LocalNode node, boolean diskFailed) {
        String reason = node.status().waitingFor();
        Violation.unless(
                (diskFailed && reason.contains(SimJournal.FAILED))
                        || disks.explains(node.name(), reason)
                        || reason.contains("does not belong to its cluster any more")
                        || (reason.contains("is in use") && doubled.contains(node.name())),
                "nodes do not fail",
                "%s stopped: %s",
                node.name(),
                reason);
    }

    // --- nodes ---

    void start(String name) {
        start(settings(name), network);
    }

    /** Once the operator has retired the list, nobody is started with it any more. */
    private NodeSettings settings(String name) {
        if (!retired || !plan.names.contains(name)) {
            return plan.node(name);
        }
        List<String> others = new ArrayList<>(plan.names);
        others.addAll(plan.guests);
        others.remove(name);
        return plan.node(name, joining(others));
    }

    private static Start joining(List<String> contacts) {
        return Start.joining(
                contacts.stream().map(each -> new Contact(each, each)).toList(), true);
    }

    /** The operator is about to retire the list. */
    void retireList() {
        retired = true;
    }

    /** Starts a name that is running: that node goes on, but nothing reaches it any more. */
    void startTwin(String name) {
        checker.superseded(name);
        traps.remove(name);
        twins++;
        disks.wipe(name);
        doubled.add(name);
        start(settings(name), network::openInstead);
    }

    /** Starts a name without a list, to join those. */
    void join(String name, List<String> contacts) {
        start(plan.node(name, joining(contacts)), network);
    }

    private void start(NodeSettings settings, TransportFactory transports) {
        String name = settings.name();
        OverTheWire wire = plan.overTheWire ? new OverTheWire(transports, STORE, Plan.allValues()) : null;
        Disks.Opening opening = plan.durable ? disks.new Opening(name) : null;
        LocalNode node;
        int noted = events.size();
        try {
            node = LocalNode.start(settings, wire == null ? transports : wire, opening);
        } catch (SimDisk.Crash | StorageException e) {
            // What was closed never was a node: the next one of that name may be there before anybody looks.
            events.subList(noted, events.size()).removeIf(event -> event.kind() == SimEvent.Kind.CLOSED);
            disks.refused(name, e);
            return;
        } catch (IllegalStateException e) {
            throw new Violation("nodes do not fail", name + " did not start: " + e);
        }
        if (opening != null) {
            opening.started(node);
        }
        if (wire != null) {
            wire.carriesFor(node.replica());
        }
        nodes.put(name, node);
        stores.remove(name);
        lives.merge(name, 1, Integer::sum);
        checker.started(name, new ReplicaProbe(node.replica()), opening == null ? null : disks.of(name));
        try {
            Store<String, String> store = node.store(STORE, Codec.string(), plan.values(name));
            if (nodes.get(name) == node) {
                stores.put(name, store);
            }
        } catch (MemdiException e) {
            // It was paused, has crashed or was refused meanwhile: then it has no callers.
        }
    }

    /** What is committed in a cluster. */
    List<Entry> committed(@Nullable ClusterId cluster) {
        return cluster == null ? List.of() : checker.ledger(cluster).committed;
    }

    /** How many names were started twice. */
    int twins() {
        return twins;
    }

    void crash(String name, boolean silently) {
        closing.add(name);
        if (silently) {
            network.crashSilently(name);
        } else {
            network.crash(name);
        }
        look();
    }

    /** Crashes a node right after it has sent such a message, before it can send the next. */
    void crashWhen(String name, Predicate<SimEvent> sent) {
        traps.put(name, sent);
    }

    /** Closes a node gracefully; waits as long as that takes. */
    void close(String name) {
        LocalNode node = nodes.get(name);
        if (node != null && closing.add(name)) {
            node.close();
        } else if (clients.isRunning(name) && closing.add(name)) {
            clients.close(name);
        }
    }

    void disarm() {
        traps.clear();
    }

    /** How many are about to crash at their next message of some kind. */
    int trapped() {
        return traps.size();
    }

    int life(String name) {
        return lives.getOrDefault(name, 0);
    }

    /** Whether the node that was called can still answer. */
    boolean isUp(Operation operation) {
        return isUp(operation.node) && life(operation.node) == operation.life;
    }

    boolean isUp(String name) {
        return (nodes.containsKey(name) || clients.isRunning(name)) && !closing.contains(name);
    }

    /** Those who are up, and belong to a cluster that has begun. */
    List<String> members() {
        return up().stream()
                .filter(name -> {
                    View view = checker.view(name);
                    return view != null && view.mode == Mode.MEMBER;
                })
                .toList();
    }

    /**
     * Whether a node may go down within the fault budget: an incarnation counts as failed from its crash until a configuration without
     * it is committed, and whichever configuration is in force somewhere keeps its majority.
     */
    boolean mayFail(String name) {
        if (!isOpen()) {
            return false;
        }
        return inForce().stream().allMatch(configuration -> configuration.agrees(voter -> survives(voter, name)));
    }

    List<Configuration> inForce() {
        List<Configuration> inForce = new ArrayList<>();
        checker.ledgers().values().forEach(ledger -> inForce.add(ledger.configuration()));
        checker.current().values().forEach(view -> inForce.add(view.configuration()));
        if (plan.durable) {
            // Whoever is down may come back with what its log has.
            checker.views().values().forEach(view -> inForce.add(view.configuration()));
        }
        return inForce.stream().filter(Objects::nonNull).distinct().toList();
    }

    private boolean survives(Incarnation voter, String without) {
        View view = checker.views().get(voter);
        return view != null
                && checker.view(view.name) == view
                && isUp(view.name)
                && !view.name.equals(without)
                && !traps.containsKey(view.name)
                && !disks.isInTrouble(view.name);
    }

    /** Names that nobody runs under. */
    List<String> down() {
        return plan.names.stream().filter(name -> !nodes.containsKey(name)).toList();
    }

    /** Nodes from outside the list that are not running. */
    List<String> absentGuests() {
        return plan.guests.stream().filter(name -> !nodes.containsKey(name)).toList();
    }

    List<String> up() {
        return nodes.keySet().stream().filter(this::isUp).toList();
    }

    @Nullable
    LocalNode node(@Nullable String name) {
        return nodes.get(name);
    }

    @Nullable
    Store<String, String> store(String name) {
        return clients.isClient(name) ? clients.store(name) : stores.get(name);
    }

    /** Whether the store was created with other codecs than this node opened it with. */
    boolean hasOtherCodecs(String name) {
        // A client asks the leader.
        LocalNode node = nodes.get(clients.isClient(name) ? leader() : name);
        StoreSpec created = node == null ? null : node.replica().state().registered(STORE);
        return created != null && !created.valueCodec().equals(plan.values(name).name());
    }

    /** Who leads the highest term, as far as anybody believes that; null if nobody does. */
    @Nullable
    String leader() {
        String leader = null;
        long term = -1;
        for (String name : up()) {
            View view = checker.view(name);
            if (view != null && view.role == Role.LEADER && view.term > term) {
                leader = name;
                term = view.term;
            }
        }
        return leader;
    }

    /** What an observer notes about a node at this moment. */
    Operation.@Nullable Sight sight(String name) {
        View view = checker.view(name);
        if (view == null) {
            return clients.sight(name);
        }
        Probe probe = view.probe;
        ClusterId cluster = probe.mode() == Mode.MEMBER ? probe.cluster() : null;
        long decided = cluster == null ? 0 : checker.ledger(cluster).end();
        return new Operation.Sight(
                cluster, probe.role() == Role.LEADER ? -1 : view.leadership, probe.committed(), decided, life(name));
    }

    /** As {@link #sight(String)}, where a call ends that began at another sight. */
    Operation.@Nullable Sight sightSince(Operation.@Nullable Sight before, String name) {
        Operation.Sight sight = sight(name);
        return sight == null ? null : sight.ofCallSince(before);
    }

    /** Whether a cluster has opened for writes. */
    boolean isOpen() {
        return checker.ledgers().values().stream().anyMatch(ledger -> ledger.model.isOpen());
    }

    long now() {
        return network.now().toNanos();
    }

    long eventCount() {
        return eventCount;
    }

    @Nullable
    Mistake planted() {
        return plan.settings.planted();
    }

    void close() {
        network.close();
    }
}
