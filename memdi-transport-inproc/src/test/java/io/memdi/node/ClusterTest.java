package io.memdi.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.memdi.Ack;
import io.memdi.Codec;
import io.memdi.Memdi;
import io.memdi.MemdiNode;
import io.memdi.ReadOptions;
import io.memdi.Store;
import io.memdi.WriteOptions;
import io.memdi.transport.inproc.SimNetwork;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A cluster of three in virtual time, told as a user sees it. */
class ClusterTest {
    private static final Duration LONG = Duration.ofSeconds(10);

    @Test
    void aWriteAtAnyNodeIsReadAtEveryNode() {
        try (SimNetwork network = SimNetwork.create(1);
                MemdiNode a = start(network, "a");
                MemdiNode b = start(network, "b");
                MemdiNode c = start(network, "c")) {
            b.awaitReady(LONG);
            Store<String, String> onB = b.store("greetings", Codec.string(), Codec.string());
            onB.put("en", "hello", WriteOptions.ack(Ack.QUORUM_MEMORY));
            for (MemdiNode node : new MemdiNode[] {a, b, c}) {
                Store<String, String> store = node.store("greetings", Codec.string(), Codec.string());
                assertThat(store.get("en", ReadOptions.linearizable())).isEqualTo("hello");
            }
        }
    }

    private static MemdiNode start(SimNetwork network, String name) {
        return Memdi.node(name).transport(network).bootstrap("a", "b", "c").start();
    }
}
