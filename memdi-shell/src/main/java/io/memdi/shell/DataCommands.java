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
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The commands that read and write. */
final class DataCommands {
    private static final int PAGE = 20;
    private static final int MAX_PAGE = 1000;

    private DataCommands() {}

    /** Nodes in this process can be asked one by one; elsewhere, any of them answers. */
    static List<Command> all(Scope connection) {
        boolean local = connection == Scope.LOCAL;
        UnaryOperator<Syntax> at = syntax -> local ? syntax.with("at", Kind.NODE) : syntax;
        return List.of(
                new Command(
                        Syntax.of("put", Kind.KEY, Kind.VALUE).with("ack", Kind.ACK),
                        "write a value",
                        "put greeting \"hello world\" --ack quorum-memory",
                        DataCommands::put),
                new Command(
                        at.apply(Syntax.of("get", Kind.KEY).with("level", Kind.LEVEL)),
                        "read a value, at any node",
                        "get greeting --level linearizable" + (local ? " --at b" : ""),
                        DataCommands::get),
                new Command(
                        Syntax.of("del", Kind.KEY).with("ack", Kind.ACK),
                        "remove a key",
                        "del greeting",
                        DataCommands::del),
                new Command(
                        Syntax.of("cas", Kind.KEY, Kind.REVISION, Kind.VALUE).with("ack", Kind.ACK),
                        "write a value if the key is still at a revision; with REVISION 0.0: if there is no such key",
                        "cas greeting 1.5 hi",
                        DataCommands::cas),
                new Command(
                        at.apply(Syntax.of("count").with("level", Kind.LEVEL)),
                        "count the keys",
                        local ? "count --at c" : "count --level committed",
                        DataCommands::count),
                new Command(
                        at.apply(Syntax.of("keys")
                                .optionally(Kind.PREFIX)
                                .with("after", Kind.KEY)
                                .with("limit", Kind.NUMBER)
                                .with("unsorted", Kind.NOTHING)),
                        "list the keys, page by page",
                        "keys U --limit 5",
                        DataCommands::keys),
                new Command(
                        Syntax.of("load", Kind.FILE)
                                .with("header", Kind.NOTHING)
                                .with("from", Kind.NUMBER)
                                .with("ack", Kind.ACK),
                        "write the rows of a CSV file: the first column is the key",
                        "load people.csv --header",
                        DataCommands::load));
    }

    private static Answer put(Shell shell, Arguments arguments) {
        Revision revision = store(shell).put(arguments.get(0), arguments.get(1), ack(shell, arguments));
        return Answer.done("ok", "revision " + revision)
                .with("key", arguments.get(0))
                .with("revision", revision.toString());
    }

    private static Answer get(Shell shell, Arguments arguments) {
        ReadLevel level = arguments.level(shell.level());
        String key = arguments.get(0);
        @Nullable Versioned<String> found = asked(shell, arguments).getVersioned(key, ReadOptions.at(level));
        if (found == null) {
            return Answer.no("no such key")
                    .and(witness(shell, arguments))
                    .and(Kind.word(level))
                    .with("key", key);
        }
        String revision = found.revision().toString();
        return Answer.value(shell.screen().shown(found.value()), found.value(), "revision " + revision)
                .and(witness(shell, arguments))
                .and(Kind.word(level))
                .with("key", key)
                .with("value", found.value())
                .with("revision", revision);
    }

    private static Answer del(Shell shell, Arguments arguments) {
        boolean there = store(shell).remove(arguments.get(0), ack(shell, arguments));
        return (there ? Answer.done("ok, removed") : Answer.no("no such key, so nothing was removed"))
                .with("key", arguments.get(0));
    }

    private static Answer cas(Shell shell, Arguments arguments) {
        String key = arguments.get(0);
        Revision expected = arguments.revision(1);
        Store<String, String> store = store(shell);
        boolean absent = expected.equals(Revision.NONE);
        String done = absent ? "written" : "replaced";
        if (absent
                ? store.putIfAbsent(key, arguments.get(2), ack(shell, arguments))
                : store.replace(key, expected, arguments.get(2), ack(shell, arguments))) {
            return Answer.done("ok, " + done).with("key", key);
        }
        @Nullable Versioned<String> found = store.getVersioned(key);
        return Answer.no(
                        found == null
                                ? "not " + done
                                        + (absent ? ": it was there, and is gone by now" : ": there is no such key")
                                : "not " + done + ": the key is at revision " + found.revision())
                .with("key", key)
                .with("revision", found == null ? null : found.revision().toString());
    }

    private static Answer count(Shell shell, Arguments arguments) {
        ReadLevel level = arguments.level(shell.level());
        long size = asked(shell, arguments).size(ReadOptions.at(level));
        return Answer.value(Times.count(size, "key", "keys"), String.valueOf(size))
                .and(witness(shell, arguments))
                .and(Kind.word(level))
                .with("keys", size);
    }

    private static Answer keys(Shell shell, Arguments arguments) {
        String prefix = Objects.requireNonNullElse(arguments.optional(0), "");
        @Nullable String after = arguments.option("after");
        boolean unsorted = arguments.has("unsorted");
        if (unsorted && after != null) {
            throw new UsageFailure("--after needs the keys in their order, so that --unsorted does not go with it");
        }
        KeyPage page = new KeyPage.Search(prefix, after, arguments.number("limit", PAGE, MAX_PAGE))
                .run(
                        asked(shell, arguments),
                        ReadOptions.at(shell.level()),
                        unsorted ? KeyPage.Effort.FIRST_FOUND : KeyPage.Effort.ALL);
        if (page.keys().isEmpty()) {
            return Answer.no("no keys").and(witness(shell, arguments)).with("keys", List.of());
        }
        List<String> lines = new ArrayList<>();
        page.keys().forEach(key -> lines.add(shell.screen().shown(key)));
        if (page.more()) {
            String more = "there are more" + (unsorted ? "" : next(prefix, page));
            lines.add(shell.screen().paint(Style.FAINT, more));
            if (shell.printer().reader() == Shell.Reader.PROGRAM) {
                shell.screen().error(more); // among the keys it would pass for one
            }
        }
        String value = String.join(System.lineSeparator(), page.keys());
        return new Answer(lines, witness(shell, arguments), value, Map.of(), Answer.Verdict.YES)
                .with("keys", page.keys())
                .with("more", page.more());
    }

    /** What to type for the next page. */
    private static String next(String prefix, KeyPage page) {
        return ": keys " + (prefix.isEmpty() ? "" : Words.quoted(prefix) + " ") + "--after "
                + Words.quoted(page.keys().get(page.keys().size() - 1));
    }

    private static Answer load(Shell shell, Arguments arguments) {
        String name = arguments.get(0);
        CsvFile file = CsvFile.read(name, arguments.has("header") ? CsvFile.Header.YES : CsvFile.Header.NO);
        int from = arguments.number("from", 1, Integer.MAX_VALUE);
        List<CsvRow> rows =
                file.rows().stream().filter(row -> row.line() >= from).toList();
        if (rows.isEmpty()) {
            throw new PlainFailure(name + " has no row from line " + from + " on");
        }
        Ack ack = arguments.ack(shell.ack(Ack.QUORUM_MEMORY));
        Loader loader = new Loader(store(shell), WriteOptions.ack(ack), shell.screen());
        long nanos = loader.load(new CsvFile(name, rows, file.notes()));
        List<String> lines = new ArrayList<>(file.notes());
        lines.add("ok, " + Times.count(rows.size(), "row", "rows") + " loaded");
        List<String> facts = List.of(Kind.word(ack), Times.perSecond(rows.size(), nanos));
        return new Answer(lines, facts, null, Map.of(), Answer.Verdict.YES).with("rows", rows.size());
    }

    private static WriteOptions ack(Shell shell, Arguments arguments) {
        return WriteOptions.ack(arguments.ack(shell.ack(Ack.LEADER_MEMORY)));
    }

    private static List<String> witness(Shell shell, Arguments arguments) {
        return shell.connection().witness(arguments.option("at"));
    }

    /** The store where it is to be read. */
    private static Store<String, String> asked(Shell shell, Arguments arguments) {
        return shell.connection().store(arguments.option("at"));
    }

    private static Store<String, String> store(Shell shell) {
        return shell.connection().store(null);
    }
}
