package io.memdi.node;

import io.memdi.Incarnation;
import io.memdi.OutcomeUnknownException;
import io.memdi.Revision;
import io.memdi.storage.BackupWriter;
import io.memdi.transport.ClientMessage.Act;
import io.memdi.transport.ClientMessage.Order;
import io.memdi.transport.ClientMessage.OrderReply;
import io.memdi.transport.Member;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What takes this node long, and a client wants: a backup, or to be restored from one. A thread does it, one thing at a time; the client asks
 * again and again until it hears that it is over, under the same words, so that nothing is done twice. Loop only, but for that thread.
 *
 * <p>Clients name files in the one directory that this node was given for that, and by their names alone: whoever may talk to a node is not
 * to write, nor read, wherever its process may.
 */
final class Errands {
    private static final Logger log = LoggerFactory.getLogger(Errands.class);

    /** How many are remembered that are over. */
    private static final int MAX_REMEMBERED = 64;

    private final String node;
    private final @Nullable Path directory;
    private final Map<Words, Errand> errands = new LinkedHashMap<>();
    private @Nullable LocalNode owner;

    private record Words(Incarnation client, Act act, String name) {}

    /** One of them, and what has come of it. */
    private static final class Errand {
        private final Supplier<String> progress;
        private volatile @Nullable Revision done;

        private volatile @Nullable String refusal;
        private volatile boolean unknown;

        Errand(Supplier<String> progress) {
            this.progress = progress;
        }

        boolean isOver() {
            return done != null || refusal != null || unknown;
        }
    }

    Errands(String node, @Nullable Path directory) {
        this.node = node;
        this.directory = directory;
    }

    /** What does it. Before the first turn. */
    void attach(LocalNode owner) {
        this.owner = owner;
    }

    /** A client's order; null if there is nothing to say, because nobody knows. */
    @Nullable
    OrderReply take(Member client, Order order) {
        Words words = new Words(client.incarnation(), order.act(), order.name());
        Errand errand = errands.get(words);
        if (errand == null) {
            String obstacle =
                    errands.values().stream().allMatch(Errand::isOver) ? "" : "the node does such a thing already";
            String file = order.name().substring(order.name().indexOf(' ') + 1);
            if (!isFile(file)) {
                return new OrderReply(order.number(), noFile(file), false);
            }
            Path path = directory == null ? null : directory.resolve(file);
            if (path == null) {
                return new OrderReply(
                        order.number(),
                        "node " + node + " was started without a directory for the backups of clients (--backups)",
                        false);
            }
            if (!obstacle.isEmpty()) {
                return new OrderReply(order.number(), obstacle, true);
            }
            errand = begin(order.act(), path);
            errands.put(words, errand);
            if (errands.size() > MAX_REMEMBERED) {
                errands.remove(errands.keySet().iterator().next());
            }
        }
        return answer(order.number(), errand);
    }

    private static @Nullable OrderReply answer(long number, Errand errand) {
        Revision done = errand.done;
        String refusal = errand.refusal;
        if (done != null) {
            return new OrderReply(number, "", false, done.toString());
        } else if (refusal != null) {
            return new OrderReply(number, refusal, false);
        }
        return errand.unknown ? null : new OrderReply(number, "under way: " + errand.progress.get(), true);
    }

    /** A name of a file, and no path. */
    static boolean isFile(String name) {
        return SettingsCheck.isName(name) && !name.startsWith(".") && !name.endsWith(BackupWriter.TEMPORARY);
    }

    static String noFile(String name) {
        return "\"" + name
                + "\" is not the name of a file alone: it has 1 to 64 letters, digits, dots, dashes or underscores, and does"
                + " not begin with a dot, nor end in " + BackupWriter.TEMPORARY + ", as one does that was not finished";
    }

    private Errand begin(Act act, Path path) {
        LocalNode does = Objects.requireNonNull(owner, "attached");
        LocalBackup backup = new LocalBackup(does);
        LocalRestore restore = new LocalRestore(does);
        boolean writes = act == Act.BACKUP;
        Errand errand = new Errand(writes ? backup::progress : restore::progress);
        Thread thread = new Thread(
                () -> run(errand, act + " of " + path, () -> writes ? backup.write(path) : restore.restore(path)),
                "memdi-" + node + "-errand");
        thread.setDaemon(true);
        try {
            thread.start();
        } catch (OutOfMemoryError e) {
            errand.refusal = "there is no thread to do it: " + e;
        }
        return errand;
    }

    private void run(Errand errand, String what, Supplier<Revision> work) {
        try {
            errand.done = work.get();
        } catch (OutcomeUnknownException e) {
            log.warn("{}: {} for a client: {}", node, what, e.getMessage());
            errand.unknown = true;
        } catch (RuntimeException | Error e) {
            log.warn("{}: {} for a client failed: {}", node, what, e.toString());
            errand.refusal = e.getMessage() == null ? e.toString() : e.getMessage();
        }
    }
}
