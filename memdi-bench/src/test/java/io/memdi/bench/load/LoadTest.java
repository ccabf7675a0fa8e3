package io.memdi.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The load generator works, on real processes, and writes all that it should. What it measures here is worth nothing. */
@Tag("processes")
class LoadTest {
    private static final Map<String, String> SETTINGS = Map.of(
            "load.acks", "QUORUM_MEMORY",
            "load.outstanding", "16",
            "load.from", "leader,follower,client",
            "load.flags", "-Xmx192m");
    private static final String TEXT = "\"([^\"\\\\]+)\"";
    private static final String NUMBER = "(-?\\d+(?:\\.\\d+)?)";
    private static final String NUMBERS = "\\[(" + NUMBER + "(?:, " + NUMBER + ")*)\\]";
    private static final Pattern FIGURE =
            Pattern.compile("\\{\"what\": " + TEXT + ", \"value\": " + NUMBER + ", \"unit\": " + TEXT + "\\}");
    private static final Pattern WRITES = Pattern.compile("\\{\"from\": " + TEXT + ", \"ack\": " + TEXT
            + ", \"outstanding\": (\\d+), \"how\": \"[a-zA-Z]*\", \"perSecond\": " + NUMBER + ", \"latencyMicros\": "
            + NUMBERS
            + ", \"failed\": \\d+, \"cpuMicros\": " + NUMBER + "\\}");
    private static final Pattern PAUSE =
            Pattern.compile("\\{\"what\": " + TEXT + ", \"millis\": " + NUMBERS + ", \"failed\": \\d+\\}");
    private static final Pattern WHOLE = Pattern.compile(
            "\\{\n  \"java\": " + TEXT + ",\n  \"processors\": \\d+,\n"
                    + "  \"figures\": \\[\n([^\\]]*)\n  \\],\n  \"writes\": \\[\n(.*)\n  \\],\n  \"pauses\": \\[\n(.*)\n  \\]\n\\}\n",
            Pattern.DOTALL);

    @TempDir
    Path directory;

    @BeforeEach
    void set() {
        SETTINGS.forEach(System::setProperty);
    }

    @AfterEach
    void unset() {
        SETTINGS.keySet().forEach(System::clearProperty);
    }

    @Test
    void everythingThatItMeasuresIsWritten() throws Exception {
        Load.main(new String[] {
            directory.toString(), "limits", "writes", "failover", "disk", "--seconds", "1", "--times", "1"
        });
        assertThat(directory.resolve("data")).doesNotExist();
        json(Files.readString(directory.resolve("load.json")));
        String page = Files.readString(directory.resolve("load.html"));
        assertThat(page).startsWith("<!doctype html>").endsWith("</html>\n");
        for (String chart : List.of("throughput.svg", "latency.svg", "pauses.svg")) {
            String drawing = Files.readString(directory.resolve(chart));
            assertThat(page).contains(drawing);
            assertThat(drawing).doesNotContain("NaN", "Infinity");
            var root = DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .parse(new ByteArrayInputStream(drawing.getBytes(StandardCharsets.UTF_8)))
                    .getDocumentElement();
            assertThat(root.getTagName()).isEqualTo("svg");
            assertThat(root.getElementsByTagName("text").getLength()).isGreaterThan(5);
        }
        assertThat(Files.readString(directory.resolve("load.md")))
                .contains("| kill -9 of the leader | 1 |", "QUORUM_MEMORY from the client, 16 outstanding");
    }

    private static void json(String text) {
        Matcher whole = WHOLE.matcher(text);
        assertThat(whole.matches()).as(text).isTrue();
        List<Matcher> figures = rows(whole.group(2), FIGURE);
        assertThat(figures).hasSize(30);
        figures.forEach(row ->
                assertThat(Double.parseDouble(row.group(2))).as(row.group()).isPositive());
        Set<String> points = new TreeSet<>();
        for (Matcher row : rows(whole.group(3), WRITES)) {
            points.add(row.group(1) + ' ' + row.group(2) + ' ' + row.group(3));
            assertThat(Double.parseDouble(row.group(4))).as(row.group()).isPositive();
            List<Double> latencies =
                    Stream.of(row.group(5).split(", ", -1)).map(Double::valueOf).toList();
            assertThat(latencies).as(row.group()).hasSize(5).isSorted().doesNotContain(0.0);
        }
        assertThat(points)
                .containsExactly("client QUORUM_MEMORY 16", "follower QUORUM_MEMORY 16", "leader QUORUM_MEMORY 16");
        List<Matcher> pauses = rows(whole.group(4), PAUSE);
        assertThat(pauses)
                .extracting(row -> row.group(1))
                .containsExactly(
                        "kill -9 of the leader", "SIGSTOP of the leader", "graceful restart of each node in turn");
        assertThat(pauses)
                .extracting(row -> row.group(2).split(", ", -1).length)
                .containsExactly(1, 1, 3);
    }

    /** Of a list, of which each row has a line. */
    private static List<Matcher> rows(String list, Pattern row) {
        List<Matcher> rows = new ArrayList<>();
        for (String line : list.split(",\n", -1)) {
            Matcher found = row.matcher(line.strip());
            assertThat(found.matches()).as(line).isTrue();
            rows.add(found);
        }
        return rows;
    }
}
