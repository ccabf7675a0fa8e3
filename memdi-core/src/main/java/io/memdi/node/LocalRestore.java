package io.memdi.node;

import io.memdi.BackupException;
import io.memdi.NotAppliedException;
import io.memdi.OutcomeUnknownException;
import io.memdi.Revision;
import io.memdi.machine.Refusal;
import io.memdi.machine.Seeding;
import io.memdi.store.Seed;
import java.nio.file.Path;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A caller of {@link io.memdi.Cluster#restore}: reads all of the file on its own thread, and hands the loop what it comes to, which takes it
 * over in one turn. Before that, nothing has changed. Any thread.
 */
final class LocalRestore {
    private static final Logger log = LoggerFactory.getLogger(LocalRestore.class);

    private final LocalNode node;

    /** Whether the loop has founded the cluster. */
    private volatile boolean begun;

    /** Whether it waits for this node to be one that can be restored. */
    private volatile boolean waits = true;

    /** What keeps it from beginning, for now. */
    private volatile String obstacle = "this node's loop gets no turn";

    /** How much of the file is read, in tenths. */
    private volatile int tenths;

    LocalRestore(LocalNode node) {
        this.node = node;
    }

    Revision restore(Path path) {
        String what = "restore from " + path;
        if (!node.takesBytes()) {
            throw new BackupException(
                    what + " was not done: this node's transport hands objects over, and a backup has bytes."
                            + " Restore a node with a transport that writes bytes, as TcpTransport does");
        }
        try {
            insist(what, Seeding::objection); // so that nothing is read in vain
            Seed seed = BackupContents.read(path, this::hasRead);
            insist(what, seeding -> {
                Refusal refusal = seeding.found(seed);
                begun = refusal == null;
                return refusal;
            });
            return node.asker()
                    .ask(
                            what,
                            () -> node.replica().isReady() ? seed.position() : null,
                            Asker.noTurn(what),
                            Long.MAX_VALUE / 4);
        } catch (NotAppliedException e) {
            if (!begun) {
                throw e;
            }
            throw new OutcomeUnknownException(what + " has begun, and was not known to be over: " + e.getMessage()
                    + ". Look at the node's status");
        }
    }

    private void hasRead(int now) {
        tenths = now;
        log.info("{}: has read {}% of the backup", node.name(), 10 * now);
    }

    /** How far it is, in plain words. */
    String progress() {
        if (begun) {
            return "all is read, and the node is becoming ready";
        }
        return waits ? "waits, and has changed nothing: " + obstacle : 10 * tenths + "% of the file is read";
    }

    private void insist(String what, Function<Seeding, @Nullable Refusal> act) {
        waits = true;
        node.asker()
                .ask(
                        what,
                        () -> {
                            Refusal refusal = act.apply(node.replica().seeding());
                            if (refusal != null && !refusal.later()) {
                                throw refused(what, refusal.reason());
                            } else if (refusal != null) {
                                obstacle = refusal.reason();
                            }
                            return refusal == null ? true : null;
                        },
                        waitingFor -> refused(what, obstacle),
                        node.timeoutNanos());
        waits = false;
    }

    private static RuntimeException refused(String what, String reason) {
        return new BackupException(what + " was refused: " + reason);
    }
}
