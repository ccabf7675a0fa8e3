package io.memdi.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.memdi.CorruptStorageException;
import io.memdi.Revision;
import io.memdi.StorageException;
import io.memdi.log.Mistake;
import io.memdi.transport.Entry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Random batches, cuts, snapshots, crashes, power losses and failures of the disk, against a plain list. */
class JournalModelTest {
    private static final int SEEDS = Integer.getInteger("memdi.storage.seeds", 400);
    private static final long FIRST = Long.getLong("memdi.storage.seed", 1);

    @Test
    void whatIsRecoveredIsWhatWasSyncedAndPerhapsWhatCameAfter() {
        int recoveries = 0;
        int taken = 0;
        int failures = 0;
        for (long seed = FIRST; seed < FIRST + SEEDS; seed++) {
            Story story = new Story(seed, null);
            try {
                story.play(250);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + seed + ", at operation " + story.disk.operations(), e);
            }
            recoveries += story.recoveries;
            taken += story.takenCount;
            failures += story.failures;
        }
        if (SEEDS >= 100) {
            assertThat(recoveries).as("recoveries").isGreaterThan(3 * SEEDS);
            assertThat(taken).as("snapshots").isGreaterThan(SEEDS);
            assertThat(failures).as("failures of the disk").isGreaterThan(SEEDS / 10);
        }
    }

    /** Whole clusters see that, too, but seldom: few of their crashes come while a group is written that is larger than a sector. */
    @Test
    void aHeaderThatProvesWhatIsNotSyncedYetIsSeen() {
        int seeds = 0;
        String seen = "";
        while (seen.isEmpty() && seeds < 200) {
            seeds++;
            try {
                new Story(seeds, Mistake.PROVES_BEFORE_SYNC).play(250);
            } catch (CorruptStorageException e) {
                seen = String.valueOf(e.getMessage());
            }
        }
        assertThat(seen)
                .as("after %d stories", seeds)
                .contains("is broken, though all before")
                .contains("was synced");
    }

    private static final class Story implements Journal.Listener {
        private final @Nullable Mistake planted;
        private final Random random;
        private final SimDisk disk;
        private final Tape tape;
        private final JournalModel model;
        private final ArrayDeque<long[]> tickets = new ArrayDeque<>();
        private final JournalSettings settings;
        private SteppedJournal journal;
        private JournalModel.@Nullable Snapshot snapshot;
        private @Nullable SnapshotWriter writer;
        private List<Revision> log = new ArrayList<>();
        private long ticket;
        private long term = 1;
        private long committed;
        private boolean inTheAir;
        private boolean failed;
        private int metas;
        private int recoveries;
        private int takenCount;
        private int failures;

        Story(long seed, @Nullable Mistake planted) {
            this.planted = planted;
            random = new Random(seed);
            disk = new SimDisk(seed);
            tape = new Tape(seed, random.nextBoolean() ? 20 : 1500);
            model = new JournalModel(tape);
            settings = new JournalSettings(
                    random.nextBoolean() ? 700 : 5000,
                    random.nextInt(3) * 600,
                    random.nextBoolean() ? 300 : 4000,
                    random.nextBoolean() ? 1 : 1000);
            journal = open();
        }

        private SteppedJournal open() {
            SteppedJournal opened =
                    new SteppedJournal(CarelessDisk.of(disk.mount(), planted), tape.codecs, settings, random);
            if (random.nextBoolean()) {
                opened.workAhead(Runnable::run);
            }
            return opened;
        }

        void play(int steps) {
            restart(false);
            for (int i = 0; i < steps; i++) {
                try {
                    step(random.nextInt(100));
                    if (failed) {
                        failures++;
                        restart(random.nextBoolean());
                    }
                } catch (SimDisk.Crash e) {
                    restart(true);
                }
            }
        }

        private void step(int dice) {
            if (dice < 45) {
                submit();
            } else if (dice < 75) {
                journal.doWork();
            } else if (dice < 80) {
                journal.idle();
            } else if (dice < 92) {
                snapshotStep();
            } else if (dice < 94) {
                disk.crashAt(disk.operations() + 1 + random.nextInt(20));
            } else if (dice < 95) {
                disk.failAt(disk.operations() + 1 + random.nextInt(20));
            } else if (dice < 97) {
                restart(true);
            } else if (dice < 98) {
                close();
            }
        }

        private void submit() {
            long from = 0;
            if (random.nextInt(6) == 0 && committed < log.size() && !inTheAir) {
                from = committed + 1 + random.nextInt(log.size() - (int) committed);
                log.subList((int) from - 1, log.size()).clear();
                term++;
            }
            // Who gives its cluster up takes back what was committed there.
            boolean anotherLife = random.nextInt(12) == 0 && !log.isEmpty() && isFirstLog();
            if (anotherLife) {
                from = 1;
                log.clear();
                committed = 0;
            }
            HardState state = anotherLife || random.nextInt(4) == 0 ? tape.state(++term) : null;
            List<Entry> entries = inTheAir ? List.of() : tape.entries(last(), term, random.nextInt(4));
            entries.forEach(entry -> log.add(new Revision(entry.term(), entry.index())));
            committed += random.nextInt(log.size() - (int) committed + 1);
            Batch batch = new Batch(++ticket, state, from, entries, committed);
            model.batch(batch);
            journal.submit(batch);
            tickets.add(new long[] {ticket, model.position()});
        }

        /** Whether the log goes back to its first entry. */
        private boolean isFirstLog() {
            return lastTaken == null && snapshot == null && !inTheAir;
        }

        private Revision last() {
            return log.isEmpty() ? Revision.NONE : log.get(log.size() - 1);
        }

        private void snapshotStep() {
            JournalModel.Snapshot present = snapshot;
            if (present == null || writer == null) {
                begin();
            } else if (present.end >= 0) {
                journal.doWork();
            } else if (random.nextInt(8) == 0) {
                writer.abort();
                model.abort();
                inTheAir = present.anew;
                snapshot = null;
            } else if (random.nextInt(3) == 0) {
                long start = present.start.index();
                present.end = start + random.nextInt((int) (committed - start) + 1);
                writer.finish(present.end);
            } else {
                byte[] page = new byte[random.nextInt(2000)];
                random.nextBytes(page);
                present.pages.add(page);
                writer.page(page);
            }
        }

        private void begin() {
            boolean anew = inTheAir || random.nextInt(4) == 0;
            Revision start;
            if (anew) {
                long index = log.size() + 1 + random.nextInt(3);
                start = new Revision(++term, index);
                log = new ArrayList<>(java.util.Collections.nCopies((int) index, start));
                committed = index;
                inTheAir = false;
                tape.register();
            } else if (committed == 0) {
                return;
            } else {
                JournalModel.Snapshot before = lastTaken;
                int lowest = before == null ? 1 : (int) before.start.index();
                start = log.get(lowest - 1 + random.nextInt((int) committed - lowest + 1));
            }
            byte[] meta = ("meta " + metas++).getBytes(StandardCharsets.UTF_8);
            JournalModel.Snapshot begun = new JournalModel.Snapshot(start, meta, anew);
            snapshot = begun;
            model.begin(begun);
            writer = journal.snapshot(new SnapshotHead(start, meta));
        }

        private JournalModel.@Nullable Snapshot lastTaken;

        private void close() {
            disk.crashAt(Long.MAX_VALUE);
            disk.failAt(Long.MAX_VALUE);
            journal.close();
            assertThat(failed).isFalse();
            model.synced(model.position());
            restart(random.nextBoolean());
        }

        private void restart(boolean powerIsLost) {
            if (powerIsLost && random.nextBoolean()) {
                disk.losePower();
            } else {
                disk.killProcess();
            }
            while (true) {
                if (random.nextInt(4) == 0) {
                    disk.crashAt(disk.operations() + 1 + random.nextInt(10));
                }
                journal = open();
                try {
                    Recovered recovered = journal.recover();
                    disk.crashAt(Long.MAX_VALUE);
                    goOn(recovered);
                    return;
                } catch (SimDisk.Crash e) {
                    if (random.nextBoolean()) {
                        disk.losePower();
                    } else {
                        disk.killProcess();
                    }
                }
            }
        }

        private void goOn(Recovered recovered) {
            recoveries++;
            if (recovered.snapshot() != null) {
                tape.register();
            }
            model.recovered(recovered);
            log = new ArrayList<>(
                    java.util.Collections.nCopies((int) recovered.base().index(), recovered.base()));
            recovered.entries().forEach(entry -> log.add(new Revision(entry.term(), entry.index())));
            SnapshotHead head = recovered.snapshot();
            lastTaken = head == null ? null : new JournalModel.Snapshot(head.start(), head.meta(), false);
            committed = Math.min(recovered.committed(), log.size());
            snapshot = null;
            inTheAir = false;
            failed = false;
            tickets.clear();
            journal.start(this);
        }

        @Override
        public void synced(long upTo) {
            int position = 0;
            while (!tickets.isEmpty() && tickets.peek()[0] <= upTo) {
                position = (int) tickets.poll()[1];
            }
            move(model.synced(position));
        }

        private void move(int moved) {
            tickets.forEach(pair -> pair[1] -= moved);
        }

        @Override
        public void snapshotTaken(long index) {
            move(model.taken(snapshot));
            lastTaken = snapshot;
            snapshot = null;
            takenCount++;
        }

        @Override
        public void failed(StorageException reason) {
            failed = true;
            if (!(reason.getCause() instanceof IOException)) {
                throw new AssertionError("the journal failed without a failure of the disk", reason);
            }
        }
    }
}
