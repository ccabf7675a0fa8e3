package io.memdi.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoTest {
    private final FakeScreen screen = new FakeScreen();

    @Test
    void holds() {
        assertThat(Main.run(screen.screen, "demo")).as(screen::err).isZero();
        assertThat(screen.errors()).isEmpty();
        assertThat(screen.out())
                .contains("195 rows of countries.csv loaded at ")
                .contains("a write at ")
                .contains("at a, SESSION", "at b, LINEARIZABLE", "at c, LOCAL, at least ")
                .containsPattern("[abc] is dead; the pause until the next acknowledged write +[0-9.]+ m?s")
                .contains("none failed", "leads now, in term ")
                .containsPattern("the digests of [ab], [bc] are equal: [0-9a-f]{32}")
                .containsPattern("[abc] was [0-9a-f]{8}, is [0-9a-f]{8}, holds everything, and votes again")
                .contains("d holds everything, and is the fourth that votes")
                .containsPattern("the digests of .*d.* are equal: [0-9a-f]{32}")
                .contains("Everything held");
        assertThat(screen.lines()).filteredOn(line -> line.contains("│ killed")).hasSize(1);
        assertThat(screen.out()).doesNotContain("\u001b", "✗");
    }

    @Test
    void loadsAnyFile(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("x.csv"), "key,value\na,1\nb,2\na,3\n");
        assertThat(Main.run(screen.screen, "demo", "--header", "--load", file.toString()))
                .as(screen::err)
                .isZero();
        assertThat(screen.out())
                .contains("2 rows of " + file + " loaded at ")
                .contains("1 row repeats a key; the last row of a key counts")
                .contains("Everything held");
    }

    @Test
    void saysWhatDoesNotHold(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("x.csv"), "a,1\n" + "k".repeat(70_000) + ",2\n");
        assertThat(Main.run(screen.screen, "demo", "--load", file.toString())).isEqualTo(1);
        assertThat(screen.errors())
                .singleElement()
                .asString()
                .startsWith("  ✗ this did not hold: " + file + ", line 2: ");
        assertThat(screen.out()).doesNotContain("Everything held");
    }

    @Test
    void missesWhatIsMissing() {
        Map<String, String> acknowledged = Map.of("a", "1", "b", "2");
        Demo.check("n", acknowledged, Map.of("b", "2", "a", "1"));
        assertThatThrownBy(() -> Demo.check("n", acknowledged, Map.of("a", "1")))
                .hasMessage("1 of 2 acknowledged writes are missing at n, such as b");
        assertThatThrownBy(() -> Demo.check("n", acknowledged, Map.of("a", "1", "b", "0")))
                .hasMessage("1 of 2 acknowledged writes are missing at n, such as b");
        assertThatThrownBy(() -> Demo.check("n", acknowledged, Map.of("a", "1", "b", "2", "c", "3")))
                .hasMessage("n holds 1 keys that nobody wrote");
    }
}
