package io.memdi.sim;

import io.memdi.ClusterId;
import io.memdi.Codec;
import io.memdi.Incarnation;
import io.memdi.Revision;
import io.memdi.Store;
import io.memdi.node.ClientProbe;
import io.memdi.node.NodeSettings;
import io.memdi.node.RemoteClient;
import io.memdi.transport.TransportFactory;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The clients of a world. One that is gone does not come back: the next has another name. */
final class Clients {
    private final World world;
    private final Plan plan;
    private final Map<String, RemoteClient> running = new LinkedHashMap<>();
    private final Map<String, Store<String, String>> stores = new LinkedHashMap<>();
    private final Map<String, CutOff> lines = new LinkedHashMap<>();
    private final Map<String, List<String>> contacts = new LinkedHashMap<>();
    private final Set<String> ever = new HashSet<>();

    Clients(World world) {
        this.world = world;
        this.plan = world.plan;
    }

    /** Starts one that is told of these nodes; returns its name. */
    String connect(List<String> nodes) {
        TransportFactory network =
                plan.overTheWire ? new OverTheWire(world.network, World.STORE, Plan.allValues()) : world.network;
        CutOff line = new CutOff(network, world.network);
        NodeSettings node = NodeSettings.of("client", List.of(), nodes, true, false);
        NodeSettings settings = node.with(plan.settings).with(plan.limits(node)).with(plan.calls());
        RemoteClient client = RemoteClient.connect(settings, line);
        String name = line.name();
        ever.add(name);
        running.put(name, client);
        lines.put(name, line);
        contacts.put(name, nodes);
        stores.put(name, client.store(World.STORE, Codec.string(), Codec.string()));
        return name;
    }

    /** Its network or itself has ended; whether it was a client. */
    boolean gone(String name) {
        stores.remove(name);
        lines.remove(name);
        return running.remove(name) != null;
    }

    boolean isRunning(String name) {
        return running.containsKey(name);
    }

    boolean isGone(String name) {
        return ever.contains(name) && !running.containsKey(name);
    }

    boolean isClient(String name) {
        return ever.contains(name);
    }

    /** How many there were. */
    int started() {
        return ever.size();
    }

    List<String> up() {
        return running.keySet().stream().filter(world::isUp).toList();
    }

    @Nullable
    Store<String, String> store(String name) {
        return stores.get(name);
    }

    RemoteClient client(String name) {
        return Objects.requireNonNull(running.get(name));
    }

    /** The nodes that it was told of. */
    List<String> contacts(String name) {
        return contacts.getOrDefault(name, List.of());
    }

    void cutOff(String name, Set<String> from) {
        CutOff line = lines.get(name);
        if (line != null) {
            line.cutOff(from);
        }
    }

    /** Something happens right after the next writes of a client have left. */
    void whenWritesLeave(String name, Runnable action) {
        CutOff line = lines.get(name);
        if (line != null) {
            line.whenWritesLeave(action);
        }
    }

    /** What had left by then arrives once more. */
    void sendAgain(String name) {
        CutOff line = lines.get(name);
        if (line != null) {
            line.sendAgain();
        }
    }

    /** The name of a client that runs; null if none has that incarnation. */
    @Nullable
    String name(Incarnation incarnation) {
        for (Map.Entry<String, RemoteClient> client : running.entrySet()) {
            if (ClientProbe.incarnation(client.getValue()).equals(incarnation)) {
                return client.getKey();
            }
        }
        return null;
    }

    void close(String name) {
        client(name).close();
    }

    /** What no later read of its session may fall behind. */
    Revision seen(String name) {
        RemoteClient client = running.get(name);
        return client == null ? Revision.NONE : ClientProbe.seen(client);
    }

    /** The ticket of its session. */
    Revision session(String name) {
        RemoteClient client = running.get(name);
        return client == null ? Revision.NONE : ClientProbe.session(client);
    }

    /** What an observer notes about a client at this moment; null if it is gone. */
    Operation.@Nullable Sight sight(String name) {
        RemoteClient client = running.get(name);
        if (client == null) {
            return null;
        }
        ClusterId cluster = ClientProbe.cluster(client);
        long decided = cluster == null ? 0 : world.checker.ledger(cluster).end();
        return Operation.Sight.ofClient(cluster, decided);
    }
}
