package io.memdi.transport.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memdi.Ack;
import io.memdi.Codec;
import io.memdi.Incarnation;
import io.memdi.Memdi;
import io.memdi.MemdiNode;
import io.memdi.NodeBuilder;
import io.memdi.NotAppliedException;
import io.memdi.ReadOptions;
import io.memdi.Role;
import io.memdi.Storage;
import io.memdi.WriteOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Over TCP, and in real directories: what befalls them while their nodes are down, and who may not speak with whom. */
class DirectoryTroubleTest {
    private static final String[] NAMES = {"a", "b", "c"};
    private static final WriteOptions DURABLE =
            WriteOptions.ack(Ack.QUORUM_DISK).withTimeout(Servers.LONG);

    @TempDir
    Path directories;

    private void startAll(Servers servers) {
        for (String name : NAMES) {
            servers.keep(name, Storage.directory(directories.resolve(name)));
        }
        servers.startAll(NAMES);
    }

    private static List<Path> files(Path directory, String ending) throws IOException {
        try (Stream<Path> paths = Files.list(directory)) {
            return paths.filter(path -> path.toString().endsWith(ending))
                    .sorted()
                    .toList();
        }
    }

    private static byte[] damage(Path directory) throws IOException {
        Path file = files(directory, ".log").get(0);
        byte[] bytes = Files.readAllBytes(file);
        bytes[120] ^= 4;
        Files.write(file, bytes);
        return bytes;
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        try (Stream<Path> paths = Files.list(from)) {
            for (Path path : paths.toList()) {
                Files.copy(path, to.resolve(path.getFileName()));
            }
        }
    }

    @Test
    void aDamagedDirectoryIsSetAsideAndItsNodeHeals() throws IOException {
        try (Servers servers = Servers.plaintext()) {
            startAll(servers);
            servers.store("a").put("before", "1", DURABLE);
            servers.untilEqual();
            Incarnation life = servers.node("c").status().incarnation();
            servers.stop("c");
            byte[] damaged = damage(directories.resolve("c"));
            servers.store("a").put("meanwhile", "2", DURABLE);
            servers.start("c", NAMES);
            assertThat(servers.node("c").status().incarnation()).isNotEqualTo(life);
            assertThat(servers.store("c").get("meanwhile", ReadOptions.linearizable()))
                    .isEqualTo("2");
            List<Path> aside;
            try (Stream<Path> paths = Files.list(directories.resolve("c"))) {
                aside = paths.filter(Files::isDirectory).toList();
            }
            assertThat(aside)
                    .singleElement()
                    .satisfies(path -> assertThat(path.getFileName()).asString().startsWith("damaged-20"));
            assertThat(Files.readAllBytes(files(aside.get(0), ".log").get(0))).isEqualTo(damaged);
            assertThat(aside.get(0).resolve("identity")).exists();
            // From now on it is the member, and survives the two others.
            Incarnation next = servers.node("c").status().incarnation();
            servers.store("c").put("after", "3", DURABLE);
            List.of(NAMES).forEach(servers::stop);
            servers.startAll(NAMES);
            assertThat(servers.node("c").status().incarnation()).isEqualTo(next);
            assertThat(servers.store("c").get("after", ReadOptions.linearizable()))
                    .isEqualTo("3");
        }
    }

    @Test
    void damagedFoundersFoundNothingAndSayWhereTheDamageIs() throws IOException {
        try (Servers servers = Servers.plaintext()) {
            startAll(servers);
            servers.store("a").put("before", "1", DURABLE);
            List.of(NAMES).forEach(servers::stop);
            byte[] damaged = damage(directories.resolve("a"));
            // One alone, so that there is nobody to heal from.
            try (MemdiNode a = Memdi.node("a")
                    .transport(TcpTransport.listen(servers.address("a")))
                    .storage(Storage.directory(directories.resolve("a")))
                    .electionTimeout(java.time.Duration.ofMillis(30), java.time.Duration.ofMillis(60))
                    .heartbeat(java.time.Duration.ofMillis(10))
                    .bootstrap("a=" + servers.address("a"), "b=" + servers.address("b"))
                    .start()) {
                Servers.until("the end", () -> a.status().role() == Role.STOPPED);
                assertThat(a.status().waitingFor())
                        .contains(directories.resolve("a") + "/0000000001.log is damaged at offset")
                        .contains("No leader from which this node could heal has answered");
            }
            assertThat(Files.readAllBytes(
                            files(directories.resolve("a"), ".log").get(0)))
                    .isEqualTo(damaged);
            assertThat(directories.resolve("a/identity")).exists();
        }
    }

    @Test
    void ofTwoThatRunFromCopiesOfOneDirectoryTheSecondIsRefused() throws IOException {
        try (Servers servers = Servers.plaintext()) {
            startAll(servers);
            servers.store("a").put("before", "1", DURABLE);
            servers.stop("c");
            copy(directories.resolve("c"), directories.resolve("copy"));
            servers.start("c", NAMES);
            servers.store("c").put("after", "2", DURABLE);
            requireRefused(servers, "copy", "");
            servers.store("c").put("at last", "3", DURABLE);
            servers.untilEqual();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aCopyOfARunningNodesDirectoryIsRefusedWhileThatNodeAnswers(boolean leads) throws IOException {
        try (Servers servers = Servers.plaintext()) {
            startAll(servers);
            servers.store("a").put("before", "1", DURABLE);
            servers.untilEqual();
            // Whatever leads stays: nothing is written from here on that a copy would lack.
            String leader = servers.leader();
            String name = leads ? leader : leader.equals("c") ? "b" : "c";
            Path copied = directories.resolve("copy");
            Servers.until("a copy that is whole", () -> {
                try {
                    copy(directories.resolve(name), copied.resolve(String.valueOf(System.nanoTime())));
                    return true;
                } catch (IOException e) {
                    return false;
                }
            });
            Path copy;
            try (Stream<Path> paths = Files.list(copied)) {
                copy = paths.reduce((first, second) -> second).orElseThrow();
            }
            requireRefused(servers, "copy/" + copy.getFileName(), name);
            servers.store(name).put("at last", "3", DURABLE);
            servers.untilEqual();
            // Nobody takes the copy for the latest opening of that directory.
            servers.stop(name);
            servers.start(name, NAMES);
            servers.store(name).put("after a restart", "4", DURABLE);
            servers.untilEqual();
        }
    }

    /** The leader goes on calling the address that it knows, and reaches the very process that has a new one: nobody else lives there. */
    @Test
    void whoIsBackUnderAnotherNameOfItsHostIsTakenIn() {
        try (Servers servers = Servers.plaintext()) {
            startAll(servers);
            servers.store("a").put("before", "1", DURABLE);
            servers.untilEqual();
            String name = servers.leader().equals("c") ? "b" : "c";
            String renamed = servers.address(name).replace("127.0.0.1", "localhost");
            servers.stop(name);
            try (MemdiNode back = Memdi.node(name)
                    .transport(TcpTransport.listen(renamed))
                    .storage(Storage.directory(directories.resolve(name)))
                    .bootstrap(Stream.of(NAMES)
                            .map(each -> each + "=" + (each.equals(name) ? renamed : servers.address(each)))
                            .toArray(String[]::new))
                    .start()) {
                back.awaitReady(java.time.Duration.ofSeconds(30));
                // As long as a copy would need to be refused, and longer: an election timeout is 300 ms at most.
                servers.store(servers.leader()).put("after", "2", DURABLE);
                assertThat(back.store("texts", Codec.string(), Codec.string()).get("after", ReadOptions.linearizable()))
                        .isEqualTo("2");
                assertThat(back.status().role()).isEqualTo(Role.FOLLOWER);
            }
        }
    }

    private void requireRefused(Servers servers, String directory, String as) {
        String name = as.isEmpty() ? "c" : as;
        String[] list = new String[NAMES.length];
        String address = "127.0.0.1:" + Servers.freePort();
        for (int i = 0; i < NAMES.length; i++) {
            list[i] = NAMES[i] + "=" + (NAMES[i].equals(name) ? address : servers.address(NAMES[i]));
        }
        try (MemdiNode second = Memdi.node(name)
                .transport(TcpTransport.listen(address))
                .storage(Storage.directory(directories.resolve(directory)))
                .bootstrap(list)
                .start()) {
            assertThatThrownBy(() -> second.cluster().recover()).isInstanceOf(NotAppliedException.class);
            Servers.until("the refusal", () -> second.status().role() == Role.STOPPED);
            assertThat(second.status().waitingFor())
                    .containsPattern(
                            "its directory is a copy, or from before: .* move this one away"
                                    + "|another process goes on as node ., with this directory or a copy of it, .* remove this directory");
        }
    }

    @Test
    void inAMixedListNobodyFoundsAndBothSidesNameBothModes() {
        try (Servers servers = Servers.plaintext();
                TcpLogLines lines = new TcpLogLines()) {
            String[] list = {"a=" + servers.address("a"), "b=" + servers.address("b")};
            try (MemdiNode a = Memdi.node("a")
                            .transport(TcpTransport.listen(servers.address("a")))
                            .storage(Storage.directory(directories.resolve("a")))
                            .bootstrap(list)
                            .start();
                    MemdiNode b = Memdi.node("b")
                            .transport(TcpTransport.listen(servers.address("b")))
                            .bootstrap(list)
                            .start()) {
                String fromA =
                        "node a keeps its data in a directory, and node b in memory: a cluster does one or the other";
                String fromB =
                        "node b keeps its data in memory, and node a in a directory: a cluster does one or the other";
                Servers.until(
                        "the refusals",
                        () -> isLogged(lines, "b: refused a connection", fromA)
                                && isLogged(lines, "a: refused a connection", fromB)
                                && isLogged(lines, "a: no connection to b", "it refuses this node: " + fromA)
                                && isLogged(lines, "b: no connection to a", "it refuses this node: " + fromB));
                assertThat(a.status().cluster()).isNull();
                assertThat(b.status().cluster()).isNull();
                Servers.until(
                        "the reasons",
                        () -> a.status().waitingFor().contains(fromA)
                                && b.status().waitingFor().contains(fromB));
            }
        }
    }

    @Test
    void whoAsksToBeTakenIntoAClusterThatKeepsItsDataOtherwiseStops() {
        try (Servers servers = Servers.plaintext()) {
            startAll(servers);
            try (MemdiNode d = Memdi.node("d")
                    .transport(TcpTransport.listen("127.0.0.1:" + Servers.freePort()))
                    .join(servers.address("a"))
                    .start()) {
                Servers.until("the end", () -> d.status().role() == Role.STOPPED);
                assertThat(d.status().waitingFor())
                        .contains("node at " + servers.address("a")
                                + ": it refuses this node: node d keeps its data in memory, and node a in a directory")
                        .contains("start all nodes alike");
            }
            servers.store("b").put("after", "1", DURABLE);
        }
    }

    @Test
    void whoIsRefusedByOneOfItsContactsIsTakenInByAnother() {
        try (Servers servers = Servers.plaintext()) {
            startAll(servers);
            String other = "127.0.0.1:" + Servers.freePort();
            try (MemdiNode x = Memdi.node("x")
                            .transport(TcpTransport.listen(other))
                            .bootstrap("x=" + other)
                            .start();
                    MemdiNode d = Memdi.node("d")
                            .transport(TcpTransport.listen("127.0.0.1:" + Servers.freePort()))
                            .storage(Storage.directory(directories.resolve("d")))
                            .join(other, servers.address("a"))
                            .start()) {
                x.awaitReady(Servers.LONG);
                d.awaitReady(Servers.LONG);
                assertThat(d.status().cluster())
                        .isEqualTo(servers.node("a").status().cluster());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aDirectoryFromBeforeARecoveryIsToBeMovedAway(boolean joins) {
        try (Servers servers = Servers.plaintext()) {
            startAll(servers);
            servers.store("a").put("before", "1", DURABLE);
            servers.untilEqual();
            servers.stop("a");
            servers.stop("c");
            Servers.until("the recovery", () -> recovers(servers.node("b")));
            servers.node("b").awaitReady(Servers.LONG);
            servers.keep("c", Storage.directory(directories.resolve("empty")));
            servers.join("c", "b");
            NodeBuilder again = Memdi.node("a")
                    .transport(TcpTransport.listen(servers.address("a")))
                    .storage(Storage.directory(directories.resolve("a")));
            String[] others = {"b=" + servers.address("b"), "c=" + servers.address("c")};
            try (MemdiNode a = (joins
                            ? again.join(others)
                            : again.bootstrap("a=" + servers.address("a"), others[0], others[1]))
                    .start()) {
                Servers.until(
                        "the advice",
                        () -> a.status()
                                .waitingFor()
                                .contains("and this node is to join them: end it, move its directory away"));
                assertThat(a.status().waitingFor())
                        .contains("belongs to cluster " + a.status().cluster())
                        .contains("to cluster " + servers.node("b").status().cluster())
                        .doesNotContain("told to recover");
            }
        }
    }

    private static boolean recovers(MemdiNode node) {
        try {
            node.cluster().recover();
            return true;
        } catch (NotAppliedException e) {
            return false;
        }
    }

    private static boolean isLogged(TcpLogLines lines, String who, String what) {
        return lines.with(who).stream().anyMatch(line -> line.contains(what));
    }

    @Test
    void aDirectoryOfAnotherNodeIsRefused() {
        try (Servers servers = Servers.plaintext()) {
            startAll(servers);
            servers.store("a").put("before", "1", DURABLE);
            servers.untilEqual();
            servers.stop("b");
            servers.stop("c");
            servers.keep("b", Storage.directory(directories.resolve("c")));
            assertThatThrownBy(() -> servers.start("b", NAMES))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("it is the directory of node c")
                    .hasMessageContaining("give each node its own directory");
            servers.keep("b", Storage.directory(directories.resolve("b")));
            servers.start("b", NAMES);
            servers.start("c", NAMES);
            servers.store("b").put("after", "2", DURABLE);
        }
    }
}
