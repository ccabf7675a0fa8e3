package io.memdi.transport.inproc;

import static org.assertj.core.api.Assertions.assertThat;

import io.memdi.Ack;
import io.memdi.Codec;
import io.memdi.Memdi;
import io.memdi.MemdiException;
import io.memdi.MemdiNode;
import io.memdi.Store;
import io.memdi.WriteOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A whole cluster runs the same way from the same seed, to the last message. */
class SimClusterReplayTest {
    @Test
    void replaysEveryMessage() {
        List<String> first = run(3);
        assertThat(first).hasSizeGreaterThan(2_000);
        assertThat(run(3)).isEqualTo(first);
        assertThat(run(4)).isNotEqualTo(first);
    }

    /** Values of one size change nothing but what messages say: not one is sent at another time. */
    @Test
    void whatMessagesSayCounts() {
        assertThat(fingerprint(run(3))).isEqualTo(fingerprint(run(3))).isNotEqualTo(fingerprint(run(3, 1_000)));
    }

    private static String fingerprint(List<String> trace) {
        return trace.stream()
                .filter(line -> line.startsWith("fingerprint"))
                .findFirst()
                .orElseThrow();
    }

    private static List<String> run(long seed) {
        return run(seed, 0);
    }

    private static List<String> run(long seed, int offset) {
        List<String> trace = new ArrayList<>();
        try (SimNetwork network = SimNetwork.create(seed)) {
            network.onEvent(event -> trace.add(event.toString()));
            network.options(SimOptions.defaults()
                    .withDrops(0.01)
                    .withDuplicates(0.02)
                    .withReordering(0.02)
                    .withLateMessages(0.01, Duration.ofSeconds(1))
                    .withClockDrift(0.05));
            List<MemdiNode> nodes = new ArrayList<>();
            for (String name : List.of("a", "b", "c")) {
                nodes.add(Memdi.node(name)
                        .transport(network)
                        .bootstrap("a", "b", "c")
                        .start());
            }
            nodes.get(0).awaitReady(Duration.ofMinutes(1));
            List<Store<String, Integer>> stores = nodes.stream()
                    .map(node -> node.store("numbers", Codec.string(), Codec.int32()))
                    .toList();
            network.after(Duration.ofMillis(200), () -> network.partition(Set.of("a")));
            network.after(Duration.ofMillis(1_500), network::heal);
            network.after(Duration.ofMillis(2_500), () -> network.crash("b"));
            for (int i = 0; i < 200; i++) {
                Store<String, Integer> store = stores.get(i % 5 == 0 ? 0 : 2);
                try {
                    store.put(
                            "key" + i % 7,
                            offset + i,
                            WriteOptions.ack(i % 2 == 0 ? Ack.QUORUM_MEMORY : Ack.LEADER_MEMORY)
                                    .withTimeout(Duration.ofMillis(700)));
                } catch (MemdiException e) {
                    trace.add(network.now() + " " + e);
                }
                store.async()
                        .put("async", offset + i)
                        .whenComplete((revision, failure) -> trace.add(revision + " " + failure));
            }
            network.advance(Duration.ofSeconds(1));
            trace.add("fingerprint " + Long.toHexString(network.fingerprint()));
        }
        return trace;
    }
}
