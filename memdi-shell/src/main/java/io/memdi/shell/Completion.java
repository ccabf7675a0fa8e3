package io.memdi.shell;

import io.memdi.MemdiException;
import io.memdi.ReadOptions;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jline.builtins.Completers.FileNameCompleter;
import org.jline.reader.Candidate;
import org.jline.reader.Completer;
import org.jline.reader.LineReader;
import org.jline.reader.ParsedLine;

/** Completes commands, options, levels, nodes, files, and keys that are there. */
final class Completion implements Completer {
    private static final int MAX_KEYS = 50;

    /** Whoever presses Tab does not wait long. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final Shell shell;
    private final Completer files = new FileNameCompleter();

    Completion(Shell shell) {
        this.shell = shell;
    }

    @Override
    public void complete(LineReader reader, ParsedLine line, List<Candidate> candidates) {
        List<String> before =
                line.words().subList(0, Math.min(line.wordIndex(), line.words().size()));
        String word = Objects.requireNonNullElse(line.word(), "");
        if (before.isEmpty()) {
            shell.commands().forEach(command -> candidates.add(candidate(command.name(), command.summary())));
            return;
        }
        Syntax syntax;
        try {
            syntax = shell.command(before.get(0)).syntax();
        } catch (UsageFailure e) {
            return;
        }
        if (word.startsWith("--")) {
            syntax.options().forEach(option -> candidates.add(new Candidate("--" + option.name())));
            return;
        }
        Kind kind = kind(syntax, before.subList(1, before.size()));
        if (kind == Kind.FILE) {
            files.complete(reader, line, candidates);
        } else {
            values(kind, word).forEach(value -> candidates.add(new Candidate(value)));
        }
    }

    private static Candidate candidate(String value, String summary) {
        return new Candidate(value, value, null, summary, null, null, true);
    }

    /** What the next word is, after the words before it. */
    static Kind kind(Syntax syntax, List<String> before) {
        int arguments = 0;
        Kind open = Kind.NOTHING;
        for (String word : before) {
            if (open != Kind.NOTHING) {
                open = Kind.NOTHING;
            } else if (word.startsWith("--")) {
                open = word.contains("=") ? Kind.NOTHING : option(syntax, word.substring(2));
            } else {
                arguments++;
            }
        }
        return open != Kind.NOTHING ? open : syntax.argument(arguments);
    }

    private static Kind option(Syntax syntax, String name) {
        return syntax.options().stream()
                .filter(option -> option.name().equals(name))
                .map(Syntax.Option::kind)
                .findFirst()
                .orElse(Kind.NOTHING);
    }

    private List<String> values(Kind kind, String word) {
        return switch (kind) {
            case NODE, GROUP -> shell.connection().names();
            case NAME ->
                shell.connection() instanceof LocalConnection local
                        ? local.nodes().names()
                        : shell.connection().names();
            case ACK -> Kind.ACKS;
            case LEVEL -> Kind.LEVELS;
            case COMMAND -> shell.commands().stream().map(Command::name).toList();
            case KEY, PREFIX -> keys(word);
            case VALUE, REVISION, FILE, NUMBER, NOTHING -> List.of();
        };
    }

    private List<String> keys(String word) {
        try {
            boolean local = shell.connection().scope() == Scope.LOCAL;
            return new KeyPage.Search(word, null, MAX_KEYS)
                    .run(
                            shell.connection().store(null),
                            ReadOptions.local().withTimeout(PATIENCE),
                            local ? KeyPage.Effort.ALL : KeyPage.Effort.GLANCE)
                    .keys();
        } catch (MemdiException | PlainFailure e) {
            return List.of();
        }
    }
}
