package io.memdi.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memdi.Codec;
import io.memdi.CorruptStorageException;
import io.memdi.Incarnation;
import io.memdi.Revision;
import io.memdi.StorageException;
import io.memdi.transport.Entry;
import io.memdi.transport.Result;
import io.memdi.transport.StoreSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Stories of crashes between any two operations, and of disks that fail, that are full, or that are in use. */
class BrokenDiskTest {
    /** Long enough for several files. */
    private static void fill(Scripted node) {
        for (int i = 0; i < 8; i++) {
            node.keep(3, 3);
            node.work();
        }
    }

    private static void filled(Scripted node) {
        node.open();
        fill(node);
    }

    /** A snapshot in the middle of writing; some of the log is needed afterwards. */
    private static void snapshot(Scripted node) {
        node.begin(new Revision(3, 14), false);
        node.page(new byte[700]);
        node.keep(4, 2);
        node.work();
        node.page(new byte[10]);
        node.finish(20);
        node.keep(4, 3);
        node.work();
        node.keep(5, 2);
        node.work();
    }

    /** A node that was healed goes on after 9.50. */
    private static void healed(Scripted node) {
        node.keep(new Batch(node.ticket() + 1, node.tape.state(9), 0, List.of(), 0));
        node.begin(new Revision(9, 50), true);
        node.keep(9, 6);
        node.work();
        node.page(new byte[300]);
        node.keep(new Batch(node.ticket() + 1, null, 55, node.tape.entries(new Revision(9, 54), 10, 2), 52));
        node.finish(53);
        node.work();
        for (int i = 0; i < 4; i++) {
            node.keep(11, 3);
            node.work();
        }
    }

    /** Plays a story, which dies at one of its operations, if it has as many; returns whether it did. */
    private static boolean dies(Scripted node, int operation, Consumer<Scripted> story) {
        node.disk.crashAt(node.disk.operations() + operation);
        try {
            story.accept(node);
            return false;
        } catch (SimDisk.Crash e) {
            return true;
        }
    }

    /** Plays a story, which dies at each of its operations; what is recovered then must be what was promised. */
    private static int dieAtEachOperation(Consumer<Scripted> before, Consumer<Scripted> story) {
        int deaths = 0;
        for (int seed = 1; seed <= 3; seed++) {
            boolean died = true;
            for (int operation = 1; died; operation++) {
                Scripted node = new Scripted(seed);
                before.accept(node);
                died = dies(node, operation, story);
                deaths += died ? 1 : 0;
                if (operation % 2 == seed % 2) {
                    node.disk.losePower();
                } else {
                    node.disk.killProcess();
                }
                node.open();
                node.keep(12, 2);
                node.work();
                node.disk.losePower();
                node.open();
            }
        }
        return deaths;
    }

    @Test
    void aCrashAtEachOperationOfTheFirstOpening() {
        assertThat(dieAtEachOperation(node -> {}, Scripted::open)).isGreaterThan(20);
    }

    @Test
    void aCrashAtEachOperationOfALogThatGrows() {
        assertThat(dieAtEachOperation(Scripted::open, BrokenDiskTest::fill)).isGreaterThan(60);
    }

    @Test
    void aCrashAtEachOperationOfASnapshot() {
        assertThat(dieAtEachOperation(BrokenDiskTest::filled, BrokenDiskTest::snapshot))
                .isGreaterThan(60);
    }

    @Test
    void aCrashAtEachOperationOfALogThatBeginsAnew() {
        assertThat(dieAtEachOperation(
                        node -> {
                            filled(node);
                            snapshot(node);
                        },
                        BrokenDiskTest::healed))
                .isGreaterThan(60);
    }

    @Test
    void whatFailsOnceIsNotTriedAgain() {
        int failures = 0;
        boolean failed = true;
        for (int operation = 1; failed; operation++) {
            Scripted node = new Scripted(operation);
            node.open();
            node.disk.failAt(node.disk.operations() + operation);
            fill(node);
            snapshot(node);
            failed = node.failure() != null;
            if (failed) {
                failures++;
                assertThat(node.failure())
                        .hasMessageContaining("disk/")
                        .hasMessageContaining("Input/output error")
                        .hasMessageContaining("is unknown from now on");
                assertNothingHappensAnyMore(node);
                node.disk.killProcess();
                node.open();
                node.disk.losePower();
                node.open();
            }
        }
        assertThat(failures).isGreaterThan(60);
    }

    private static void assertNothingHappensAnyMore(Scripted node) {
        long operations = node.disk.operations();
        long synced = node.syncedTicket();
        node.journal().submit(new Batch(node.ticket() + 1, null, 0, node.entries(20, 1), 0));
        assertThat(node.journal().doWork()).isFalse();
        node.journal().idle();
        node.journal().close();
        assertThat(node.disk.operations()).isEqualTo(operations);
        assertThat(node.syncedTicket()).isEqualTo(synced);
    }

    @Test
    void aFullDiskEndsTheJournalAndLosesNothing() {
        Scripted node = new Scripted(4);
        node.open();
        node.disk.capacity(3000);
        for (int i = 0; i < 40; i++) {
            node.keep(3, 3);
            node.work();
        }
        assertThat(node.failure())
                .hasMessageContaining("No space left on device")
                .hasMessageContaining("disk/00000");
        assertThat(node.syncedTicket()).isPositive();
        assertNothingHappensAnyMore(node);
        node.disk.killProcess();
        node.disk.capacity(Long.MAX_VALUE);
        assertThat(node.open().entries()).isNotEmpty();
        node.keep(4, 3);
        node.work();
        assertThat(node.failure()).isNull();
    }

    @Test
    void aDirectoryThatIsInUseIsRefusedAndNotTouched() {
        Scripted node = new Scripted(4);
        node.open();
        long operations = node.disk.operations();
        assertThatThrownBy(node::open).isInstanceOf(StorageException.class).hasMessageContaining("is in use");
        assertThat(node.disk.operations()).isEqualTo(operations);
    }

    @Test
    void aLogThatBeganAnewInVainIsLeft() {
        Scripted node = new Scripted(4);
        node.open();
        fill(node);
        node.begin(new Revision(9, 50), true);
        node.keep(9, 6);
        node.work();
        node.abort();
        node.keep(new Batch(node.ticket() + 1, node.tape.state(10), 0, List.of(), 0));
        node.work();
        node.begin(new Revision(11, 70), true);
        node.keep(11, 40);
        node.work();
        assertThat(node.failure()).isNull();
        node.journal().close();
        Recovered recovered = node.open();
        assertThat(recovered.entries()).hasSize(24);
        assertThat(recovered.notes()).anyMatch(note -> note.contains("never came to count"));
    }

    /** Also where a crash came before the log said that it was there, and the next start has found it. */
    @Test
    void aSnapshotThatIsLostIsMissedWhereverACrashCame() {
        boolean died = true;
        for (int operation = 1; died; operation++) {
            Scripted node = new Scripted(operation);
            filled(node);
            snapshot(node);
            died = dies(node, operation, BrokenDiskTest::healed);
            node.disk.losePower();
            node.open();
            node.disk.losePower();
            List<Long> snapshots = Names.snapshots(node.disk.names());
            node.disk.lose(Names.snapshot(snapshots.get(snapshots.size() - 1)));
            assertThatThrownBy(node::open)
                    .as("death at operation %d", operation)
                    .isInstanceOf(CorruptStorageException.class);
        }
    }

    /** What it has replaced is still there, and would be whole by itself. */
    @Test
    void aSnapshotThatIsLostIsMissed() {
        int missed = 0;
        boolean died = true;
        for (int operation = 1; died; operation++) {
            Scripted node = new Scripted(operation);
            filled(node);
            died = dies(node, operation, BrokenDiskTest::healed);
            node.disk.killProcess();
            boolean isTaken = node.disk.names().contains(Names.snapshot(1));
            SimDisk whole = node.disk.copy(1);
            node.open();
            if (isTaken && whole.names().contains(Names.segment(1))) {
                whole.lose(Names.snapshot(1));
                SteppedJournal journal =
                        new SteppedJournal(whole.mount(), node.tape.codecs, Scripted.SMALL, new Random(1));
                try {
                    assertThat(journal.recover().entries()).hasSize(24);
                } catch (CorruptStorageException e) {
                    assertThat(e).hasMessageContaining(Names.snapshot(1)).hasMessageContaining("is missing");
                    missed++;
                }
            }
        }
        assertThat(missed).isPositive();
    }

    @Test
    void entriesAfterALogThatWasBegunInVainAreRefused() {
        Scripted node = new Scripted(4);
        node.open();
        fill(node);
        node.begin(new Revision(9, 50), true);
        node.work();
        node.abort();
        node.keep(9, 1);
        node.work();
        assertThat(node.failure()).hasMessageContaining("before a snapshot that they follow");
    }

    @Test
    void entriesThatDoNotFollowAreRefused() {
        Scripted node = new Scripted(4);
        node.open();
        fill(node);
        node.journal().submit(new Batch(99, null, 0, node.tape.entries(new Revision(3, 25), 3, 1), 0));
        node.work();
        assertThat(node.failure()).hasMessageContaining("3.26 does not follow 3.24");
        node.disk.killProcess();
        assertThat(node.open().entries()).hasSize(24);
    }

    @Test
    void aSnapshotWaitsForTheLogThatItNeeds() {
        Scripted node = new Scripted(4);
        node.open();
        fill(node);
        node.begin(new Revision(3, 14), false);
        node.finish(27);
        node.work();
        assertThat(node.isTaken()).isFalse();
        node.keep(4, 3);
        node.work();
        assertThat(node.isTaken()).isTrue();
        assertThat(Names.segments(node.disk.names()).get(0)).isGreaterThan(1);
        node.disk.losePower();
        node.open();
    }

    @Test
    void aSnapshotThatWasFinishedMayStillBeAborted() {
        Scripted node = new Scripted(4);
        node.open();
        fill(node);
        node.begin(new Revision(3, 14), false);
        node.finish(27);
        node.work();
        node.abort();
        node.begin(new Revision(9, 50), true);
        node.keep(9, 3);
        node.finish(52);
        node.work();
        assertThat(node.isTaken()).isTrue();
        node.disk.losePower();
        assertThat(node.open().base()).isEqualTo(new Revision(9, 50));
    }

    @Test
    void oneSnapshotAtATime() {
        Scripted node = new Scripted(4);
        node.open();
        fill(node);
        node.begin(new Revision(3, 14), false);
        assertThatThrownBy(() -> node.journal().snapshot(new SnapshotHead(new Revision(3, 15), new byte[0])))
                .isInstanceOf(IllegalStateException.class);
        node.work();
        node.abort();
        node.begin(new Revision(3, 15), false);
        node.page(new byte[5]);
        node.finish(20);
        node.work();
        assertThat(node.isTaken()).isTrue();
        assertThat(node.disk.names()).noneMatch(name -> name.endsWith(".tmp"));
        node.disk.losePower();
        assertThat(node.open().base()).isEqualTo(new Revision(3, 15));
    }

    /** The registry may have changed before an entry is written that meant another store by the same number. */
    @Test
    void aNumberMeansWhatTheLogSays() {
        StoreSpec counts = new StoreSpec("counts", "int64", "int64");
        Scripted node = new Scripted(4);
        node.tape.codecs.open(counts, Codec.int64(), Codec.int64());
        node.open();
        List<Entry> entries = new ArrayList<>(List.of(new Entry.StoreCreated(1, 1, 1, counts)));
        entries.add(
                new Entry.Written(1, 2, new Incarnation(1, 1), 1, 1, Result.APPLIED, Revision.NONE, 1, 5L, 5, 6L, 16));
        node.journal().submit(new Batch(1, null, 0, entries, 0));
        List<Entry> texts = node.tape.entries(Revision.NONE, 2, 5);
        node.journal().submit(new Batch(2, null, 1, texts, 0));
        node.work();
        assertThat(node.failure()).isNull();
        node.disk.losePower();
        SteppedJournal journal = new SteppedJournal(node.disk.mount(), node.tape.codecs, Scripted.SMALL, new Random(1));
        assertThat(node.tape.told(journal.recover().entries())).isEqualTo(node.tape.told(texts));
    }
}
