package io.memdi.shell;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Backups by the shell: of nodes in its own process, and in processes of theirs. */
class BackupCommandsTest {
    private static final String MONDAY = "monday.backup";

    @TempDir
    Path folder;

    private final FakeScreen screen = new FakeScreen();

    private static String freeAddress() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return "127.0.0.1:" + server.getLocalPort();
        }
    }

    /** Runs commands at an address; returns the exit code. */
    private int shell(String address, String... commands) {
        List<String> arguments = new ArrayList<>(List.of("shell", address, "--timeout", "60s"));
        for (String command : commands) {
            arguments.addAll(List.of("-e", command));
        }
        return Main.run(screen.screen, arguments.toArray(String[]::new));
    }

    private NodeProcess node(String name, String listen, String... more) throws IOException {
        List<String> options = new ArrayList<>(List.of("--name", name, "--listen", listen));
        options.addAll(List.of(more));
        return NodeProcess.start(options.toArray(String[]::new));
    }

    private NodeProcess durable(String name, String listen, String join) throws IOException {
        return node(
                name, listen, "--join", join, "--dir", folder.resolve(name).toString(), "--backups", folder.toString());
    }

    @Test
    void aClusterOfProcessesBeginsWithTheBackupOfAnother() throws Exception {
        String first = freeAddress();
        try (NodeProcess a = node("a", first, "--bootstrap", "a=" + first, "--backups", folder.toString())) {
            a.awaitLine("a: ready, ");
            assertThat(shell(first, "put k before --ack quorum-memory", "backup " + MONDAY))
                    .isZero();
            screen.take();
            assertThat(shell(first, "backup " + MONDAY)).isEqualTo(1);
            assertThat(screen.errors())
                    .last()
                    .asString()
                    .contains(folder.resolve(MONDAY) + " is there already, and no backup is written over anything");
            assertThat(shell(first, "backup ../" + MONDAY)).isEqualTo(1);
            assertThat(shell(first, "restore " + MONDAY)).isEqualTo(1);
            assertThat(screen.errors())
                    .last()
                    .asString()
                    .contains("belongs to cluster")
                    .endsWith(
                            "stop the nodes of this one, and start them with join (--join), with empty directories or none");
            assertThat(shell(first, "backup " + MONDAY + ".tmp")).isEqualTo(1);
            assertThat(screen.errors()).last().asString().contains("nor end in .tmp");
            assertThat(shell(first, "backup ''")).isEqualTo(1);
            assertThat(screen.errors()).last().isEqualTo("a file has a name, and not an empty one");
            a.kill().exitCode();
        }
        String x = freeAddress();
        String y = freeAddress();
        try (NodeProcess founder = durable("x", x, y);
                NodeProcess other = durable("y", y, x)) {
            founder.awaitLine("x: waits: ");
            assertThat(shell(x, "restore " + MONDAY, "get k")).isZero();
            assertThat(screen.take()).contains("before");
            assertThat(shell(x, "put d kept --ack quorum-disk", "put e kept --ack LEADER_DISK", "get d", "get e"))
                    .isZero();
            assertThat(screen.take()).isEqualTo("kept" + System.lineSeparator() + "kept" + System.lineSeparator());
            other.awaitLine("y: ready, follows x in term ");
            assertThat(shell(y, "get k --level linearizable", "put k after --ack quorum-memory"))
                    .isZero();
            assertThat(screen.take()).contains("before");
            founder.kill().exitCode();
            try (NodeProcess again = durable("x", x, y)) {
                again.awaitLine("x: ready, ");
                assertThat(shell(x, "get k --level linearizable")).isZero();
                assertThat(screen.take()).contains("after");
            }
        }
    }

    @Test
    void aNodeWithoutADirectoryForThemRefusesThem() throws Exception {
        String first = freeAddress();
        try (NodeProcess a = node("a", first, "--bootstrap", "a=" + first)) {
            a.awaitLine("a: ready, ");
            assertThat(shell(first, "backup " + MONDAY)).isEqualTo(1);
            assertThat(screen.errors())
                    .last()
                    .asString()
                    .contains("node a was started without a directory for the backups of clients (--backups)");
        }
        try (NodeProcess a = node(
                "a",
                first,
                "--bootstrap",
                "a=" + first,
                "--backups",
                folder.resolve("none").toString())) {
            assertThat(a.exitCode()).isEqualTo(2);
            assertThat(a.lines()).anyMatch(line -> line.contains("none is no directory; make it, or name another one"));
        }
    }

    private int local(String... options) {
        List<String> arguments = new ArrayList<>(List.of("shell", "--local", "1"));
        arguments.addAll(List.of(options));
        return Main.run(screen.screen, arguments.toArray(String[]::new));
    }

    @Test
    void aNodeInThisProcessWritesOneWhereItIsTold() throws IOException {
        Path backup = folder.resolve("local.backup");
        assertThat(local("--json", "-e", "put k v", "-e", "put l w", "-e", "backup " + backup))
                .isZero();
        assertThat(screen.take().lines().toList())
                .last()
                .asString()
                .matches(".*\"command\":\"backup\",\"result\":\"ok\".*\"revision\":\"1\\.\\d+\".*");
        assertThat(Main.run(screen.screen, "inspect", backup.toString())).isZero();
        assertThat(screen.take().lines().toList())
                .anyMatch(line -> line.matches("backup       of cluster [0-9a-f]{32}, \\d+ bytes, \\d+ pages?"))
                .anyMatch(line -> line.matches(
                        "position     as of 1\\.\\d+; begun at 1\\.\\d+, with 0 entries that came meanwhile"))
                .anyMatch(line -> line.equals("store        \"shell\", 2 keys; codecs \"string\" and \"string\""))
                .last()
                .isEqualTo("sound        a new cluster can begin with it");
        assertThat(Main.run(screen.screen, "inspect", backup.toString(), "--json"))
                .isZero();
        assertThat(screen.take())
                .containsPattern(
                        "\"kind\":\"backup\",\"text\":\"of cluster [^\"]*\",\"cluster\":\"[0-9a-f]{32}\",\"bytes\":\\d+,\"pages\":")
                .contains("\"name\":\"shell\",\"keys\":2,\"keyCodec\":\"string\",\"valueCodec\":\"string\"}");

        byte[] bytes = Files.readAllBytes(backup);
        bytes[200] ^= 1;
        Files.write(backup, bytes);
        assertThat(Main.run(screen.screen, "inspect", backup.toString())).isEqualTo(1);
        assertThat(screen.take()).contains("not sound    " + backup + " is damaged at offset ");
        Files.write(backup, Arrays.copyOf(bytes, 20));
        assertThat(Main.run(screen.screen, "inspect", backup.toString())).isEqualTo(1);

        assertThat(local("-e", "backup " + folder.resolve("missing").resolve("x")))
                .isEqualTo(1);
        assertThat(screen.errors()).last().asString().contains("missing is no directory");
        assertThat(local("-e", "restore " + MONDAY)).isEqualTo(1);
        assertThat(screen.errors()).last().asString().contains("restore is for a node elsewhere");
    }
}
