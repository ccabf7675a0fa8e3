package io.memdi.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.memdi.NodeBuilder;
import io.memdi.ReadOptions;
import io.memdi.StoreOptions;
import io.memdi.WriteOptions;
import io.memdi.transport.Contact;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongFunction;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code docs/defaults-and-limits.md} says what the code does. */
class DefaultsTest {
    private static final Path PAGE =
            Path.of(System.getProperty("memdi.root", "..")).resolve("docs/defaults-and-limits.md");

    /** Whose constants the page tells, by the first words of a row. */
    private static final Map<String, String> ROWS = Map.ofEntries(
            Map.entry("HEARTBEAT", "heartbeat"),
            Map.entry("ELECTION_TIMEOUT_MIN", "election timeout"),
            Map.entry("ELECTION_TIMEOUT_MAX", "election timeout"),
            Map.entry("TIMEOUT", "timeout of a call"),
            Map.entry("ACK", "acknowledgement"),
            Map.entry("READ_LEVEL", "read level"),
            Map.entry("MAX_KEY_BYTES", "a key"),
            Map.entry("MAX_VALUE_BYTES", "a value"),
            Map.entry("QUEUE_CAPACITY", "operations open"),
            Map.entry("MAX_OPEN_WRITES", "writes of one node"),
            Map.entry("MAX_OPEN_CLIENT_WRITES", "writes of one client"),
            Map.entry("BATCH_BYTES", "entries in one message"),
            Map.entry("WINDOW_BYTES", "entries on their way"),
            Map.entry("MAX_UNCOMMITTED_BYTES", "entries that are not committed"),
            Map.entry("RETAINED_LOG_BYTES", "committed entries"),
            Map.entry("INBOUND_CAPACITY", "messages that wait"),
            Map.entry("INBOUND_BYTES", "bytes of such messages of nodes"),
            Map.entry("INBOUND_CLIENT_BYTES", "bytes of such messages of clients"),
            Map.entry("SMALL_INBOUND_BYTES", "a message that waits for a node's loop whatever"),
            Map.entry("INBOUND_PER_TURN", "messages in one turn"),
            Map.entry("COMMANDS_PER_TURN", "commands in one turn"),
            Map.entry("WRITES_PER_BATCH", "writes in one hand-over"),
            Map.entry("QUESTIONS", "questions"),
            Map.entry("BACKUP_PENDING_BYTES", "what waits for the disk of a backup"),
            Map.entry("SILENT_CLIENT", "silent client"),
            Map.entry("MAX_CLIENTS", "clients of a node"));

    private static final NodeSettings NODE = NodeSettings.of("a", List.of(new Contact("a", "a")));

    /** Settings that differ from the defaults in one size. */
    private static final Map<String, LongFunction<NodeSettings>> SIZES = Map.of(
            "maxKeyBytes", n -> roomy().with(new NodeSettings.Limits((int) n, 1, 1, 16)),
            "maxValueBytes", n -> roomy().with(new NodeSettings.Limits(1, (int) n, 1, 16)),
            "queueCapacity", n -> roomy().with(new NodeSettings.Limits(1, 1, (int) n, 16)),
            "maxClients", n -> roomy().withMaxClients((int) n),
            "maxOpenWrites", n -> roomy().withMaxOpenWrites((int) n),
            "batchBytes", n -> roomy().withMessageBytes((int) n, 1 << 30),
            "windowBytes", n -> roomy().withMessageBytes(1, (int) n));

    private static NodeSettings roomy() {
        return NODE.withLogBytes(Long.MAX_VALUE, 0);
    }

    private static List<String[]> rows() throws IOException {
        return Files.readAllLines(PAGE).stream()
                .map(line -> line.split("\\s*\\|\\s*", -1))
                .filter(cells -> cells.length > 4)
                .toList();
    }

    @Test
    void thePageNamesEveryDefault() throws IOException, IllegalAccessException {
        List<String[]> rows = rows();
        for (Field constant : Defaults.class.getDeclaredFields()) {
            if (constant.isSynthetic()) {
                continue;
            }
            assertThat(ROWS).as("a row of the page").containsKey(constant.getName());
            String first = ROWS.get(constant.getName());
            assertThat(rows)
                    .as("%s, %s", constant.getName(), first)
                    .filteredOn(cells -> cells[1].matches(Pattern.quote(first) + "\\b.*"))
                    .singleElement()
                    .satisfies(
                            cells -> assertThat(cells[2]).matches("(.*\\W)?" + inWords(constant.get(null)) + "\\b.*"));
        }
    }

    private static String inWords(Object value) {
        if (value instanceof Duration duration) {
            return duration.toMillis() < 1000 ? duration.toMillis() + " ms" : duration.toSeconds() + " s";
        }
        if (value instanceof Number number && number.longValue() >= 16 << 10) {
            long bytes = number.longValue();
            return bytes < 1 << 20 ? (bytes >> 10) + " KiB" : (bytes >> 20) + " MiB";
        }
        return value.toString();
    }

    @Test
    void thePageNamesEverySetterAndNoOther() throws IOException {
        Set<String> setters = new TreeSet<>();
        for (String[] cells : rows()) {
            for (MatchResult quote :
                    Pattern.compile("`(\\w+)`").matcher(cells[3]).results().toList()) {
                setters.add(quote.group(1));
            }
        }
        Set<String> elsewhere = Set.of("transport", "bootstrap", "join", "asLearner", "callbackExecutor", "start");
        List<String> expected = Stream.concat(
                        Arrays.stream(NodeBuilder.class.getDeclaredMethods())
                                .filter(method -> java.lang.reflect.Modifier.isPublic(method.getModifiers()))
                                .map(Method::getName)
                                .filter(name -> !elsewhere.contains(name)),
                        Stream.of(StoreOptions.class, WriteOptions.class, ReadOptions.class)
                                .map(Class::getSimpleName))
                .toList();
        assertThat(setters).containsExactlyInAnyOrderElementsOf(expected);
    }

    @Test
    void thePageNamesTheBoundsOfSizes() throws IOException {
        Map<String, String> bounds = new LinkedHashMap<>();
        for (String[] cells : rows()) {
            SIZES.keySet().stream()
                    .filter(setter -> cells[3].contains('`' + setter + '`'))
                    .forEach(setter -> bounds.put(setter, cells[4]));
        }
        assertThat(bounds.keySet()).isEqualTo(SIZES.keySet());
        bounds.forEach((setter, text) -> {
            LongFunction<NodeSettings> settings = SIZES.get(setter);
            long max = number(text.substring(text.indexOf(" to ") + 4));
            assertThat(SettingsCheck.problems(settings.apply(1))).as(setter).isEmpty();
            assertThat(SettingsCheck.problems(settings.apply(0))).as(setter).isNotEmpty();
            assertThat(SettingsCheck.problems(settings.apply(max)))
                    .as("%s: %s", setter, text)
                    .isEmpty();
            assertThat(SettingsCheck.problems(settings.apply(max + 1)))
                    .as("%s: %s", setter, text)
                    .anyMatch(problem -> problem.startsWith(setter));
        });
    }

    private static long number(String text) {
        String[] words = text.split(" ");
        long number = Long.parseLong(words[0].replace(",", ""));
        if (words.length == 1) {
            return number;
        }
        return switch (words[1].toLowerCase(Locale.ROOT)) {
            case "mib" -> number << 20;
            case "gib" -> number << 30;
            default -> throw new AssertionError(text);
        };
    }
}
