package io.memdi.node;

import io.memdi.BackupException;
import io.memdi.NodeClosedException;
import io.memdi.NotAppliedException;
import io.memdi.NotReadyException;
import io.memdi.OutcomeUnknownException;
import io.memdi.Revision;
import io.memdi.storage.BackupWriter;
import io.memdi.storage.FileDisk;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A caller of {@link io.memdi.Cluster#backup}, who waits until it is over. Any thread. */
final class LocalBackup {
    private static final long WITHOUT_END = Long.MAX_VALUE / 4;

    private final LocalNode node;
    private final AtomicReference<Backups.@Nullable Backup> begun = new AtomicReference<>();

    LocalBackup(LocalNode node) {
        this.node = node;
    }

    Revision write(Path path) {
        String what = "backup to " + path;
        Path own = node.settings().storage().path();
        if (own != null && FileDisk.holds(own, path)) {
            throw new BackupException("no backup was written to " + path
                    + ": that lies in the directory that this node keeps its own data in, " + own
                    + ", and would be taken for a part of it. Write it elsewhere");
        }
        if (path.toString().endsWith(BackupWriter.TEMPORARY)) {
            throw new BackupException("no backup was written to " + path + ": a name that ends in "
                    + BackupWriter.TEMPORARY + " is that of a backup which was not finished. Choose another one");
        }
        try {
            Backups.Backup backup = node.asker().ask(new Beginning(path, what).question);
            return node.asker().ask(what, backup::outcome, Asker.noTurn(what), WITHOUT_END);
        } catch (BackupException | NodeClosedException e) {
            throw e; // the loop has removed what there was
        } catch (NotAppliedException | OutcomeUnknownException e) {
            Backups.Backup backup = begun.get();
            if (backup == null) {
                throw e;
            }
            backup.abort("whoever wanted it does not wait any more");
            throw new OutcomeUnknownException(what + " was told to end: " + e.getMessage()
                    + ". If the file is there under its name, it is whole");
        }
    }

    /** Begins it, unless whoever wants it has gone. */
    private final class Beginning {
        private final Path path;
        private final Question<Backups.Backup> question;

        Beginning(Path path, String what) {
            this.path = path;
            this.question = new Question<>(
                    what,
                    this::attempt,
                    waitingFor -> notReady(what, waitingFor),
                    node.loop().nanoTime() + node.timeoutNanos());
        }

        private Backups.@Nullable Backup attempt() {
            if (!node.backups().isReady() || !question.send()) {
                return null;
            }
            Backups.Backup backup = node.backups().begin(path);
            begun.set(backup);
            return backup;
        }
    }

    /** How far it is, in plain words. On the loop. */
    String progress() {
        Backups.Backup backup = begun.get();
        return backup == null ? "the node is not ready to begin" : backup.progress();
    }

    private static RuntimeException notReady(String what, String waitingFor) {
        return new NotReadyException(what + " was not begun: this node does not hold yet what its cluster holds"
                + (waitingFor.isEmpty() ? "" : "; it waits for: " + waitingFor) + ". Try again, or at another node");
    }
}
