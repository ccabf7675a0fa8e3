package io.memdi.shell;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** How a cluster in the shell's own process ends. */
class LocalEndTest {
    @Test
    void thatTheLastNodesEndWithAllOthersIsNoNews() {
        PrintStream before = System.err;
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
        try {
            FakeScreen screen = new FakeScreen();
            assertThat(Main.run(screen.screen, "shell", "--local", "3", "-e", "put a b", "-e", "kill a"))
                    .as(screen::err)
                    .isZero();
        } finally {
            System.setErr(before);
        }
        assertThat(err.toString(StandardCharsets.UTF_8)).doesNotContain("closes, and leaves");
    }
}
