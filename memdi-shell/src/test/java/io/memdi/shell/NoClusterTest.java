package io.memdi.shell;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memdi.Memdi;
import io.memdi.MemdiNode;
import io.memdi.NodeBuilder;
import io.memdi.NotReadyException;
import io.memdi.Storage;
import io.memdi.shell.Shell.Outcome;
import io.memdi.shell.Shell.Preferences;
import io.memdi.shell.Shell.Reader;
import io.memdi.transport.tcp.TcpTransport;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jline.terminal.Terminal;
import org.jline.terminal.impl.DumbTerminal;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The shell where there is no cluster: nobody runs, or not any more, or those who run have none yet. */
class NoClusterTest {
    @TempDir
    Path folder;

    private final Outside outside = new Outside();

    @AfterEach
    void stop() {
        outside.close();
    }

    private Shell hasty(Duration timeout, Reader reader, String... addresses) {
        return new Shell(outside.connection(timeout, addresses), outside.screen.screen, reader, Preferences.NONE);
    }

    private static String freeAddress() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return "127.0.0.1:" + server.getLocalPort();
        }
    }

    /** Nothing of it can have been done, since nobody was asked. */
    @ParameterizedTest
    @ValueSource(strings = {"backup x", "restore x", "recover", "found-alone"})
    void whatIsSaidToOneNodeIsSaidToNobodyWhereNobodyListens(String command) throws IOException {
        String address = freeAddress();
        FakeScreen screen = outside.screen;
        assertThat(Main.run(screen.screen, "shell", address, "--timeout", "300ms", "-e", command))
                .isEqualTo(1);
        assertThat(screen.errors())
                .singleElement()
                .asString()
                .startsWith("memdi: there was no node to talk to in 300 ms: none answers at " + address)
                .endsWith("; look whether it runs, and correct what is wrong");
    }

    @Test
    void jsonHasAnObjectForACommandThatFoundNone() throws IOException {
        String address = freeAddress();
        FakeScreen screen = outside.screen;
        assertThat(Main.run(
                        screen.screen, "shell", address, "--timeout", "50ms", "--json", "-e", "put k v", "-e", "get k"))
                .isEqualTo(1);
        assertThat(screen.lines())
                .singleElement()
                .asString()
                .startsWith(
                        "{\"command\":\"put\",\"result\":\"failed\",\"error\":\"there was no cluster to talk to in 50 ms: "
                                + "no node of a cluster answers at " + address);
        assertThat(screen.errors())
                .singleElement()
                .asString()
                .startsWith("memdi: there was no cluster to talk to in 50 ms: ")
                .endsWith("; 1 more command was not tried");
    }

    @Test
    void aScriptEndsWhenNoNodeAnswersAnyMore() {
        Shell shell = hasty(Duration.ofSeconds(3), Reader.PROGRAM, "a", "b", "c");
        assertThat(shell.run("put k v --ack quorum-memory")).isEqualTo(Outcome.OK);
        List.copyOf(outside.nodes.keySet()).forEach(outside::crash);
        assertThatThrownBy(() -> Script.run(shell, List.of("frob", "put k w", "get k", "count")))
                .isInstanceOf(Unreachable.class)
                .hasMessage("no node answers any more; look whether they run; 2 more commands were not tried");
        assertThat(outside.screen.errors()).hasSize(2); // of frob, which is no reason to end, and of put
        String text = "put k w\n# a comment\n\n  get k\ncount";
        assertThatThrownBy(() -> Script.run(shell, new ByteArrayInputStream(text.getBytes(UTF_8)), UTF_8))
                .isInstanceOf(Unreachable.class)
                .hasMessage("no node answers any more; look whether they run; 2 more commands were not tried");
        assertThatThrownBy(() -> Script.run(shell, List.of("put k w")))
                .hasMessage("no node answers any more; look whether they run");
    }

    /** The rest of them may do without a leader. */
    @Test
    void aScriptGoesOnAsLongAsANodeAnswers() {
        String leader = outside.leader();
        Shell shell = hasty(Duration.ofSeconds(3), Reader.PROGRAM, leader);
        assertThat(shell.run("put k v --ack quorum-memory")).isEqualTo(Outcome.OK);
        outside.followers().forEach(outside::crash);
        assertThat(Script.run(shell, List.of("put k w --ack quorum-memory", "keys --limit 5")))
                .isFalse();
        assertThat(outside.screen.errors()).hasSize(1);
        assertThat(outside.screen.lines()).containsExactly("k");
    }

    /** Whoever sits there may start the node again. */
    @Test
    void thePromptStaysWhereANodeDoesNotAnswer() throws IOException {
        Shell shell = hasty(Duration.ofSeconds(3), Reader.PERSON, "a");
        shell.reach();
        outside.crash("a");
        byte[] keys = "recover\nhelp put\n".getBytes(UTF_8);
        try (Terminal terminal = new DumbTerminal(new ByteArrayInputStream(keys), new ByteArrayOutputStream())) {
            new Prompt(shell).run(terminal, null);
        }
        assertThat(outside.screen.errors())
                .containsExactly(
                        "there was no node to talk to in 3 s: none answers at a; look whether it runs, and correct what"
                                + " is wrong");
        assertThat(outside.screen.out()).contains("for example: put ");
    }

    @Test
    void nodesThatWaitAreShown() {
        MemdiNode x = Memdi.node("x").transport(outside.network).join("nobody").start();
        Shell shell = hasty(Duration.ofSeconds(3), Reader.PERSON, "x", "nobody");
        assertThat(shell.run("status")).isEqualTo(Outcome.OK);
        assertThat(outside.printed())
                .contains("x founding 0 R R 0 - -", "nobody no answer - - - - - -")
                .contains("x waits for: " + x.status().waitingFor())
                .contains("None of these belongs to a cluster. " + NoCluster.ADVICE);
        assertThatThrownBy(() -> shell.run("get k"))
                .isInstanceOf(Unreachable.class)
                .hasMessage(
                        "there was no cluster to talk to in 3 s: node x runs, and belongs to no cluster yet; it waits: "
                                + x.status().waitingFor() + ". " + NoCluster.ADVICE);
        Shell program = hasty(Outside.LONG, Reader.JSON, "x");
        assertThat(program.run("status")).isEqualTo(Outcome.OK);
        assertThat(outside.screen.take())
                .startsWith(
                        "{\"command\":\"status\",\"result\":\"ok\",\"members\":[{\"name\":\"x\",\"role\":\"founding\"")
                .contains("\"waitingFor\":\"none of the nodes that it was started with");
    }

    /** What is known of its nodes first is no reason not to wait for it. */
    @Test
    void aClusterThatIsThereIsShownAsSuch() {
        try (MemdiNode x =
                Memdi.node("x").transport(outside.network).join("nobody").start()) {
            Shell shell = hasty(Outside.LONG, Reader.PERSON, "x", "a");
            assertThat(shell.run("status")).isEqualTo(Outcome.OK);
            assertThat(outside.printed())
                    .filteredOn(line -> line.matches("[abc] (leader|follower) .*"))
                    .hasSize(3);
            assertThat(x.status().cluster()).isNull();
        }
    }

    private static NodeBuilder founder(String name, String a, String b) {
        return Memdi.node(name)
                .transport(TcpTransport.listen(name.equals("a") ? a : b))
                .bootstrap("a=" + a, "b=" + b);
    }

    private List<String> status(String... addresses) {
        assertThat(Main.run(
                        outside.screen.screen,
                        "shell",
                        String.join(",", addresses),
                        "--timeout",
                        "60s",
                        "-e",
                        "status"))
                .isZero();
        return outside.screen.take().lines().toList();
    }

    @Test
    void whoseDirectoryIsDamagedIsNotAdvisedToFoundACluster() throws IOException {
        String a = freeAddress();
        try (MemdiNode alone = Memdi.node("a")
                .transport(TcpTransport.listen(a))
                .storage(Storage.directory(folder))
                .bootstrap("a=" + a)
                .start()) {
            alone.awaitReady(Outside.LONG);
        }
        Path log = folder.resolve("0000000001.log");
        byte[] bytes = Files.readAllBytes(log);
        bytes[120] ^= 4;
        Files.write(log, bytes);
        try (MemdiNode damaged = founder("a", a, freeAddress())
                .storage(Storage.directory(folder))
                .start()) {
            assertThat(status(a))
                    .anyMatch(line -> line.startsWith("a waits for: " + log + " is damaged"))
                    .last()
                    .asString()
                    .contains("Start the other nodes of its cluster")
                    .doesNotContain("found-alone");
            assertThat(damaged.status().cluster()).isNull();
        }
    }

    private static void untilItWaitsFor(String what, MemdiNode node) {
        long end = System.nanoTime() + Outside.LONG.toNanos();
        while (!node.status().waitingFor().contains(what)) {
            assertThat(System.nanoTime()).isLessThan(end);
            assertThatThrownBy(() -> node.awaitReady(Duration.ofMillis(20))).isInstanceOf(NotReadyException.class);
        }
    }

    @Test
    void nodesWithAndWithoutADirectoryAreToBeStartedAlike() throws IOException {
        String a = freeAddress();
        String b = freeAddress();
        try (MemdiNode onDisk =
                        founder("a", a, b).storage(Storage.directory(folder)).start();
                MemdiNode inMemory = founder("b", a, b).start()) {
            for (MemdiNode node : List.of(onDisk, inMemory)) {
                untilItWaitsFor("a cluster does one or the other", node);
            }
            assertThat(status(a, b))
                    .last()
                    .isEqualTo("None of these belongs to a cluster. Start all of its nodes with --dir, or all without");
        }
    }
}
