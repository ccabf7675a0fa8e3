package io.memdi.shell;

import io.memdi.Ack;
import io.memdi.NodeBuilder;
import io.memdi.ReadLevel;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code memdi shell}. */
@Command(
        name = "shell",
        description =
                "A prompt on a cluster that runs elsewhere, or on a new one in this process: write, read, and watch; in this"
                        + " process, kill and split too. Where standard input is no terminal, it is a script: one command a"
                        + " line. A script, and a list of -e, goes on after a command that fails, up to its end or quit.",
        exitCodeListHeading = "Exit codes of scripts and of -e:%n",
        exitCodeList = {
            "0:every command was done, and found what it asked for",
            "1:a command failed, or found nothing, as get does where there is no such key; or there is no cluster",
            "2:the options were not understood"
        },
        footer = "Type help at the prompt, or run memdi shell -e help, for the commands.",
        sortOptions = false,
        mixinStandardHelpOptions = true)
final class ShellCommand implements Callable<Integer> {
    private static final int USUAL_SIZE = 3;

    private final Screen screen;
    private final Map<String, String> environment;

    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(
            arity = "0..*",
            split = ",",
            paramLabel = "HOST:PORT",
            description = "Some nodes of a cluster that runs. One that answers is enough.")
    private @Nullable List<String> addresses;

    @Option(
            names = "--local",
            paramLabel = "N",
            description = "Start that many nodes in this process instead, 1 to " + LocalNodes.MAX_NODES + "; "
                    + USUAL_SIZE + " if nothing is said.")
    private @Nullable String local;

    @Option(
            names = {"-e", "--execute"},
            paramLabel = "COMMAND",
            description =
                    "Run this command instead of a prompt, and print nothing but what it asks for. May be repeated: all"
                            + " of them run on the same cluster; one in this process ends with them.")
    private @Nullable List<String> execute;

    @Option(names = "--json", description = "For each command, print one JSON object in a line.")
    private boolean json;

    @Option(
            names = "--ack",
            paramLabel = "LEVEL",
            description = "Where writes must be before they are acknowledged, unless a command says otherwise:"
                    + " leader-memory or quorum-memory; leader-disk or quorum-disk, where nodes have directories.")
    private @Nullable String ack;

    @Option(
            names = "--level",
            paramLabel = "LEVEL",
            description = "How fresh what is read has to be, unless a command says otherwise: local, session, committed"
                    + " or linearizable.")
    private @Nullable String level;

    @Option(
            names = "--store",
            paramLabel = "NAME",
            defaultValue = Shell.STORE,
            description = "The store to work on, whose keys and values are strings; \"${DEFAULT-VALUE}\" if left out.")
    private String store = Shell.STORE;

    @ArgGroup(exclusive = false)
    private Remote.Options remote = new Remote.Options();

    @Mixin
    private final Main.Common common = new Main.Common();

    ShellCommand(Screen screen, Map<String, String> environment) {
        this.screen = screen;
        this.environment = environment;
    }

    @Override
    public Integer call() {
        common.apply();
        try {
            return run() ? Main.OK : Main.FAILED;
        } catch (UsageFailure e) {
            throw spec == null ? e : new ParameterException(spec.commandLine(), e.line(), e);
        }
    }

    private boolean run() {
        Shell.Preferences preferences = preferences();
        if (store.isEmpty()) {
            throw new UsageFailure("--store is the name of a store, and not empty");
        }
        if (addresses == null || addresses.isEmpty()) {
            remote.refuseWithoutAddress();
            return run(new LocalConnection(LocalNodes.start(size(), store, timed())), preferences);
        }
        if (local != null) {
            throw new UsageFailure(
                    "--local starts nodes in this process, and HOST:PORT is a cluster elsewhere: say one of them");
        }
        Remote cluster = new Remote(addresses, remote, environment);
        if (!cluster.omissions().isEmpty()) {
            screen.error(cluster.omissions());
        }
        DialLog log = new DialLog(common.isVerbose());
        LogLines lines = LogLines.filter(log::isNews);
        try {
            return run(cluster.connect(store, log), preferences);
        } finally {
            lines.close();
        }
    }

    private UnaryOperator<NodeBuilder> timed() {
        Duration timeout = remote.localTimeout();
        return timeout == null ? node -> node : node -> node.timeout(timeout);
    }

    private int size() {
        String text = local == null ? String.valueOf(USUAL_SIZE) : local;
        int size = text.matches("\\d{1,9}") ? Integer.parseInt(text) : 0;
        if (size < 1 || size > LocalNodes.MAX_NODES) {
            throw new UsageFailure("--local is a number from 1 to " + LocalNodes.MAX_NODES + ", not \"" + text + '"');
        }
        return size;
    }

    private Shell.Preferences preferences() {
        Ack wantedAck = ack == null ? null : Arguments.constant("--ack", ack, Ack.class);
        ReadLevel wantedLevel = level == null ? null : Arguments.constant("--level", level, ReadLevel.class);
        return new Shell.Preferences(store, wantedAck, wantedLevel);
    }

    private boolean run(Connection connection, Shell.Preferences preferences) {
        LogLines log = LogLines.filter(connection::isNews);
        try (connection) {
            return commands(connection, preferences);
        } finally {
            log.close();
        }
    }

    private boolean commands(Connection connection, Shell.Preferences preferences) {
        Shell.Reader forPeople = json ? Shell.Reader.JSON : Shell.Reader.PERSON;
        if (execute != null) {
            Shell.Reader reader = json ? Shell.Reader.JSON : Shell.Reader.PROGRAM;
            return Script.run(new Shell(connection, screen, reader, preferences), execute);
        }
        Shell shell = new Shell(connection, screen, forPeople, preferences);
        if (screen.abilities().terminal()) {
            shell.reach();
            new Prompt(shell).run();
            return true;
        }
        return Script.run(shell, System.in, Screen.charset());
    }
}
