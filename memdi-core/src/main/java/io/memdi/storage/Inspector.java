package io.memdi.storage;

import io.memdi.ClusterId;
import io.memdi.CorruptStorageException;
import io.memdi.Incarnation;
import io.memdi.StorageException;
import io.memdi.transport.Entry;
import io.memdi.transport.Message.Mode;
import io.memdi.wire.LogCodec;
import io.memdi.wire.StoreCodecs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Says what a directory, or a backup, holds, and whether it is sound. Reads all of it, as a start does, and changes nothing. */
public final class Inspector {
    private final FileDisk disk;
    private final Consumer<String> out;

    private Inspector(FileDisk disk, Consumer<String> out) {
        this.disk = disk;
        this.out = out;
    }

    /**
     * Inspects a directory, or the file of a backup.
     *
     * @param directory its path
     * @param out takes line by line what there is to say
     * @return whether a node would start with it
     * @throws StorageException if there is nothing, or it cannot be read
     */
    public static boolean inspect(Path directory, Consumer<String> out) {
        if (Files.notExists(directory)) {
            throw new StorageException("there is nothing at " + directory.toAbsolutePath(), null);
        }
        if (Files.isRegularFile(directory)) {
            return Misplaced.tellUnlessBackup(directory, out) && new BackupInspector(out).inspect(directory);
        }
        try (FileDisk disk = FileDisk.openExisting(directory)) {
            return new Inspector(disk, out).inspect();
        } catch (IOException e) {
            throw new StorageException("the directory was not read: " + e.getMessage(), e);
        }
    }

    private boolean inspect() throws IOException {
        if (!disk.isFree()) {
            out.accept(
                    "in use       by a process that is running: stop it first, for what it writes meanwhile is read in part");
            return false;
        }
        try {
            Contents contents = Contents.read(disk, new LogCodec(new StoreCodecs()));
            if (contents == null && Misplaced.isDirectory(disk.list())) {
                Misplaced.tellOfDirectory(disk, out);
                return false;
            } else if (contents == null) {
                out.accept("empty        nothing was ever kept here");
                return true;
            }
            tell(contents);
        } catch (CorruptStorageException e) {
            out.accept("not sound    " + e.getMessage());
            return false;
        } catch (StorageException e) {
            out.accept("not read     " + e.getMessage());
            return false;
        }
        out.accept("sound        a node starts with what is here");
        return true;
    }

    private void tell(Contents contents) {
        Identity identity = contents.identity();
        out.accept("directory    " + new Incarnation(identity.high(), identity.low()) + ", opened "
                + times(identity.openings()));
        SnapshotFile snapshot = contents.snapshot();
        if (snapshot != null) {
            out.accept("snapshot     " + snapshot.name() + ", " + count(snapshot.size(), "byte") + ", "
                    + count(snapshot.pages(), "page") + "; from "
                    + snapshot.head().start() + " on, whole with the log up to "
                    + snapshot.end());
        }
        for (SegmentReader file : contents.segments()) {
            out.accept("log          " + file.segment().name() + ", " + count(file.size(), "byte") + ", of which "
                    + file.end() + " are used by " + count(file.groups(), "write") + "; goes on after "
                    + file.segment().base() + (contents.isLive(file) ? "" : "; never came to count"));
        }
        LogImage image = contents.image();
        List<Entry> entries = image.entries();
        out.accept("entries      " + (entries.isEmpty() ? "none after " : count(entries.size(), "entry") + " after ")
                + image.base() + (entries.isEmpty() ? "" : ", up to " + image.last())
                + "; proven to have been synced up to "
                + image.proven() + ", known to be committed up to " + image.committed());
        tell(image.state());
        if (contents.last().broken()) {
            out.accept("torn         " + disk.path(contents.last().segment().name()) + ", from offset "
                    + contents.last().end() + " on: a write that a crash has interrupted; the next start cuts it off");
        }
        contents.names().stream()
                .filter(name -> name.endsWith(Names.TEMPORARY))
                .forEach(name -> out.accept("left over    " + name + ", which the next start removes"));
    }

    private void tell(@Nullable HardState state) {
        if (state == null) {
            out.accept("state        none was ever kept");
            return;
        }
        ClusterId cluster = state.cluster();
        Incarnation vote = state.vote();
        out.accept("state        incarnation " + state.incarnation() + ", term " + state.term()
                + (vote == null ? ", no vote" : ", vote for " + vote) + ", "
                + (state.mode() == Mode.EMPTY || cluster == null
                        ? "in no cluster"
                        : state.mode().toString().toLowerCase(Locale.ROOT)
                                + (state.mode() == Mode.MEMBER ? " of cluster " : " to cluster ")
                                + cluster));
    }

    private static String times(long count) {
        return count == 1 ? "once" : count + " times";
    }

    static String count(long count, String what) {
        return count + " "
                + (count == 1 ? what : what.endsWith("y") ? what.substring(0, what.length() - 1) + "ies" : what + "s");
    }
}
