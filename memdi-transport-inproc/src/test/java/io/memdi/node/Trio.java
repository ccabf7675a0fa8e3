package io.memdi.node;

import io.memdi.Codec;
import io.memdi.Memdi;
import io.memdi.MemdiNode;
import io.memdi.NodeBuilder;
import io.memdi.Store;
import io.memdi.StoreOptions;
import io.memdi.transport.inproc.SimNetwork;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;

/** Three nodes in virtual time, for stories told by their users. */
final class Trio implements AutoCloseable {
    static final Duration LONG = Duration.ofSeconds(20);
    static final String STORE = "greetings";

    final SimNetwork network;

    /** The same network, over which messages go as frames. */
    final Framed frames;

    private final List<MemdiNode> nodes = new ArrayList<>();

    private Trio(long seed) {
        network = SimNetwork.create(seed);
        frames = new Framed(network);
    }

    /** Three nodes that have just been started. */
    static Trio starting(long seed, UnaryOperator<NodeBuilder> settings) {
        Trio trio = new Trio(seed);
        for (String name : List.of("a", "b", "c")) {
            trio.nodes.add(
                    settings.apply(Memdi.node(name).transport(trio.network).bootstrap("a", "b", "c"))
                            .start());
        }
        return trio;
    }

    /** Three nodes that are ready. */
    static Trio ready(long seed) {
        return ready(seed, settings -> settings);
    }

    static Trio ready(long seed, UnaryOperator<NodeBuilder> settings) {
        return ready(starting(seed, settings));
    }

    /** Three nodes that are ready, whose messages go as frames. */
    static Trio framed(long seed) {
        return framed(seed, settings -> settings);
    }

    static Trio framed(long seed, UnaryOperator<NodeBuilder> settings) {
        Trio trio = new Trio(seed);
        for (String name : List.of("a", "b", "c")) {
            trio.nodes.add(
                    settings.apply(Memdi.node(name).transport(trio.frames).bootstrap("a", "b", "c"))
                            .start());
        }
        return ready(trio);
    }

    private static Trio ready(Trio trio) {
        trio.nodes.forEach(node -> node.awaitReady(LONG));
        return trio;
    }

    MemdiNode node(String name) {
        return nodes.stream()
                .filter(node -> node.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    MemdiNode leader() {
        return node(Objects.requireNonNull(nodes.get(0).cluster().leader()));
    }

    /** A node that does not lead. */
    MemdiNode follower() {
        MemdiNode leader = leader();
        return nodes.stream().filter(node -> node != leader).findFirst().orElseThrow();
    }

    /** The follower that is not {@link #follower()}. */
    MemdiNode otherFollower() {
        MemdiNode leader = leader();
        MemdiNode follower = follower();
        return nodes.stream()
                .filter(node -> node != leader && node != follower)
                .findFirst()
                .orElseThrow();
    }

    List<MemdiNode> nodes() {
        return nodes;
    }

    static Store<String, String> store(MemdiNode node) {
        return node.store(STORE, Codec.string(), Codec.string());
    }

    static Store<String, String> store(MemdiNode node, Duration timeout) {
        return node.store(
                STORE, Codec.string(), Codec.string(), StoreOptions.defaults().withTimeout(timeout));
    }

    void await(BooleanSupplier condition) {
        network.runUntil(condition, LONG);
    }

    @Override
    public void close() {
        // In virtual time a cluster needs no farewell; but every node gives back what it holds.
        for (MemdiNode node : nodes) {
            node.close();
        }
        network.close();
    }
}
