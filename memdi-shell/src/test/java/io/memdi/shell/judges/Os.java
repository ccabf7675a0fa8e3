package io.memdi.shell.judges;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The tools of the operating system, which may not be there, or not be allowed. */
final class Os {
    private static final long SECONDS = 30;

    /** What is known to be possible here, so that a test that cannot be run for want of it fails, rather than be skipped. */
    private static final List<String> REQUIRED =
            List.of(System.getProperty("memdi.judges.require", "").split(",", -1));

    private Os() {}

    /** Something that was asked of the system and not done. */
    static final class Refused extends Exception {
        private static final long serialVersionUID = 1;

        Refused(String what) {
            super(what);
        }
    }

    /**
     * Skips the test; fails it where that is required.
     *
     * @param what as it is named in {@code -Dmemdi.judges.require}
     * @param needs what it takes
     */
    static void skip(String what, String needs, Refused why) {
        assertThat(REQUIRED)
                .as("%s are required, and not to be had: %s", what, why.getMessage())
                .doesNotContain(what);
        abort("needs " + needs + ": " + why.getMessage());
    }

    static String run(String input, String... command) throws IOException, InterruptedException, Refused {
        Process process;
        try {
            process = new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (IOException e) {
            throw new Refused(e.getMessage());
        }
        try (var in = process.getOutputStream()) {
            in.write(input.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            process.destroyForcibly();
            throw new Refused(String.join(" ", command) + ": takes no input: " + e.getMessage());
        }
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new Refused(String.join(" ", command) + ": does not end");
        }
        if (process.exitValue() != 0) {
            throw new Refused(String.join(" ", command) + ": " + output);
        }
        return output;
    }

    /**
     * Whether the process that made something is gone.
     *
     * @param suffix of the name of what it made; begins with the number of the process
     */
    static boolean isGone(String suffix) {
        String pid = suffix.split("-", 2)[0];
        return pid.matches("\\d{1,9}") && ProcessHandle.of(Long.parseLong(pid)).isEmpty();
    }
}
