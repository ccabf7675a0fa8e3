package io.memdi.shell;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What {@code ./memdi} says and does on machines with and without what it needs. Their {@code java} and {@code mvn} are scripts. */
@DisabledOnOs(OS.WINDOWS)
class LauncherTest {
    private static final Path LAUNCHER =
            Path.of(System.getProperty("memdi.root", "..")).resolve("memdi");

    /** What it takes from the system. */
    private static final List<String> TOOLS =
            List.of("awk", "cat", "dirname", "find", "head", "mktemp", "readlink", "rm", "sed");

    @TempDir
    private Path machine;

    private Path bin;
    private Path checkout;

    /** A machine without Java and Maven, and a checkout that has not been built. */
    @BeforeEach
    void furnish() throws IOException {
        bin = Files.createDirectory(machine.resolve("bin"));
        for (String tool : TOOLS) {
            give(tool);
        }
        checkout = Files.createDirectories(machine.resolve("a checkout"));
        Files.copy(LAUNCHER, checkout.resolve("memdi"));
        Files.createFile(checkout.resolve("pom.xml"));
        Files.createDirectories(checkout.resolve("memdi-shell/src/main"));
        Files.createFile(checkout.resolve("memdi-shell/pom.xml"));
    }

    private void give(String tool) throws IOException {
        Path there = Stream.of(System.getenv("PATH").split(":"))
                .map(folder -> Path.of(folder, tool))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow();
        script(bin.resolve(tool), "exec " + there + " \"$@\"");
    }

    private static void script(Path file, String... lines) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/bin/sh\n" + String.join("\n", lines) + '\n');
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** A {@code java} that tells its version, or else what it was called with. */
    private static void java(Path folder, String version) throws IOException {
        script(
                folder.resolve("java"),
                "case $1 in",
                "  -version) echo 'Picked up JAVA_TOOL_OPTIONS: -Dsome.version=3' >&2",
                "            echo 'openjdk version \"" + version + "\" 2025-04-15' >&2 ;;",
                "  *) echo \"java was called with: $*\" ;;",
                "esac");
    }

    private static void jdk(Path folder, String version) throws IOException {
        java(folder, version);
        script(folder.resolve("javac"));
    }

    /** A {@code mvn} that tells its version, or else does what the lines say. */
    private void maven(String version, String java, String... lines) throws IOException {
        script(
                bin.resolve("mvn"),
                "if [ \"$*\" = '-B --version' ]; then",
                "  echo 'Apache Maven " + version + " (abc)'",
                "  echo 'Java version: " + java + ", vendor: Debian, runtime: /usr/lib/jvm/java'",
                "  exit",
                "fi",
                String.join("\n", lines));
    }

    private static final String BUILDS = "mkdir -p memdi-shell/target; echo jar >memdi-shell/target/memdi.jar";

    private record Run(int code, String out, String err) {}

    private Run run(Map<String, String> environment) throws IOException, InterruptedException {
        Path out = machine.resolve("out");
        Path err = machine.resolve("err");
        ProcessBuilder launcher = new ProcessBuilder(
                        "/bin/sh", checkout.resolve("memdi").toString(), "demo", "--load", "a file.csv")
                .directory(machine.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        launcher.environment().clear();
        launcher.environment().put("PATH", bin.toString());
        launcher.environment().putAll(environment);
        Process process = launcher.start();
        try {
            assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        return new Run(process.exitValue(), Files.readString(out, UTF_8), Files.readString(err, UTF_8));
    }

    private void assertRefused(Map<String, String> environment, String words) throws IOException, InterruptedException {
        Run run = run(environment);
        assertThat(run.err).isEqualTo("memdi: " + words + '\n');
        assertThat(run.out).isEmpty();
        assertThat(run.code).isEqualTo(2);
    }

    @Test
    void withoutJava() throws Exception {
        assertRefused(Map.of(), "java is missing: install a JDK 17 or later (Debian: openjdk-17-jdk-headless).");
    }

    @Test
    void withAnOldJava() throws Exception {
        jdk(bin, "11.0.22");
        assertRefused(Map.of(), "java is version 11: install a JDK 17 or later (Debian: openjdk-17-jdk-headless).");
        jdk(bin, "1.8.0_402");
        assertRefused(Map.of(), "java is version 8: install a JDK 17 or later (Debian: openjdk-17-jdk-headless).");
    }

    @Test
    void withAJavaThatDoesNotRun() throws Exception {
        script(bin.resolve("java"), "echo 'Unable to locate a Java Runtime.' >&2", "exit 1");
        assertRefused(Map.of(), "java does not tell its version: install a JDK 17 or later.");
    }

    @Test
    void withAJavaHomeThatLeadsNowhere() throws Exception {
        jdk(bin, "17.0.15");
        assertRefused(
                Map.of("JAVA_HOME", "/no/such/folder"),
                "JAVA_HOME is set, but has no bin/java: point it at a JDK 17 or later.");
    }

    @Test
    void withAnOldJavaHome() throws Exception {
        jdk(bin, "17.0.15");
        Path old = machine.resolve("jdk 11");
        jdk(old.resolve("bin"), "11.0.22");
        assertRefused(
                Map.of("JAVA_HOME", old.toString()),
                "JAVA_HOME leads to Java 11: point it at a JDK 17 or later, or unset it.");
    }

    @Test
    void withoutACompiler() throws Exception {
        java(bin, "17.0.15");
        assertRefused(
                Map.of(),
                "javac is missing, which building needs: install a JDK, not a JRE (Debian: openjdk-17-jdk-headless).");
        Path jre = machine.resolve("jre");
        java(jre.resolve("bin"), "17.0.15");
        assertRefused(
                Map.of("JAVA_HOME", jre.toString()),
                "JAVA_HOME has no bin/javac, which building needs: point it at a JDK, not a JRE.");
    }

    @Test
    void withoutMaven() throws Exception {
        jdk(bin, "17.0.15");
        assertRefused(Map.of(), "mvn is missing, which building needs: install Maven 3.8.7 or later (Debian: maven).");
    }

    @Test
    void withAnOldMaven() throws Exception {
        jdk(bin, "17.0.15");
        maven("3.6.3", "17.0.15");
        assertRefused(Map.of(), "mvn is version 3.6.3: install Maven 3.8.7 or later (Debian: maven).");
        maven("3.8.6", "17.0.15");
        assertRefused(Map.of(), "mvn is version 3.8.6: install Maven 3.8.7 or later (Debian: maven).");
    }

    @Test
    void withAMavenThatDoesNotRun() throws Exception {
        jdk(bin, "17.0.15");
        script(bin.resolve("mvn"), "exit 1");
        assertRefused(Map.of(), "mvn does not run here: see what mvn --version says.");
    }

    @Test
    void withAMavenThatRunsOnAnOldJava() throws Exception {
        jdk(bin, "17.0.15");
        maven("3.9.9", "11.0.22");
        assertRefused(Map.of(), "mvn runs on Java 11: set JAVA_HOME to a JDK 17 or later, which mvn heeds.");
    }

    @Test
    void withAllThatItNeedsItBuildsOnceAndRuns() throws Exception {
        give("mkdir");
        jdk(bin, "17.0.15");
        maven("3.8.7", "17.0.15", BUILDS);
        Run first = run(Map.of());
        assertThat(first.err).isEqualTo("memdi: building what is missing or has changed (about a minute)...\n");
        assertThat(first.out)
                .isEqualTo("java was called with: -jar " + checkout.toRealPath()
                        + "/memdi-shell/target/memdi.jar demo --load a file.csv\n");
        assertThat(first.code).isZero();
        // Now it needs no Maven any more.
        Files.delete(bin.resolve("mvn"));
        Run second = run(Map.of());
        assertThat(second.err).isEmpty();
        assertThat(second.out).isEqualTo(first.out);
    }

    @Test
    void aNewerJavaIsToldWhatTheTerminalNeeds() throws Exception {
        give("mkdir");
        Path newer = machine.resolve("jdk 25");
        jdk(newer.resolve("bin"), "25");
        maven("4.0.0-rc-4", "25", BUILDS);
        Run run = run(Map.of("JAVA_HOME", newer.toString()));
        assertThat(run.out).startsWith("java was called with: --enable-native-access=ALL-UNNAMED -jar ");
        assertThat(run.code).isZero();
    }

    @Test
    void aBuildThatFailsIsShown() throws Exception {
        jdk(bin, "17.0.15");
        maven("3.8.7", "17.0.15", "echo 'what Maven says'", "exit 1");
        Run run = run(Map.of());
        assertThat(run.err).endsWith("what Maven says\nmemdi: the build failed, see above.\n");
        assertThat(run.code).isEqualTo(1);
    }
}
