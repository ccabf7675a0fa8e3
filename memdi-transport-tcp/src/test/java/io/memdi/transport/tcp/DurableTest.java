package io.memdi.transport.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memdi.Ack;
import io.memdi.Codec;
import io.memdi.Incarnation;
import io.memdi.Memdi;
import io.memdi.MemdiClient;
import io.memdi.MemdiNode;
import io.memdi.NotAppliedException;
import io.memdi.ReadOptions;
import io.memdi.Storage;
import io.memdi.Store;
import io.memdi.StoreOptions;
import io.memdi.WriteOptions;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clusters whose nodes keep their data in real directories. */
class DurableTest {
    private static final String[] NAMES = {"a", "b", "c"};
    private static final WriteOptions DURABLE =
            WriteOptions.ack(Ack.QUORUM_DISK).withTimeout(Servers.LONG);

    @TempDir
    Path directories;

    private void keepAll(Servers servers) {
        for (String name : NAMES) {
            servers.keep(name, Storage.directory(directories.resolve(name)));
        }
    }

    @Test
    void everythingIsThereAfterAllWereClosed() {
        Map<String, Incarnation> lives = new HashMap<>();
        try (Servers servers = Servers.plaintext()) {
            keepAll(servers);
            servers.startAll(NAMES);
            for (int round = 0; round < 3; round++) {
                for (Ack ack : Ack.values()) {
                    for (String name : NAMES) {
                        servers.store(name)
                                .put(
                                        name + ack + round,
                                        "value " + round,
                                        WriteOptions.ack(ack).withTimeout(Servers.LONG));
                    }
                }
                servers.store("a").remove("aLEADER_MEMORY" + round, DURABLE);
                servers.untilEqual();
                for (String name : NAMES) {
                    Incarnation before =
                            lives.put(name, servers.node(name).status().incarnation());
                    assertThat(before).isIn(null, lives.get(name));
                }
                List.of(NAMES).forEach(servers::stop);
                servers.startAll(NAMES);
            }
            for (String name : NAMES) {
                Store<String, String> store = servers.store(name);
                for (int round = 0; round < 3; round++) {
                    assertThat(store.get("cQUORUM_DISK" + round, ReadOptions.linearizable()))
                            .isEqualTo("value " + round);
                    assertThat(store.get("bLEADER_DISK" + round)).isEqualTo("value " + round);
                    assertThat(store.get("aLEADER_MEMORY" + round)).isNull();
                }
                assertThat(store.size()).isEqualTo(3 * 11);
            }
            servers.untilEqual();
        }
    }

    @Test
    void whoeverWasAwayIsTheMemberThatItWas() {
        try (Servers servers = Servers.plaintext()) {
            keepAll(servers);
            servers.startAll(NAMES);
            servers.store("a").put("before", "1", DURABLE);
            Incarnation life = servers.node("c").status().incarnation();
            servers.stop("c");
            servers.store("a").put("meanwhile", "2", DURABLE);
            servers.start("c", NAMES);
            assertThat(servers.node("c").status().incarnation()).isEqualTo(life);
            assertThat(servers.store("c").get("meanwhile", ReadOptions.linearizable()))
                    .isEqualTo("2");
            servers.store("c").put("after", "3", DURABLE);
            servers.untilEqual();
        }
    }

    @Test
    void anEmptyDirectoryIsANewcomer() {
        try (Servers servers = Servers.plaintext()) {
            keepAll(servers);
            servers.startAll(NAMES);
            servers.store("a").put("before", "1", DURABLE);
            Incarnation life = servers.node("c").status().incarnation();
            servers.stop("c");
            servers.keep("c", Storage.directory(directories.resolve("another")));
            servers.start("c", NAMES);
            assertThat(servers.node("c").status().incarnation()).isNotEqualTo(life);
            assertThat(servers.store("c").get("before", ReadOptions.linearizable()))
                    .isEqualTo("1");
            servers.untilEqual();
        }
    }

    @Test
    void aClientLearnsWhatItsClusterKeeps() {
        try (Servers servers = Servers.plaintext()) {
            keepAll(servers);
            servers.startAll(NAMES);
            try (MemdiClient client = client(servers)) {
                StoreOptions options = StoreOptions.defaults().withAck(Ack.LEADER_DISK);
                Store<String, String> store = client.store("texts", Codec.string(), Codec.string(), options);
                store.put("by", "client", WriteOptions.timeout(Servers.LONG));
                store.put("by", "client again", DURABLE);
                assertThat(servers.store("b").get("by", ReadOptions.linearizable()))
                        .isEqualTo("client again");
            }
        }
    }

    @Test
    void aClientOfAClusterOnMemoryIsRefusedWhatNeedsADisk() {
        try (Servers servers = Servers.plaintext()) {
            servers.startAll("a");
            try (MemdiClient client = client(servers)) {
                Store<String, String> store = client.store("texts", Codec.string(), Codec.string());
                assertThatThrownBy(() -> store.put("k", "v", DURABLE))
                        .isInstanceOf(NotAppliedException.class)
                        .hasMessageContaining("needs a disk");
                assertThatThrownBy(() -> store.put("k", "v", DURABLE))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("QUORUM_DISK needs a disk");
                store.put("k", "v");
                assertThat(servers.store("a").get("k", ReadOptions.linearizable()))
                        .isEqualTo("v");
            }
        }
    }

    private static MemdiClient client(Servers servers) {
        return Memdi.client().transport(TcpTransport.dialing()).connect(servers.address("a"));
    }

    @Test
    void nodesOnMemoryAndInDirectoriesRefuseEachOther() {
        try (Servers servers = Servers.plaintext()) {
            servers.startAll("a");
            try (TcpLogLines lines = new TcpLogLines();
                    MemdiNode other = Memdi.node("d")
                            .transport(TcpTransport.listen("127.0.0.1:" + Servers.freePort()))
                            .storage(Storage.directory(directories.resolve("d")))
                            .join("a=" + servers.address("a"))
                            .start()) {
                Servers.until(
                        "the refusal in the log",
                        () -> !lines.with("node d keeps its data in a directory, and node a in memory")
                                .isEmpty());
                assertThat(other.status().cluster()).isNull();
            }
        }
    }

    @Test
    void aDirectoryInUseIsRefused() {
        try (Servers servers = Servers.plaintext()) {
            servers.keep("a", Storage.directory(directories.resolve("a")));
            servers.startAll("a");
            assertThatThrownBy(() -> Memdi.node("z")
                            .transport(TcpTransport.listen("127.0.0.1:" + Servers.freePort()))
                            .storage(Storage.directory(directories.resolve("a")))
                            .join("a=" + servers.address("a"))
                            .start())
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining(directories.resolve("a").toString());
        }
    }
}
