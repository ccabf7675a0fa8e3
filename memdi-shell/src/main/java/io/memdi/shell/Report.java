package io.memdi.shell;

import java.util.List;

/** Prints what the demo does: headings, and each thing that was checked, with a tick and the time that it took. */
final class Report {
    private static final int TIME_COLUMN = 68;

    private final Screen screen;

    Report(Screen screen) {
        this.screen = screen;
    }

    void heading(String text) {
        screen.line("");
        screen.line(screen.paint(Style.STRONG, text));
    }

    void passed(String what, long nanos) {
        int width = what.codePointCount(0, what.length());
        screen.line("  " + screen.tick() + " " + what + " ".repeat(Math.max(1, TIME_COLUMN - width))
                + screen.paint(Style.FAINT, String.format("%9s", Times.of(nanos))));
    }

    void failed(String what) {
        screen.error("  " + screen.cross() + " " + what);
    }

    void note(String text) {
        screen.line("    " + screen.paint(Style.FAINT, text));
    }

    void picture(List<String> lines) {
        screen.line("");
        lines.forEach(line -> screen.line("    " + line));
    }
}
