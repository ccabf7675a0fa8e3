package io.memdi.shell;

import static org.assertj.core.api.Assertions.assertThat;

import io.memdi.shell.Screen.Abilities;
import io.memdi.shell.TextTable.Cell;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ScreenTest {
    private static final Charset UTF_8 = StandardCharsets.UTF_8;
    private static final Abilities TERMINAL = new Abilities(true, true, true);

    @Test
    void hasColoursOnTerminalsOnly() {
        assertThat(Screen.abilities(true, UTF_8, Map.of("TERM", "xterm"))).isEqualTo(TERMINAL);
        assertThat(Screen.abilities(false, UTF_8, Map.of("TERM", "xterm")))
                .isEqualTo(new Abilities(false, false, true));
        assertThat(Screen.abilities(true, UTF_8, Map.of("TERM", "dumb"))).isEqualTo(new Abilities(false, false, true));
    }

    @Test
    void honoursNoColor() {
        assertThat(Screen.abilities(true, UTF_8, Map.of("NO_COLOR", "1"))).isEqualTo(new Abilities(true, false, true));
        assertThat(Screen.abilities(true, UTF_8, Map.of("NO_COLOR", ""))).isEqualTo(TERMINAL);
    }

    @Test
    void usesSymbolsWhereTheyCanBeEncoded() {
        assertThat(Screen.abilities(false, StandardCharsets.ISO_8859_1, Map.of())
                        .symbols())
                .isFalse();
        assertThat(new FakeScreen(Abilities.NONE).screen.tick()).isEqualTo("ok");
        assertThat(new FakeScreen().screen.tick()).isEqualTo("✓");
        assertThat(new FakeScreen(TERMINAL).screen.tick()).isEqualTo("\u001b[32m✓\u001b[0m");
    }

    @Test
    void showsWhatATerminalWouldObey() {
        assertThat(new FakeScreen(TERMINAL).screen.shown("a\u001b[31m\nb")).isEqualTo("a\\u001b[31m\\u000ab");
        assertThat(new FakeScreen().screen.shown("a\u001b[31m\nb")).isEqualTo("a\u001b[31m\nb");
        assertThat(new FakeScreen(TERMINAL).screen.shown("São Tomé")).isEqualTo("São Tomé");
    }

    @Test
    void showsProgressOnTerminalsOnly() {
        FakeScreen terminal = new FakeScreen(TERMINAL);
        terminal.screen.progress("half");
        terminal.screen.line("done");
        assertThat(terminal.out()).isEqualTo("\r\u001b[Khalf\r\u001b[Kdone" + System.lineSeparator());
        FakeScreen file = new FakeScreen();
        file.screen.progress("half");
        file.screen.line("done");
        assertThat(file.lines()).containsExactly("done");
    }

    @Test
    void cutsProgressToTheTerminal() {
        FakeScreen terminal = new FakeScreen(TERMINAL);
        terminal.screen.progress("x".repeat(79));
        assertThat(terminal.take()).endsWith("\u001b[K" + "x".repeat(79));
        terminal.screen.progress("x".repeat(80));
        assertThat(terminal.take()).endsWith("\u001b[K" + "x".repeat(78) + "…");
        terminal.screen.width(() -> 8);
        terminal.screen.progress("1234567");
        assertThat(terminal.take()).endsWith("\u001b[K1234567");
        terminal.screen.progress("12345678");
        assertThat(terminal.take()).endsWith("\u001b[K123456…");
        terminal.screen.width(() -> 1);
        terminal.screen.progress("12345678");
        assertThat(terminal.take()).endsWith("\u001b[K");
    }

    @Test
    void drawsOverWhatItHasDrawn() {
        FakeScreen terminal = new FakeScreen(TERMINAL);
        String end = System.lineSeparator();
        terminal.screen.redraw(List.of("one", "two"));
        terminal.screen.redraw(List.of("three"));
        assertThat(terminal.take()).isEqualTo("one" + end + "two" + end + "\u001b[2A\r\u001b[J" + "three" + end);
        terminal.screen.line("another");
        terminal.screen.redraw(List.of("four"));
        assertThat(terminal.take()).as("what others have printed stays").isEqualTo("another" + end + "four" + end);
        terminal.screen.width(() -> 4);
        terminal.screen.redraw(List.of("\u001b[1m1234\u001b[0m", "12345", ""));
        terminal.screen.redraw(List.of("x"));
        assertThat(terminal.take()).as("with lines that the terminal wraps").contains("\u001b[4A\r\u001b[Jx");
        FakeScreen file = new FakeScreen();
        file.screen.redraw(List.of("one"));
        file.screen.redraw(List.of("two"));
        assertThat(file.out()).isEqualTo("one" + end + "two" + end);
    }

    @Test
    void knowsWhenItCannotPrint() {
        assertThat(new FakeScreen().screen.hasFailed()).isFalse();
        PrintStream full = new PrintStream(new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("No space left on device");
            }
        });
        Screen screen = new Screen(full, full, Abilities.NONE);
        screen.line("lost");
        assertThat(screen.hasFailed()).isTrue();
    }

    @Test
    void alignsTables() {
        TextTable table = new TextTable("node", "keys", "");
        table.row(new Cell("a", Style.PLAIN), new Cell("1,000", Style.PLAIN), new Cell("leads", Style.LEADER));
        table.row(new Cell("longer", Style.BAD), new Cell("é", Style.PLAIN), new Cell("", Style.PLAIN));
        assertThat(table.lines(new FakeScreen().screen))
                .containsExactly("node     keys", "a        1,000   leads", "longer   é");
        assertThat(table.lines(new FakeScreen(TERMINAL).screen).get(1))
                .isEqualTo("a        1,000   \u001b[1;36mleads\u001b[0m");
    }
}
