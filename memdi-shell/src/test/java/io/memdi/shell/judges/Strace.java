package io.memdi.shell.judges;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.memdi.shell.NodeProcess;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
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
        try {
            Os.run("", "strace", "-o", "/dev/null", "-e", "inject=fdatasync:retval=0", "true");
            able = true;
        } catch (Os.Refused e) {
            assertThat(able).as("what could be done before: %s", e.getMessage()).isFalse();
            Os.skip("strace", "strace on Linux, and the right to trace", e);
        }
    }

    /**
     * From now on these calls of the process end otherwise.
     *
     * @param injection as strace takes it, as in {@code fdatasync:error=EIO:when=3}: the third of each thread
     */
    static Strace on(NodeProcess node, String injection) throws IOException {
        Process process = new ProcessBuilder(
                        "strace",
                        "-f",
                        "-o",
                        "/dev/null",
                        "-e",
                        "trace=" + injection.split(":", 2)[0],
                        "-e",
                        "inject=" + injection,
                        "-p",
                        String.valueOf(node.pid()))
                .redirectErrorStream(true)
                .start();
        Strace strace = new Strace(process);
        // Once it has told of the first process, it has stopped them all, and lets none go on without it.
        BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
        String line = output.readLine();
        if (line == null || !line.contains("attached")) {
            strace.close();
            fail("strace is not attached to %s: %s", node.pid(), line);
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
