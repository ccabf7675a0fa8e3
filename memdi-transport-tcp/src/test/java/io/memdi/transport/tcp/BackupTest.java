package io.memdi.transport.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memdi.Ack;
import io.memdi.BackupException;
import io.memdi.Cluster;
import io.memdi.Codec;
import io.memdi.Incarnation;
import io.memdi.LogCapture;
import io.memdi.Memdi;
import io.memdi.MemdiClient;
import io.memdi.MemdiException;
import io.memdi.MemdiNode;
import io.memdi.OutcomeUnknownException;
import io.memdi.ReadOptions;
import io.memdi.Revision;
import io.memdi.Storage;
import io.memdi.Store;
import io.memdi.TimedOutException;
import io.memdi.Versioned;
import io.memdi.WriteOptions;
import io.memdi.WrongCodecException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Backups of clusters that run, and new clusters that begin with them. */
class BackupTest {
    private static final String[] NAMES = {"a", "b", "c"};
    private static final WriteOptions SURE = WriteOptions.ack(Ack.QUORUM_MEMORY).withTimeout(Servers.LONG);
    private static final ReadOptions UP_TO_DATE = ReadOptions.linearizable().withTimeout(Servers.LONG);

    @TempDir
    Path directory;

    private Path file(String name) {
        return directory.resolve(name);
    }

    private List<String> files() throws IOException {
        try (Stream<Path> paths = Files.list(directory)) {
            return paths.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }

    private void keep(Servers servers, boolean durable, String... names) {
        for (String name : names) {
            if (durable) {
                servers.keep(name, Storage.directory(file("node-" + name)));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aNewClusterGoesOnWhereTheBackupEnds(boolean durable) {
        Path backup = file("first.backup");
        Revision end;
        Revision old;
        try (Servers servers = Servers.plaintext()) {
            keep(servers, durable, NAMES);
            servers.startAll(NAMES);
            Store<String, String> store = servers.store("a");
            store.put("kept", "1", SURE);
            store.put("removed", "2", SURE);
            store.remove("removed", SURE);
            Store<Long, byte[]> numbers = servers.node("b").store("numbers", Codec.int64(), Codec.bytes());
            numbers.put(7L, new byte[] {1, 2}, SURE);
            old = Objects.requireNonNull(store.getVersioned("kept", UP_TO_DATE)).revision();
            servers.untilEqual();
            end = servers.node("c").cluster().backup(backup);
            assertThat(end.isAtLeast(old)).isTrue();
        }
        try (Servers servers = Servers.plaintext()) {
            keep(servers, durable, "x", "y", "z");
            MemdiNode founder = servers.alone("x");
            assertThat(founder.cluster().restore(backup)).isEqualTo(end);
            assertThat(founder.status().waitingFor()).isEmpty();
            Store<String, String> store = servers.open("x");
            Versioned<String> kept = Objects.requireNonNull(store.getVersioned("kept"));
            assertThat(kept.value()).isEqualTo("1");
            assertThat(kept.revision()).isEqualTo(old);
            assertThat(store.get("removed")).isNull();
            servers.join("y", "x");
            servers.join("z", "x");
            assertThat(store.put("kept", "3", SURE).isAtLeast(end)).isTrue();
            assertThat(Objects.requireNonNull(store.getVersioned("kept"))
                            .revision()
                            .term())
                    .isGreaterThan(end.term() + (1 << 20) - 1);
            assertThat(servers.store("z").get("kept", UP_TO_DATE)).isEqualTo("3");
            Store<Long, byte[]> numbers = servers.node("z").store("numbers", Codec.int64(), Codec.bytes());
            assertThat(numbers.get(7L, UP_TO_DATE)).containsExactly(1, 2);
            assertThatThrownBy(() -> servers.node("y").store("numbers", Codec.string(), Codec.string()))
                    .isInstanceOf(WrongCodecException.class);
            servers.untilEqual();
        }
    }

    /** Writes pairs, left before right, and removes old ones, right before left, until it is told to end. */
    private static final class Writer implements AutoCloseable {
        static final int LIVE = 40;
        private final AtomicBoolean end = new AtomicBoolean();
        private final AtomicReference<MemdiException> failure = new AtomicReference<>();
        private final Thread thread;
        private volatile long written;

        Writer(Store<String, String> store) {
            thread = new Thread(() -> {
                try {
                    for (long i = 0; !end.get(); i++) {
                        store.put("left" + i, "x".repeat(200));
                        store.put("right" + i, "x".repeat(200));
                        if (i >= LIVE) {
                            store.remove("right" + (i - LIVE));
                            store.remove("left" + (i - LIVE));
                        }
                        store.put("count", Long.toString(i));
                        written = i;
                    }
                } catch (MemdiException e) {
                    failure.set(e);
                }
            });
            thread.start();
        }

        /** What every state between two writes is like: a run of pairs, of which the first and the last may be halves. */
        static void check(Store<String, String> store) {
            long count = Long.parseLong(Objects.requireNonNull(store.get("count")));
            List<Long> halves = new ArrayList<>();
            for (long i = 0; i <= count + 2; i++) {
                boolean left = store.containsKey("left" + i);
                boolean right = store.containsKey("right" + i);
                boolean live = i > count - LIVE && i <= count;
                if (left != right) {
                    assertThat(left).as("the left one of pair " + i).isTrue();
                    halves.add(i);
                }
                if (live) {
                    assertThat(left && right || i == count - LIVE + 1)
                            .as("pair " + i + " of " + count)
                            .isTrue();
                } else if (i < count - LIVE || i > count + 1) {
                    assertThat(left || right).as("pair " + i + " of " + count).isFalse();
                }
            }
            assertThat(halves).hasSizeLessThanOrEqualTo(1);
        }

        void awaitMore(long count) {
            long from = written;
            Servers.until("more writes", () -> written >= from + count || failure.get() != null);
        }

        @Override
        public void close() {
            end.set(true);
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static void fill(Store<String, String> store) {
        String filler = "y".repeat(2_000);
        for (int i = 0; i < 4_000; i++) {
            var unused = store.async().put("filler" + i, filler);
            if (i % 500 == 499) {
                store.put("filler", "whole " + i, SURE);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatIsWrittenMeanwhileIsThereUpToOnePosition(boolean atLeader) {
        List<Path> backups = new ArrayList<>();
        List<Revision> ends = new ArrayList<>();
        try (Servers servers = Servers.plaintext()) {
            servers.startAll(NAMES);
            fill(servers.store("a"));
            String leader = servers.leader();
            String at = atLeader
                    ? leader
                    : Stream.of(NAMES)
                            .filter(name -> !name.equals(leader))
                            .findFirst()
                            .orElseThrow();
            try (Writer writer = new Writer(servers.store(leader))) {
                for (int i = 0; i < 3; i++) {
                    writer.awaitMore(50);
                    Path backup = file("under-load-" + i);
                    Revision before = servers.node(at).status().committed();
                    ends.add(servers.node(at).cluster().backup(backup));
                    backups.add(backup);
                    assertThat(ends.get(i).index()).isGreaterThan(before.index());
                }
                assertThat(writer.failure.get()).isNull();
            }
        }
        for (int i = 0; i < backups.size(); i++) {
            try (Servers servers = Servers.plaintext()) {
                MemdiNode founder = servers.alone("x");
                assertThat(founder.cluster().restore(backups.get(i))).isEqualTo(ends.get(i));
                Writer.check(servers.open("x"));
                assertThat(servers.open("x").get("filler3999")).hasSize(2_000);
            }
        }
    }

    @Test
    void aFailoverEndsNoBackupOfANodeThatLives() {
        Path backup = file("failover");
        try (Servers servers = Servers.plaintext()) {
            servers.startAll(NAMES);
            fill(servers.store("a"));
            String leader = servers.leader();
            String at = Stream.of(NAMES)
                    .filter(name -> !name.equals(leader))
                    .findFirst()
                    .orElseThrow();
            AtomicReference<Object> outcome = new AtomicReference<>();
            Thread caller = new Thread(() -> {
                try {
                    outcome.set(servers.node(at).cluster().backup(backup));
                } catch (MemdiException e) {
                    outcome.set(e);
                }
            });
            Writer writer = new Writer(servers.store(at));
            try (writer) {
                writer.awaitMore(50);
                caller.start();
                servers.stop(leader);
                Servers.until("an outcome", () -> outcome.get() != null);
            }
            assertThat(outcome.get()).isInstanceOf(Revision.class);
            servers.leader();
            MemdiNode founder = servers.alone("x");
            assertThat(founder.cluster().restore(backup)).isEqualTo(outcome.get());
            Writer.check(servers.open("x"));
        }
    }

    @Test
    void whoeverIsClosedOrInterruptedLeavesNothingHalf() throws Exception {
        try (Servers servers = Servers.plaintext()) {
            servers.startAll(NAMES);
            fill(servers.store("a"));
            AtomicReference<Object> outcome = new AtomicReference<>();
            Thread caller = new Thread(() -> {
                try {
                    outcome.set(servers.node("b").cluster().backup(file("interrupted")));
                } catch (MemdiException e) {
                    outcome.set(e);
                }
            });
            caller.start();
            Servers.until("a file", () -> Files.exists(file("interrupted.tmp")) || Files.exists(file("interrupted")));
            caller.interrupt();
            caller.join();
            assertThat(outcome.get()).isInstanceOfAny(OutcomeUnknownException.class, Revision.class);
            Servers.until("nothing half", () -> !Files.exists(file("interrupted.tmp")));
            if (Files.exists(file("interrupted"))) {
                MemdiNode founder = servers.alone("x");
                assertThat(founder.cluster().restore(file("interrupted"))).isNotNull();
            }

            Thread other = new Thread(() -> {
                try {
                    outcome.set(servers.node("c").cluster().backup(file("closed")));
                } catch (MemdiException e) {
                    outcome.set(e);
                }
            });
            outcome.set(null);
            other.start();
            Servers.until("a file", () -> Files.exists(file("closed.tmp")) || Files.exists(file("closed")));
            servers.node("c").close();
            other.join();
            Servers.until("nothing half", () -> !Files.exists(file("closed.tmp")));
            assertThat(Files.exists(file("closed"))).isEqualTo(outcome.get() instanceof Revision);
        }
    }

    private Path small() {
        Path backup = file("small");
        try (Servers servers = Servers.plaintext()) {
            servers.startAll("a");
            servers.store("a").put("key", "value", SURE);
            servers.store("a").put("other", "words", SURE);
            servers.node("a").cluster().backup(backup);
        }
        return backup;
    }

    @Test
    void whatWasCutOrChangedIsRefusedAnywhere() throws IOException {
        byte[] whole = Files.readAllBytes(small());
        Path damaged = file("damaged");
        try (Servers servers = Servers.plaintext()) {
            MemdiNode founder = servers.alone("x");
            for (int i = 0; i < whole.length; i++) {
                byte[] cut = java.util.Arrays.copyOf(whole, i);
                byte[] changed = whole.clone();
                changed[i] ^= (byte) (1 << (i % 8));
                byte[] longer = java.util.Arrays.copyOf(whole, whole.length + 1 + i);
                for (byte[] bytes : List.of(cut, changed, longer)) {
                    Files.write(damaged, bytes);
                    assertThatThrownBy(() -> founder.cluster().restore(damaged))
                            .as("at " + i)
                            .isInstanceOf(BackupException.class)
                            .hasMessageContaining(damaged
                                    + (i > 8 && i < 12 && bytes == changed
                                            ? " is of version "
                                            : " is damaged at offset "));
                }
            }
            assertThat(founder.status().cluster()).isNull();
            assertThat(founder.status().stores()).isEmpty();
            founder.cluster().restore(file("small"));
            assertThat(servers.open("x").get("key")).isEqualTo("value");
        }
    }

    @Test
    void nothingIsWrittenOver() throws IOException {
        try (Servers servers = Servers.plaintext()) {
            servers.startAll("a");
            MemdiNode node = servers.node("a");
            Files.writeString(file("mine"), "not to be touched");
            assertThatThrownBy(() -> node.cluster().backup(file("mine")))
                    .isInstanceOf(BackupException.class)
                    .hasMessageContaining("is there already");
            assertThat(file("mine")).hasContent("not to be touched");
            Files.writeString(file("other.tmp"), "of somebody else");
            assertThatThrownBy(() -> node.cluster().backup(file("other")))
                    .isInstanceOf(BackupException.class)
                    .hasMessageContaining("other.tmp is there already");
            assertThat(file("other.tmp")).hasContent("of somebody else");
            assertThatThrownBy(() -> node.cluster().backup(file("missing").resolve("backup")))
                    .isInstanceOf(BackupException.class)
                    .hasMessageContaining("is no directory");
            assertThatThrownBy(() -> node.cluster().backup(Path.of("/"))).isInstanceOf(BackupException.class);
            assertThat(files()).containsExactly("mine", "other.tmp");
            node.cluster().backup(file("third"));
            assertThat(files()).containsExactly("mine", "other.tmp", "third");
        }
    }

    @Test
    void onlyWhoHoldsNothingIsRestored() {
        Path backup = small();
        try (Servers servers = Servers.plaintext()) {
            servers.startAll("a");
            assertThatThrownBy(() -> servers.node("a").cluster().restore(backup))
                    .isInstanceOf(BackupException.class)
                    .hasMessageContaining("belongs to cluster");
            MemdiNode opened = servers.alone("x");
            servers.open("x");
            assertThatThrownBy(() -> opened.cluster().restore(backup))
                    .isInstanceOf(BackupException.class)
                    .hasMessageContaining("store \"texts\" was opened on this node before");
            MemdiNode other = servers.alone("y");
            Store<Long, Long> wrong = other.store("texts", Codec.int64(), Codec.int64());
            other.cluster().restore(backup);
            assertThatThrownBy(() -> wrong.put(1L, 1L)).isInstanceOf(WrongCodecException.class);
            assertThat(servers.open("y").get("key")).isEqualTo("value");
            assertThatThrownBy(() -> other.cluster().restore(backup))
                    .isInstanceOf(BackupException.class)
                    .hasMessageContaining("belongs to cluster");
            assertThatThrownBy(() -> servers.alone("z").cluster().restore(file("nowhere")))
                    .isInstanceOf(BackupException.class)
                    .hasMessageContaining("nowhere");
        }
    }

    @Test
    void aRestoredDirectoryGoesOnAfterARestart() {
        Path backup = small();
        Incarnation life;
        try (Servers servers = Servers.plaintext()) {
            keep(servers, true, "x");
            servers.alone("x").cluster().restore(backup);
            life = servers.node("x").status().incarnation();
            servers.open("x")
                    .put("after", "restore", WriteOptions.ack(Ack.QUORUM_DISK).withTimeout(Servers.LONG));
        }
        try (Servers servers = Servers.plaintext()) {
            keep(servers, true, "x");
            MemdiNode again = servers.alone("x").awaitReady(Servers.LONG);
            assertThat(again.status().incarnation()).isEqualTo(life);
            assertThat(servers.open("x").get("key", UP_TO_DATE)).isEqualTo("value");
            assertThat(servers.open("x").get("after", UP_TO_DATE)).isEqualTo("restore");
            assertThatThrownBy(() -> again.cluster().restore(backup)).isInstanceOf(BackupException.class);
            again.cluster().backup(file("second"));
        }
    }

    @Test
    void aBackupOfARestoredClusterIsAsGood() {
        Path first = small();
        try (Servers servers = Servers.plaintext()) {
            servers.alone("x").cluster().restore(first);
            servers.open("x").put("more", "1", SURE);
            Revision end = servers.node("x").cluster().backup(file("second"));
            assertThat(servers.alone("y").cluster().restore(file("second"))).isEqualTo(end);
            assertThat(servers.open("y").get("key")).isEqualTo("value");
            assertThat(servers.open("y").get("more")).isEqualTo("1");
            assertThat(servers.node("y").status().cluster())
                    .isNotEqualTo(servers.node("x").status().cluster());
        }
    }

    private MemdiClient client(String... addresses) {
        return Memdi.client()
                .transport(TcpTransport.dialing())
                .timeout(Duration.ofSeconds(1))
                .connect(addresses);
    }

    @Test
    void aClientNamesFilesAndTheirNode() {
        String address = "127.0.0.1:" + Servers.freePort();
        String other = "127.0.0.1:" + Servers.freePort();
        try (MemdiClient client = client(address, other)) {
            assertThatThrownBy(() -> client.cluster().backup(Path.of("x")))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("is said to one node");
        }
        try (MemdiClient client = client(address)) {
            for (String name : List.of("../x", "/x", ".x", "..", "x/y", "", "x.tmp")) {
                assertThatThrownBy(() -> client.cluster().restore(Path.of(name)))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("not the name of a file alone");
            }
        }
    }

    /** So that nothing of it can have happened. */
    @Test
    void whereNobodyListensNobodyWasAsked() {
        String address = "127.0.0.1:" + Servers.freePort();
        try (MemdiClient client = client(address)) {
            Cluster cluster = client.cluster();
            String why = " was not done: no node has answered at " + address + ", so that none was asked for it";
            refused(() -> cluster.backup(Path.of("x")), "backup to x" + why);
            refused(() -> cluster.restore(Path.of("x")), "restore from x" + why);
            refused(cluster::recover, "recover" + why);
            refused(cluster::foundAlone, "foundAlone" + why);
        }
    }

    private static void refused(ThrowingCallable call, String message) {
        assertThatThrownBy(call).isInstanceOf(TimedOutException.class).hasMessage(message);
    }

    /** Where it could be taken for one of them, or is what a crash leaves. */
    @Test
    void noBackupIsWrittenAmongTheNodesOwnFiles() throws IOException {
        Path own = file("node-a");
        try (Servers servers = Servers.plaintext()) {
            servers.keep("a", Storage.directory(own));
            servers.startAll("a");
            for (Path path :
                    List.of(own.resolve("0000000009.snapshot"), own.resolve("x").resolve("y"), own)) {
                assertThatThrownBy(() -> servers.node("a").cluster().backup(path))
                        .isInstanceOf(BackupException.class)
                        .hasMessageContaining("no backup was written to " + path + ": that lies in the directory")
                        .hasMessageContaining(own.toString());
            }
            assertThatThrownBy(() -> servers.node("a").cluster().backup(file("x.tmp")))
                    .isInstanceOf(BackupException.class)
                    .hasMessageContaining("ends in .tmp");
        }
        assertThat(files()).containsExactly("node-a");
    }

    @Test
    void aClientHasANodeWriteAndAnotherRestore() throws IOException {
        String address = "127.0.0.1:" + Servers.freePort();
        Revision end;
        try (MemdiNode node = Memdi.node("a")
                        .transport(TcpTransport.listen(address))
                        .backups(directory)
                        .bootstrap("a=" + address)
                        .start();
                MemdiClient client = Memdi.client()
                        .transport(TcpTransport.dialing())
                        .timeout(Servers.LONG)
                        .connect(address)) {
            client.store("texts", Codec.string(), Codec.string()).put("k", "v", SURE);
            assertThat(node.cluster().leader()).isEqualTo("a");
            end = client.cluster().backup(Path.of("by-client"));
            assertThatThrownBy(() -> client.cluster().backup(Path.of("by-client")))
                    .isInstanceOf(BackupException.class)
                    .hasMessageContaining("is there already");
            client.cluster().backup(Path.of("by-client-2"));
            assertThat(files()).containsExactly("by-client", "by-client-2");
        }
        try (MemdiNode node = Memdi.node("b")
                        .transport(TcpTransport.listen(address))
                        .backups(directory)
                        .join()
                        .start();
                MemdiClient client = Memdi.client()
                        .transport(TcpTransport.dialing())
                        .timeout(Servers.LONG)
                        .connect(address)) {
            assertThatThrownBy(() -> client.cluster().restore(Path.of("none"))).isInstanceOf(BackupException.class);
            assertThat(client.cluster().restore(Path.of("by-client"))).isEqualTo(end);
            assertThat(client.store("texts", Codec.string(), Codec.string()).get("k", UP_TO_DATE))
                    .isEqualTo("v");
            assertThat(node.cluster().leader()).isEqualTo("b");
        }
    }

    @Test
    void aRestoreSaysThatItWaitsForAContact() {
        String address = "127.0.0.1:" + Servers.freePort();
        String nobody = "127.0.0.1:" + Servers.freePort();
        small();
        Logger log = LoggerFactory.getLogger("io.memdi.node.RemoteBackup");
        try (LogCapture lines = new LogCapture(List.of(log)) {};
                MemdiNode node = Memdi.node("x")
                        .transport(TcpTransport.listen(address))
                        .backups(directory)
                        .timeout(Servers.LONG)
                        .join(nobody)
                        .start()) {
            CompletableFuture<?> restore;
            try (MemdiClient client = Memdi.client()
                    .transport(TcpTransport.dialing())
                    .timeout(Servers.LONG)
                    .connect(address)) {
                restore = CompletableFuture.runAsync(() -> client.cluster().restore(Path.of("small")));
                Servers.until(
                        "a line", () -> !lines.with("restore from small: ").isEmpty());
            }
            assertThat(lines.with("restore from small: "))
                    .allMatch(line -> line.contains("under way: waits, and has changed nothing: node " + nobody
                            + ", which this node was started with, has not said yet"));
            assertThat(node.status().cluster()).isNull();
            assertThat(restore).failsWithin(Servers.LONG);
        }
    }
}
