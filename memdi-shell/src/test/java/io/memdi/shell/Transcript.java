package io.memdi.shell;

import static org.assertj.core.api.Assertions.assertThat;

import io.memdi.ReadOptions;
import io.memdi.Status;
import io.memdi.shell.Shell.Reader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Types what a transcript says, and compares what is printed. Lines that start with {@code >} are typed; what follows them is
 * expected, errors after the rest. What differs from run to run is replaced: {@code {leader}}, {@code {first}} and {@code {second}}
 * stand for the node that led when the transcript began, and for those that followed, {@code {others}} for all but {@code {first}}; {@code R}, {@code T}, {@code D} and {@code I}
 * for a revision, a time, a digest and an incarnation, and one space for several. The shell starts at the leader.
 */
final class Transcript implements AutoCloseable {
    private final FakeScreen screen = new FakeScreen();

    /** Patient, so that nobody loses the leadership because the machine is busy; a connection that is lost is noticed at once. */
    private final LocalNodes nodes = LocalNodes.start(
            3, Shell.STORE, node -> node.electionTimeout(Duration.ofMillis(1500), Duration.ofMillis(2000)));

    private final Shell shell = new Shell(nodes, screen.screen, Reader.PERSON);
    private final Map<String, String> names = new HashMap<>();

    Transcript() {
        String leader =
                Objects.requireNonNull(LocalNodes.leader(nodes.statuses())).name();
        List<String> followers = new ArrayList<>(nodes.names());
        followers.remove(leader);
        names.put("{leader}", leader);
        names.put("{first}", followers.get(0));
        names.put("{second}", followers.get(1));
        names.put("{others}", Stream.of(leader, followers.get(1)).sorted().collect(Collectors.joining(", ")));
        shell.use(leader);
    }

    Shell shell() {
        return shell;
    }

    FakeScreen screen() {
        return screen;
    }

    LocalNodes nodes() {
        return nodes;
    }

    String named(String text) {
        String named = text;
        for (Map.Entry<String, String> name : names.entrySet()) {
            named = named.replace(name.getKey(), name.getValue());
        }
        return named;
    }

    /** A revision that was printed last, for a line that needs one. */
    String revisionOf(String key) {
        return Objects.requireNonNull(nodes.store(shell.current()).getVersioned(key))
                .revision()
                .toString();
    }

    void plays(String text) {
        plays(shell, screen, named(text));
    }

    static void plays(Shell shell, FakeScreen screen, String text) {
        StringBuilder seen = new StringBuilder();
        text.lines().filter(line -> line.startsWith(">")).forEach(line -> {
            seen.append(line).append('\n');
            shell.run(line.substring(1));
            screen.take()
                    .lines()
                    .forEach(printed -> seen.append(masked(printed)).append('\n'));
        });
        assertThat(seen.toString()).isEqualTo(text);
    }

    static String masked(String line) {
        return line.replaceAll("\\b[\\d.]+ m?s\\b", "T")
                .replaceAll("\\b[\\d,]+ rows/s", "N rows/s")
                .replaceAll("\\b[0-9a-f]{32}\\b", "I")
                .replaceAll("\\b[0-9a-f]{12}\\b", "D")
                .replaceAll("\\b\\d+\\.\\d+\\b", "R")
                .replaceAll(" +", " ");
    }

    @Override
    public void close() {
        nodes.close();
    }

    /** Waits until every running node has applied what the leader has, as a table of their states needs it. */
    void settle() {
        for (String name : nodes.running()) {
            nodes.store(name).get("any", ReadOptions.linearizable());
        }
    }

    Status leader() {
        return Objects.requireNonNull(LocalNodes.leader(nodes.statuses()));
    }
}
