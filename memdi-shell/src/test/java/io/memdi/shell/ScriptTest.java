package io.memdi.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memdi.shell.Shell.Reader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ScriptTest {
    private final FakeScreen screen = new FakeScreen();
    private final LocalNodes nodes = LocalNodes.start(1, Shell.STORE);
    private final Shell shell = new Shell(nodes, screen.screen, Reader.PERSON);

    @AfterEach
    void stop() {
        nodes.close();
    }

    private boolean run(byte[] text) {
        return Script.run(shell, new ByteArrayInputStream(text), StandardCharsets.UTF_8);
    }

    private boolean run(String text) {
        return run(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void runsOneCommandALine() {
        assertThat(run("# comment\n\nput k São\r\n  get k  \nquit\nput never here\n"))
                .isTrue();
        assertThat(screen.lines().stream().map(Transcript::masked))
                .containsExactly("ok (revision R, T)", "São (revision R, at a, session, T)");
        assertThat(screen.errors()).isEmpty();
        assertThat(nodes.store("a").size()).isEqualTo(1);
    }

    @Test
    void goesOnAfterAFailureAndRemembersIt() {
        assertThat(run("frob\nput k\nput k v")).isFalse();
        assertThat(screen.lines()).hasSize(1);
        assertThat(screen.errors())
                .containsExactly(
                        "line 1: there is no command \"frob\"; type help for a list",
                        "line 2: put needs VALUE; type: put KEY VALUE [--ack LEVEL]");
    }

    @Test
    void goesOnAfterAMissAndRemembersIt() {
        assertThat(run("get none\nput k v")).isFalse();
        assertThat(screen.lines().stream().map(Transcript::masked))
                .containsExactly("no such key (at a, session, T)", "ok (revision R, T)");
        assertThat(screen.errors()).isEmpty();
    }

    @Test
    void succeedsWithNothing() {
        assertThat(run("")).isTrue();
        assertThat(screen.take()).isEmpty();
    }

    @Test
    void refusesWhatIsNoText() {
        assertThatThrownBy(() -> run(new byte[] {'c', (byte) 0xe9, '\n'}))
                .hasMessage("standard input, after line 0: this is not UTF-8 text");
        InputStream broken = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("the disk is on fire");
            }
        };
        assertThatThrownBy(() -> Script.run(shell, broken, StandardCharsets.UTF_8))
                .hasMessage("standard input cannot be read: the disk is on fire");
    }
}
