package io.memdi.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memdi.CorruptStorageException;
import io.memdi.Revision;
import io.memdi.StorageException;
import io.memdi.transport.Entry;
import io.memdi.wire.LogCodec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A small directory with a snapshot and several files of a log, as different ends of a process leave it, of which every file is cut at every
 * byte, and flipped at every byte, and lost. Each time the directory either has what its headers prove, and nothing that was never in it; or it is refused, with file and offset.
 */
class FormatTest {
    private static final JournalSettings SMALL = new JournalSettings(1200, 200, 400, 1000);

    private Tape tape = new Tape(5, 30);
    private SimDisk disk = new SimDisk(1);

    /** What is in it. */
    private final List<String> log = new ArrayList<>();

    private final List<String> states = new ArrayList<>();

    /** How many entries there were after the last change. */
    private int recoveredEntries;

    private Recovered whole = Recovered.nothing(1);

    /** What a directory was left in. */
    private enum Shape {
        /** By a process that was killed: its last group is not proven. */
        KILLED,
        /** With a header behind the last group that says that it was synced. */
        PROVEN,
        /** While a log that begins anew follows the one that counts, and its snapshot is not whole. */
        HEALING
    }

    /** What one change of a file has led to. */
    private enum Outcome {
        WHOLE,
        CUT,
        REFUSED
    }

    private static final class Ignore implements Journal.Listener {
        @Override
        public void synced(long ticket) {}

        @Override
        public void failed(StorageException reason) {
            throw reason;
        }
    }

    @BeforeEach
    void makeDirectory() {
        makeDirectory(Shape.KILLED);
    }

    private void makeDirectory(Shape shape) {
        tape = new Tape(5, 30);
        tape.register();
        disk = new SimDisk(1);
        log.clear();
        states.clear();
        SteppedJournal journal = journal(disk);
        journal.recover();
        journal.start(new Ignore());
        Revision last = Revision.NONE;
        for (int ticket = 1; ticket <= 30; ticket++) {
            List<Entry> entries = tape.entries(last, 1 + ticket / 5, 2);
            last = Tape.last(entries, last);
            HardState changed = ticket % 6 == 1 ? tape.state(ticket) : null;
            if (changed != null) {
                states.add(Tape.told(changed));
            }
            log.addAll(tape.told(entries));
            journal.submit(new Batch(ticket, changed, 0, entries, 0));
            assertThat(journal.doWork()).isTrue();
            if (ticket == 15) {
                SnapshotWriter snapshot = journal.snapshot(new SnapshotHead(new Revision(3, 22), new byte[20]));
                snapshot.page(new byte[30]);
                snapshot.page("a page".getBytes(StandardCharsets.UTF_8));
                snapshot.finish(28);
                assertThat(journal.doWork()).isTrue();
            }
        }
        switch (shape) {
            case KILLED -> {}
            case PROVEN -> journal.idle();
            case HEALING -> beginAnew(journal);
        }
        disk.killProcess();
        whole = recover(disk.copy(2));
        assertThat(whole.base().index()).isEqualTo(22);
        assertThat(whole.recordedSynced()).isEqualTo(shape == Shape.KILLED ? 58 : 60);
        assertThat(tape.told(whole.entries())).isEqualTo(log.subList(22, 60));
        assertThat(Names.segments(disk.names())).hasSizeGreaterThan(3);
    }

    /** Entries that do not count, because a snapshot has to take its place first. */
    private void beginAnew(SteppedJournal journal) {
        Revision start = new Revision(9, 90);
        SnapshotWriter snapshot = journal.snapshot(new SnapshotHead(start, new byte[9]));
        HardState changed = tape.state(40);
        states.add(Tape.told(changed));
        journal.submit(new Batch(40, changed, 0, tape.entries(start, 9, 3), 0));
        assertThat(journal.doWork()).isTrue();
        snapshot.page(new byte[40]);
        journal.submit(new Batch(41, null, 0, tape.entries(new Revision(9, 93), 10, 3), 0));
        assertThat(journal.doWork()).isTrue();
        assertThat(disk.names()).anyMatch(name -> name.endsWith(".tmp"));
    }

    private SteppedJournal journal(SimDisk of) {
        return new SteppedJournal(of.mount(), tape.codecs, SMALL, new Random(3));
    }

    private Recovered recover(SimDisk of) {
        SteppedJournal journal = journal(of);
        Recovered recovered = journal.recover();
        List<byte[]> pages = new ArrayList<>();
        recovered.pages().forEach(pages::add);
        journal.close();
        return new Recovered(
                recovered.state(),
                recovered.snapshot(),
                pages,
                recovered.snapshotEnd(),
                recovered.base(),
                recovered.entries(),
                recovered.recordedSynced(),
                recovered.committed(),
                recovered.opening(),
                recovered.openingId(),
                recovered.openedBefore(),
                recovered.damage(),
                recovered.notes());
    }

    /** Recovers what a change has left; checks it, and that it can be recovered once more, to the same. */
    private Outcome outcome(SimDisk changed) {
        Recovered recovered;
        Map<String, byte[]> before = contents(changed);
        try {
            recovered = recover(changed);
        } catch (CorruptStorageException e) {
            assertThat(e.file()).startsWith("disk/");
            assertThat(e.offset()).isNotNegative();
            assertThat(e).hasMessageContaining(e.file()).hasMessageContaining("offset " + e.offset());
            assertThat(contents(changed)).as("after it was refused").containsExactlyEntriesOf(before);
            return Outcome.REFUSED;
        } catch (StorageException e) {
            assertThat(e).hasMessageContaining("is of version");
            assertThat(contents(changed)).as("after it was refused").containsExactlyEntriesOf(before);
            return Outcome.REFUSED;
        }
        List<String> entries = tape.told(recovered.entries());
        assertThat(recovered.base()).isEqualTo(whole.base());
        assertThat(recovered.pages()).containsExactlyElementsOf(whole.pages());
        assertThat(recovered.snapshotEnd()).isEqualTo(whole.snapshotEnd());
        assertThat(Objects.requireNonNull(recovered.snapshot()).meta())
                .isEqualTo(Objects.requireNonNull(whole.snapshot()).meta());
        assertThat(entries).isEqualTo(log.subList(22, 22 + entries.size()));
        assertThat(22 + entries.size()).isGreaterThanOrEqualTo((int) recovered.recordedSynced());
        Recovered again = recover(changed);
        assertThat(tape.told(again.entries())).isEqualTo(entries);
        assertThat(again.notes()).isEmpty();
        assertThat(Tape.told(again.state())).isEqualTo(Tape.told(recovered.state()));
        recoveredEntries = entries.size();
        String found = Tape.told(recovered.state());
        assertThat(states).contains(found);
        return entries.size() == 38 && found.equals(states.get(states.size() - 1)) ? Outcome.WHOLE : Outcome.CUT;
    }

    private static Map<String, byte[]> contents(SimDisk of) {
        Map<String, byte[]> contents = new TreeMap<>();
        of.names().forEach(name -> contents.put(name, of.content(name)));
        return contents;
    }

    private String lastFile() {
        List<Long> numbers = Names.segments(disk.names());
        return Names.segment(numbers.get(numbers.size() - 1));
    }

    /** Where the last group begins, before which the files prove that everything was synced. */
    private int lastGroup() {
        Contents contents = contentsOf(disk);
        return (int) contents.last().lastGroup();
    }

    private Contents contentsOf(SimDisk of) {
        try {
            Contents contents = Contents.read(of.mount(), new LogCodec(tape.codecs));
            if (contents == null) {
                throw new AssertionError("nothing is there");
            }
            return contents;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aFlippedBitIsNoticedOrDoesNotMatter(Shape shape) {
        makeDirectory(shape);
        Contents contents = contentsOf(disk);
        assertAll(Outcome.REFUSED, Identity.NAME);
        assertAll(Outcome.REFUSED, Names.snapshot(1));
        disk.names().stream().filter(name -> name.endsWith(".tmp")).forEach(name -> assertAll(Outcome.WHOLE, name));
        // What was not proven is nobody's loss; and nothing was in what proves.
        Outcome unproven = shape == Shape.KILLED ? Outcome.CUT : Outcome.WHOLE;
        for (SegmentReader file : contents.segments()) {
            String name = file.segment().name();
            boolean last = file == contents.last();
            BitSet padding = padding(contents.identity(), file);
            for (int at = 0; at < file.size(); at++) {
                Outcome outcome = flipped(name, at);
                String place = name + " at " + at;
                if (at >= file.end() || padding.get(at)) {
                    assertThat(outcome).as(place).isEqualTo(Outcome.WHOLE);
                } else if (last && at >= file.lastGroup()) {
                    assertThat(outcome).as(place).isEqualTo(unproven);
                } else {
                    assertThat(outcome).as(place).isEqualTo(Outcome.REFUSED);
                }
                if (outcome != Outcome.REFUSED) {
                    assertThat(22 + recoveredEntries).as(place).isGreaterThanOrEqualTo((int) whole.recordedSynced());
                }
            }
        }
    }

    private Outcome flipped(String name, int at) {
        SimDisk changed = disk.copy(at);
        changed.flip(name, at * 8L + at % 8);
        return outcome(changed);
    }

    private void assertAll(Outcome expected, String name) {
        for (int at = 0; at < disk.content(name).length; at++) {
            assertThat(flipped(name, at)).as(name + " at " + at).isEqualTo(expected);
        }
    }

    /** The bytes between two groups, which mean nothing. */
    private BitSet padding(Identity identity, SegmentReader file) {
        BitSet padding = new BitSet();
        byte[] bytes = disk.content(file.segment().name());
        byte[] seed = identity.seed(file.segment().number());
        int at = Segment.HEADER;
        while (at < file.end()) {
            Group group = Objects.requireNonNull(Group.header(bytes, at, seed));
            padding.set(at + Group.HEADER + group.length(), (int) group.end());
            at = (int) group.end();
        }
        return padding;
    }

    @ParameterizedTest
    @EnumSource
    void aFileThatIsCutIsNoticedOrEndsWithWhatItsHeadersProve(Shape shape) {
        makeDirectory(shape);
        int before = 0;
        int refused = 0;
        for (String name : disk.names()) {
            byte[] content = disk.content(name);
            for (int size = 0; size < content.length; size++) {
                SimDisk changed = disk.copy(size);
                changed.put(name, Arrays.copyOf(content, size));
                Outcome outcome = outcome(changed);
                String place = name + " cut to " + size;
                if (!name.equals(lastFile())) {
                    boolean log = name.endsWith(".log");
                    boolean matters = log ? size < end(name) : !name.endsWith(".tmp");
                    assertThat(outcome).as(place).isEqualTo(matters ? Outcome.REFUSED : Outcome.WHOLE);
                } else if (size < endOfFirstGroup(content) || tellsOfMore(content, size)) {
                    assertThat(outcome).as(place).isEqualTo(Outcome.REFUSED);
                    refused++;
                } else {
                    assertThat(outcome).as(place).isNotEqualTo(Outcome.REFUSED);
                    assertThat(recoveredEntries).as(place).isGreaterThanOrEqualTo(before);
                    before = recoveredEntries;
                }
            }
        }
        byte[] last = disk.content(lastFile());
        assertThat(before == 38 || tellsOfMore(last, last.length - 1))
                .as("nothing is missing where only zeros were cut off")
                .isTrue();
        assertThat(refused).isGreaterThan(endOfFirstGroup(disk.content(lastFile())));
    }

    /** Whether a header that is left in the last file says that this was larger. */
    private boolean tellsOfMore(byte[] content, int size) {
        byte[] seed = contentsOf(disk)
                .identity()
                .seed(Names.segments(List.of(lastFile())).get(0));
        for (int at = Segment.HEADER; at + Group.HEADER <= size; at += 8) {
            Group group = Group.header(content, at, seed);
            if (group != null && group.fileBytes() > size) {
                return true;
            }
        }
        return false;
    }

    /** It was synced before the file got its name, so that a crash leaves no file without it. */
    private static int endOfFirstGroup(byte[] content) {
        return Segment.HEADER + Group.HEADER + Bytes.getInt(content, Segment.HEADER + 32);
    }

    /** Where the last record of a file ends. */
    private long end(String name) {
        Contents contents = contentsOf(disk);
        SegmentReader reader = contents.segments().stream()
                .filter(file -> file.segment().name().equals(name))
                .findAny()
                .orElseThrow();
        return padding(contents.identity(), reader).previousClearBit((int) reader.end() - 1) + 1;
    }

    @ParameterizedTest
    @EnumSource
    void zerosWhereSomethingWasAreNoticedOrEndTheLog(Shape shape) {
        makeDirectory(shape);
        String name = lastFile();
        byte[] content = disk.content(name);
        int proven = lastGroup();
        for (int at = 0; at < content.length - 16; at += 16) {
            SimDisk changed = disk.copy(at);
            byte[] holed = content.clone();
            Arrays.fill(holed, at, at + 16, (byte) 0);
            changed.put(name, holed);
            Outcome outcome = outcome(changed);
            if (!Arrays.equals(holed, content) && at + 16 <= proven) {
                assertThat(outcome).as("zeros at " + at).isEqualTo(Outcome.REFUSED);
            } else {
                assertThat(outcome).as("zeros at " + at).isNotEqualTo(Outcome.REFUSED);
            }
        }
    }

    @Test
    void aLostFileIsNoticed() {
        for (String name : disk.names()) {
            SimDisk changed = disk.copy(1);
            changed.lose(name);
            assertThatThrownBy(() -> recover(changed))
                    .as(name)
                    .isInstanceOf(CorruptStorageException.class)
                    .hasMessageContaining("missing");
        }
    }

    @Test
    void aFileInThePlaceOfAnotherIsNoticed() {
        for (String name : disk.names()) {
            for (String other : disk.names()) {
                if (!other.equals(name)) {
                    SimDisk changed = disk.copy(1);
                    changed.put(name, disk.content(other));
                    assertThat(outcome(changed)).as(other + " as " + name).isEqualTo(Outcome.REFUSED);
                }
            }
        }
    }

    @Test
    void aFileOfAnotherDirectoryIsNoticed() {
        SimDisk mine = disk;
        SimDisk foreign = new SimDisk(9);
        SteppedJournal other = new SteppedJournal(foreign.mount(), tape.codecs, SMALL, new Random(99));
        other.recover();
        other.close();
        for (String name : List.of(lastFile(), Identity.NAME)) {
            SimDisk changed = mine.copy(1);
            changed.put(name, foreign.content(name.equals(Identity.NAME) ? name : Names.segment(1)));
            assertThat(outcome(changed)).as(name).isEqualTo(Outcome.REFUSED);
        }
    }

    @Test
    void filesOfAnotherTimeAreNoticed() {
        SimDisk later = disk.copy(1);
        SteppedJournal journal = journal(later);
        Recovered recovered = journal.recover();
        journal.start(new Ignore());
        Revision last = Tape.last(recovered.entries(), recovered.base());
        journal.submit(new Batch(1, null, 0, tape.entries(last, 9, 1), 0));
        journal.close();
        SimDisk mixed = later.copy(1);
        mixed.put(Identity.NAME, disk.content(Identity.NAME));
        assertThatThrownBy(() -> recover(mixed))
                .isInstanceOf(CorruptStorageException.class)
                .hasMessageContaining("opening");
    }

    @Test
    void anotherVersionIsRefusedWithBothVersions() {
        SimDisk changed = disk.copy(1);
        byte[] identity = changed.content(Identity.NAME);
        Bytes.putInt(identity, 8, 2);
        changed.put(Identity.NAME, identity);
        assertThatThrownBy(() -> recover(changed))
                .isInstanceOf(StorageException.class)
                .isNotInstanceOf(CorruptStorageException.class)
                .hasMessageContaining("version 2")
                .hasMessageContaining("version 1");
    }

    @Test
    void otherFilesAreLeftAlone() {
        SimDisk changed = disk.copy(1);
        changed.put("notes of the operator.txt", new byte[3]);
        changed.put("7.log", new byte[3]);
        changed.put("left.tmp", new byte[3]);
        assertThat(outcome(changed)).isEqualTo(Outcome.WHOLE);
        assertThat(changed.names())
                .contains("notes of the operator.txt", "7.log")
                .doesNotContain("left.tmp");
    }
}
