package io.memdi.shell;

import io.memdi.Ack;
import io.memdi.ReadLevel;
import io.memdi.ReadOptions;
import io.memdi.Revision;
import io.memdi.Store;
import io.memdi.Versioned;
import io.memdi.WriteOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The commands that read and write. */
final class DataCommands {
    private static final int PAGE = 20;
    private static final int MAX_PAGE = 1000;

    private DataCommands() {}

    static List<Command> all() {
        return List.of(
                new Command(
                        Syntax.of("put", Kind.KEY, Kind.VALUE).with("ack", Kind.ACK),
                        "write a value",
                        "put greeting \"hello world\" --ack quorum-memory",
                        DataCommands::put),
                new Command(
                        Syntax.of("get", Kind.KEY).with("level", Kind.LEVEL).with("at", Kind.NODE),
                        "read a value, at any node",
                        "get greeting --level linearizable --at b",
                        DataCommands::get),
                new Command(
                        Syntax.of("del", Kind.KEY).with("ack", Kind.ACK),
                        "remove a key",
                        "del greeting",
                        DataCommands::del),
                new Command(
                        Syntax.of("cas", Kind.KEY, Kind.REVISION, Kind.VALUE).with("ack", Kind.ACK),
                        "write a value if the key is still at a revision",
                        "cas greeting 1.5 hi",
                        DataCommands::cas),
                new Command(
                        Syntax.of("count").with("level", Kind.LEVEL).with("at", Kind.NODE),
                        "count the keys",
                        "count --at c",
                        DataCommands::count),
                new Command(
                        Syntax.of("keys")
                                .optionally(Kind.PREFIX)
                                .with("after", Kind.KEY)
                                .with("limit", Kind.NUMBER)
                                .with("at", Kind.NODE),
                        "list the keys, page by page",
                        "keys U --limit 5",
                        DataCommands::keys),
                new Command(
                        Syntax.of("load", Kind.FILE)
                                .with("header", Kind.NOTHING)
                                .with("ack", Kind.ACK),
                        "write the rows of a CSV file: the first column is the key",
                        "load people.csv --header",
                        DataCommands::load));
    }

    private static Answer put(Shell shell, Arguments arguments) {
        Revision revision = store(shell).put(arguments.get(0), arguments.get(1), ack(arguments));
        return Answer.done("ok", "revision " + revision);
    }

    private static Answer get(Shell shell, Arguments arguments) {
        String at = at(shell, arguments);
        ReadLevel level = arguments.level(ReadLevel.SESSION);
        @Nullable
        Versioned<String> found = shell.nodes().store(at).getVersioned(arguments.get(0), ReadOptions.at(level));
        if (found == null) {
            return Answer.no("no such key", "at " + at, Kind.word(level));
        }
        return Answer.value(
                shell.screen().shown(found.value()),
                found.value(),
                "revision " + found.revision(),
                "at " + at,
                Kind.word(level));
    }

    private static Answer del(Shell shell, Arguments arguments) {
        boolean there = store(shell).remove(arguments.get(0), ack(arguments));
        return there ? Answer.done("ok, removed") : Answer.no("no such key, so nothing was removed");
    }

    private static Answer cas(Shell shell, Arguments arguments) {
        String key = arguments.get(0);
        Revision expected = arguments.revision(1);
        Store<String, String> store = store(shell);
        if (store.replace(key, expected, arguments.get(2), ack(arguments))) {
            return Answer.done("ok, replaced");
        }
        @Nullable Versioned<String> found = store.getVersioned(key);
        return Answer.no(
                found == null
                        ? "not replaced: there is no such key"
                        : "not replaced: the key is at revision " + found.revision());
    }

    private static Answer count(Shell shell, Arguments arguments) {
        String at = at(shell, arguments);
        ReadLevel level = arguments.level(ReadLevel.SESSION);
        long size = shell.nodes().store(at).size(ReadOptions.at(level));
        return Answer.value(Times.count(size, "key", "keys"), String.valueOf(size), "at " + at, Kind.word(level));
    }

    private static Answer keys(Shell shell, Arguments arguments) {
        String at = at(shell, arguments);
        String prefix = Objects.requireNonNullElse(arguments.optional(0), "");
        int limit = arguments.number("limit", PAGE, MAX_PAGE);
        KeyPage page =
                KeyPage.read(shell.nodes().store(at), prefix, arguments.option("after"), limit, ReadOptions.session());
        List<String> lines = new ArrayList<>();
        page.keys().forEach(key -> lines.add(shell.screen().shown(key)));
        if (lines.isEmpty()) {
            return Answer.no("no keys", "at " + at);
        }
        if (page.more()) {
            lines.add(shell.screen()
                    .paint(
                            Style.FAINT,
                            "there are more: keys " + (prefix.isEmpty() ? "" : Words.quoted(prefix) + " ") + "--after "
                                    + Words.quoted(page.keys().get(page.keys().size() - 1))));
        }
        return new Answer(
                lines, List.of("at " + at), String.join(System.lineSeparator(), page.keys()), Answer.Verdict.YES);
    }

    private static Answer load(Shell shell, Arguments arguments) {
        CsvFile file = CsvFile.read(arguments.get(0), arguments.has("header") ? CsvFile.Header.YES : CsvFile.Header.NO);
        Ack ack = arguments.ack(Ack.QUORUM_MEMORY);
        Loader loader = new Loader(store(shell), WriteOptions.ack(ack), shell.screen());
        long nanos = loader.load(file);
        List<String> lines = new ArrayList<>(file.notes());
        lines.add("ok, " + Times.count(file.rows().size(), "row", "rows") + " loaded");
        return new Answer(
                lines, List.of(Kind.word(ack), Times.perSecond(file.rows().size(), nanos)), null, Answer.Verdict.YES);
    }

    private static WriteOptions ack(Arguments arguments) {
        return WriteOptions.ack(arguments.ack(Ack.LEADER_MEMORY));
    }

    private static String at(Shell shell, Arguments arguments) {
        return Objects.requireNonNullElse(arguments.option("at"), shell.current());
    }

    private static Store<String, String> store(Shell shell) {
        return shell.nodes().store(shell.current());
    }
}
