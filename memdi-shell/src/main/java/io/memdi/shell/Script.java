package io.memdi.shell;

import io.memdi.shell.Shell.Outcome;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Runs commands that nobody types. A command that fails does not keep the next ones from being run, unless it failed because no node
 * answers any more: then each of the others would wait for its time in vain.
 */
final class Script {
    /** How much of standard input is looked at for what was not tried. */
    private static final int LOOKED_AT = 1 << 24;

    private final Shell shell;
    private final Lines lines;

    /** What is to be run. */
    private interface Lines {
        /** The next one; null if there is none. */
        @Nullable
        String next() throws IOException;

        /** The number of the last one, for messages; 0 if they have none. */
        long number();

        /** How many commands come after it, as far as that can be told without a wait. */
        long rest() throws IOException;
    }

    private Script(Shell shell, Lines lines) {
        this.shell = shell;
        this.lines = lines;
    }

    /**
     * Runs commands.
     *
     * @return whether all of them succeeded, and found what they asked for
     * @throws Unreachable if there is no cluster to talk to, or not any more
     */
    static boolean run(Shell shell, List<String> commands) {
        Listed listed = new Listed(commands);
        try {
            return new Script(shell, listed).run();
        } catch (IOException e) {
            throw new IllegalStateException("a list cannot be read", e);
        }
    }

    /**
     * Runs the commands of a text, one a line.
     *
     * @return whether all of them succeeded, and found what they asked for
     * @throws PlainFailure if the text cannot be read
     * @throws Unreachable if there is no cluster to talk to, or not any more
     */
    static boolean run(Shell shell, InputStream text, Charset charset) {
        Text lines = new Text(new BufferedReader(new InputStreamReader(text, charset.newDecoder())));
        try {
            return new Script(shell, lines).run();
        } catch (CharacterCodingException e) {
            throw new PlainFailure(
                    "standard input, after line " + lines.number + ": this is not " + charset + " text", e);
        } catch (IOException e) {
            throw new PlainFailure("standard input cannot be read: " + e.getMessage(), e);
        }
    }

    private boolean run() throws IOException {
        boolean succeeded = true;
        for (@Nullable String line = lines.next(); line != null; line = lines.next()) {
            Outcome outcome = run(line);
            succeeded &= outcome == Outcome.OK || outcome == Outcome.QUIT;
            if (outcome == Outcome.QUIT) {
                break;
            }
        }
        return succeeded;
    }

    private Outcome run(String line) {
        Outcome outcome;
        try {
            outcome = shell.run(line, lines.number());
        } catch (Unreachable e) {
            throw ended(e.line());
        }
        if (outcome == Outcome.LATE && shell.connection().isDeserted()) {
            throw ended("no node answers any more; look whether they run");
        }
        return outcome;
    }

    private Unreachable ended(String why) {
        long rest;
        try {
            rest = lines.rest();
        } catch (IOException e) {
            rest = 0; // it would have been told in its turn, which does not come
        }
        return new Unreachable(why
                + (rest == 0 ? "" : "; " + Times.count(rest, "more command was", "more commands were") + " not tried"));
    }

    private static final class Listed implements Lines {
        private final List<String> commands;
        private int taken;

        Listed(List<String> commands) {
            this.commands = commands;
        }

        @Override
        public @Nullable String next() {
            return taken < commands.size() ? commands.get(taken++) : null;
        }

        @Override
        public long number() {
            return 0;
        }

        @Override
        public long rest() {
            return (long) commands.size() - taken;
        }
    }

    private static final class Text implements Lines {
        private final BufferedReader reader;
        private long number;

        Text(BufferedReader reader) {
            this.reader = reader;
        }

        @Override
        public @Nullable String next() throws IOException {
            @Nullable String line = reader.readLine();
            number += line == null ? 0 : 1;
            return line;
        }

        @Override
        public long number() {
            return number;
        }

        /** Lines that are neither empty nor comments. Whoever writes them may not have written all. */
        @Override
        public long rest() throws IOException {
            long commands = 0;
            boolean fresh = true;
            for (int i = 0; i < LOOKED_AT && reader.ready(); i++) {
                int c = reader.read();
                if (c == '\n' || c == '\r') {
                    fresh = true;
                } else if (c < 0) {
                    break;
                } else if (fresh && !Character.isWhitespace(c)) {
                    fresh = false;
                    commands += c == '#' ? 0 : 1;
                }
            }
            return commands;
        }
    }
}
