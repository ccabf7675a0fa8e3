package io.memdi.shell;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The entry point of {@code memdi.jar}: understands the arguments, and runs what they name. */
@Command(
        name = "memdi",
        description = "An embeddable, replicated, in-memory key-value store.",
        subcommands = {
            DemoCommand.class,
            ShellCommand.class,
            NodeCommand.class,
            InspectCommand.class,
            CommandLine.HelpCommand.class
        },
        versionProvider = Main.Version.class,
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND")
public final class Main implements Runnable {
    /** Everything that was asked for has held. */
    static final int OK = 0;

    /** Something did not hold, or failed. */
    static final int FAILED = 1;

    /** The arguments were not understood. */
    static final int WRONG_USAGE = 2;

    @Spec
    private @Nullable CommandSpec spec;

    /** Made by {@link #run(Screen, String...)} only. */
    private Main() {}

    /**
     * Runs the command that the arguments name, and ends the process.
     *
     * @param arguments a command, and its options
     */
    public static void main(String[] arguments) {
        Screen screen = Screen.ofProcess();
        int code = run(screen, arguments);
        System.exit(code == OK && screen.hasFailed() ? FAILED : code);
    }

    /** Runs the command that the arguments name, and returns the exit code. */
    static int run(Screen screen, String... arguments) {
        CommandLine line = new CommandLine(new Main(), new Commands(screen));
        line.setParameterExceptionHandler((e, unused) -> refuse(screen, e));
        line.setExecutionExceptionHandler((e, unused, result) -> fail(screen, e));
        line.setExitCodeExceptionMapper(e -> FAILED);
        line.setUsageHelpAutoWidth(true);
        StringWriter help = new StringWriter();
        line.setOut(new PrintWriter(help));
        int code = line.execute(arguments);
        help.toString().lines().forEach(screen::line);
        return code;
    }

    /** Only reached without a command. */
    @Override
    public void run() {
        if (spec != null) {
            throw new ParameterException(spec.commandLine(), "Say what to run: demo, shell, node or inspect");
        }
    }

    private static int refuse(Screen screen, ParameterException e) {
        String command = e.getCommandLine().getCommandSpec().qualifiedName();
        screen.error(command + ": " + Misuse.words(e));
        screen.error("Try: " + command + " --help");
        return WRONG_USAGE;
    }

    private static int fail(Screen screen, Exception e) throws Exception {
        if (e instanceof PlainFailure plain) {
            screen.error("memdi: " + plain.line());
            return FAILED;
        }
        throw e;
    }

    /** Makes the commands, and hands them the screen. */
    private record Commands(Screen screen) implements CommandLine.IFactory {
        @Override
        public <K> K create(Class<K> type) throws Exception {
            if (type == DemoCommand.class) {
                return type.cast(new DemoCommand(screen));
            }
            if (type == ShellCommand.class) {
                return type.cast(new ShellCommand(screen, System.getenv()));
            }
            if (type == NodeCommand.class) {
                return type.cast(new NodeCommand(System.getenv()));
            }
            if (type == InspectCommand.class) {
                return type.cast(new InspectCommand(screen));
            }
            return CommandLine.defaultFactory().create(type);
        }
    }

    /** What {@code --version} tells. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            @Nullable String version = Main.class.getPackage().getImplementationVersion();
            return new String[] {"memdi " + (version == null ? "(not packaged)" : version)};
        }
    }

    /** Options of every command. */
    static final class Common {
        @Option(
                names = {"-v", "--verbose"},
                description = "Log what the nodes do, such as changes of their roles, to standard error.")
        private boolean verbose;

        /** Before the first logger is made, which reads this. */
        void apply() {
            if (verbose) {
                System.setProperty("org.slf4j.simpleLogger.log.io.memdi", "info");
            }
            System.setProperty("org.slf4j.simpleLogger.log.io.memdi.node.RemoteBackup", "info"); // how far it is
            // Why a node cannot be reached is told there alone, and read there: see DialLog.
            System.setProperty("org.slf4j.simpleLogger.log.io.memdi.transport.tcp", "info");
        }

        boolean isVerbose() {
            return verbose;
        }
    }
}
