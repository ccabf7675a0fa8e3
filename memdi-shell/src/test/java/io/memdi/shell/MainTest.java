package io.memdi.shell;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is typed after {@code ./memdi}. */
class MainTest {
    private final FakeScreen screen = new FakeScreen();

    private int run(String... arguments) {
        return Main.run(screen.screen, arguments);
    }

    private void refuses(String problem, String command, String... arguments) {
        screen.take();
        assertThat(run(arguments)).isEqualTo(2);
        assertThat(screen.errors()).containsExactly(command + ": " + problem, "Try: " + command + " --help");
        assertThat(screen.lines()).isEmpty();
    }

    @Test
    void refusesWrongArgumentsInOneLine() {
        refuses("Say what to run: demo, shell, node or inspect", "memdi");
        refuses("there is no command \"frob\"; there are demo, shell, node and inspect", "memdi", "frob");
        refuses("there is no command \"nod\"; did you mean node?", "memdi", "nod");
        refuses("PATH is missing", "memdi inspect", "inspect");
        refuses("there is no option --frob", "memdi demo", "demo", "--frob");
        refuses("there is no option --heder; did you mean --header?", "memdi demo", "demo", "--heder");
        refuses("\"f.csv\" is too much", "memdi demo", "demo", "f.csv");
        refuses("there is no option --verson; did you mean --version?", "memdi inspect", "inspect", "x", "--verson");
        refuses("\"y\" is too much", "memdi inspect", "inspect", "x", "y");
        refuses("there is no option --tmeout=2; did you mean --timeout?", "memdi shell", "shell", "--tmeout=2");
        refuses("there is no option -x", "memdi shell", "shell", "-x");
        refuses("an address is host:port, as in 10.0.0.1:7400 or [::1]:7400, not \"x\"", "memdi shell", "shell", "x");
        refuses("nobody can be reached at port 0: 127.0.0.1:0", "memdi shell", "shell", "127.0.0.1:0");
        refuses(
                "--local starts nodes in this process, and HOST:PORT is a cluster elsewhere: say one of them",
                "memdi shell",
                "shell",
                "127.0.0.1:7400",
                "--local",
                "3");
        refuses(
                "--plaintext is for a cluster elsewhere: say HOST:PORT, the address of one of its nodes",
                "memdi shell",
                "shell",
                "--plaintext");
        refuses(
                "--timeout is a number of seconds, or a time as in 2s or 500ms, from 1ms to 3600s, not \"soon\"",
                "memdi shell",
                "shell",
                "--local=1",
                "--timeout=soon");
        for (String wrong : List.of("0", "0ms", "3601", "3600001ms", "2m", "-1", "", "9999999999")) {
            refuses(
                    "--timeout is a number of seconds, or a time as in 2s or 500ms, from 1ms to 3600s, not \"" + wrong
                            + '"',
                    "memdi shell",
                    "shell",
                    "127.0.0.1:7400",
                    "--timeout=" + wrong);
        }
        refuses(
                "--heartbeat: 0 ms is less than 1 ms; --election-timeout: its minimum, 300 ms, is above its maximum, 200 ms",
                "memdi shell",
                "shell",
                "127.0.0.1:7400",
                "--heartbeat",
                "0",
                "--election-timeout",
                "300-200");
        refuses(
                "--election-timeout is two numbers of milliseconds, as in 250-500, not \"250\"",
                "memdi shell",
                "shell",
                "127.0.0.1:7400",
                "--election-timeout",
                "250");
        refuses(
                "--heartbeat is a number of milliseconds, not \"fast\"",
                "memdi shell",
                "shell",
                "127.0.0.1:7400",
                "--heartbeat=fast");
        refuses(
                "--heartbeat is for a cluster elsewhere: say HOST:PORT, the address of one of its nodes",
                "memdi shell",
                "shell",
                "--heartbeat",
                "100");
        refuses(
                "--plaintext and TLS exclude each other; say one of them",
                "memdi shell",
                "shell",
                "10.0.0.1:7400",
                "--plaintext",
                "--tls-trust",
                "ca.pem");
        refuses(
                "without TLS, whoever sees the network on the way to 10.0.0.1:7400 reads along: say --tls-identity and"
                        + " --tls-trust; or --plaintext, if the network is closed to others",
                "memdi shell",
                "shell",
                "127.0.0.1:7400,10.0.0.1:7400");
        refuses(
                "--ack is leader-memory or quorum-memory or leader-disk or quorum-disk, not \"disk\"",
                "memdi shell",
                "shell",
                "--ack",
                "disk");
        refuses(
                "--level is local or session or committed or linearizable, not \"x\"",
                "memdi shell",
                "shell",
                "--level=x");
        refuses("--store is the name of a store, and not empty", "memdi shell", "shell", "--store", "");
        refuses("--local is a number from 1 to 7, not \"8\"", "memdi shell", "shell", "--local", "8");
        refuses("--local is a number from 1 to 7, not \"0\"", "memdi shell", "shell", "--local=0");
        refuses("--local is a number from 1 to 7, not \"x\"", "memdi shell", "shell", "--local", "x");
        refuses("--load needs FILE.csv after it", "memdi demo", "demo", "--load");
        refuses("--load is said twice; say it once", "memdi demo", "demo", "--load", "a", "--load", "b");
        refuses("--json takes nothing, not \"yes\"", "memdi shell", "shell", "--json=yes");
        refuses("--header belongs to --load FILE.csv", "memdi demo", "demo", "--header");
    }

    @Test
    void explainsItself() {
        assertThat(run("--help")).isZero();
        assertThat(screen.take()).contains("demo", "shell");
        assertThat(run("demo", "--help")).isZero();
        assertThat(screen.take()).contains("--load=FILE.csv", "--header", "--verbose");
        assertThat(run("shell", "--help")).isZero();
        assertThat(screen.take())
                .contains("[HOST:PORT[,HOST:PORT...]...]", "--local=N", "--execute=COMMAND", "--json", "--ack=LEVEL")
                .contains("--timeout=TIME", "--tls-identity=FILE", "Exit codes", "goes on after");
        assertThat(run("node", "--help")).isZero();
        assertThat(screen.take()).contains("--bootstrap=NAME=HOST:PORT", "--tls-password-file=FILE", "Exit codes");
        assertThat(run("help")).isZero();
        assertThat(screen.take()).contains("demo", "shell", "node");
        assertThat(run("help", "shell")).isZero();
        assertThat(screen.take()).contains("--local=N");
        assertThat(run("--version")).isZero();
        assertThat(screen.out()).startsWith("memdi ");
    }

    @Test
    void runsCommandsForPrograms() {
        assertThat(run("shell", "--local", "1", "-e", "put k 'a value'", "-e", "get k", "-e", "count"))
                .isZero();
        assertThat(screen.lines()).containsExactly("a value", "1");
        assertThat(screen.errors()).isEmpty();
    }

    @Test
    void nodesInThisProcessMayBeGivenATimeoutToo() {
        assertThat(run("shell", "--local", "1", "--timeout", "30", "-e", "put k v", "-e", "get k"))
                .isZero();
        assertThat(screen.take().lines()).containsExactly("v");
    }

    @Test
    void failsWhereACommandFails() {
        assertThat(run("shell", "--local", "1", "-e", "get none", "-e", "frob", "-e", "count"))
                .isEqualTo(1);
        assertThat(screen.lines()).containsExactly("0");
        assertThat(screen.errors())
                .containsExactly("no such key", "there is no command \"frob\"; type help for a list");
    }

    @Test
    void saysWhyThereIsNoCluster(@TempDir Path folder) throws IOException {
        int port;
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = server.getLocalPort();
        }
        for (Map.Entry<String, String> time :
                Map.of("1", "1 s", "1s", "1 s", "50ms", "50 ms").entrySet()) {
            assertThat(run("shell", "127.0.0.1:" + port, "--timeout", time.getKey(), "-e", "get k", "-e", "get l"))
                    .isEqualTo(1);
            assertThat(screen.errors())
                    .singleElement()
                    .asString()
                    .startsWith("memdi: there was no cluster to talk to in " + time.getValue()
                            + ": no node of a cluster answers at 127.0.0.1:" + port);
            screen.take();
        }
        String none = folder + "/none.pem";
        assertThat(run("shell", "10.0.0.1:7400", "--tls-identity", none, "--tls-trust", none, "-e", "get k"))
                .isEqualTo(1);
        assertThat(screen.take())
                .isEqualToNormalizingNewlines("memdi: " + none + " cannot be read: there is no such file\n");
    }

    @Test
    void goesOnWithoutAHostThatNobodyKnows() throws IOException {
        int port;
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = server.getLocalPort();
        }
        String nowhere = "no.such.host.invalid:7400";
        assertThat(run("shell", nowhere + ",127.0.0.1:" + port, "--timeout", "50ms", "-e", "get k"))
                .isEqualTo(1);
        assertThat(screen.errors()).hasSize(2).satisfies(lines -> {
            assertThat(lines.get(0)).isEqualTo("goes on without no.such.host.invalid, a host that is not known here");
            assertThat(lines.get(1)).contains("no node of a cluster answers at 127.0.0.1:" + port);
        });
        screen.take();
        assertThat(run("shell", nowhere, "-e", "get k")).isEqualTo(1);
        assertThat(screen.errors())
                .containsExactly(
                        "memdi: the host no.such.host.invalid is not known here: correct its name, or use its address");
    }

    @Test
    void saysWhatTheDemoCannotLoad(@TempDir Path folder) throws IOException {
        assertThat(run("demo", "--load", folder + "/none.csv")).isEqualTo(1);
        assertThat(screen.take())
                .isEqualToNormalizingNewlines("memdi: " + folder + "/none.csv cannot be read: there is no such file\n");
        Path empty = Files.createFile(folder.resolve("empty.csv"));
        assertThat(run("demo", "--load", empty.toString())).isEqualTo(1);
        assertThat(screen.take()).isEqualToNormalizingNewlines("memdi: " + empty + ": no rows\n");
    }
}
