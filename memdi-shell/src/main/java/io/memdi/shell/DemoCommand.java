package io.memdi.shell;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code memdi demo}. */
@Command(
        name = "demo",
        description =
                "Shows in a few seconds what memdi does: three nodes in this process load a file, take writes, lose their"
                        + " leader, elect another one, and go on. Every step is checked.",
        mixinStandardHelpOptions = true)
final class DemoCommand implements Callable<Integer> {
    private final Screen screen;

    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private final Main.Common common = new Main.Common();

    @Option(
            names = "--load",
            paramLabel = "FILE.csv",
            description = "The file to load: the first column is the key, the rest of the line the value."
                    + " By default, the countries of the world.")
    private @Nullable String load;

    @Option(names = "--header", description = "The file's first line names its columns, and is left out.")
    private boolean header;

    DemoCommand(Screen screen) {
        this.screen = screen;
    }

    @Override
    public Integer call() {
        common.apply();
        if (header && load == null && spec != null) {
            throw new ParameterException(spec.commandLine(), "--header belongs to --load FILE.csv");
        }
        CsvFile file = load == null
                ? CsvFile.countries()
                : CsvFile.read(load, header ? CsvFile.Header.YES : CsvFile.Header.NO);
        return Demo.run(screen, file) ? Main.OK : Main.FAILED;
    }
}
