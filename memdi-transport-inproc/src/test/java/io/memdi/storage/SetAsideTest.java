package io.memdi.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memdi.CorruptStorageException;
import io.memdi.Revision;
import io.memdi.StorageException;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A damaged directory is put out of the way as it is, whenever a crash comes between, and never passes for a sound one. */
class SetAsideTest {
    private static final Instant NOW = Instant.parse("2026-11-27T21:58:24.7Z");

    private final Tape tape = new Tape(3, 30);
    private final Map<String, byte[]> damaged = new HashMap<>();
    private SimDisk disk = new SimDisk(1);

    private static final class Heard implements Journal.Listener {
        private final List<String> aside = new ArrayList<>();
        private long synced;

        @Override
        public void synced(long ticket) {
            synced = ticket;
        }

        @Override
        public void setAside(String where) {
            aside.add(where);
        }

        @Override
        public void failed(StorageException reason) {
            throw reason;
        }
    }

    @BeforeEach
    void damage() {
        Scripted story = new Scripted(7);
        story.open();
        for (int i = 0; i < 20; i++) {
            story.keep(1, 3);
            story.work();
        }
        story.journal().close();
        disk = story.disk;
        assertThat(disk.names().stream().filter(name -> name.endsWith(".log"))).hasSizeGreaterThan(2);
        disk.flip("0000000001.log", 8 * 200);
        disk.put("notes of the operator.txt", new byte[3]);
        disk.names().forEach(name -> damaged.put(name, disk.content(name)));
    }

    private SteppedJournal journal(SimDisk of) {
        return new SteppedJournal(of.mount(), tape.codecs, Scripted.SMALL, new Random(1));
    }

    private void requireDamaged(SteppedJournal journal) {
        assertThatThrownBy(journal::recover)
                .isInstanceOf(CorruptStorageException.class)
                .hasMessageContaining("is damaged at offset");
    }

    private Batch batch() {
        return new Batch(1, tape.state(4), 0, tape.entries(Revision.NONE, 4, 2), 0);
    }

    @Test
    void whatIsThereIsMovedAndAnEmptyDirectoryTakesItsPlace() {
        SteppedJournal journal = journal(disk);
        requireDamaged(journal);
        Heard heard = new Heard();
        journal.startAnew(heard, 99);
        assertThat(disk.names())
                .as("nothing happens before something is to be kept")
                .hasSameSizeAs(damaged.keySet());
        journal.submit(batch());
        journal.doWork();
        assertThat(heard.synced).isEqualTo(1);
        assertThat(heard.aside).singleElement().asString().startsWith("disk/damaged-20");
        journal.close();
        requireAllIsThere(disk);
        assertThat(disk.names()).contains("notes of the operator.txt");

        Recovered recovered = journal(disk).recover();
        assertThat(recovered.entries()).hasSize(2);
        assertThat(recovered.opening()).isEqualTo(2);
        assertThat(recovered.openedBefore()).isEqualTo(99);
    }

    @Test
    void whoIsClosedBeforeThatKeepsWhatWasSubmitted() {
        SteppedJournal journal = journal(disk);
        requireDamaged(journal);
        journal.startAnew(new Heard(), 99);
        journal.submit(batch());
        journal.close();
        requireAllIsThere(disk);
        assertThat(journal(disk).recover().entries()).hasSize(2);
    }

    @Test
    void whoIsClosedBeforeAnythingIsKeptChangesNothing() {
        SteppedJournal journal = journal(disk);
        requireDamaged(journal);
        journal.close();
        assertThat(disk.names()).hasSameSizeAs(damaged.keySet());
        requireDamaged(journal(disk));
    }

    /** Every byte that was there is there, in place or aside. */
    private void requireAllIsThere(SimDisk of) {
        damaged.forEach((name, bytes) -> assertThat(of.names())
                .as(name)
                .anyMatch(each -> (each.equals(name) || each.endsWith('/' + name))
                        && java.util.Arrays.equals(of.content(each), bytes)));
    }

    @Test
    void aCrashOnTheWayLeavesItDamagedOrEmpty() {
        int refused = 0;
        int empty = 0;
        boolean more = true;
        for (int step = 1; more; step++) {
            for (int power = 0; power < 4; power++) {
                SimDisk crashing = disk.copy(100L * step + power);
                SteppedJournal journal = journal(crashing);
                requireDamaged(journal);
                journal.startAnew(new Heard(), 99);
                journal.submit(batch());
                crashing.crashAt(crashing.operations() + step);
                more = false;
                try {
                    journal.doWork();
                } catch (SimDisk.Crash e) {
                    more = true;
                }
                if (power == 0) {
                    crashing.killProcess();
                } else {
                    crashing.losePower();
                }
                requireAllIsThere(crashing);
                SteppedJournal next = journal(crashing);
                try {
                    Recovered recovered = next.recover();
                    assertThat(recovered.entries())
                            .as("of the new directory, or none")
                            .hasSizeLessThanOrEqualTo(2);
                    assertThat(recovered.entries()).allMatch(entry -> entry.term() == 4);
                    empty++;
                } catch (CorruptStorageException e) {
                    refused++;
                }
            }
        }
        assertThat(refused).isPositive();
        assertThat(empty).isPositive();
    }

    @Test
    void atMostSoManyAreSetAside() throws IOException {
        for (int i = 0; i < SetAside.MOST; i++) {
            requireDamaged(journal(disk.copy(i)));
            disk.put("damaged-" + i + "/identity", new byte[1]);
        }
        List<String> before = disk.names();
        assertThatThrownBy(journal(disk)::recover)
                .isInstanceOf(StorageException.class)
                .isNotInstanceOf(CorruptStorageException.class)
                .hasMessageContaining("0000000001.log is damaged at offset")
                .hasMessageContaining("3 damaged states were set aside here before: damaged-0, damaged-1, damaged-2")
                .hasMessageContaining("move them elsewhere or remove them");
        assertThat(disk.names()).isEqualTo(before);
    }

    @Test
    void nothingIsOverwritten() throws IOException {
        try (Disk mounted = disk.mount()) {
            String first = SetAside.move(mounted, NOW);
            disk.put("identity", new byte[5]);
            String second = SetAside.move(mounted, NOW);
            assertThat(first).isEqualTo("disk/damaged-2026-11-27T21-58-24Z");
            assertThat(second).isEqualTo("disk/damaged-2026-11-27T21-58-24Z-2");
        }
        assertThat(disk.content("damaged-2026-11-27T21-58-24Z/identity")).isEqualTo(damaged.get("identity"));
        assertThat(disk.content("damaged-2026-11-27T21-58-24Z-2/identity")).hasSize(5);
    }
}
