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

/** Runs commands that nobody types. A command that fails does not keep the next ones from being run. */
final class Script {
    private Script() {}

    /**
     * Runs commands.
     *
     * @return whether all of them succeeded, and found what they asked for
     */
    static boolean run(Shell shell, List<String> commands) {
        boolean succeeded = true;
        for (String command : commands) {
            Outcome outcome = shell.run(command);
            succeeded &= outcome == Outcome.OK || outcome == Outcome.QUIT;
            if (outcome == Outcome.QUIT) {
                break;
            }
        }
        return succeeded;
    }

    /**
     * Runs the commands of a text, one a line.
     *
     * @return whether all of them succeeded, and found what they asked for
     * @throws PlainFailure if the text cannot be read
     */
    static boolean run(Shell shell, InputStream text, Charset charset) {
        boolean succeeded = true;
        long number = 0;
        try {
            BufferedReader lines = new BufferedReader(new InputStreamReader(text, charset.newDecoder()));
            for (@Nullable String line = lines.readLine(); line != null; line = lines.readLine()) {
                number++;
                Outcome outcome = shell.run(line, number);
                succeeded &= outcome == Outcome.OK || outcome == Outcome.QUIT;
                if (outcome == Outcome.QUIT) {
                    break;
                }
            }
            return succeeded;
        } catch (CharacterCodingException e) {
            throw new PlainFailure("standard input, after line " + number + ": this is not " + charset + " text", e);
        } catch (IOException e) {
            throw new PlainFailure("standard input cannot be read: " + e.getMessage(), e);
        }
    }
}
