package io.memdi.shell;

import static org.assertj.core.api.Assertions.fail;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.regex.Pattern;

/** A {@code memdi node} in a JVM of its own, which can be told to end, killed, and stopped for a while; and what it has printed. */
public final class NodeProcess implements AutoCloseable {
    public static final Duration LIMIT = Duration.ofSeconds(120);

    /** So that a node that prints without end fails its test, and not the JVM of the test. */
    private static final int MAX_LINES = 100_000;

    private final Process process;
    private final List<String> lines = new ArrayList<>();
    private boolean ended;

    private NodeProcess(Process process) {
        this.process = process;
        Thread reader = new Thread(this::read, "output of " + process.pid());
        reader.setDaemon(true);
        reader.start();
    }

    /** Starts one with these options. */
    public static NodeProcess start(String... options) throws IOException {
        return start(List.of(), "128m", options);
    }

    /** Starts one with so much of a heap; by a command that replaces itself by the one that it is given. */
    public static NodeProcess start(List<String> by, String heap, String... options) throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        List<String> command = new ArrayList<>(by);
        command.addAll(List.of(java, "-Xmx" + heap, "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp"));
        command.addAll(List.of(System.getProperty("java.class.path"), Main.class.getName(), "node"));
        command.addAll(List.of(options));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        List.of(NodeTls.PASSWORD_VARIABLE, "JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS")
                .forEach(builder.environment()::remove);
        return new NodeProcess(builder.start());
    }

    private void read() {
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                add(line);
            }
        } catch (IOException e) {
            add("(its output cannot be read: " + e + ")");
        }
        synchronized (lines) {
            ended = true;
            lines.notifyAll();
        }
    }

    private void add(String line) {
        synchronized (lines) {
            if (lines.size() < MAX_LINES) {
                lines.add(line);
            }
            lines.notifyAll();
        }
    }

    /** What it has printed so far, its log among it. */
    public List<String> lines() {
        synchronized (lines) {
            return List.copyOf(lines);
        }
    }

    /** Waits for a line in which something matches the pattern; returns the first. */
    public String awaitLine(String pattern) throws InterruptedException {
        return awaitLine(0, pattern);
    }

    /** The same, of the lines from that number on: {@code lines().size()} is for what is still to come. */
    public String awaitLine(int from, String pattern) throws InterruptedException {
        Pattern wanted = Pattern.compile(pattern);
        return await(
                "line with " + pattern,
                printed -> printed.subList(from, printed.size()).stream()
                        .filter(line -> wanted.matcher(line).find())
                        .findFirst()
                        .orElse(null));
    }

    private String await(String what, Function<List<String>, String> found) throws InterruptedException {
        long end = System.nanoTime() + LIMIT.toNanos();
        synchronized (lines) {
            while (true) {
                String result = found.apply(lines);
                if (result != null) {
                    return result;
                }
                long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
                if (left <= 0 || ended) {
                    String when = ended ? "at its end" : "after " + LIMIT;
                    return fail("no %s %s; it has printed:%n%s", what, when, String.join("\n", lines));
                }
                lines.wait(left);
            }
        }
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** SIGTERM. */
    public NodeProcess terminate() {
        process.toHandle().destroy(); // The process's own method would also close its output before it is read.
        return this;
    }

    /** SIGKILL: no hook runs, and no farewell is said. */
    public NodeProcess kill() {
        process.toHandle().destroyForcibly();
        return this;
    }

    /** SIGSTOP: it stands still, with all its connections open. */
    public void pause() throws IOException, InterruptedException {
        signal("STOP");
    }

    /** SIGCONT. */
    public void resume() throws IOException, InterruptedException {
        signal("CONT");
    }

    private void signal(String name) throws IOException, InterruptedException {
        Process kill = new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid()))
                .inheritIO()
                .start();
        if (!kill.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS) || kill.exitValue() != 0) {
            fail("no signal " + name + " was sent to " + process.pid());
        }
    }

    /** Waits for its end, and for all that it has printed. */
    public int exitCode() throws InterruptedException {
        await("end of its output", printed -> ended ? "" : null);
        if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
            fail("it has closed its output, and not ended");
        }
        return process.exitValue();
    }

    /** Kills it, if it lives. */
    @Override
    public void close() {
        process.destroyForcibly();
    }
}
