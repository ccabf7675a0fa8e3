package io.memdi.shell;

import static org.assertj.core.api.Assertions.assertThat;

import io.memdi.storage.DiskJournal;
import io.memdi.wire.StoreCodecs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./memdi inspect}. */
class InspectCommandTest {
    @TempDir
    Path folder;

    private final FakeScreen screen = new FakeScreen();

    private int inspect(Path path) {
        return Main.run(screen.screen, "inspect", path.toString());
    }

    private DiskJournal open() {
        DiskJournal journal = DiskJournal.open(folder, new StoreCodecs(), Thread::new);
        journal.recover();
        return journal;
    }

    @Test
    void tellsThatADirectoryIsSound() {
        open().close();
        assertThat(inspect(folder)).isEqualTo(0);
        assertThat(screen.lines())
                .anyMatch(line -> line.matches("directory    [0-9a-f]{32}, opened once"))
                .anyMatch(line -> line.startsWith("log          0000000001.log, "))
                .last()
                .isEqualTo("sound        a node starts with what is here");
    }

    @Test
    void tellsThatItIsNot() throws IOException {
        open().close();
        Files.delete(folder.resolve("0000000001.log"));
        assertThat(inspect(folder)).isEqualTo(1);
        assertThat(screen.lines())
                .singleElement()
                .asString()
                .startsWith(
                        "not sound    " + folder.resolve("0000000001.log") + " is damaged at offset 0: it is missing");
    }

    @Test
    void waitsForNobodyWhoHasIt() {
        try (DiskJournal journal = open()) {
            assertThat(inspect(folder)).isEqualTo(1);
            assertThat(screen.lines()).singleElement().asString().startsWith("in use       by a process");
            assertThat(journal.pendingBytes()).isZero();
        }
    }

    @Test
    void saysInOneLineThatThereIsNoSuchDirectory() {
        assertThat(inspect(folder.resolve("x"))).isEqualTo(1);
        assertThat(screen.errors()).containsExactly("memdi: there is nothing at " + folder.resolve("x"));
    }

    @Test
    void anEmptyPathIsNotTheCurrentDirectory() {
        assertThat(Main.run(screen.screen, "inspect", "")).isEqualTo(2);
        assertThat(screen.errors())
                .startsWith(
                        "memdi inspect: PATH is empty: name a directory, or a file; the current directory is \".\"");
    }

    @Test
    void saysThatAnotherDirectoryIsNoNodes() throws IOException {
        open().close();
        Path parent = Files.createDirectory(folder.resolve("parent"));
        Files.move(
                folder.resolve("identity"),
                Files.createDirectory(parent.resolve("a")).resolve("identity"));
        assertThat(inspect(parent)).isEqualTo(1);
        assertThat(screen.lines())
                .first()
                .isEqualTo("not one      this is no directory of a node: there are other things here, a");
        assertThat(screen.lines()).last().isEqualTo("look at      " + parent.resolve("a") + ", a directory of a node");
    }

    private String json(Path path, int code) {
        assertThat(Main.run(screen.screen, "inspect", "--json", path.toString()))
                .isEqualTo(code);
        assertThat(screen.errors()).isEmpty();
        return screen.take().strip();
    }

    @Test
    void tellsProgramsTheSame() throws IOException {
        open().close();
        assertThat(json(folder, 0))
                .matches("\\{\"command\":\"inspect\",\"result\":\"ok\",\"path\":\"" + folder + "\",\"findings\":\\["
                        + "\\{\"kind\":\"directory\",\"text\":\"[0-9a-f]{32}, opened once\",\"id\":\"[0-9a-f]{32}\",\"openings\":1},"
                        + "\\{\"kind\":\"log\",\"text\":\"0000000001.log, [^\"]*\",\"file\":\"0000000001.log\",\"bytes\":\\d+,\"used\":\\d+,"
                        + "\"writes\":\\d+,\"after\":\"0.0\",\"counts\":true},"
                        + "\\{\"kind\":\"entries\",\"text\":\"none after 0.0; [^\"]*\",\"count\":0,\"after\":\"0.0\",\"last\":null,\"synced\":0,"
                        + "\"committed\":0},"
                        + "\\{\"kind\":\"state\",\"text\":\"none was ever kept\"},"
                        + "\\{\"kind\":\"sound\",\"text\":\"a node starts with what is here\"}\\]}");
        Files.delete(folder.resolve("0000000001.log"));
        assertThat(json(folder, 1))
                .contains("\"result\":\"no\"", "\"kind\":\"not sound\"")
                .endsWith("\"file\":\"" + folder.resolve("0000000001.log") + "\",\"offset\":0}]}");
        assertThat(json(folder.resolve("x"), 1))
                .isEqualTo("{\"command\":\"inspect\",\"result\":\"failed\",\"path\":\"" + folder.resolve("x")
                        + "\",\"error\":\"there is nothing at " + folder.resolve("x") + "\"}");
    }
}
