package io.memdi.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memdi.Codec;
import io.memdi.CorruptStorageException;
import io.memdi.Incarnation;
import io.memdi.Revision;
import io.memdi.StorageException;
import io.memdi.transport.Entry;
import io.memdi.transport.Message.Mode;
import io.memdi.transport.Result;
import io.memdi.transport.StoreSpec;
import io.memdi.wire.StoreCodecs;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The journal with its thread, in directories of the operating system. */
class DiskJournalTest {
    private static final StoreSpec NOTES = new StoreSpec("notes", "string", "bytes");
    private static final HardState STATE =
            new HardState(new Incarnation(1, 2), 4, new Incarnation(3, 4), Mode.MEMBER, null, null, 77);
    private static final JournalSettings SMALL = new JournalSettings(4096, 512, 1024, 100);

    @TempDir
    Path folder;

    private final StoreCodecs stores = new StoreCodecs();

    /** Says when something is reached. */
    private static final class Told implements Journal.Listener {
        private final CompletableFuture<StorageException> failed = new CompletableFuture<>();
        private final CompletableFuture<Long> taken = new CompletableFuture<>();
        private final CompletableFuture<Long> awaited = new CompletableFuture<>();
        private final long ticket;

        Told(long ticket) {
            this.ticket = ticket;
        }

        @Override
        public void synced(long upTo) {
            if (upTo >= ticket) {
                awaited.complete(upTo);
            }
        }

        @Override
        public void snapshotTaken(long index) {
            taken.complete(index);
        }

        @Override
        public void failed(StorageException reason) {
            failed.complete(reason);
            awaited.completeExceptionally(reason);
            taken.completeExceptionally(reason);
        }

        static <T> T await(CompletableFuture<T> future) {
            return future.orTimeout(60, TimeUnit.SECONDS).join();
        }
    }

    /** Puts the tickets of what is synced into a queue; -1 after a failure. */
    private static Journal.Listener tellsOf(BlockingQueue<Long> synced) {
        return new Journal.Listener() {
            @Override
            public void synced(long ticket) {
                synced.add(ticket);
            }

            @Override
            public void failed(StorageException reason) {
                synced.add(-1L);
            }
        };
    }

    private DiskJournal open(Path directory) {
        stores.open(NOTES, Codec.string(), Codec.bytes());
        return DiskJournal.open(directory, stores, Thread::new, SMALL);
    }

    private static Entry note(long index) {
        byte[] value = new byte[(int) (index % 300)];
        return new Entry.Written(
                4,
                index,
                new Incarnation(1, 2),
                index,
                index,
                Result.APPLIED,
                Revision.NONE,
                1,
                "key " + index,
                7,
                value,
                400);
    }

    private static List<Entry> notes(long from, long to) {
        List<Entry> entries = new ArrayList<>();
        LongStream.rangeClosed(from, to).mapToObj(DiskJournalTest::note).forEach(entries::add);
        return entries;
    }

    private static Batch batch(long ticket, @Nullable HardState state, List<Entry> entries) {
        return new Batch(ticket, state, 0, entries, 0);
    }

    /** A log of 200 entries, in batches of 10, that is synced. */
    private void fill(Journal journal) {
        Told told = new Told(20);
        journal.start(told);
        List<Entry> first = new ArrayList<>(List.of(new Entry.StoreCreated(4, 1, 1, NOTES)));
        first.addAll(notes(2, 10));
        journal.submit(batch(1, STATE, first));
        for (long ticket = 2; ticket <= 20; ticket++) {
            journal.submit(batch(ticket, null, notes(ticket * 10 - 9, ticket * 10)));
        }
        Told.await(told.awaited);
    }

    private void assertHas200(Recovered recovered) {
        assertThat(recovered.state()).isEqualTo(STATE);
        assertThat(recovered.base()).isEqualTo(Revision.NONE);
        assertThat(recovered.entries()).hasSize(200);
        for (int i = 1; i < 200; i++) {
            Entry.Written expected = (Entry.Written) note(i + 1);
            Entry.Written read = (Entry.Written) recovered.entries().get(i);
            assertThat(read.index()).isEqualTo(i + 1);
            assertThat(stores.keyOf(NOTES, read.key())).isEqualTo(expected.key());
            assertThat(stores.valueOf(NOTES, read.value())).isEqualTo(expected.value());
        }
    }

    @Test
    void comesBackWithAllThatWasSubmittedBeforeItWasClosed() {
        Path directory = folder.resolve("a/b");
        try (DiskJournal journal = open(directory)) {
            assertThat(journal.recover().state()).isNull();
            fill(journal);
            journal.submit(batch(21, null, notes(201, 230)));
        }
        try (DiskJournal journal = open(directory)) {
            Recovered recovered = journal.recover();
            assertThat(recovered.entries()).hasSize(230);
            assertThat(recovered.recordedSynced()).isEqualTo(230);
            assertThat(recovered.notes()).isEmpty();
            assertThat(journal.pendingBytes()).isZero();
        }
    }

    @Test
    void comesBackFromWhatAProcessLeavesThatIsKilled() throws IOException {
        Path copy = Files.createDirectory(folder.resolve("copy"));
        try (DiskJournal journal = open(folder.resolve("live"))) {
            journal.recover();
            fill(journal);
            try (Stream<Path> files = Files.list(folder.resolve("live"))) {
                for (Path file : files.toList()) {
                    Files.copy(file, copy.resolve(file.getFileName()));
                }
            }
        }
        try (DiskJournal journal = open(copy)) {
            assertHas200(journal.recover());
        }
    }

    @Test
    void aSnapshotTakesThePlaceOfTheLogBeforeIt() throws IOException {
        Path directory = folder.resolve("data");
        byte[] meta = {1, 2, 3};
        byte[] page = new byte[5000];
        page[4999] = 9;
        long written;
        try (DiskJournal journal = open(directory)) {
            journal.recover();
            fill(journal);
            long before = journal.logBytes();
            // the thread goes on telling the first listener, so this one is opened anew
            assertThat(before).isGreaterThan(10_000);
        }
        try (DiskJournal journal = open(directory)) {
            journal.recover();
            Told told = new Told(1);
            journal.start(told);
            long before = journal.logBytes();
            SnapshotWriter snapshot = journal.snapshot(new SnapshotHead(new Revision(4, 150), meta));
            snapshot.page(page);
            snapshot.page(new byte[0]);
            snapshot.finish(180);
            assertThat(Told.await(told.taken)).isEqualTo(180);
            assertThat(snapshot.pendingBytes()).isZero();
            journal.submit(batch(1, null, notes(201, 201)));
            Told.await(told.awaited);
            assertThat(journal.logBytes()).isLessThan(before);
            written = journal.snapshotBytes();
            assertThat(written).isEqualTo(Files.size(directory.resolve(Names.snapshot(1))));
        }
        try (DiskJournal journal = open(directory)) {
            Recovered recovered = journal.recover();
            assertThat(journal.snapshotBytes()).isEqualTo(written);
            SnapshotHead head = recovered.snapshot();
            assertThat(head).isNotNull();
            assertThat(head.start()).isEqualTo(new Revision(4, 150));
            assertThat(head.meta()).isEqualTo(meta);
            assertThat(recovered.pages()).containsExactly(page, new byte[0]);
            assertThat(recovered.snapshotEnd()).isEqualTo(180);
            assertThat(recovered.base()).isEqualTo(new Revision(4, 150));
            assertThat(recovered.state()).isEqualTo(STATE);
            assertThat(recovered.entries().stream().map(Entry::index))
                    .containsExactlyElementsOf(
                            LongStream.rangeClosed(151, 201).boxed().toList());
        }
    }

    @Test
    void aDirectoryIsForOneNode() {
        Path directory = folder.resolve("data");
        try (DiskJournal first = open(directory)) {
            first.recover();
            for (int i = 0; i < 2; i++) {
                try (DiskJournal second = open(directory)) {
                    assertThatThrownBy(second::recover)
                            .isInstanceOf(StorageException.class)
                            .hasMessageContaining(directory.toString())
                            .hasMessageContaining("is in use");
                }
            }
            fill(first);
        }
        try (DiskJournal third = open(directory)) {
            assertHas200(third.recover());
        }
    }

    /** Also after a node of this process was refused: that one must not have given the lock away. */
    @Test
    void aDirectoryIsForOneProcess() throws Exception {
        Path directory = folder.resolve("data");
        try (DiskJournal first = open(directory)) {
            first.recover();
            try (DiskJournal second = open(directory)) {
                assertThatThrownBy(second::recover).isInstanceOf(StorageException.class);
            }
            Process other = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-cp",
                            System.getProperty("java.class.path"),
                            Opener.class.getName(),
                            directory.toString())
                    .redirectErrorStream(true)
                    .start();
            String said = new String(other.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(other.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(said).contains("refused: ").contains("is in use by another process");
        }
    }

    /** Another process. */
    static final class Opener {
        private Opener() {}

        public static void main(String[] arguments) {
            try (DiskJournal journal = DiskJournal.open(Path.of(arguments[0]), new StoreCodecs(), Thread::new)) {
                System.out.println("opened: " + journal.recover());
            } catch (StorageException e) {
                System.out.println("refused: " + e.getMessage());
            }
        }
    }

    @Test
    void aFileThatIsNoDirectoryIsRefused() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        assertThatThrownBy(() -> open(file.resolve("below")))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining(file.toString());
    }

    @Test
    void whoIsInterruptedOpensADirectoryAllTheSameAndStaysInterrupted() {
        Path directory = folder.resolve("data");
        try (DiskJournal journal = open(directory)) {
            Thread.currentThread().interrupt();
            journal.recover();
            assertThat(Thread.interrupted()).isTrue();
            fill(journal);
        }
        try (DiskJournal journal = open(directory)) {
            assertHas200(journal.recover());
            Thread.currentThread().interrupt();
        }
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void aCodecThatInterruptsItsThreadDoesNotEndTheJournal() {
        StoreSpec odd = new StoreSpec("odd", "string", "bytes");
        stores.open(odd, new Interrupting(), Codec.bytes());
        try (DiskJournal journal = open(folder.resolve("data"))) {
            journal.recover();
            Told told = new Told(2);
            journal.start(told);
            journal.submit(batch(1, null, List.of(new Entry.StoreCreated(4, 1, 1, odd), note(2))));
            journal.submit(batch(2, null, List.of(note(3))));
            Told.await(told.awaited);
        }
    }

    /** Thus it leaves its thread. */
    private static final class Interrupting implements Codec<String> {
        @Override
        public String name() {
            return "string";
        }

        @Override
        public byte[] encode(String value) {
            Thread.currentThread().interrupt();
            return Codec.string().encode(value);
        }

        @Override
        public String decode(byte[] bytes) {
            return Codec.string().decode(bytes);
        }

        @Override
        public int hash(String value) {
            return Codec.string().hash(value);
        }
    }

    /** The same, but that no file is synced any more once that is said. */
    private static <T> T failing(Class<T> kind, T real, AtomicBoolean fails) {
        return kind.cast(Proxy.newProxyInstance(kind.getClassLoader(), new Class<?>[] {kind}, (proxy, method, args) -> {
            if (method.getName().equals("sync") && fails.get()) {
                throw new IOException("cannot sync the file: it is a test");
            }
            try {
                Object result = method.invoke(real, args);
                return result instanceof Disk.DiskFile file ? failing(Disk.DiskFile.class, file, fails) : result;
            } catch (InvocationTargetException e) {
                throw Objects.requireNonNull(e.getCause());
            }
        }));
    }

    @Test
    void theNextFileOfTheLogIsMadeWhileTheLastOneIsWritten() throws IOException, InterruptedException {
        Path directory = folder.resolve("data");
        Queue<Thread> made = new ConcurrentLinkedQueue<>();
        JournalSettings settings = new JournalSettings(100_000, 1_000, 50_000, 1_000);
        stores.open(NOTES, Codec.string(), Codec.bytes());
        try (DiskJournal journal = DiskJournal.open(
                directory,
                stores,
                task -> {
                    Thread thread = new Thread(task, "disk");
                    made.add(thread);
                    return thread;
                },
                settings)) {
            journal.recover();
            BlockingQueue<Long> synced = new LinkedBlockingQueue<>();
            journal.start(tellsOf(synced));
            long ticket = 1;
            List<Entry> first = new ArrayList<>(List.of(new Entry.StoreCreated(4, 1, 1, NOTES)));
            first.addAll(notes(2, 10));
            journal.submit(batch(ticket, STATE, first));
            while (!Files.exists(directory.resolve(Names.segment(3)))) {
                assertThat(synced.poll(60, TimeUnit.SECONDS)).isEqualTo(ticket);
                for (Thread thread : made) {
                    if (thread.getName().endsWith("-ahead")) {
                        thread.join();
                    }
                }
                ticket++;
                journal.submit(batch(ticket, null, notes(ticket * 10 - 9, ticket * 10)));
            }
            assertThat(Files.size(directory.resolve(Names.segment(2)))).isGreaterThanOrEqualTo(100_000);
            assertThat(directory.resolve(Names.segment(3))).hasSize(100_000);
        }
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .as("what was made and not used goes")
                    .noneMatch(name -> name.endsWith(".tmp"));
        }
        try (DiskJournal journal = open(directory)) {
            assertThat(journal.recover().entries()).isNotEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.1, 0.5, 0.9, 1.0})
    void aLastFileThatWasCutSaysHowLongItWas(double share) throws IOException, InterruptedException {
        Path directory = folder.resolve("data");
        stores.open(NOTES, Codec.string(), Codec.bytes());
        BlockingQueue<Long> synced = new LinkedBlockingQueue<>();
        try (DiskJournal journal = DiskJournal.open(directory, stores, Thread::new)) {
            journal.recover();
            journal.start(tellsOf(synced));
            for (long ticket = 1; ticket <= 30; ticket++) {
                List<Entry> entries = new ArrayList<>(notes(ticket * 10 - 9, ticket * 10));
                if (ticket == 1) {
                    entries.set(0, new Entry.StoreCreated(4, 1, 1, NOTES));
                }
                journal.submit(batch(ticket, ticket == 1 ? STATE : null, entries));
                assertThat(synced.poll(60, TimeUnit.SECONDS)).isEqualTo(ticket);
            }
        }
        Path file = directory.resolve(Names.segment(1));
        long size = Files.size(file);
        assertThat(size).isGreaterThan(1 << 20);
        long cut = (long) (share * 60_000);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(cut);
        }
        try (DiskJournal journal = DiskJournal.open(directory, stores, Thread::new)) {
            assertThatThrownBy(journal::recover)
                    .isInstanceOfSatisfying(
                            CorruptStorageException.class,
                            e -> assertThat(e.offset()).isEqualTo(cut))
                    .hasMessageContaining("it ends there, and had " + size + " bytes before what is at ");
        }
    }

    @Test
    void aLockOfAnotherClassLoaderIsRespected() throws IOException {
        Path directory = folder.resolve("data");
        try (DiskJournal journal = open(directory)) {
            journal.recover();
        }
        try (FileChannel other = FileChannel.open(directory.resolve("memdi.lock"), StandardOpenOption.WRITE)) {
            assertThat(other.lock()).isNotNull();
            for (int i = 0; i < 3; i++) {
                DiskJournal journal = open(directory);
                assertThatThrownBy(journal::recover)
                        .isInstanceOf(StorageException.class)
                        .hasMessageContaining("is in use by another process, or by another node of this one");
                journal.close();
            }
        }
        try (DiskJournal journal = open(directory)) {
            assertThat(journal.recover().entries()).isEmpty();
        }
    }

    @Test
    void whatIsWrongWithAPathIsSaidInWords() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        assertThatThrownBy(() -> open(file))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("file: a file of that name is in the way, where a directory is wanted");
        assertThatThrownBy(() -> FileDisk.openOrCreate(folder).openToRead("nothing"))
                .hasMessageContaining("nothing: there is no such file or directory");
    }

    @Test
    void whoClosesIsToldThatTheLastSyncHasFailed() throws IOException {
        AtomicBoolean fails = new AtomicBoolean();
        Disk disk = failing(Disk.class, FileDisk.openOrCreate(folder.resolve("data")), fails);
        stores.open(NOTES, Codec.string(), Codec.bytes());
        DiskJournal journal = DiskJournal.of(disk, "data", stores, Thread::new, SMALL);
        journal.recover();
        fill(journal);
        fails.set(true);
        assertThatThrownBy(journal::close)
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("cannot sync the file: it is a test");
    }

    @Test
    void whatCannotBeTurnedIntoBytesEndsTheJournalWithTheReason() {
        StoreSpec closed = new StoreSpec("closed", "string", "bytes");
        try (DiskJournal journal = open(folder.resolve("data"))) {
            journal.recover();
            Told told = new Told(1);
            journal.start(told);
            journal.submit(batch(1, null, List.of(new Entry.StoreCreated(4, 1, 1, closed), note(2))));
            assertThat(Told.await(told.failed)).hasMessageContaining("store \"closed\" is not open on this node");
        }
    }
}
