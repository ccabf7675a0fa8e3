package io.memdi.node;

import io.memdi.BackupException;
import io.memdi.NotAppliedException;
import io.memdi.StorageException;
import io.memdi.machine.Image;
import io.memdi.storage.BackupBlock;
import io.memdi.storage.BackupReader;
import io.memdi.store.Seed;
import io.memdi.store.Table;
import io.memdi.transport.HealMessage.HealPage;
import io.memdi.wire.BackupCodec;
import io.memdi.wire.SnapshotCodec;
import io.memdi.wire.StoreCodecs;
import io.memdi.wire.WireException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Puts the state of all stores together from a backup, and compares it with what the backup says that it has to come to. For one thread,
 * which belongs to no loop.
 */
final class BackupContents {
    private final BackupReader reader;
    private final IntConsumer progress;
    private final BackupCodec codec = new BackupCodec(new StoreCodecs());
    private @Nullable Seed seed;
    private int tenths;

    private BackupContents(BackupReader reader, IntConsumer progress) {
        this.reader = reader;
        this.progress = progress;
    }

    /**
     * Reads all of it.
     *
     * @param progress is told how much is read, in tenths
     * @throws BackupException if it cannot be read, or is damaged
     */
    static Seed read(Path path, IntConsumer progress) {
        try (BackupReader reader = BackupReader.open(path)) {
            return new BackupContents(reader, progress).read();
        } catch (StorageException e) {
            throw new BackupException("nothing was restored: " + e.getMessage(), e);
        }
    }

    private Seed read() {
        for (BackupBlock block = reader.next(); block != null; block = reader.next()) {
            if (Thread.currentThread().isInterrupted()) {
                throw new NotAppliedException("nothing was restored: the thread was interrupted before that");
            }
            try {
                take(block);
            } catch (WireException | IllegalArgumentException e) {
                throw reader.damaged(block.offset(), String.valueOf(e.getMessage()));
            }
            noteProgress(block.offset());
        }
        return begun();
    }

    private void take(BackupBlock block) {
        switch (block.kind()) {
            case HEAD -> {
                SnapshotCodec.Head head = codec.readHead(block.bytes());
                Image image = new Image(
                        head.opened(), head.part().stores(), head.part().sessions());
                if (!image.opened().position().equals(reader.start())) {
                    throw new IllegalArgumentException(
                            "it begins at " + image.opened().position() + ", not at " + reader.start());
                }
                seed = new Seed(reader.start(), image.stores());
            }
            case PAGE -> {
                HealPage page = codec.readPage(block.bytes());
                begun().add(page.store(), page.page());
            }
            case ENTRIES -> codec.readEntries(block.bytes()).forEach(begun()::add);
            case SUMS -> compare(codec.readSums(block.bytes()));
        }
    }

    private Seed begun() {
        Seed present = seed;
        if (present == null) {
            throw new IllegalArgumentException("it has no head");
        }
        return present;
    }

    private void compare(List<BackupCodec.Sum> sums) {
        Seed whole = begun();
        if (!whole.position().equals(reader.end()) || whole.stores().size() != sums.size()) {
            throw new IllegalArgumentException(
                    "what it holds comes to " + whole.stores().size() + " stores as of " + whole.position()
                            + ", not to " + sums.size() + " as of " + reader.end());
        }
        for (int i = 0; i < sums.size(); i++) {
            BackupCodec.Sum sum = sums.get(i);
            Table table = whole.table(whole.stores().get(i).spec());
            boolean same = whole.stores().get(i).spec().equals(sum.store())
                    && table.committedSize() == sum.keys()
                    && table.digest().equals(sum.digest());
            if (!same) {
                throw new IllegalArgumentException("store \"" + sum.store().name() + "\" comes to "
                        + table.committedSize() + " keys with digest " + table.digest() + ", not to " + sum.keys()
                        + " with "
                        + sum.digest());
            }
        }
    }

    private void noteProgress(long offset) {
        int now = (int) (10 * offset / reader.size());
        if (now > tenths) {
            tenths = now;
            progress.accept(now);
        }
    }
}
