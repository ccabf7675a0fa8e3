package io.memdi.shell;

import io.memdi.shell.Shell.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.reader.impl.DefaultParser;
import org.jline.terminal.Terminal;
import org.jline.terminal.Terminal.Signal;
import org.jline.terminal.TerminalBuilder;
import org.jspecify.annotations.Nullable;

/** The shell at a terminal: a prompt with completion and a history. Ctrl-C ends a command that waits, Ctrl-D the shell. */
final class Prompt {
    private static final String HISTORY_FILE = ".memdi_history";
    private static final int HISTORY_SIZE = 1000;

    private final Shell shell;
    private final Screen screen;

    Prompt(Shell shell) {
        this.shell = shell;
        this.screen = shell.screen();
    }

    /** Reads and runs commands from this process's terminal until there are no more. */
    void run() {
        try (Terminal terminal = TerminalBuilder.builder()
                .system(true)
                .encoding(Screen.charset())
                .build()) {
            run(terminal, historyFile(System.getenv()));
        } catch (IOException e) {
            throw new PlainFailure("the terminal cannot be used: " + e.getMessage(), e);
        }
    }

    void run(Terminal terminal, @Nullable Path history) {
        Thread commands = Thread.currentThread();
        terminal.handle(Signal.INT, signal -> commands.interrupt());
        LineReader reader = reader(terminal, history);
        screen.width(() -> terminal.getSize().getColumns());
        // While a line is typed, what is logged must not run into it.
        LogLines log = LogLines.redirect(shell.connection()::isNews, reader::printAbove);
        try {
            shell.pace(new Keys(terminal));
            welcome();
            boolean going = true;
            while (going) {
                going = next(reader);
            }
        } finally {
            log.close();
        }
    }

    /** Where the history is kept; null if it can be kept nowhere. */
    static @Nullable Path historyFile(Map<String, String> environment) {
        String home = environment.getOrDefault("HOME", System.getProperty("user.home", ""));
        return !home.isEmpty() && Files.isWritable(Path.of(home)) ? Path.of(home, HISTORY_FILE) : null;
    }

    private LineReader reader(Terminal terminal, @Nullable Path history) {
        // The same quotes as those of Words, and no other special characters.
        DefaultParser parser = new DefaultParser();
        parser.setEscapeChars(null);
        parser.setEofOnUnclosedQuote(false);
        LineReaderBuilder builder = LineReaderBuilder.builder()
                .terminal(terminal)
                .appName("memdi")
                .parser(parser)
                .completer(new Completion(shell))
                .variable(LineReader.HISTORY_SIZE, HISTORY_SIZE)
                .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
                .option(LineReader.Option.BRACKETED_PASTE, false)
                .option(LineReader.Option.HISTORY_IGNORE_SPACE, true);
        return (history == null ? builder : builder.variable(LineReader.HISTORY_FILE, history)).build();
    }

    private void welcome() {
        if (shell.printer().reader() == Shell.Reader.JSON) {
            return;
        }
        screen.line(shell.connection().welcome(screen));
        screen.line(screen.paint(Style.FAINT, "help lists the commands, Tab completes, Ctrl-D ends."));
    }

    /** Reads and runs a line; returns whether there may be another. */
    private boolean next(LineReader reader) {
        try {
            String line = reader.readLine("memdi " + screen.paint(Style.STRONG, shell.current()) + "> ");
            return line.lines().map(shell::run).noneMatch(outcome -> outcome == Outcome.QUIT);
        } catch (UserInterruptException e) {
            return true;
        } catch (Unreachable e) {
            screen.error(e.line()); // which may be otherwise by and by
            return true;
        } catch (EndOfFileException e) {
            return false;
        }
    }
}
