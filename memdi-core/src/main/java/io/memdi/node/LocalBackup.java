package io.memdi.node;

import io.memdi.BackupException;
import io.memdi.NodeClosedException;
import io.memdi.NotAppliedException;
import io.memdi.NotReadyException;
import io.memdi.OutcomeUnknownException;
import io.memdi.Revision;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;

/** A caller of {@link io.memdi.Cluster#backup}, who waits until it is over. Any thread. */
final class LocalBackup {
    private final LocalNode node;
    private final AtomicReference<Backups.Backup> begun = new AtomicReference<>();

    LocalBackup(LocalNode node) {
        this.node = node;
    }

    Revision write(Path path) {
        String what = "backup to " + path;
        try {
            Backups.Backup backup = node.asker()
                    .ask(what, () -> begin(path), waitingFor -> notReady(what, waitingFor), node.timeoutNanos());
            return node.asker().ask(what, backup::outcome, Asker.noTurn(what), Long.MAX_VALUE / 4);
        } catch (BackupException | NodeClosedException e) {
            throw e; // the loop has removed what there was
        } catch (NotAppliedException e) {
            Backups.Backup backup = begun.get();
            if (backup == null) {
                throw e;
            }
            backup.abort("whoever wanted it was interrupted");
            throw new OutcomeUnknownException(
                    what
                            + " was told to end, because the thread was interrupted: if the file is there under its name, it is whole");
        }
    }

    private Backups.Backup begin(Path path) {
        Backups.Backup backup = node.backups().begin(path);
        begun.set(backup);
        return backup;
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
