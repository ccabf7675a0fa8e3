package io.memdi.shell;

import io.memdi.Ack;
import io.memdi.MemdiException;
import io.memdi.NoLeaderException;
import io.memdi.NotAppliedException;
import io.memdi.NotReadyException;
import io.memdi.OutcomeUnknownException;
import io.memdi.ReadLevel;
import io.memdi.TimedOutException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Runs commands, one line at a time, on the cluster that it is connected to. For one thread. */
final class Shell {
    /** The store that the commands work on, if none is named. */
    static final String STORE = "shell";

    private static final Map<String, String> OTHER_NAMES = Map.of("exit", "quit", "?", "help");
    private static final Set<String> COMEBACKS = Set.of("start", "revive", "rejoin", "unkill");

    /** Who reads what is printed. */
    enum Reader {
        /** A person: answers come with their facts and their time. */
        PERSON,
        /** A program: answers are values, and nothing else. */
        PROGRAM,
        /** A program: for each command one JSON object in a line, failures included. */
        JSON
    }

    /** How a line went. */
    enum Outcome {
        OK,
        NO,
        FAILED,
        /** It has failed, since no answer came in time. */
        LATE,
        QUIT
    }

    /**
     * What commands use that do not say otherwise.
     *
     * @param store the store that they work on
     * @param ack where a write must be; null for what each command has by itself
     * @param level how fresh what is read has to be; null for the same
     */
    record Preferences(
            String store, @Nullable Ack ack, @Nullable ReadLevel level) {
        static final Preferences NONE = new Preferences(STORE, null, null);
    }

    private final Connection connection;
    private final Screen screen;
    private final Printer printer;
    private final Preferences preferences;
    private final List<Command> all;
    private final List<Command> commands;
    private Pace pace = Pace.patient();
    private boolean reached;

    Shell(LocalNodes nodes, Screen screen, Reader reader) {
        this(new LocalConnection(nodes), screen, reader, Preferences.NONE);
    }

    Shell(Connection connection, Screen screen, Reader reader, Preferences preferences) {
        this.connection = connection;
        this.screen = screen;
        this.printer = new Printer(screen, reader);
        this.preferences = preferences;
        this.all = Stream.of(
                        DataCommands.all(connection.scope()),
                        ClusterCommands.all(),
                        MemberCommands.all(),
                        ClientCommands.all(),
                        BackupCommands.all(),
                        FaultCommands.all(),
                        HelpCommands.all(connection.scope()))
                .flatMap(List::stream)
                .toList();
        this.commands = all.stream()
                .filter(command -> command.scope().isIn(connection.scope()))
                .toList();
    }

    Connection connection() {
        return connection;
    }

    /**
     * The nodes in this process.
     *
     * @throws PlainFailure if the shell is connected to others
     */
    LocalNodes nodes() {
        return local().nodes();
    }

    private LocalConnection local() {
        if (connection instanceof LocalConnection local) {
            return local;
        }
        throw new PlainFailure("this needs nodes in this process, as memdi shell --local 3 starts them");
    }

    Screen screen() {
        return screen;
    }

    Printer printer() {
        return printer;
    }

    /** The commands that there are, given what the shell is connected to. */
    List<Command> commands() {
        return commands;
    }

    String store() {
        return preferences.store();
    }

    /** Where a write must be that does not say it. */
    Ack ack(Ack otherwise) {
        return Objects.requireNonNullElse(preferences.ack(), otherwise);
    }

    /** How fresh an answer has to be, for a command that does not say it. */
    ReadLevel level() {
        return Objects.requireNonNullElse(preferences.level(), ReadLevel.SESSION);
    }

    /** What commands wait with that show something again and again. */
    Pace pace() {
        return pace;
    }

    void pace(Pace other) {
        pace = other;
    }

    /** The name of the node that commands go to, or the address that stands for all. */
    String current() {
        return connection.here();
    }

    void use(String node) {
        local().use(node);
    }

    /** Understands and runs a line; an empty one, and one that starts with #, does nothing. */
    Outcome run(String line) {
        return run(line, 0);
    }

    /**
     * The same, for a line of a script, whose number errors tell.
     *
     * @throws Unreachable if there is no cluster to talk to
     */
    Outcome run(String line, long number) {
        long start = System.nanoTime();
        String name = "";
        Outcome outcome = Outcome.FAILED;
        try {
            List<String> words = line.stripLeading().startsWith("#") ? List.of() : Words.of(line);
            if (words.isEmpty()) {
                return Outcome.OK;
            }
            name = words.get(0);
            Command command = command(name);
            name = command.name();
            Arguments arguments = Arguments.parse(command.syntax(), words.subList(1, words.size()));
            if (command.scope().needsCluster()) {
                reach();
                start = System.nanoTime();
            }
            Answer answer = command.body().run(this, arguments);
            printer.answer(name, answer, System.nanoTime() - start);
            return switch (answer.verdict()) {
                case YES -> Outcome.OK;
                case NO -> Outcome.NO;
                case QUIT -> Outcome.QUIT;
            };
        } catch (Unreachable e) {
            if (printer.reader() == Reader.JSON) {
                printer.failure(name, number, e.line(), System.nanoTime() - start);
            }
            throw e;
        } catch (PlainFailure e) {
            outcome = outcome(e.getCause());
            // A person does not care how long it took to say that something cannot be done.
            long took = printer.reader() == Reader.JSON ? System.nanoTime() - start : 0;
            printer.failure(name, number, Wording.plain(e.line()), took);
        } catch (NotAppliedException | OutcomeUnknownException e) {
            outcome = outcome(e);
            boolean stopped = Thread.currentThread().isInterrupted();
            String problem = stopped ? Wording.stopped(e) : Wording.plain(e.getMessage());
            printer.failure(name, number, problem, System.nanoTime() - start);
        } catch (MemdiException | IllegalArgumentException | IllegalStateException e) {
            printer.failure(name, number, Wording.plain(e.getMessage()), System.nanoTime() - start);
        } finally {
            // Whoever interrupted meant this command.
            Thread.interrupted();
        }
        return outcome;
    }

    /** Of a command that has failed. */
    private static Outcome outcome(@Nullable Throwable failure) {
        boolean late = failure instanceof TimedOutException
                || failure instanceof NoLeaderException
                || failure instanceof NotReadyException
                || failure instanceof OutcomeUnknownException;
        return late && !Thread.currentThread().isInterrupted() ? Outcome.LATE : Outcome.FAILED;
    }

    /**
     * Waits, if that was not done yet, until there is a cluster to talk to.
     *
     * @throws Unreachable if there is none in time
     */
    void reach() {
        if (!reached) {
            connection.reach();
            reached = true;
        }
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
                .orElseThrow(() -> unknown(name, sought));
    }

    private UsageFailure unknown(String name, String sought) {
        if (all.stream().anyMatch(command -> command.name().equals(sought))) {
            return new UsageFailure(Elsewhere.why(sought));
        }
        if (COMEBACKS.contains(sought) && connection.scope() == Scope.LOCAL) {
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
