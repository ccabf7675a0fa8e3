package io.memdi.shell;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the README, and the page on tests, show is what is built. */
class ReadmeTest {
    private static final Path ROOT =
            Path.of(System.getProperty("memdi.root", "..")).toAbsolutePath().normalize();
    private static final Pattern BLOCK = Pattern.compile("```(\\w*)\\n(.*?)```", Pattern.DOTALL);
    private static final Pattern LINK = Pattern.compile("]\\((?!https?:)([^)#]+)[^)]*\\)");

    private static String read(String file) throws IOException {
        return Files.readString(ROOT.resolve(file));
    }

    private static List<String> blocks(String language) throws IOException {
        return blocks("README.md", language);
    }

    private static List<String> blocks(String page, String language) throws IOException {
        return BLOCK.matcher(read(page))
                .results()
                .filter(block -> block.group(1).equals(language))
                .map(block -> block.group(2))
                .toList();
    }

    @Test
    void showsTheProgramThatIsCompiled() throws IOException {
        String source = read("memdi-shell/src/test/java/io/memdi/shell/Quickstart.java");
        assertThat(blocks("java")).containsExactly(source.substring(source.indexOf("import ")));
    }

    @Test
    void showsAProgramThatRuns() {
        PrintStream out = System.out;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            Quickstart.main(new String[0]);
        } finally {
            System.setOut(out);
        }
        assertThat(printed.toString(StandardCharsets.UTF_8).strip())
                .matches("([abc]) is dead, and (?!\\1)[ab] says hello");
    }

    @Test
    void showsADurableProgramThatIsCompiledAndRuns(@TempDir Path data) throws IOException {
        String source = read("memdi-shell/src/test/java/io/memdi/shell/Durable.java");
        assertThat(blocks("docs/storage.md", "java")).containsExactly(source.substring(source.indexOf("import ")));
        String[] founders = {"a=" + freeAddress(), "b=" + freeAddress(), "c=" + freeAddress()};
        assertThat(Durable.run(data, founders)).isEqualTo("nothing was there before");
        assertThat(Durable.run(data, founders)).isEqualTo("a run before this one has left hello");
    }

    private static String freeAddress() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return "127.0.0.1:" + server.getLocalPort();
        }
    }

    @Test
    void namesTheVersionThatIsBuilt() throws IOException {
        String version = Pattern.compile("<version>([^<]+)</version>")
                .matcher(read("pom.xml"))
                .results()
                .findFirst()
                .orElseThrow()
                .group(1);
        assertThat(blocks("xml")).singleElement().asString().contains("<version>" + version + "</version>");
        assertThat(blocks("kotlin")).singleElement().asString().contains(":" + version + "\"");
    }

    @Test
    void namesTheTestLibrariesThatAreUsed() throws IOException {
        String page = read("docs/testing-your-application.md");
        for (String library : List.of("junit", "assertj")) {
            String version = Pattern.compile("<" + library + "\\.version>([^<]+)<")
                    .matcher(read("pom.xml"))
                    .results()
                    .findFirst()
                    .orElseThrow()
                    .group(1);
            assertThat(page).contains("<version>" + version + "</version>", ":" + version + "\")");
        }
    }

    @Test
    void showsAShellSessionThatHappens() throws IOException {
        String session = blocks("").stream()
                .filter(block -> block.contains("memdi a> "))
                .findFirst()
                .orElseThrow();
        try (LocalNodes nodes = LocalNodes.start(3, Shell.STORE)) {
            FakeScreen screen = new FakeScreen();
            Shell shell = new Shell(nodes, screen.screen, Shell.Reader.PERSON);
            for (String line :
                    session.lines().filter(line -> line.startsWith("memdi ")).toList()) {
                assertThat(line).startsWith("memdi " + shell.current() + "> ");
                shell.run(line.substring(line.indexOf('>') + 1));
                assertThat(screen.errors()).as(line).isEmpty();
            }
        }
    }

    @Test
    void showsCommandsForProgramsThatPrintWhatItSays() throws IOException {
        List<String> commands = Pattern.compile("-e '([^']+)'")
                .matcher(read("README.md"))
                .results()
                .map(command -> command.group(1))
                .toList();
        List<String> arguments = new ArrayList<>(List.of("shell", "--local", "1"));
        commands.forEach(command -> arguments.addAll(List.of("-e", command)));
        FakeScreen screen = new FakeScreen();
        assertThat(Main.run(screen.screen, arguments.toArray(String[]::new))).isZero();
        assertThat(screen.take()).isEqualTo("hi" + System.lineSeparator());
    }

    @Test
    void linksToWhatIsThere() throws IOException {
        List<String> links = LINK.matcher(read("README.md"))
                .results()
                .map((MatchResult link) -> link.group(1))
                .toList();
        assertThat(links)
                .isNotEmpty()
                .allSatisfy(link -> assertThat(ROOT.resolve(link)).exists());
    }
}
