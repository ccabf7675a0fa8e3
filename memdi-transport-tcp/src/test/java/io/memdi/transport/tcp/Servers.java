package io.memdi.transport.tcp;

import static org.assertj.core.api.Assertions.fail;

import io.memdi.Codec;
import io.memdi.Memdi;
import io.memdi.MemdiNode;
import io.memdi.Status;
import io.memdi.Storage;
import io.memdi.Store;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/** Nodes over loopback TCP, for stories told by their users. */
final class Servers implements AutoCloseable {
    static final Duration LONG = Duration.ofSeconds(60);

    private final Function<String, Function<String, TcpTransport>> security;
    private final Map<String, Integer> ports = new HashMap<>();
    private final Map<String, MemdiNode> running = new LinkedHashMap<>();
    private final Map<String, Store<String, String>> stores = new HashMap<>();

    /** By name, where nodes keep their data: in memory, if nothing else is said. */
    private final Map<String, Storage> storages = new HashMap<>();

    private Servers(Function<String, Function<String, TcpTransport>> security) {
        this.security = security;
    }

    static Servers plaintext() {
        return new Servers(name -> TcpTransport::listen);
    }

    /** Nodes whose transports are made from their name and address. */
    static Servers of(Function<String, Function<String, TcpTransport>> security) {
        return new Servers(security);
    }

    /** Waits for real; a generous limit turns a hang into a failure. */
    static void until(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + LONG.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                fail("not within " + LONG + ": " + what);
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
        }
    }

    /** A port that was free a moment ago: a list of nodes has to be known before the first one listens. */
    static int freePort() {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return server.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** From now on a node keeps its data there. */
    void keep(String name, Storage storage) {
        storages.put(name, storage);
    }

    private Storage storage(String name) {
        return storages.getOrDefault(name, Storage.memory());
    }

    String address(String name) {
        return "127.0.0.1:" + ports.computeIfAbsent(name, any -> freePort());
    }

    private String[] listed(String... names) {
        String[] list = new String[names.length];
        for (int i = 0; i < names.length; i++) {
            list[i] = names[i] + "=" + address(names[i]);
        }
        return list;
    }

    private TcpTransport transport(String name) {
        return security.apply(name).apply(address(name));
    }

    /** Starts nodes that found a cluster, and opens the store at all of them before anything is written. */
    void startAll(String... names) {
        for (String name : names) {
            begin(
                    name,
                    Memdi.node(name)
                            .transport(transport(name))
                            .storage(storage(name))
                            .bootstrap(listed(names))
                            .start());
        }
        for (String name : names) {
            ready(name);
        }
    }

    /** Starts one node of the list again. */
    void start(String name, String... names) {
        begin(
                name,
                Memdi.node(name)
                        .transport(transport(name))
                        .storage(storage(name))
                        .bootstrap(listed(names))
                        .start());
        ready(name);
    }

    void join(String name, String... contacts) {
        joinAt(name, listed(contacts));
    }

    /** The same, with contacts as the builder takes them. */
    void joinAt(String name, String... contacts) {
        begin(
                name,
                Memdi.node(name)
                        .transport(transport(name))
                        .storage(storage(name))
                        .join(contacts)
                        .start());
        ready(name);
    }

    /** Starts a node that belongs to no cluster, and opens nothing. */
    MemdiNode alone(String name) {
        MemdiNode node = Memdi.node(name)
                .transport(transport(name))
                .storage(storage(name))
                .join()
                .start();
        running.put(name, node);
        return node;
    }

    /** Opens the store at such a node. */
    Store<String, String> open(String name) {
        return stores.computeIfAbsent(name, any -> node(name).store("texts", Codec.string(), Codec.string()));
    }

    private void begin(String name, MemdiNode node) {
        running.put(name, node);
        stores.put(name, node.store("texts", Codec.string(), Codec.string()));
    }

    private void ready(String name) {
        node(name).awaitReady(LONG);
    }

    void stop(String name) {
        node(name).close();
        running.remove(name);
        stores.remove(name);
    }

    List<String> names() {
        return List.copyOf(running.keySet());
    }

    MemdiNode node(String name) {
        return java.util.Objects.requireNonNull(running.get(name), name);
    }

    Store<String, String> store(String name) {
        return java.util.Objects.requireNonNull(stores.get(name), name);
    }

    /** Who leads, as soon as all running nodes say the same. */
    String leader() {
        List<String> found = new ArrayList<>();
        until("one leader", () -> {
            found.clear();
            running.values()
                    .forEach(node -> found.add(String.valueOf(node.cluster().leader())));
            return found.stream().distinct().count() == 1 && running.containsKey(found.get(0));
        });
        return found.get(0);
    }

    /** Waits until all nodes hold the same. */
    void untilEqual() {
        until(
                "equal digests",
                () -> running.values().stream()
                                .map(MemdiNode::status)
                                .map(Status::stores)
                                .distinct()
                                .count()
                        == 1);
    }

    @Override
    public void close() {
        running.values().forEach(MemdiNode::close);
    }
}
