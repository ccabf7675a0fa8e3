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
    private final Consumer<Finding> out;

    private Inspector(FileDisk disk, Consumer<Finding> out) {
        this.disk = disk;
        this.out = out;
    }

    /**
     * Inspects a directory, or the file of a backup.
     *
     * @param directory its path
     * @param out takes one by one what there is to say
     * @return whether a node would start with it
     * @throws StorageException if there is nothing, or it cannot be read
     */
    public static boolean inspect(Path directory, Consumer<Finding> out) {
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
            out.accept(Finding.of(
                    "in use",
                    "by a process that is running: stop it first, for what it writes meanwhile is read in part"));
            return false;
        }
        try {
            Contents contents = Contents.read(disk, new LogCodec(new StoreCodecs()));
            if (contents == null && Misplaced.isDirectory(disk.list())) {
                Misplaced.tellOfDirectory(disk, out);
                return false;
            } else if (contents == null) {
                out.accept(Finding.of("empty", "nothing was ever kept here"));
                return true;
            }
            tell(contents);
        } catch (CorruptStorageException e) {
            out.accept(Finding.notSound(e));
            return false;
        } catch (StorageException e) {
            out.accept(Finding.of("not read", String.valueOf(e.getMessage())));
            return false;
        }
        out.accept(Finding.of("sound", "a node starts with what is here"));
        return true;
    }

    private void tell(Contents contents) {
        Identity identity = contents.identity();
        String id = new Incarnation(identity.high(), identity.low()).toString();
        out.accept(Finding.of("directory", id + ", opened " + times(identity.openings()))
                .with("id", id)
                .with("openings", identity.openings()));
        SnapshotFile snapshot = contents.snapshot();
        if (snapshot != null) {
            out.accept(snapshot(snapshot));
        }
        for (SegmentReader file : contents.segments()) {
            out.accept(log(file, contents.isLive(file)));
        }
        out.accept(entries(contents.image()));
        out.accept(state(contents.image().state()));
        if (contents.last().broken()) {
            String torn = disk.path(contents.last().segment().name());
            long end = contents.last().end();
            out.accept(Finding.of(
                            "torn",
                            torn + ", from offset " + end
                                    + " on: a write that a crash has interrupted; the next start cuts it off")
                    .with("file", torn)
                    .with("offset", end));
        }
        contents.names().stream()
                .filter(name -> name.endsWith(Names.TEMPORARY))
                .forEach(name -> out.accept(Finding.of("left over", name + ", which the next start removes")
                        .with("file", name)));
    }

    private static Finding snapshot(SnapshotFile file) {
        return Finding.of(
                        "snapshot",
                        file.name() + ", " + count(file.size(), "byte") + ", " + count(file.pages(), "page") + "; from "
                                + file.head().start() + " on, whole with the log up to " + file.end())
                .with("file", file.name())
                .with("bytes", file.size())
                .with("pages", file.pages())
                .with("from", file.head().start().toString())
                .with("wholeUpTo", file.end());
    }

    private static Finding log(SegmentReader file, boolean counts) {
        Segment segment = file.segment();
        return Finding.of(
                        "log",
                        segment.name() + ", " + count(file.size(), "byte") + ", of which " + file.end()
                                + " are used by " + count(file.groups(), "write") + "; goes on after " + segment.base()
                                + (counts ? "" : "; never came to count"))
                .with("file", segment.name())
                .with("bytes", file.size())
                .with("used", file.end())
                .with("writes", file.groups())
                .with("after", segment.base().toString())
                .with("counts", counts);
    }

    private static Finding entries(LogImage image) {
        List<Entry> entries = image.entries();
        boolean none = entries.isEmpty();
        return Finding.of(
                        "entries",
                        (none ? "none after " : count(entries.size(), "entry") + " after ") + image.base()
                                + (none ? "" : ", up to " + image.last()) + "; proven to have been synced up to "
                                + image.proven() + ", known to be committed up to " + image.committed())
                .with("count", entries.size())
                .with("after", image.base().toString())
                .with("last", none ? null : image.last().toString())
                .with("synced", image.proven())
                .with("committed", image.committed());
    }

    private static Finding state(@Nullable HardState state) {
        if (state == null) {
            return Finding.of("state", "none was ever kept");
        }
        ClusterId cluster = state.mode() == Mode.EMPTY ? null : state.cluster();
        Incarnation vote = state.vote();
        String mode = state.mode().toString().toLowerCase(Locale.ROOT);
        return Finding.of(
                        "state",
                        "incarnation " + state.incarnation() + ", term " + state.term()
                                + (vote == null ? ", no vote" : ", vote for " + vote) + ", "
                                + (cluster == null
                                        ? "in no cluster"
                                        : mode
                                                + (state.mode() == Mode.MEMBER ? " of cluster " : " to cluster ")
                                                + cluster))
                .with("incarnation", state.incarnation().toString())
                .with("term", state.term())
                .with("vote", vote == null ? null : vote.toString())
                .with("mode", mode)
                .with("cluster", cluster == null ? null : cluster.toString());
    }

    private static String times(long count) {
        return count == 1 ? "once" : count + " times";
    }

    static String count(long count, String what) {
        return count + " "
                + (count == 1 ? what : what.endsWith("y") ? what.substring(0, what.length() - 1) + "ies" : what + "s");
    }
}
