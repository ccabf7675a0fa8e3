package io.memdi.shell;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Takes the log, which goes to {@link System#err}, until it is closed, and hands it on in whole lines, without those that are not to be
 * shown. Written to by any thread.
 */
final class LogLines extends OutputStream {
    private final Predicate<String> shown;
    private final Consumer<String> to;
    private final PrintStream before = System.err;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();

    private LogLines(Predicate<String> shown, Consumer<String> to) {
        this.shown = shown;
        this.to = to;
    }

    /** Hands the log on to where it went before. */
    static LogLines filter(Predicate<String> shown) {
        return redirect(shown, System.err::println);
    }

    static LogLines redirect(Predicate<String> shown, Consumer<String> to) {
        LogLines lines = new LogLines(shown, to);
        System.setErr(new PrintStream(lines, true, Screen.charset()));
        return lines;
    }

    @Override
    public synchronized void write(int b) {
        if (b != '\n') {
            line.write(b);
            return;
        }
        String whole = line.toString(Screen.charset());
        line.reset();
        if (shown.test(whole)) {
            to.accept(whole);
        }
    }

    /** The log goes where it went before. */
    @Override
    public void close() {
        System.setErr(before);
    }
}
