package io.memdi.shell;

import io.memdi.Ack;
import io.memdi.shell.TextTable.Cell;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The commands about the shell itself. */
final class HelpCommands {
    private HelpCommands() {}

    static List<Command> all(Scope connection) {
        return List.of(
                new Command(
                        Syntax.of("help").optionally(Kind.COMMAND),
                        "explain the commands",
                        "help get",
                        Scope.SHELL,
                        HelpCommands::help),
                new Command(
                        Syntax.of("quit"),
                        connection == Scope.LOCAL
                                ? "end the shell, and its nodes with it; exit and Ctrl-D do too"
                                : "end the shell; exit and Ctrl-D do too",
                        "quit",
                        Scope.SHELL,
                        (s, a) -> Answer.quit()));
    }

    private static Answer help(Shell shell, Arguments arguments) {
        @Nullable String name = arguments.optional(0);
        return Answer.lines(name == null ? all(shell) : one(shell, shell.command(name)));
    }

    private static List<String> all(Shell shell) {
        TextTable table = new TextTable("command", "");
        for (Command command : shell.commands()) {
            table.row(new Cell(command.syntax().usage(), Style.STRONG), new Cell(command.summary(), Style.PLAIN));
        }
        List<String> lines = new ArrayList<>(table.lines(shell.screen()));
        lines.add("Names of commands may be typed in capitals, and ? is help. Ctrl-C ends a wait, and no node.");
        lines.add("Quotes hold words together: put greeting \"hello world\". A line that starts with # is a comment.");
        return lines;
    }

    private static List<String> one(Shell shell, Command command) {
        List<String> lines = new ArrayList<>();
        lines.add(shell.screen().paint(Style.STRONG, command.syntax().usage()));
        lines.add("  " + command.summary());
        for (Syntax.Option option : command.syntax().options()) {
            lines.add("  --" + option.name() + ": " + explained(shell, command, option));
        }
        lines.add("  for example: " + command.example());
        return lines;
    }

    private static String explained(Shell shell, Command command, Syntax.Option option) {
        return switch (option.name()) {
            case "ack" ->
                "where the write must be before it is acknowledged: " + String.join(" or ", Kind.ACKS) + "; "
                        + Kind.word(shell.ack(command.name().equals("load") ? Ack.QUORUM_MEMORY : Ack.LEADER_MEMORY))
                        + " if left out";
            case "level" ->
                "how fresh the answer has to be: " + String.join(", ", Kind.LEVELS) + "; " + Kind.word(shell.level())
                        + " if left out";
            case "at" -> "the node to ask; the one you are at if left out";
            case "learner" -> "the node gets everything, and never votes nor leads";
            case "after" -> "start after this key";
            case "limit" -> "how many keys to list, 20 if left out";
            case "unsorted" -> "any keys, the first that are found: quick where there are many";
            case "from" -> "leave out the rows before this line of the file, as after a load that has failed";
            case "header" -> "the file's first line names its columns, and is left out";
            default -> option.kind().label();
        };
    }
}
