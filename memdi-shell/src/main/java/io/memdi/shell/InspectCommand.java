package io.memdi.shell;

import io.memdi.StorageException;
import io.memdi.storage.Inspector;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code memdi inspect}. */
@Command(
        name = "inspect",
        description =
                "Says what the directory of a durable node, or the file of a backup, holds, and whether it is sound. Changes nothing;"
                        + " a node must not run in that directory.",
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:it is sound, or empty",
            "1:it is not, or it is neither; a process has it, or it cannot be read; the lines say why",
            "2:the options were not understood"
        },
        footer = "docs/storage.md says what the lines mean, and what to do.",
        mixinStandardHelpOptions = true)
final class InspectCommand implements Callable<Integer> {
    private final Screen screen;

    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(paramLabel = "PATH", description = "The directory, or the file.")
    private String path = "";

    @Option(names = "--json", description = "Print one JSON object in a line.")
    private boolean json;

    InspectCommand(Screen screen) {
        this.screen = screen;
    }

    @Override
    public Integer call() {
        if (path.isEmpty()) {
            throw new ParameterException(
                    Objects.requireNonNull(spec, "spec").commandLine(),
                    "PATH is empty: name a directory, or a file; the current directory is \".\"");
        }
        try {
            return (json ? json() : Inspector.inspect(Path.of(path), finding -> screen.line(finding.line())))
                    ? Main.OK
                    : Main.FAILED;
        } catch (StorageException e) {
            if (json) {
                print("failed", "error", String.valueOf(e.getMessage()));
                return Main.FAILED;
            }
            throw new PlainFailure(String.valueOf(e.getMessage()), e);
        }
    }

    private boolean json() {
        List<Map<String, @Nullable Object>> findings = new ArrayList<>();
        boolean sound = Inspector.inspect(Path.of(path), finding -> {
            Map<String, @Nullable Object> known = new LinkedHashMap<>();
            known.put("kind", finding.kind());
            known.put("text", finding.text());
            known.putAll(finding.facts());
            findings.add(known);
        });
        print(sound ? "ok" : "no", "findings", findings);
        return sound;
    }

    private void print(String result, String name, Object what) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("command", "inspect");
        object.put("result", result);
        object.put("path", path);
        object.put(name, what);
        screen.line(Json.of(object));
    }
}
