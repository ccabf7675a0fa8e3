package io.memdi.shell;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.memdi.Memdi;
import io.memdi.MemdiNode;
import io.memdi.Status;
import io.memdi.shell.Shell.Outcome;
import io.memdi.shell.Shell.Preferences;
import io.memdi.shell.Shell.Reader;
import io.memdi.transport.tcp.TcpTransport;
import io.memdi.transport.tcp.TlsIdentity;
import io.memdi.transport.tcp.TlsTrust;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The shell as a client of three nodes, over TCP. */
class TcpShellTest {
    private static final String PASSWORD = "change-it";

    private final FakeScreen screen = new FakeScreen();
    private final Map<String, String> addresses = new LinkedHashMap<>();
    private final Map<String, MemdiNode> nodes = new LinkedHashMap<>();

    @BeforeEach
    void start() throws IOException {
        for (String name : List.of("a", "b", "c")) {
            addresses.put(name, "127.0.0.1:" + freePort());
        }
        String[] list = addresses.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + entry.getValue())
                .toArray(String[]::new);
        addresses.forEach((name, address) -> nodes.put(
                name,
                Memdi.node(name)
                        .transport(TcpTransport.listen(address))
                        .electionTimeout(Duration.ofMillis(1500), Duration.ofMillis(2000))
                        .bootstrap(list)
                        .start()));
        nodes.values().forEach(node -> node.awaitReady(Outside.LONG));
    }

    private static int freePort() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return server.getLocalPort();
        }
    }

    @AfterEach
    void stop() {
        nodes.values().forEach(MemdiNode::close);
    }

    private String all() {
        return String.join(",", addresses.values());
    }

    /** Runs the command line, with so long to wait that nothing depends on the machine; returns the exit code. */
    private int run(String... arguments) {
        List<String> words = new ArrayList<>(List.of("shell", all(), "--timeout", "60"));
        words.addAll(List.of(arguments));
        return Main.run(screen.screen, words.toArray(String[]::new));
    }

    private List<String> printed() {
        return screen.take().lines().map(Transcript::masked).toList();
    }

    private String leader() {
        Map<String, Status> statuses = new LinkedHashMap<>();
        nodes.forEach((name, node) -> statuses.put(name, node.status()));
        return Objects.requireNonNull(LocalNodes.leader(statuses)).name();
    }

    @Test
    void runsCommandsForPrograms(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("f.csv"), "a,1\nb,2\nc,3\n");
        int code = run(
                "--ack",
                "quorum-memory",
                "--level",
                "linearizable",
                "-e",
                "put k 'a value'",
                "-e",
                "get k",
                "-e",
                "load " + file,
                "-e",
                "keys",
                "-e",
                "count",
                "-e",
                "leader");
        assertThat(screen.errors()).isEmpty();
        assertThat(code).isZero();
        assertThat(screen.lines()).containsExactly("a value", "a", "b", "c", "k", "4", leader());
        screen.take();
        assertThat(run("-e", "get none")).isEqualTo(1);
        assertThat(screen.errors()).containsExactly("no such key");
        assertThat(screen.lines()).isEmpty();
    }

    @Test
    void printsJson() {
        int code = run(
                "--json",
                "-e",
                "put k 'say \"hi\"' --ack quorum-memory",
                "-e",
                "get k",
                "-e",
                "get none",
                "-e",
                "frob",
                "-e",
                "status",
                "-e",
                "top 1");
        assertThat(code).isEqualTo(1);
        assertThat(screen.errors()).isEmpty();
        List<String> lines = screen.lines().stream()
                .map(line -> line.replaceAll("\"micros\":\\d+", "\"micros\":0"))
                .toList();
        assertThat(lines).hasSize(6);
        String revision = lines.get(0).replaceAll(".*\"revision\":\"([^\"]+)\".*", "$1");
        assertThat(lines.subList(0, 4))
                .containsExactly(
                        "{\"command\":\"put\",\"result\":\"ok\",\"message\":\"ok\",\"key\":\"k\",\"revision\":\""
                                + revision + "\",\"micros\":0}",
                        "{\"command\":\"get\",\"result\":\"ok\",\"key\":\"k\",\"value\":\"say \\\"hi\\\"\",\"revision\":\""
                                + revision + "\",\"micros\":0}",
                        "{\"command\":\"get\",\"result\":\"no\",\"message\":\"no such key\",\"key\":\"none\",\"micros\":0}",
                        "{\"command\":\"frob\",\"result\":\"failed\",\"error\":\"there is no command \\\"frob\\\"; type help"
                                + " for a list\",\"micros\":0}");
        assertThat(lines.get(4)).startsWith("{\"command\":\"status\",\"result\":\"ok\",\"members\":[{\"name\":\"a\"");
        assertThat(lines.get(5))
                .startsWith("{\"command\":\"top\",\"result\":\"ok\",\"round\":1,\"members\":[{\"name\":\"a\"")
                .contains("\"role\":\"leader\"", "\"lag\":", "\"writesPerSecond\":null", "\"p99RttMicros\":");
    }

    @Test
    void goesOnTypingWhenANodeEnds() {
        RemoteConnection.Target target =
                new RemoteConnection.Target(List.copyOf(addresses.values()), Shell.STORE, Outside.LONG);
        try (RemoteConnection connection =
                RemoteConnection.open(target, Memdi.client().transport(TcpTransport.dialing()), new DialLog(false))) {
            Shell shell = new Shell(connection, screen.screen, Reader.PERSON, Preferences.NONE);
            shell.pace(new Immediate());
            Transcript.plays(shell, screen, """
                    > put k v --ack quorum-memory
                    ok (revision R, T)
                    > get k
                    v (revision R, session, T)
                    """);
            shell.run("members");
            assertThat(screen.take()).contains(addresses.values()).contains("leads");
            String old = leader();
            String heir = others(old).get(0);
            shell.run("transfer " + heir);
            assertThat(printed()).singleElement().asString().startsWith("ok, " + heir + " leads (term ");
            Objects.requireNonNull(nodes.remove(heir)).close();
            Transcript.plays(shell, screen, """
                    > put k w --ack quorum-memory
                    ok (revision R, T)
                    > get k --level linearizable
                    w (revision R, linearizable, T)
                    """);
            shell.run("status");
            assertThat(printed()).hasSize(5).contains(heir + " no answer - - - - - -");
            shell.run("top 2");
            assertThat(printed())
                    .hasSize(10)
                    .filteredOn((heir + " no answer - - - - -")::equals)
                    .hasSize(2);
            assertThat(shell.run("get k")).isEqualTo(Outcome.OK);
        }
    }

    private List<String> others(String name) {
        return nodes.keySet().stream().filter(each -> !each.equals(name)).toList();
    }

    /** A node and a client with one certificate, which has signed itself. */
    @Test
    void talksOverTlsOnly(@TempDir Path folder) throws IOException, InterruptedException {
        Path identity = selfSigned(folder);
        Path trust = certificate(identity);
        Path password = Files.writeString(folder.resolve("password"), PASSWORD + "\n");
        String address = "127.0.0.1:" + freePort();
        nodes.put(
                "x",
                Memdi.node("x")
                        .transport(TcpTransport.listen(address)
                                .tls(TlsIdentity.pkcs12(identity, PASSWORD.toCharArray()), TlsTrust.pem(trust)))
                        .bootstrap("x=" + address)
                        .start()
                        .awaitReady(Outside.LONG));
        List<String> words = List.of("shell", address, "--tls-identity", "" + identity, "--tls-trust", "" + trust);
        String[] with = Stream.concat(
                        words.stream(),
                        Stream.of(
                                "--tls-password-file",
                                "" + password,
                                "--timeout",
                                "60",
                                "-e",
                                "put k v",
                                "-e",
                                "get k"))
                .toArray(String[]::new);
        assertThat(Main.run(screen.screen, with)).as(screen::err).isZero();
        assertThat(screen.lines()).containsExactly("v");
        screen.take();
        assertThat(Main.run(screen.screen, "shell", address, "--timeout", "2", "-e", "get k"))
                .isEqualTo(1);
        assertThat(screen.errors())
                .singleElement()
                .asString()
                .startsWith(
                        "memdi: there was no cluster to talk to in 2 s: no node of a cluster answers at " + address);
    }

    private static Path selfSigned(Path folder) throws IOException, InterruptedException {
        Path file = folder.resolve("x.p12");
        keytool(
                file,
                List.of("-genkeypair", "-keyalg", "EC", "-groupname", "secp256r1", "-dname", "CN=x"),
                List.of("-ext", "san=ip:127.0.0.1", "-validity", "2"));
        return file;
    }

    private static Path certificate(Path identity) throws IOException, InterruptedException {
        Path file = identity.resolveSibling("x.pem");
        keytool(identity, List.of("-exportcert", "-rfc"), List.of("-file", file.toString()));
        return file;
    }

    private static void keytool(Path store, List<String> what, List<String> more)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(what);
        command.addAll(List.of("-alias", "x", "-keystore", store.toString(), "-storetype", "PKCS12"));
        command.addAll(List.of("-storepass", PASSWORD));
        command.addAll(more);
        Process keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(keytool.getInputStream().readAllBytes(), UTF_8);
        assertThat(keytool.waitFor()).as(output).isZero();
    }

    @Test
    void runsAScriptFromStandardInput() {
        InputStream before = System.in;
        System.setIn(new ByteArrayInputStream("put k v\n# a comment\nget k\nbad\nget none\n".getBytes(UTF_8)));
        try {
            assertThat(run()).isEqualTo(1);
        } finally {
            System.setIn(before);
        }
        assertThat(screen.errors()).containsExactly("line 4: there is no command \"bad\"; type help for a list");
        assertThat(screen.lines().stream().map(Transcript::masked))
                .containsExactly("ok (revision R, T)", "v (revision R, session, T)", "no such key (session, T)");
    }
}
