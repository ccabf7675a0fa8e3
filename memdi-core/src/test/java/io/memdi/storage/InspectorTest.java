package io.memdi.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memdi.ClusterId;
import io.memdi.Incarnation;
import io.memdi.Revision;
import io.memdi.StorageException;
import io.memdi.transport.Entry;
import io.memdi.transport.Message.Mode;
import io.memdi.wire.StoreCodecs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said about directories, which stay as they are. */
class InspectorTest {
    private static final HardState STATE =
            new HardState(new Incarnation(1, 2), 4, new Incarnation(3, 4), Mode.MEMBER, new ClusterId(5, 6), null, 7);

    @TempDir
    Path folder;

    private final List<String> lines = new ArrayList<>();

    private static final class Ignore implements Journal.Listener {
        @Override
        public void synced(long ticket) {}

        @Override
        public void failed(StorageException reason) {
            throw reason;
        }
    }

    private SteppedJournal open() throws IOException {
        SteppedJournal journal = new SteppedJournal(
                FileDisk.openOrCreate(folder),
                new StoreCodecs(),
                new JournalSettings(500, 100, 200, 100),
                new Random(1));
        journal.recover();
        journal.start(new Ignore());
        return journal;
    }

    private static List<Entry> blanks(long from, long to) {
        return LongStream.rangeClosed(from, to)
                .mapToObj(index -> (Entry) new Entry.Blank(4, index))
                .toList();
    }

    /** 20 entries, and a snapshot from the eighth on. */
    private void fill() throws IOException {
        try (SteppedJournal journal = open()) {
            for (int i = 0; i < 10; i++) {
                journal.submit(new Batch(i, i == 0 ? STATE : null, 0, blanks(2 * i + 1, 2 * i + 2), 2 * i));
                journal.doWork();
            }
            SnapshotWriter snapshot = journal.snapshot(new SnapshotHead(new Revision(4, 8), new byte[5]));
            snapshot.page(new byte[100]);
            snapshot.finish(12);
        }
    }

    /** Also checks that nothing has changed. */
    private boolean inspect() throws IOException {
        lines.clear();
        Map<String, String> before = contents();
        boolean sound = Inspector.inspect(folder, finding -> lines.add(finding.line()));
        assertThat(contents()).isEqualTo(before);
        return sound;
    }

    private Map<String, String> contents() throws IOException {
        Map<String, String> contents = new TreeMap<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                FileTime time = Files.getLastModifiedTime(file);
                contents.put(file.toString(), time + HexFormat.of().formatHex(Files.readAllBytes(file)));
            }
        }
        return contents;
    }

    private Path lastLog() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".log"))
                    .sorted()
                    .reduce((a, b) -> b)
                    .orElseThrow();
        }
    }

    @Test
    void tellsWhatIsThere() throws IOException {
        fill();
        assertThat(inspect()).isTrue();
        assertThat(lines.get(0)).matches("directory    [0-9a-f]{32}, opened once");
        assertThat(lines.get(1))
                .matches(
                        "snapshot     0000000001.snapshot, \\d+ bytes, 1 page; from 4.8 on, whole with the log up to 12");
        assertThat(lines.get(2))
                .matches(
                        "log          \\d{10}.log, \\d+ bytes, of which \\d+ are used by \\d+ writes; goes on after 4\\.\\d");
        assertThat(lines)
                .contains(
                        "entries      12 entries after 4.8, up to 4.20; proven to have been synced up to 20, known to be committed up to 18",
                        "state        incarnation " + STATE.incarnation() + ", term 4, vote for " + STATE.vote()
                                + ", member of cluster " + STATE.cluster());
        assertThat(lines).last().isEqualTo("sound        a node starts with what is here");
    }

    @Test
    void tellsOfATornTail() throws IOException {
        fill();
        Path last = lastLog();
        Files.write(last, new byte[] {1, 2, 3}, StandardOpenOption.APPEND);
        Files.createFile(folder.resolve("0000000009.log.tmp"));
        assertThat(inspect()).isTrue();
        assertThat(lines)
                .anyMatch(
                        line -> line.startsWith("torn         " + last) && line.contains("the next start cuts it off"))
                .contains("left over    0000000009.log.tmp, which the next start removes");
        open().close();
        assertThat(inspect()).isTrue();
        assertThat(lines).noneMatch(line -> line.startsWith("torn") || line.startsWith("left over"));
    }

    @Test
    void tellsWhereItIsDamaged() throws IOException {
        fill();
        byte[] bytes = Files.readAllBytes(folder.resolve("0000000001.snapshot"));
        bytes[80] ^= 1;
        Files.write(folder.resolve("0000000001.snapshot"), bytes);
        assertThat(inspect()).isFalse();
        assertThat(lines)
                .last()
                .asString()
                .startsWith("not sound    " + folder.resolve("0000000001.snapshot") + " is damaged at offset ");
    }

    @Test
    void tellsThatItIsInUseOrWasNeverUsed() throws IOException {
        assertThat(inspect()).isTrue();
        assertThat(lines).containsExactly("empty        nothing was ever kept here");
        try (SteppedJournal journal = open()) {
            assertThat(inspect()).isFalse();
            assertThat(lines).singleElement().asString().startsWith("in use");
            assertThat(journal.pendingBytes()).isZero();
        }
        assertThat(inspect()).isTrue();
        assertThat(lines).contains("state        none was ever kept");
    }

    @Test
    void refusesWhatIsNoDirectory() {
        assertThatThrownBy(() -> Inspector.inspect(folder.resolve("x"), finding -> lines.add(finding.line())))
                .isInstanceOf(StorageException.class)
                .hasMessage("there is nothing at " + folder.resolve("x"));
        assertThat(Files.exists(folder.resolve("x"))).isFalse();
    }

    private boolean inspect(Path path) {
        lines.clear();
        return Inspector.inspect(path, finding -> lines.add(finding.line()));
    }

    @Test
    void saysWhatADirectoryHoldsThatIsNoNodes() throws IOException {
        fill();
        Path parent = Files.createDirectory(folder.resolve("parent"));
        Path node = Files.createDirectory(parent.resolve("z"));
        Files.copy(folder.resolve("identity"), node.resolve("identity"));
        byte[] backup = new byte[64];
        Bytes.putLong(backup, 0, BackupFile.MAGIC);
        Files.write(parent.resolve("monday"), backup);
        for (String name : List.of("a", "b", "c", "d")) {
            Files.writeString(parent.resolve(name), name);
        }
        assertThat(inspect(parent)).isFalse();
        assertThat(lines)
                .containsExactly(
                        "not one      this is no directory of a node: there are other things here, a, b, c, d, monday and 1 more",
                        "look at      " + node + ", a directory of a node",
                        "look at      " + parent.resolve("monday") + ", a backup");
    }

    /** A file system that is new, a start that a crash has ended, and one of which all that was damaged was set aside. */
    @Test
    void nothingIsKeptWhereANodeMayBegin() throws IOException {
        for (String name : List.of("lost+found", "damaged-2026-11-27T21-58-24Z")) {
            Files.createDirectory(folder.resolve(name));
        }
        Files.createFile(folder.resolve("memdi.lock"));
        Files.createFile(folder.resolve("identity.tmp"));
        assertThat(inspect(folder)).isTrue();
        assertThat(lines).containsExactly("empty        nothing was ever kept here");
        Files.createFile(folder.resolve("monday.backup.tmp"));
        assertThat(inspect(folder)).isFalse();
    }

    @Test
    void saysWhatAFileIsThatIsNoBackup() throws IOException {
        fill();
        for (String name : List.of(
                "identity", "0000000001.snapshot", lastLog().getFileName().toString())) {
            Path file = folder.resolve(name);
            assertThat(inspect(file)).isFalse();
            assertThat(lines)
                    .containsExactly("no backup    " + file + " is a file of a node: inspect its directory, " + folder);
        }
        Path other = Files.writeString(folder.resolve("other"), "127.0.0.1 localhost");
        for (Path file : List.of(other, Files.createFile(folder.resolve("none")))) {
            assertThat(inspect(file)).isFalse();
            assertThat(lines)
                    .containsExactly("no backup    " + file + " does not begin as one, nor as any other file of memdi");
        }
    }
}
