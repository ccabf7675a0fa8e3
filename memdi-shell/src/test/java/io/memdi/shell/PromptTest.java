package io.memdi.shell;

import static org.assertj.core.api.Assertions.assertThat;

import io.memdi.ReadOptions;
import io.memdi.shell.Shell.Reader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jline.reader.Candidate;
import org.jline.reader.ParsedLine;
import org.jline.reader.Parser.ParseContext;
import org.jline.reader.impl.DefaultParser;
import org.jline.terminal.Terminal;
import org.jline.terminal.impl.DumbTerminal;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mockito.Mockito;

class PromptTest {
    private final FakeScreen screen = new FakeScreen();
    private final LocalNodes nodes = LocalNodes.start(3, Shell.STORE);
    private final Shell shell = new Shell(nodes, screen.screen, Reader.PERSON);

    @AfterEach
    void stop() {
        nodes.close();
    }

    /** Types, and returns what the terminal shows. */
    private String type(String keys, Path history) throws IOException {
        ByteArrayOutputStream shown = new ByteArrayOutputStream();
        try (Terminal terminal =
                new DumbTerminal(new ByteArrayInputStream(keys.getBytes(StandardCharsets.UTF_8)), shown)) {
            new Prompt(shell).run(terminal, history);
        }
        return shown.toString(StandardCharsets.UTF_8);
    }

    @Test
    void readsUntilTheEnd(@TempDir Path folder) throws IOException {
        Path history = folder.resolve("history");
        String shown = type("put k hello!\nuse b\nget k --level linearizable\n", history);
        assertThat(shown).contains("memdi a> ", "memdi b> ");
        assertThat(screen.lines()).hasSize(5);
        assertThat(screen.lines().get(0))
                .startsWith("A cluster in this process: a, b, c. ")
                .endsWith("you are at a.");
        assertThat(screen.lines().get(4)).startsWith("hello!");
        assertThat(Files.readString(history)).contains("put k hello!", "use b");
    }

    @Test
    void quits(@TempDir Path folder) throws IOException {
        type("put k v\nquit\nput l v\n", folder.resolve("history"));
        assertThat(nodes.store("a").size()).isEqualTo(1);
    }

    @Test
    void doesWithoutAHistory(@TempDir Path folder) throws IOException {
        type("count\n", null);
        type("count\n", folder.resolve("no/such/folder"));
        assertThat(screen.errors()).isEmpty();
        assertThat(Prompt.historyFile(Map.of("HOME", folder.toString()))).isEqualTo(folder.resolve(".memdi_history"));
        assertThat(Prompt.historyFile(Map.of("HOME", folder + "/none"))).isNull();
    }

    @Test
    void endsTopWithAKey(@TempDir Path folder) throws IOException {
        type("top\nqcount\n", folder.resolve("history"));
        assertThat(screen.lines()).filteredOn(line -> line.startsWith("node ")).isNotEmpty();
        assertThat(screen.lines()).last().asString().startsWith("0 keys");
    }

    private List<String> completed(String line) {
        ParsedLine parsed = new DefaultParser().parse(line, line.length(), ParseContext.COMPLETE);
        List<Candidate> candidates = new ArrayList<>();
        new Completion(shell).complete(Mockito.mock(), parsed, candidates);
        return candidates.stream().map(Candidate::value).toList();
    }

    @Test
    void completes() {
        shell.run("put apple 1 --ack quorum-memory");
        shell.run("put avocado 1 --ack quorum-memory");
        shell.run("put banana 1 --ack quorum-memory");
        shell.nodes().store("a").get("any", ReadOptions.linearizable());
        assertThat(completed("")).contains("put", "get", "status", "quit").doesNotContain("frob");
        assertThat(completed("get a")).containsExactly("apple", "avocado");
        assertThat(completed("put k ")).isEmpty();
        assertThat(completed("put k v --")).containsExactly("--ack");
        assertThat(completed("put k v --ack "))
                .containsExactly("leader-memory", "quorum-memory", "leader-disk", "quorum-disk");
        assertThat(completed("get k --level ")).contains("local", "linearizable");
        assertThat(completed("get --at ")).containsExactly("a", "b", "c");
        assertThat(completed("get --at b ")).contains("banana");
        assertThat(completed("get --at=b b")).containsExactly("banana");
        assertThat(completed("kill ")).containsExactly("a", "b", "c");
        assertThat(completed("partition a b")).containsExactly("a", "b", "c");
        assertThat(completed("help st")).contains("status");
        assertThat(completed("count x")).isEmpty();
        assertThat(completed("frob x")).isEmpty();
    }
}
