package io.memdi.node;

import io.memdi.BackupException;
import io.memdi.OutcomeUnknownException;
import io.memdi.Revision;
import io.memdi.TimedOutException;
import io.memdi.transport.ClientMessage.Act;
import io.memdi.transport.ClientMessage.Order;
import io.memdi.transport.ClientMessage.OrderReply;
import io.memdi.transport.Contact;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the one node whose address this client was given for a backup, or to be restored, once that has answered, and again and again as
 * long as it answers. On the loop, but for {@link #make}.
 */
final class RemoteBackup {
    private static final Logger log = LoggerFactory.getLogger(RemoteBackup.class);

    /** How often is told how far it is. */
    private static final long NOTE_NANOS = 2_000_000_000;

    private final RemoteClient client;
    private final String what;
    private final Act act;
    private final String file;
    private final Contact node;
    private final Question<Revision> question;
    private final StatusAsks greeting;
    private boolean present;

    /** The number of the first question, which makes it one and the same; 0 before. */
    private long first;

    private long request;
    private long askedAt;
    private long heardAt;
    private long notedAt;
    private boolean begun;
    private volatile boolean sent;

    RemoteBackup(RemoteClient client, Act act, Path path) {
        String name = act == Act.BACKUP ? "backup" : "restore";
        this.file = path.toString();
        this.what = name + (act == Act.BACKUP ? " to " : " from ") + file;
        this.client = client;
        this.act = act;
        this.greeting = new StatusAsks(client);
        this.node = onlyNode(client.settings().start().contacts(), name);
        if (!Errands.isFile(file)) {
            throw new IllegalArgumentException(
                    name + ": " + Errands.noFile(file) + ". It is in the node's directory for backups");
        }
        this.question = new Question<>(
                what, this::attempt, Asker.noTurn(what), client.loop().nanoTime() + Long.MAX_VALUE / 4);
    }

    Revision make() {
        try {
            return client.asker().ask(question);
        } catch (BackupException e) {
            throw e;
        } catch (RuntimeException e) {
            if (!sent) {
                throw e;
            }
            throw new OutcomeUnknownException(
                    what + " may have been done, or may be done yet: node at " + node.address()
                            + " was asked for it, and its last answer was not heard: " + e.getMessage()
                            + (act == Act.BACKUP
                                    ? ". If the file is there under its name, it is whole"
                                    : ". Look at the node's status"));
        }
    }

    private @Nullable Revision attempt() {
        long now = client.loop().nanoTime();
        if (!begun) {
            begun = true;
            heardAt = now;
            notedAt = now;
        }
        if (!present) {
            present = greeting.ask(List.of(node)) != null;
            heardAt = present ? now : heardAt;
        }
        OrderReply answer = (OrderReply) client.turns().correspondence().take(request);
        if (answer != null) {
            heardAt = now;
            if (answer.refusal().isEmpty()) {
                if (act == Act.RESTORE) {
                    client.machine().startOver();
                }
                return Revision.parse(answer.told());
            } else if (!answer.later()) {
                throw new BackupException(what + " was not done: " + answer.refusal());
            }
            note(now, answer.refusal());
        }
        if (now - heardAt > client.timeoutNanos()) {
            throw new TimedOutException(
                    present
                            ? "node at " + node.address() + " has not answered in time"
                            : what + " was not done: " + nobodyAt(node));
        }
        boolean due =
                request == 0 || now - askedAt >= client.settings().machine().electionMaxNanos();
        if (present && due && question.send()) {
            sent = true;
            request = client.turns().correspondence().ask(request);
            first = first == 0 ? request : first;
            askedAt = now;
            client.machine().order(node, new Order(request, act, first + " " + file));
        }
        return null;
    }

    private void note(long now, String progress) {
        if (now - notedAt >= NOTE_NANOS) {
            notedAt = now;
            log.info("{}: {}", what, progress);
        }
    }

    /** Why a node was asked for nothing. */
    static String nobodyAt(Contact node) {
        return "no node has answered at " + node.address() + ", so that none was asked for it";
    }

    /** The one node that something is said to. */
    static Contact onlyNode(List<Contact> given, String what) {
        if (given.size() != 1) {
            throw new IllegalArgumentException(what + " is said to one node: connect a client to its address alone,"
                    + " and not to " + given.stream().map(Contact::address).toList());
        }
        return given.get(0);
    }
}
