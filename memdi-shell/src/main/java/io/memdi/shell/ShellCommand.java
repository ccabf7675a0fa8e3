package io.memdi.shell;

import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code memdi shell}. */
@Command(
        name = "shell",
        description =
                "A prompt on a new cluster in this process: write, read, kill, split, and watch. Where standard input is no"
                        + " terminal, it is a script: one command a line. A script, and a list of -e, goes on after a"
                        + " command that fails, up to its end or quit.",
        exitCodeListHeading = "Exit codes of scripts and of -e:%n",
        exitCodeList = {
            "0:every command was done, and found what it asked for",
            "1:a command failed, or found nothing, as get does where there is no such key",
            "2:the options were not understood"
        },
        footer = "Type help at the prompt, or run memdi shell -e help, for the commands.",
        mixinStandardHelpOptions = true)
final class ShellCommand implements Callable<Integer> {
    private final Screen screen;

    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private final Main.Common common = new Main.Common();

    @Option(
            names = "--local",
            paramLabel = "N",
            defaultValue = "3",
            description = "How many nodes to start in this process, 1 to " + LocalNodes.MAX_NODES
                    + "; ${DEFAULT-VALUE} if left out.")
    private int local;

    @Option(
            names = {"-e", "--execute"},
            paramLabel = "COMMAND",
            description =
                    "Run this command instead of a prompt, and print nothing but what it asks for. May be repeated: all"
                            + " of them run on the same cluster, which ends with them.")
    private @Nullable List<String> execute;

    ShellCommand(Screen screen) {
        this.screen = screen;
    }

    @Override
    public Integer call() {
        common.apply();
        if ((local < 1 || local > LocalNodes.MAX_NODES) && spec != null) {
            throw new ParameterException(
                    spec.commandLine(), "--local is a number from 1 to " + LocalNodes.MAX_NODES + ", not " + local);
        }
        try (LocalNodes nodes = LocalNodes.start(local, Shell.STORE)) {
            LogLines log = LogLines.filter(nodes::isNews);
            try {
                return run(nodes) ? Main.OK : Main.FAILED;
            } finally {
                log.close();
            }
        }
    }

    private boolean run(LocalNodes nodes) {
        if (execute != null) {
            return Script.run(new Shell(nodes, screen, Shell.Reader.PROGRAM), execute);
        }
        Shell shell = new Shell(nodes, screen, Shell.Reader.PERSON);
        if (screen.abilities().terminal()) {
            new Prompt(shell).run();
            return true;
        }
        return Script.run(shell, System.in, Screen.charset());
    }
}
