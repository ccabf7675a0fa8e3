package io.memdi.shell.judges;

import static org.assertj.core.api.Assertions.assertThat;

import io.memdi.shell.NodeProcess;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Answers system calls of a process in the place of Linux, as strace can. A test is skipped where it is not there, or not allowed. */
final class Strace implements AutoCloseable {
    private static final long SECONDS = 30;

    /** Whether it could be done once, so that a refusal is no reason to skip a test any more. */
    private static boolean able;

    private final Process process;

    private Strace(Process process) {
        this.process = process;
    }

    /** Skips the test where nothing can be injected. */
    static void require() throws IOException, InterruptedException {
        Process sleeper = null;
        try {
            sleeper = new ProcessBuilder("sleep", String.valueOf(SECONDS)).start();
            on(sleeper.pid(), "fdatasync:retval=0").close();
            able = true;
        } catch (Os.Refused e) {
            assertThat(able).as("what could be done before: %s", e.getMessage()).isFalse();
            Os.skip("strace", "strace on Linux, and the right to trace", e);
        } finally {
            if (sleeper != null) {
                sleeper.destroyForcibly();
            }
        }
    }

    /**
     * From now on these calls of the node's process end otherwise.
     *
     * @param injection as strace takes it, as in {@code fdatasync:error=EIO:when=3}: the third of each thread
     */
    static Strace on(NodeProcess node, String injection) throws IOException, Os.Refused {
        return on(node.pid(), injection);
    }

    private static Strace on(long pid, String injection) throws IOException, Os.Refused {
        List<String> command = new ArrayList<>(List.of("strace", "-f", "-o", "/dev/null"));
        command.addAll(List.of("-e", "trace=" + injection.split(":", 2)[0]));
        command.addAll(List.of("-e", "inject=" + injection, "-p", String.valueOf(pid)));
        Process process;
        try {
            process = new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (IOException e) {
            throw new Os.Refused(e.getMessage());
        }
        Strace strace = new Strace(process);
        // Once it tells of it, it has stopped all threads, and lets none go on without it.
        BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
        String line = output.readLine();
        if (line == null || !line.contains("attached")) {
            strace.close();
            throw new Os.Refused("strace is not attached to " + pid + ": " + line);
        }
        Thread rest = new Thread(() -> output.lines().forEach(any -> {}), "output of strace");
        rest.setDaemon(true);
        rest.start();
        return strace;
    }

    /** Lets the process go on by itself, if it lives. */
    @Override
    public void close() {
        process.toHandle().destroy();
        try {
            if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
