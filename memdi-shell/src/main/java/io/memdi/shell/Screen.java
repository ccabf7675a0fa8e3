package io.memdi.shell;

import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntSupplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where the shell prints to: results, errors, and what is drawn over again while something goes on. Colours and whatever moves
 * are for terminals only.
 */
final class Screen {
    /** What the place that is printed to can show. */
    record Abilities(boolean terminal, boolean colours, boolean symbols) {
        static final Abilities NONE = new Abilities(false, false, false);
    }

    /** How wide a terminal is that does not tell. */
    private static final int USUAL_WIDTH = 80;

    private static final Pattern PAINT = Pattern.compile("\u001b\\[[\\d;]*m");

    private final PrintStream out;
    private final PrintStream err;
    private final Abilities abilities;
    private IntSupplier width = () -> 0;

    Screen(PrintStream out, PrintStream err, Abilities abilities) {
        this.out = out;
        this.err = err;
        this.abilities = abilities;
    }

    /** The screen of this process. */
    static Screen ofProcess() {
        Charset charset = charset();
        return new Screen(
                new PrintStream(new FileOutputStream(FileDescriptor.out), true, charset),
                new PrintStream(new FileOutputStream(FileDescriptor.err), true, charset),
                abilities(isTerminal(), charset, System.getenv()));
    }

    static Abilities abilities(boolean terminal, Charset charset, Map<String, String> environment) {
        String noColour = environment.getOrDefault("NO_COLOR", "");
        boolean dumb = "dumb".equals(environment.get("TERM"));
        return new Abilities(
                terminal && !dumb,
                terminal && !dumb && noColour.isEmpty(),
                charset.newEncoder().canEncode("✓✗┌│└╳"));
    }

    /**
     * The encoding of this process's input and output. Where nobody chose one, which Java takes for plain ASCII, that is UTF-8: else
     * whatever is not ASCII in a value would be lost in scripts.
     */
    static Charset charset() {
        String name = System.getProperty(
                "stdout.encoding",
                System.getProperty("sun.stdout.encoding", System.getProperty("native.encoding", "")));
        try {
            Charset charset = name.isEmpty() ? Charset.defaultCharset() : Charset.forName(name);
            return charset.equals(StandardCharsets.US_ASCII) ? StandardCharsets.UTF_8 : charset;
        } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
            return StandardCharsets.UTF_8;
        }
    }

    /** Whether a person sits at this process, with both its input and its output. */
    @SuppressWarnings("SystemConsoleNull") // below, what there is instead of null from JDK 22 on
    static boolean isTerminal() {
        @Nullable Console console = System.console();
        if (console == null) {
            return false;
        }
        try {
            // From JDK 22 on there is a console also where there is no terminal, and this method tells.
            return Boolean.TRUE.equals(Console.class.getMethod("isTerminal").invoke(console));
        } catch (ReflectiveOperationException e) {
            return true;
        }
    }

    Abilities abilities() {
        return abilities;
    }

    /** Tells how many columns the terminal has; 0 where that is not known. */
    void width(IntSupplier columns) {
        width = columns;
    }

    void line(String line) {
        clearProgress();
        out.println(line);
    }

    void error(String line) {
        clearProgress();
        out.flush();
        err.println(paint(Style.BAD, line));
    }

    /** A text of somebody else's as it may be shown: on a terminal, without what a terminal would obey. */
    String shown(String text) {
        if (!abilities.terminal || text.chars().noneMatch(Character::isISOControl)) {
            return text;
        }
        StringBuilder shown = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isISOControl(c)) {
                shown.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
            } else {
                shown.append(c);
            }
        }
        return shown.toString();
    }

    /** Whether something that was printed could not be written, as on a full disk. */
    boolean hasFailed() {
        return out.checkError();
    }

    String paint(Style style, String text) {
        return abilities.colours ? style.paint(text) : text;
    }

    /** A tick. */
    String tick() {
        return paint(Style.GOOD, abilities.symbols ? "✓" : "ok");
    }

    String cross() {
        return paint(Style.BAD, abilities.symbols ? "✗" : "FAILED");
    }

    private boolean inProgress;

    /** Shows how far something is, in place of what was shown before; on a terminal only, in one line of it. */
    void progress(String line) {
        if (abilities.terminal) {
            inProgress = true;
            out.print("\r\u001b[K" + cut(line));
            out.flush();
        }
    }

    /** What fits into a line of the terminal: one that it wraps could not be drawn over. */
    private String cut(String line) {
        int columns = width.getAsInt();
        int room = (columns > 0 ? columns : USUAL_WIDTH) - 1;
        if (line.codePointCount(0, line.length()) <= room) {
            return line;
        }
        String cut = abilities.symbols ? "…" : "...";
        String end = cut.substring(0, Math.min(cut.length(), room));
        return line.substring(0, line.offsetByCodePoints(0, room - end.length())) + end;
    }

    private void clearProgress() {
        drawn = 0;
        if (inProgress) {
            inProgress = false;
            out.print("\r\u001b[K");
        }
    }

    /** How many lines of the terminal hold what was drawn last, right above where it goes on. */
    private int drawn;

    /** Prints lines; on a terminal, in the place of those that were printed last, if they came from here too. */
    void redraw(List<String> lines) {
        int before = drawn;
        clearProgress();
        if (abilities.terminal && before > 0) {
            out.print("\u001b[" + before + "A\r\u001b[J");
        }
        lines.forEach(out::println);
        out.flush();
        drawn = lines.stream().mapToInt(this::height).sum();
    }

    /** How many lines a line takes where the terminal wraps it. */
    private int height(String line) {
        int columns = width.getAsInt() > 0 ? width.getAsInt() : USUAL_WIDTH;
        String bare = PAINT.matcher(line).replaceAll("");
        return Math.max(1, (bare.codePointCount(0, bare.length()) + columns - 1) / columns);
    }
}
