package io.memdi.bench;

import io.memdi.Codec;
import io.memdi.Memdi;
import io.memdi.MemdiNode;
import io.memdi.NodeBuilder;
import io.memdi.Store;
import io.memdi.transport.inproc.InProcNetwork;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * Three nodes in this process. Whoever leads when they are ready is expected to lead until the end, also on a machine that has
 * something else to do: so elections are longer in coming than by default. All other settings are the defaults.
 */
final class LocalCluster implements AutoCloseable {
    private static final String[] NAMES = {"a", "b", "c"};
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final InProcNetwork network;
    private final List<MemdiNode> nodes;
    private final String leader;

    /** Starts the nodes, and waits until they are ready. */
    LocalCluster(Loops loops) {
        network = loops.network();
        nodes = start(network, node -> node.electionTimeout(PATIENCE, PATIENCE.multipliedBy(2)));
        nodes.forEach(node -> node.awaitReady(Duration.ofSeconds(10)));
        leader = Objects.requireNonNull(nodes.get(0).cluster().leader(), "a ready cluster has a leader");
    }

    /** Starts the nodes, and does not wait. */
    static List<MemdiNode> start(InProcNetwork network, UnaryOperator<NodeBuilder> settings) {
        return Stream.of(NAMES)
                .map(name -> Memdi.node(name).transport(network).bootstrap(NAMES))
                .map(node -> settings.apply(node).start())
                .toList();
    }

    MemdiNode at(Position position) {
        return nodes.stream()
                .filter(node -> node.name().equals(leader) == (position == Position.LEADER))
                .findFirst()
                .orElseThrow();
    }

    static Store<String, byte[]> store(Memdi node) {
        return node.store("bench", Codec.string(), Codec.bytes());
    }

    /** Throws if the leadership has moved: what was measured then is not what it is called. */
    void checkLeader() {
        String now = nodes.get(0).cluster().leader();
        if (!leader.equals(now)) {
            throw new IllegalStateException("the leadership has moved from " + leader + " to " + now
                    + " while it was measured: the machine is too busy for figures");
        }
    }

    @Override
    public void close() {
        nodes.forEach(MemdiNode::close);
        network.close();
    }
}
