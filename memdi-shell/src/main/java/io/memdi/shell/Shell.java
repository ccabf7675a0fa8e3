package io.memdi.shell;

import io.memdi.MemdiException;
import io.memdi.NotAppliedException;
import io.memdi.OutcomeUnknownException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Runs commands, one line at a time, on a cluster in this process. For one thread. */
final class Shell {
    /** The store that the commands work on. */
    static final String STORE = "shell";

    private static final Map<String, String> OTHER_NAMES = Map.of("exit", "quit", "?", "help");
    private static final Set<String> COMEBACKS = Set.of("start", "revive", "rejoin", "unkill");

    /** Who reads what is printed. */
    enum Reader {
        /** A person: answers come with their facts and their time. */
        PERSON,
        /** A program: answers are values, and nothing else. */
        PROGRAM
    }

    /** How a line went. */
    enum Outcome {
        OK,
        NO,
        FAILED,
        QUIT
    }

    private final LocalNodes nodes;
    private final Screen screen;
    private final Reader reader;
    private final List<Command> commands;
    private String current;

    Shell(LocalNodes nodes, Screen screen, Reader reader) {
        this.nodes = nodes;
        this.screen = screen;
        this.reader = reader;
        this.current = nodes.names().get(0);
        this.commands = Stream.of(
                        DataCommands.all(),
                        ClusterCommands.all(),
                        MemberCommands.all(),
                        FaultCommands.all(),
                        HelpCommands.all())
                .flatMap(List::stream)
                .toList();
    }

    LocalNodes nodes() {
        return nodes;
    }

    Screen screen() {
        return screen;
    }

    List<Command> commands() {
        return commands;
    }

    /** The name of the node that commands go to. */
    String current() {
        return current;
    }

    void use(String node) {
        nodes.node(node);
        current = node;
    }

    /** Understands and runs a line; an empty one, and one that starts with #, does nothing. */
    Outcome run(String line) {
        return run(line, "");
    }

    /** The same, where error messages start with where the line comes from. */
    Outcome run(String line, String origin) {
        long start = System.nanoTime();
        try {
            List<String> words = line.stripLeading().startsWith("#") ? List.of() : Words.of(line);
            if (words.isEmpty()) {
                return Outcome.OK;
            }
            Command command = command(words.get(0));
            Arguments arguments = Arguments.parse(command.syntax(), words.subList(1, words.size()));
            Answer answer = command.body().run(this, arguments);
            print(answer, System.nanoTime() - start);
            return switch (answer.verdict()) {
                case YES -> Outcome.OK;
                case NO -> Outcome.NO;
                case QUIT -> Outcome.QUIT;
            };
        } catch (PlainFailure e) {
            screen.error(origin + Wording.plain(e.line()));
        } catch (NotAppliedException | OutcomeUnknownException e) {
            boolean stopped = Thread.currentThread().isInterrupted();
            screen.error(origin + (stopped ? Wording.stopped(e) : Wording.plain(e.getMessage())) + after(start));
        } catch (MemdiException | IllegalArgumentException | IllegalStateException e) {
            screen.error(origin + Wording.plain(e.getMessage()) + after(start));
        } finally {
            // Whoever interrupted meant this command.
            Thread.interrupted();
        }
        return Outcome.FAILED;
    }

    private String after(long start) {
        return reader == Reader.PERSON ? " (" + Times.of(System.nanoTime() - start) + ")" : "";
    }

    private void print(Answer answer, long nanos) {
        if (answer.verdict() == Answer.Verdict.QUIT) {
            return;
        }
        if (reader == Reader.PROGRAM) {
            @Nullable String value = answer.value();
            if (value != null) {
                screen.line(value);
            } else if (answer.verdict() == Answer.Verdict.NO) {
                screen.error(answer.lines().get(0));
            }
            return;
        }
        List<String> lines = new ArrayList<>(answer.lines());
        List<String> facts = new ArrayList<>(answer.facts());
        facts.add(Times.of(nanos));
        String end = screen.paint(Style.FAINT, "(" + String.join(", ", facts) + ")");
        if (lines.size() == 1) {
            lines.set(0, lines.get(0) + "   " + end);
        } else {
            lines.add(end);
        }
        lines.forEach(screen::line);
    }

    /**
     * The command of a name, which may be typed in capitals.
     *
     * @throws UsageFailure if there is none
     */
    Command command(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        String sought = OTHER_NAMES.getOrDefault(lower, lower);
        return commands.stream()
                .filter(command -> command.name().equals(sought))
                .findFirst()
                .orElseThrow(() -> unknown(name));
    }

    private UsageFailure unknown(String name) {
        if (COMEBACKS.contains(name.toLowerCase(Locale.ROOT))) {
            return new UsageFailure("there is no command \"" + name
                    + "\": restart starts a node again that was killed; a paused one goes on with resume");
        }
        @Nullable
        String near =
                Spelling.nearest(name, commands.stream().map(Command::name).toList());
        return new UsageFailure("there is no command \"" + name + "\"; "
                + (near == null ? "type help for a list" : "did you mean " + near + "? help lists all"));
    }
}
