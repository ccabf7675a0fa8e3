package io.memdi.shell;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The exit codes that help and the documents promise, but for those of nodes that are told to end, which {@link NodeProcessTest} sees.
 * FREE is a port at which nobody listens, FOLDER a folder with a file in it.
 */
class ExitCodesTest {
    @TempDir
    private static Path folder;

    private final FakeScreen screen = new FakeScreen();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // Everything was done, and found.
                "0 | --help",
                "0 | --version",
                "0 | shell --help",
                "0 | node --help",
                "0 | inspect --help",
                "0 | demo --help",
                "0 | shell --local 1 -e put;k;v -e get;k",
                "0 | shell --local 1 --json -e put;k;v",
                "0 | shell --local 1 -e quit -e get;none",
                "0 | inspect FOLDER/empty",
                // Something failed, or was not found.
                "1 | shell --local 1 -e get;none",
                "1 | shell --local 1 --json -e get;none",
                "1 | shell --local 1 -e frob -e put;k;v",
                "1 | shell --local 1 -e cas;none;1.1;v",
                "1 | shell --local 1 -e recover;a",
                "1 | shell 127.0.0.1:FREE --timeout 50ms -e get;k",
                "1 | shell 127.0.0.1:FREE --timeout 50ms -e recover",
                "1 | shell no.such.host.invalid:7400 -e get;k",
                "1 | shell 127.0.0.1:FREE --tls-identity FOLDER/none --tls-trust FOLDER/none -e get;k",
                "1 | shell 127.0.0.1:FREE --timeout 50ms -e status",
                "1 | inspect FOLDER",
                "1 | inspect FOLDER/file",
                "1 | inspect FOLDER/none",
                "1 | demo --load FOLDER/none.csv",
                "1 | node --name a --listen 192.0.2.1:7400 --join 127.0.0.1:1",
                "1 | node --name a --listen no.such.host.invalid:7400 --join 127.0.0.1:1",
                "1 | node --name a --listen 127.0.0.1:0 --join 127.0.0.1:1 --tls-identity FOLDER/none --tls-trust FOLDER/none",
                // The options were not understood, or contradict each other.
                "2 | frob",
                "2 | shell --frob",
                "2 | shell 127.0.0.1:FREE --local 3",
                "2 | shell --plaintext",
                "2 | shell 10.0.0.1:7400 -e get;k",
                "2 | shell 10.0.0.1:7400 --tls-trust FOLDER/none -e get;k",
                "2 | shell 10.0.0.1:7400 --tls-identity FOLDER/none --plaintext -e get;k",
                "2 | shell 127.0.0.1:FREE --timeout soon",
                "2 | inspect",
                "2 | inspect FOLDER --frob",
                "2 | demo --header",
                "2 | node",
                "2 | node --name a --listen 127.0.0.1:0",
                "2 | node --name a --listen 127.0.0.1:0 --join 127.0.0.1:1 --heartbeat x",
                "2 | node --name a --listen 127.0.0.1:0 --join 127.0.0.1:1 --heartbeat 0",
                "2 | node --name a --listen 127.0.0.1:0 --join 127.0.0.1:1 --tls-key FOLDER/none",
                "2 | node --name a --listen 127.0.0.1:0 --join 127.0.0.1:1 --plaintext --tls-trust FOLDER/none",
                "2 | node --name a --listen 0.0.0.0:0 --join 127.0.0.1:1",
                "2 | node --name a --listen 0.0.0.0:0 --join 127.0.0.1:1 --plaintext",
            })
    void areAsTheyAreDocumented(int code, String arguments) throws IOException {
        Files.createDirectories(folder.resolve("empty"));
        Files.writeString(folder.resolve("file"), "no directory");
        String free = String.valueOf(freePort());
        String[] words = List.of(arguments.split(" ")).stream()
                .map(word -> word.replace(';', ' ').replace("FREE", free).replace("FOLDER", folder.toString()))
                .toArray(String[]::new);
        assertThat(Main.run(screen.screen, words)).as(screen.err()).isEqualTo(code);
        if (code == Main.WRONG_USAGE) {
            assertThat(screen.errors()).hasSize(2).last().asString().startsWith("Try: memdi");
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return server.getLocalPort();
        }
    }
}
