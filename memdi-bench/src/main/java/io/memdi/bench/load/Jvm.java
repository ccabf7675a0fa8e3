package io.memdi.bench.load;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** An {@link Agent} in a JVM of its own. Not thread-safe. */
final class Jvm implements AutoCloseable {
    private static final long LIMIT_SECONDS = 300;

    final String name;
    private final Process process;
    private final BufferedReader answers;
    private final BufferedWriter commands;

    /**
     * Starts it.
     *
     * @param name of the node
     * @param before what comes before {@code java} on the command line, such as {@code nice -n 19}
     * @param flags of the JVM
     * @param arguments of the agent
     */
    Jvm(String name, List<String> before, List<String> flags, List<String> arguments) {
        this.name = name;
        List<String> command = new ArrayList<>(before);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(flags);
        command.addAll(List.of("-Dorg.slf4j.simpleLogger.defaultLogLevel=" + System.getProperty("load.log", "warn")));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Agent.class.getName()));
        command.addAll(arguments);
        try {
            process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        answers = process.inputReader(StandardCharsets.UTF_8);
        commands = process.outputWriter(StandardCharsets.UTF_8);
        answer("start");
    }

    /** Has a command done, and returns what it says. */
    String ask(String command) {
        begin(command);
        return answer(command);
    }

    /** Has a command done, and does not wait. */
    void begin(String command) {
        try {
            commands.write(command);
            commands.newLine();
            commands.flush();
        } catch (IOException e) {
            throw new IllegalStateException(name + " takes no commands any more: " + command, e);
        }
    }

    /** What the oldest command says that was begun, and not asked about. */
    String answer(String command) {
        FutureTask<String> line = new FutureTask<>(answers::readLine);
        Thread reader = new Thread(line, "answer of " + name);
        reader.setDaemon(true);
        reader.start();
        try {
            String said = line.get(LIMIT_SECONDS, TimeUnit.SECONDS);
            if (said == null || !said.startsWith("ok")) {
                throw new IllegalStateException(name + " was told \"" + command + "\", and says: " + said);
            }
            return said.substring(Math.min(3, said.length()));
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new IllegalStateException(name + " was told \"" + command + "\", and does not answer", e);
        }
    }

    long pid() {
        return process.pid();
    }

    /** Ends it at once, as {@code kill -9} does. */
    void kill() {
        process.destroyForcibly();
        waitFor();
    }

    void signal(String signal) {
        try {
            new ProcessBuilder("kill", "-" + signal, String.valueOf(pid()))
                    .inheritIO()
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted", e);
        }
    }

    private void waitFor() {
        try {
            process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted while " + name + " ended", e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
        waitFor();
    }
}
