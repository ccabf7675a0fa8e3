package io.memdi.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.openjdk.jcstress.Main;

/**
 * Runs scenes of {@link TableStress} and {@link RevisionStress} in JVMs of their own, as jcstress wants it: those of readers against cut,
 * rollback, resize and removal for about half a minute; all of them, and twice as often, with {@code -Dmemdi.stress=all}.
 */
class TableStressTest {
    private static final boolean ALL = "all".equals(System.getProperty("memdi.stress"));
    private static final String SCENES = Stream.of(
                    TableStress.CutAndRollback.class,
                    TableStress.LatestAndRollback.class,
                    TableStress.SessionAndStepDown.class,
                    TableStress.Resize.class,
                    TableStress.RemovalAndReturn.class,
                    RevisionStress.RevisionAndValue.class)
            .map(Class::getSimpleName)
            .collect(Collectors.joining("|"));

    @Test
    @Tag("jcstress")
    void noReaderSeesWhatItMustNot() throws IOException, InterruptedException {
        Path build = Path.of(TableStressTest.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .getPath())
                .resolveSibling("jcstress");
        Files.createDirectories(build);
        Path log = build.resolve("log.txt");
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "-t",
                ALL ? TableStress.class.getName() + "|" + RevisionStress.class.getName() : SCENES,
                "-r",
                build.toString(),
                "-f",
                "1",
                "-fsm",
                ALL ? "3" : "1",
                "-iters",
                "1",
                "-time",
                "300",
                "-c",
                "2",
                "-sc",
                "false",
                "-jvmArgs",
                "-XX:+UseParallelGC");
        Process run = new ProcessBuilder(command)
                .directory(build.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            assertThat(run.waitFor()).isZero();
        } finally {
            run.destroyForcibly();
        }
        String report = Files.readString(log, StandardCharsets.UTF_8);
        assertThat(report).contains("Failed tests: No matches", "Error tests: No matches", "matching test results");
    }
}
