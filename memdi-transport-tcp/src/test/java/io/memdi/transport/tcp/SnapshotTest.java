package io.memdi.transport.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.memdi.Ack;
import io.memdi.Codec;
import io.memdi.MemdiNode;
import io.memdi.ReadOptions;
import io.memdi.Revision;
import io.memdi.Status;
import io.memdi.Storage;
import io.memdi.Store;
import io.memdi.WriteOptions;
import io.memdi.node.Journals;
import io.memdi.node.LocalNode;
import io.memdi.node.NodeSettings;
import io.memdi.storage.Journal;
import io.memdi.wire.StoreCodecs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Snapshots in real directories: of a log that has grown, and after a heal. */
class SnapshotTest {
    private static final List<String> NAMES = List.of("a", "b", "c");
    private static final WriteOptions DURABLE =
            WriteOptions.ack(Ack.QUORUM_DISK).withTimeout(Servers.LONG);
    private static final String FILLER = "x".repeat(500);

    @TempDir
    Path directories;

    private final Map<String, String> addresses = new HashMap<>();
    private final Map<String, MemdiNode> nodes = new HashMap<>();
    private final Map<String, Store<String, String>> stores = new HashMap<>();
    private long snapshotAfter = Long.MAX_VALUE;

    private void start(String name, List<String> names) {
        names.forEach(each -> addresses.computeIfAbsent(each, any -> "127.0.0.1:" + Servers.freePort()));
        List<String> founders =
                names.stream().map(each -> each + "=" + addresses.get(each)).toList();
        NodeSettings settings = NodeSettings.of(name, founders, List.of(), false, true)
                .withMessageBytes(2_000, 8_000)
                .withLogBytes(64 << 20, 16_000)
                .with(Storage.directory(directories.resolve(name)));
        Journals usual = Objects.requireNonNull(Journals.of(settings));
        long after = snapshotAfter;
        MemdiNode node = LocalNode.start(
                settings, TcpTransport.listen(Objects.requireNonNull(addresses.get(name))), new Journals() {
                    @Override
                    public Journal open(StoreCodecs codecs) {
                        return usual.open(codecs);
                    }

                    @Override
                    public long snapshotAfterBytes() {
                        return after;
                    }
                });
        nodes.put(name, node);
        stores.put(name, node.store("texts", Codec.string(), Codec.string()));
    }

    @AfterEach
    void close() {
        nodes.values().forEach(MemdiNode::close);
    }

    private MemdiNode node(String name) {
        return Objects.requireNonNull(nodes.get(name));
    }

    private Store<String, String> store(String name) {
        return Objects.requireNonNull(stores.get(name));
    }

    private boolean hasSnapshot(String name) {
        try (Stream<Path> files = Files.list(directories.resolve(name))) {
            return files.anyMatch(file -> file.toString().endsWith(".snapshot"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aRestartGoesOnFromASnapshotAndTheLogAfterIt() {
        snapshotAfter = 1;
        start("a", List.of("a"));
        node("a").awaitReady(Servers.LONG);
        for (int i = 0; i < 300; i++) {
            store("a").put("key " + i, FILLER + i);
        }
        store("a").put("last", "1", DURABLE);
        Servers.until("a snapshot", () -> hasSnapshot("a"));
        for (int i = 0; i < 300; i += 3) {
            store("a").remove("key " + i);
        }
        store("a").put("last", "2", DURABLE);
        List<Status.StoreStatus> before = node("a").status().stores();
        node("a").close();

        snapshotAfter = Long.MAX_VALUE;
        start("a", List.of("a"));
        node("a").awaitReady(Servers.LONG);
        assertThat(store("a").get("last", ReadOptions.linearizable())).isEqualTo("2");
        assertThat(store("a").get("key 1")).isEqualTo(FILLER + 1);
        assertThat(store("a").get("key 3")).isNull();
        assertThat(node("a").status().stores()).isEqualTo(before);
        store("a").put("last", "3", DURABLE);
    }

    @Test
    void whoeverHasHealedIsThereAfterARestart() {
        NAMES.forEach(name -> start(name, NAMES));
        NAMES.forEach(name -> node(name).awaitReady(Servers.LONG));
        store("a").put("before", "1", DURABLE);
        node("c").close();
        for (int i = 0; i < 300; i++) {
            store("a").put("key " + i, FILLER + i, DURABLE);
        }
        start("c", NAMES);
        node("c").awaitReady(Servers.LONG);
        Revision healed = node("a").status().last();
        Servers.until("a snapshot after the heal", () -> hasSnapshot("c"));
        Servers.until(
                "it counts",
                () -> Objects.requireNonNull(node("c").status().synced()).isAtLeast(healed));
        NAMES.forEach(name -> node(name).close());
        NAMES.forEach(name -> start(name, NAMES));
        NAMES.forEach(name -> node(name).awaitReady(Servers.LONG));
        for (String name : NAMES) {
            assertThat(store(name).get("key 299", ReadOptions.linearizable())).isEqualTo(FILLER + 299);
            assertThat(store(name).get("before")).isEqualTo("1");
        }
        Servers.until(
                "equal digests",
                () -> NAMES.stream()
                                .map(name -> node(name).status().stores())
                                .distinct()
                                .count()
                        == 1);
    }
}
