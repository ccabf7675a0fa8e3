package io.memdi.shell;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.TimeUnit;
import org.jline.terminal.Attributes;
import org.jline.terminal.Terminal;
import org.jline.utils.NonBlockingReader;

/** Waits at a terminal, until somebody presses q, or Ctrl-C. */
final class Keys implements Pace {
    private final Terminal terminal;

    Keys(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public boolean goesOn(long nanos) {
        long end = System.nanoTime() + nanos;
        Attributes before = terminal.enterRawMode(); // keys come one by one, and are not shown
        try {
            for (long left = nanos;
                    left > 0 && !Thread.currentThread().isInterrupted();
                    left = end - System.nanoTime()) {
                int key = terminal.reader().read(Math.max(1, TimeUnit.NANOSECONDS.toMillis(left)));
                if (key == 'q' || key == 'Q' || key == NonBlockingReader.EOF) {
                    return false;
                }
            }
            return !Thread.currentThread().isInterrupted();
        } catch (InterruptedIOException e) {
            return false;
        } catch (IOException e) {
            throw new PlainFailure("the terminal cannot be read: " + e.getMessage(), e);
        } finally {
            terminal.setAttributes(before);
        }
    }

    @Override
    public String hint() {
        return "q ends it";
    }
}
