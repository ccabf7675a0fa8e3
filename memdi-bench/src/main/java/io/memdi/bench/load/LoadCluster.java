package io.memdi.bench.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Three nodes and a client, each in a JVM of its own, on loopback. */
final class LoadCluster implements AutoCloseable {
    static final List<String> NAMES = List.of("a", "b", "c");

    /** Of the node that belongs to none of them. */
    static final String STRANGER = "stranger";

    private final List<String> flags;
    private final String keys;
    private final @Nullable Path data;
    private final Map<String, String> addresses = new LinkedHashMap<>();
    private final Map<String, Jvm> nodes = new LinkedHashMap<>();
    final Jvm client;

    /**
     * Starts them, and waits until they are ready.
     *
     * @param flags of each JVM
     * @param keys where their keys are; null without TLS
     * @param data where they have a directory each; null for memory alone
     */
    LoadCluster(List<String> flags, @Nullable Path keys, @Nullable Path data) {
        this.flags = flags;
        this.data = data;
        this.keys = keys == null ? "-" : keys.toString();
        List<Integer> ports = freePorts(NAMES.size() + 2);
        for (int i = 0; i < NAMES.size(); i++) {
            addresses.put(NAMES.get(i), "127.0.0.1:" + ports.get(i));
        }
        addresses.put("d", "127.0.0.1:" + ports.get(NAMES.size()));
        addresses.put(STRANGER, "127.0.0.1:" + ports.get(NAMES.size() + 1));
        NAMES.forEach(name -> nodes.put(name, start("node", name)));
        nodes.values().forEach(node -> node.ask("ready"));
        client = start("client", "client");
        client.ask("ready");
    }

    private Jvm start(String role, String name) {
        return start(role, name, List.of());
    }

    private Jvm start(String role, String name, List<String> before) {
        List<String> arguments = new ArrayList<>();
        boolean client = role.equals("client");
        String directory = data == null || client ? "-" : data.resolve(name).toString();
        arguments.addAll(List.of(role, name, client ? "-" : addresses.get(name), keys, directory));
        for (String each : NAMES) {
            arguments.add(client ? addresses.get(each) : each + '=' + addresses.get(each));
        }
        return new Jvm(name, before, flags, arguments);
    }

    /** Starts a node again that has ended; it is not ready yet. */
    void restart(String name) {
        nodes.put(name, start("node", name));
    }

    /** Starts a fourth node, which joins; what comes before its command line is said by {@code -Dload.newcomer="nice -n 19"}. */
    Jvm join() {
        Jvm joiner = start("joiner", "d", beforeNewcomer());
        nodes.put("d", joiner);
        return joiner;
    }

    private static List<String> beforeNewcomer() {
        String before = System.getProperty("load.newcomer", "");
        return before.isEmpty() ? List.of() : List.of(before.split(" ", -1));
    }

    /** Starts a node that is a cluster of its own, and has nothing to do with the others, but that it runs beside them. */
    Jvm stranger() {
        String address = addresses.get(STRANGER);
        List<String> arguments = List.of("node", STRANGER, address, "-", "-", STRANGER + '=' + address);
        Jvm stranger = new Jvm(STRANGER, beforeNewcomer(), flags, arguments);
        nodes.put(STRANGER, stranger);
        return stranger;
    }

    /** Ends a node that does not come back. */
    void leave(String name) {
        node(name).close();
        nodes.remove(name);
    }

    Jvm node(String name) {
        Jvm node = nodes.get(name);
        if (node == null) {
            throw new IllegalArgumentException("no node " + name);
        }
        return node;
    }

    Jvm leader() {
        return node(leaderName());
    }

    /** Who leads, as the client sees it. */
    String leaderName() {
        for (int i = 0; i < 600; i++) {
            String leader = client.ask("leader");
            if (!leader.equals("null")) {
                return leader;
            }
            sleep(100);
        }
        throw new IllegalStateException("no leader within a minute");
    }

    Jvm follower() {
        String leader = leaderName();
        return node(
                NAMES.stream().filter(name -> !name.equals(leader)).findFirst().orElseThrow());
    }

    List<Jvm> all() {
        return List.copyOf(nodes.values());
    }

    static void sleep(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** So many different ones: each is taken before the last is given back. */
    private static List<Integer> freePorts(int count) {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            List<Integer> ports = new ArrayList<>(count == 1 ? List.of() : freePorts(count - 1));
            ports.add(socket.getLocalPort());
            return ports;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        client.close();
        nodes.values().forEach(Jvm::close);
    }
}
