package io.memdi.shell;

import io.memdi.StorageException;
import io.memdi.storage.Inspector;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code memdi inspect}. */
@Command(
        name = "inspect",
        description =
                "Says what the directory of a durable node, or the file of a backup, holds, and whether it is sound. Changes nothing;"
                        + " a node must not run in that directory.",
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:it is sound, or empty",
            "1:it is not, a process has it, or it cannot be read; the last line says why",
            "2:the options were not understood"
        },
        footer = "docs/storage.md says what the lines mean, and what to do.",
        mixinStandardHelpOptions = true)
final class InspectCommand implements Callable<Integer> {
    private final Screen screen;

    @Parameters(paramLabel = "PATH", description = "The directory, or the file.")
    private String path = "";

    InspectCommand(Screen screen) {
        this.screen = screen;
    }

    @Override
    public Integer call() {
        try {
            return Inspector.inspect(Path.of(path), screen::line) ? Main.OK : Main.FAILED;
        } catch (StorageException e) {
            throw new PlainFailure(String.valueOf(e.getMessage()), e);
        }
    }
}
