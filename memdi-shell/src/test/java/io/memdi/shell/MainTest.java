package io.memdi.shell;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
        refuses("Say what to run: demo, shell or node", "memdi");
        refuses("\"frob\" is not understood", "memdi", "frob");
        refuses("\"--frob\" is not understood", "memdi demo", "demo", "--frob");
        refuses("an address is host:port, as in 10.0.0.1:7400 or [::1]:7400, not \"x\"", "memdi shell", "shell", "x");
        refuses("--local is a number from 1 to 7, not 8", "memdi shell", "shell", "--local", "8");
        refuses("--local is a number from 1 to 7, not 0", "memdi shell", "shell", "--local=0");
        refuses("Invalid value for option '--local': 'x' is not an int", "memdi shell", "shell", "--local", "x");
        refuses("Missing required parameter for option '--load' (FILE.csv)", "memdi demo", "demo", "--load");
        refuses("--header belongs to --load FILE.csv", "memdi demo", "demo", "--header");
    }

    @Test
    void explainsItself() {
        assertThat(run("--help")).isZero();
        assertThat(screen.take()).contains("demo", "shell");
        assertThat(run("demo", "--help")).isZero();
        assertThat(screen.take()).contains("--load=FILE.csv", "--header", "--verbose");
        assertThat(run("shell", "--help")).isZero();
        assertThat(screen.take()).contains("--local=N", "--execute=COMMAND", "Exit codes", "goes on after");
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
    void failsWhereACommandFails() {
        assertThat(run("shell", "--local", "1", "-e", "get none", "-e", "frob", "-e", "count"))
                .isEqualTo(1);
        assertThat(screen.lines()).containsExactly("0");
        assertThat(screen.errors())
                .containsExactly("no such key", "there is no command \"frob\"; type help for a list");
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
