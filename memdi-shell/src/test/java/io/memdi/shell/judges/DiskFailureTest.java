package io.memdi.shell.judges;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memdi.shell.NodeProcess;
import io.memdi.shell.Processes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Disks that fail, are full, or lie, while callers write. The node ends, with file and reason; the others go on; started again, it is there again. */
@Tag("processes")
@DisabledOnOs(OS.WINDOWS)
class DiskFailureTest {
    private static final String[] NAMES = {"a", "b", "c"};
    private static final long ROOM = 256 << 20;
    private static final long LITTLE_ROOM = 3 << 20;

    @TempDir
    Path root;

    // --- errors that strace injects ---

    /** To a follower, then to the leader. */
    private void fails(String injection, String reason) throws Exception {
        Strace.require();
        Directories directories = new Directories(root);
        try (Processes nodes = new Processes(directories, "256m", NAMES)) {
            nodes.startAll();
            Judge.hearOnDisks(nodes, "judged", judge -> {
                String follower = judge.follower();
                fails(judge, List.of(follower), injection, "cannot " + reason.formatted(directories.place(follower)));
                String leader = nodes.leader();
                fails(judge, List.of(leader), injection, "cannot " + reason.formatted(directories.place(leader)));
            });
        }
    }

    private static void fails(Judge judge, List<String> names, String injection, String reason) throws Exception {
        long from = System.nanoTime();
        List<Strace> traces = new ArrayList<>();
        try {
            for (String name : names) {
                traces.add(Strace.on(judge.nodes().get(name), injection));
            }
            if (names.size() == 1) {
                judge.goOn();
            }
            for (String name : names) {
                ends(judge, name, from, reason);
            }
        } finally {
            traces.forEach(Strace::close);
        }
        for (String name : names) {
            judge.nodes().start(name);
        }
        for (String name : names) {
            judge.nodes().get(name).awaitLine(name + ": ready, ");
        }
        judge.goOn();
    }

    /** By itself, with that reason. */
    private static void ends(Judge judge, String name, long from, String reason) throws Exception {
        NodeProcess node = judge.nodes().get(name);
        assertThat(node.exitCode()).isEqualTo(1);
        judge.deaths().add(name, from, System.nanoTime());
        List<String> lines = node.lines();
        assertThat(lines.get(lines.size() - 1))
                .startsWith("memdi: " + name + " has stopped: it cannot keep what it has to")
                .containsPattern(reason);
    }

    /** The next one would succeed. */
    @Test
    void aSyncThatFailsOnce() throws Exception {
        fails("fdatasync:error=EIO:when=20", "sync %s/data/\\d+\\.log: Input/output error");
    }

    @Test
    void allSyncsFail() throws Exception {
        fails("fdatasync:error=EIO:when=1+", "sync %s/data/\\d+\\.log: Input/output error");
    }

    @Test
    void aWriteThatFailsOnce() throws Exception {
        fails("pwrite64:error=EIO:when=20", "write to %s/data/\\d+\\.log: Input/output error");
    }

    /** When a file of the log has got its name. */
    @Test
    void aDirectoryWhoseSyncFails() throws Exception {
        Strace.require();
        Directories directories = new Directories(root);
        try (Processes nodes = new Processes(directories, "512m", NAMES)) {
            nodes.startAll();
            Judge.hearOnDisks(nodes, "judged", judge -> {
                String name = judge.follower();
                try (Bulk bulk = new Bulk(judge.witness())) {
                    String reason = "cannot sync " + directories.directory(name) + ": Input/output error";
                    fails(judge, List.of(name), "fsync:error=EIO:when=1", reason);
                    assertThat(bulk.isAlive()).isTrue();
                }
            });
        }
    }

    /** Nobody knows any more what two of three have; but what they had told, they have. */
    @Test
    void aMajoritysSyncsFailOnce() throws Exception {
        Strace.require();
        try (Processes nodes = new Processes(new Directories(root), "256m", NAMES)) {
            nodes.startAll();
            Judge.hearOnDisks(nodes, "judged", judge -> {
                String other = judge.follower();
                fails(
                        judge,
                        nodes.others(other),
                        "fdatasync:error=EIO:when=1",
                        "cannot sync \\S+/data/\\d+\\.log: Input/output error");
                assertThat(nodes.get(other).isAlive()).isTrue();
            });
        }
    }

    // --- disks that are full ---

    @Test
    void aFollowersDiskIsFull() throws Exception {
        isFull(false);
    }

    @Test
    void theLeadersDiskIsFull() throws Exception {
        isFull(true);
    }

    private static void isFull(boolean leads) throws Exception {
        try (Mounts disks = Mounts.inMemory(ROOM, NAMES);
                Processes nodes = new Processes(disks, "256m", NAMES)) {
            nodes.startAll();
            Judge.hearOnDisks(nodes, "judged", judge -> {
                String name = leads ? nodes.leader() : judge.follower();
                String full = "cannot \\S+( to)? " + disks.directory(name) + "\\S*: No space left on device";
                long from = System.nanoTime();
                disks.resize(name, disks.used(name) + LITTLE_ROOM);
                judge.fill(2_000, 3_000);
                ends(judge, name, from, full);
                judge.goOn();
                fillUp(disks.place(name).resolve("others"));
                NodeProcess again = nodes.start(name);
                assertThat(again.exitCode()).isEqualTo(1);
                assertThat(again.lines().get(again.lines().size() - 1)).containsPattern(full);
                judge.goOn();
                disks.resize(name, ROOM);
                judge.restart(name);
            });
        }
    }

    /** Somebody else takes what is left. */
    private static void fillUp(Path file) {
        assertThatThrownBy(() -> {
                    byte[] page = new byte[4096];
                    for (int i = 0; i < ROOM / page.length; i++) {
                        Files.write(file, page, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
                    }
                })
                .hasMessageContaining("No space left on device");
    }
}
