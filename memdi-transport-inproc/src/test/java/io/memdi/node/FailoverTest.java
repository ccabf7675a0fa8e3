package io.memdi.node;

import static io.memdi.node.Trio.LONG;
import static io.memdi.node.Trio.store;
import static org.assertj.core.api.Assertions.assertThat;

import io.memdi.Ack;
import io.memdi.Memdi;
import io.memdi.MemdiNode;
import io.memdi.ReadOptions;
import io.memdi.Revision;
import io.memdi.Store;
import io.memdi.WriteOptions;
import io.memdi.transport.inproc.SimNetwork;
import io.memdi.transport.inproc.SimOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * How long writes pause when the leader is gone, at the default settings. The time is virtual, so it is the same on every machine: what
 * the protocol takes, and nothing of what a processor takes.
 */
class FailoverTest {
    private static final WriteOptions QUORUM = WriteOptions.ack(Ack.QUORUM_MEMORY);
    private static final int RUNS = 200;

    /** One processor for two nodes, code that runs for the first time: then messages of one turn part by many milliseconds. */
    private static final SimOptions BUSY =
            SimOptions.defaults().withLatency(Duration.ofNanos(100_000), Duration.ofMillis(20));

    @Test
    void aCrashCostsMilliseconds() {
        List<Duration> pauses = pauses(3, SimOptions.defaults(), SimNetwork::crash);
        assertThat(pauses.get(RUNS / 2)).as("median").isLessThanOrEqualTo(Duration.ofMillis(60));
        assertThat(pauses.get(RUNS - 1)).as("worst").isLessThanOrEqualTo(Duration.ofMillis(300));
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 5})
    void aCrashCostsNoElectionTimeoutWhereEveryoneIsSlow(int size) {
        List<Duration> pauses = pauses(size, BUSY, SimNetwork::crash);
        assertThat(pauses.get(RUNS - 1)).as("worst").isLessThanOrEqualTo(Duration.ofMillis(300));
    }

    @Test
    void aSilenceCostsAnElectionTimeout() {
        List<Duration> pauses = pauses(3, SimOptions.defaults(), SimNetwork::pause);
        assertThat(pauses.get(RUNS - 1)).as("worst").isLessThanOrEqualTo(Duration.ofMillis(1200));
    }

    /** From the loss of the leader to the first write that is acknowledged at a quorum, shortest first. */
    private static List<Duration> pauses(int size, SimOptions options, BiConsumer<SimNetwork, String> loss) {
        List<Duration> pauses = new ArrayList<>();
        for (int seed = 0; seed < RUNS; seed++) {
            try (SimNetwork network = SimNetwork.create(seed)) {
                pauses.add(pause(network, nodes(network, size), options, loss));
            }
        }
        pauses.sort(null);
        return pauses;
    }

    private static List<MemdiNode> nodes(SimNetwork network, int size) {
        String[] names = List.of("a", "b", "c", "d", "e").subList(0, size).toArray(String[]::new);
        List<MemdiNode> nodes = Stream.of(names)
                .map(name ->
                        Memdi.node(name).transport(network).bootstrap(names).start())
                .toList();
        nodes.forEach(node -> node.awaitReady(LONG));
        return nodes;
    }

    private static Duration pause(
            SimNetwork network, List<MemdiNode> nodes, SimOptions options, BiConsumer<SimNetwork, String> loss) {
        Random random = new Random(network.seed());
        network.options(options);
        String leader = Objects.requireNonNull(nodes.get(0).cluster().leader());
        List<MemdiNode> survivors =
                nodes.stream().filter(node -> !node.name().equals(leader)).toList();
        Store<String, String> store = store(survivors.get(random.nextInt(survivors.size())));
        store.put("before", "1", QUORUM);
        network.advance(Duration.ofNanos(random.nextInt(200_000_000)));
        Duration lost = network.now();
        loss.accept(network, leader);
        store.put("after", "2", QUORUM);
        Duration pause = network.now().minus(lost);
        assertThat(store.get("before", ReadOptions.linearizable())).isEqualTo("1");
        return pause;
    }

    @Test
    void aConnectionThatOneFollowerLosesChangesNothing() {
        for (int seed = 0; seed < 50; seed++) {
            try (Trio trio = Trio.ready(seed)) {
                MemdiNode leader = trio.leader();
                long term = leader.status().term();
                Writes writes = new Writes(trio);
                writes.goOn(Duration.ofMillis(20));
                breaks(trio.network, leader, trio.follower());
                writes.goOn(Duration.ofSeconds(2));
                assertThat(leader.status().term()).as("seed %d", seed).isEqualTo(term);
                assertThat(trio.follower().cluster().leader()).isEqualTo(leader.name());
                writes.areThere();
            }
        }
    }

    @Test
    void connectionsThatAllFollowersLoseCostOneChangeAtMost() {
        for (int seed = 0; seed < 50; seed++) {
            try (Trio trio = Trio.ready(seed)) {
                MemdiNode leader = trio.leader();
                long term = leader.status().term();
                Writes writes = new Writes(trio);
                writes.goOn(Duration.ofMillis(20));
                breaks(trio.network, leader, trio.follower());
                breaks(trio.network, leader, trio.otherFollower());
                writes.goOn(Duration.ofSeconds(2));
                assertThat(leader.status().term()).as("seed %d", seed).isBetween(term, term + 1);
                writes.areThere();
            }
        }
    }

    @Test
    void connectionsThatComeAndGoLoseNoWriteAndCostFewTerms() {
        for (int seed = 0; seed < 10; seed++) {
            try (Trio trio = Trio.ready(seed)) {
                long term = trio.leader().status().term();
                Writes writes = new Writes(trio);
                for (int i = 0; i < 200; i++) {
                    String leads = trio.leader().name();
                    for (MemdiNode node : trio.nodes()) {
                        if (!node.name().equals(leads)) {
                            breaks(trio.network, trio.node(leads), node);
                        }
                    }
                    writes.goOn(Duration.ofMillis(15));
                    trio.await(() -> trio.nodes().get(0).cluster().leader() != null);
                }
                // Three nodes heed at most four hints each per half a second.
                assertThat(trio.leader().status().term() - term)
                        .as("seed %d", seed)
                        .isLessThan(3 * 4 * 8);
                int acknowledged = writes.acknowledged();
                writes.goOn(Duration.ofMillis(500));
                assertThat(writes.acknowledged()).isGreaterThan(acknowledged + 10);
                writes.areThere();
            }
        }
    }

    /** The connection breaks, and is dialed anew at once: nothing is lost but what both ends believe. */
    private static void breaks(SimNetwork network, MemdiNode one, MemdiNode other) {
        network.cut(one.name(), other.name());
        network.heal(one.name(), other.name());
    }

    /** All nodes write, each a key of its own each time. */
    private static final class Writes {
        private final Trio trio;
        private final Map<String, CompletableFuture<Revision>> issued = new LinkedHashMap<>();

        Writes(Trio trio) {
            this.trio = trio;
        }

        void goOn(Duration time) {
            Duration end = trio.network.now().plus(time);
            while (trio.network.now().compareTo(end) < 0) {
                for (MemdiNode node : trio.nodes()) {
                    String key = node.name() + issued.size();
                    issued.put(key, store(node).async().put(key, "v", QUORUM));
                }
                trio.network.advance(Duration.ofMillis(5));
            }
        }

        int acknowledged() {
            return (int)
                    issued.values().stream().filter(CompletableFuture::isDone).count();
        }

        /** Every write is acknowledged in the end, and held. */
        void areThere() {
            Store<String, String> store = store(trio.leader());
            issued.forEach((key, write) -> {
                Objects.requireNonNull(trio.network.join(write, LONG));
                assertThat(store.get(key, ReadOptions.linearizable())).as(key).isEqualTo("v");
            });
        }
    }
}
