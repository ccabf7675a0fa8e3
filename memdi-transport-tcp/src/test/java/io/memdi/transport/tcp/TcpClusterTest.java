package io.memdi.transport.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.memdi.Ack;
import io.memdi.ReadOptions;
import io.memdi.WriteOptions;
import org.junit.jupiter.api.Test;

/** Clusters of real nodes over loopback TCP. */
class TcpClusterTest {
    /** How connections are secured; another class says it with TLS. */
    Servers servers() {
        return Servers.plaintext();
    }

    @Test
    void writesAndReadsAtEachNode() {
        try (Servers servers = servers()) {
            servers.startAll("a", "b", "c");
            for (String name : servers.names()) {
                servers.store(name).put("by-" + name, "value of " + name, WriteOptions.ack(Ack.QUORUM_MEMORY));
            }
            for (String name : servers.names()) {
                for (String writer : servers.names()) {
                    assertThat(servers.store(name).get("by-" + writer, ReadOptions.linearizable()))
                            .isEqualTo("value of " + writer);
                }
            }
            servers.untilEqual();
        }
    }

    @Test
    void survivesTheLossOfItsLeaderAndTakesItBack() {
        try (Servers servers = servers()) {
            servers.startAll("a", "b", "c");
            servers.store("a").put("before", "1", WriteOptions.ack(Ack.QUORUM_MEMORY));
            String leader = servers.leader();
            servers.stop(leader);
            String survivor = servers.names().get(0);
            servers.store(survivor).put("during", "2", WriteOptions.ack(Ack.QUORUM_MEMORY));
            assertThat(servers.leader()).isNotEqualTo(leader);
            servers.start(leader, "a", "b", "c");
            assertThat(servers.store(leader).get("before", ReadOptions.linearizable()))
                    .isEqualTo("1");
            assertThat(servers.store(leader).get("during", ReadOptions.linearizable()))
                    .isEqualTo("2");
            servers.untilEqual();
        }
    }

    @Test
    void takesAFourthNodeIn() {
        try (Servers servers = servers()) {
            servers.startAll("a", "b", "c");
            for (int i = 0; i < 500; i++) {
                servers.store("b").put("key-" + i, "value " + i);
            }
            servers.join("d", "a");
            assertThat(servers.store("d").get("key-499", ReadOptions.linearizable()))
                    .isEqualTo("value 499");
            servers.store("d").put("from", "d", WriteOptions.ack(Ack.QUORUM_MEMORY));
            servers.untilEqual();
            assertThat(servers.node("a").cluster().members()).hasSize(4);
        }
    }

    @Test
    void takesInWhoKnowsAnAddressOnly() {
        try (Servers servers = servers()) {
            servers.startAll("a", "b", "c");
            servers.store("a").put("before", "1", WriteOptions.ack(Ack.QUORUM_MEMORY));
            // Its own address may be among them, as where all nodes are started with the same list.
            servers.joinAt("d", servers.address("d"), servers.address("c"), servers.address("b"));
            assertThat(servers.store("d").get("before", ReadOptions.linearizable()))
                    .isEqualTo("1");
            assertThat(servers.node("a").cluster().members()).hasSize(4);
        }
    }

    @Test
    void carriesLargeValues() {
        try (Servers servers = servers()) {
            servers.startAll("a", "b", "c");
            String large = "x".repeat(8 << 20);
            WriteOptions patient = WriteOptions.ack(Ack.QUORUM_MEMORY).withTimeout(Servers.LONG);
            for (String name : servers.names()) {
                servers.store(name).put("large-" + name, large, patient);
            }
            servers.store("a").put("small", "1", patient);
            servers.untilEqual();
        }
    }
}
