package io.memdi.shell;

import io.memdi.Codec;
import io.memdi.Memdi;
import io.memdi.MemdiNode;
import io.memdi.ReadOptions;
import io.memdi.Status;
import io.memdi.shell.Shell.Preferences;
import io.memdi.shell.Shell.Reader;
import io.memdi.transport.inproc.InProcNetwork;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** A cluster of a, b and c that a shell is a client of, over a network in this process. */
final class Outside implements AutoCloseable {
    static final Duration LONG = Duration.ofSeconds(60);

    final InProcNetwork network = InProcNetwork.create();
    final FakeScreen screen = new FakeScreen();
    final Map<String, MemdiNode> nodes = new LinkedHashMap<>();
    private final List<Connection> connections = new ArrayList<>();

    Outside() {
        for (String name : List.of("a", "b", "c")) {
            nodes.put(name, patient(name));
        }
        nodes.values().forEach(node -> node.awaitReady(LONG));
    }

    /** A node that loses no leadership because the machine is busy. */
    private MemdiNode patient(String name) {
        return Memdi.node(name)
                .transport(network)
                .electionTimeout(Duration.ofMillis(1500), Duration.ofMillis(2000))
                .bootstrap("a", "b", "c")
                .start();
    }

    RemoteConnection connection(Duration timeout, String... addresses) {
        RemoteConnection connection = RemoteConnection.open(
                new RemoteConnection.Target(List.of(addresses), Shell.STORE, timeout),
                Memdi.client().transport(network),
                new DialLog(false));
        connections.add(connection);
        return connection;
    }

    Shell shell(Reader reader, Preferences preferences, String... addresses) {
        return new Shell(connection(LONG, addresses), screen.screen, reader, preferences);
    }

    Shell shell(Reader reader) {
        return shell(reader, Preferences.NONE, "a", "b", "c");
    }

    Shell shell() {
        return shell(Reader.PERSON);
    }

    /** What was printed since the last time, without what differs from run to run. */
    List<String> printed() {
        return screen.take().lines().map(Transcript::masked).toList();
    }

    String leader() {
        Map<String, Status> statuses = new LinkedHashMap<>();
        nodes.forEach((name, node) -> statuses.put(name, node.status()));
        return Objects.requireNonNull(LocalNodes.leader(statuses)).name();
    }

    List<String> followers() {
        String leader = leader();
        return nodes.keySet().stream().filter(name -> !name.equals(leader)).toList();
    }

    /** Starts a node that was crashed. */
    MemdiNode start(String name) {
        MemdiNode node = patient(name);
        nodes.put(name, node);
        return node;
    }

    void crash(String name) {
        network.crash(name);
        nodes.remove(name);
    }

    /** Waits until every node has applied what the leader has. */
    void settle() {
        nodes.values()
                .forEach(node -> node.store(Shell.STORE, Codec.string(), Codec.string())
                        .get("any", ReadOptions.linearizable().withTimeout(LONG)));
    }

    @Override
    public void close() {
        connections.forEach(Connection::close);
        network.close();
    }
}
