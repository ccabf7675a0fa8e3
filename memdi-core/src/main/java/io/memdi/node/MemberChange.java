package io.memdi.node;

import io.memdi.ChangeRefusedException;
import io.memdi.NoLeaderException;
import io.memdi.NotReadyException;
import io.memdi.OutcomeUnknownException;
import io.memdi.TimedOutException;
import io.memdi.machine.Replica;
import io.memdi.transport.Configuration;
import io.memdi.transport.Message.Change;
import io.memdi.transport.Message.ChangeReply;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Asks the leader for a change of members, again where the leader changes or another change goes on, until a committed configuration
 * shows it, or the time is up. On the loop, but for {@link #make}, and for {@link #late} where the loop gets no turn.
 */
final class MemberChange {
    private final LocalNode node;
    private final Replica replica;
    private final Changes changes;
    private final Change change;
    private final String name;
    private final String what;
    private final Predicate<Configuration> done;
    private final Question<Boolean> question;
    private long request;
    private long askedAt;
    private boolean asked;

    /** What came of asking. */
    private final ChangeAsks asks = new ChangeAsks();

    MemberChange(LocalNode node, Change change, String name, String what, Predicate<Configuration> done) {
        this.node = node;
        this.replica = node.replica();
        this.changes = node.changes();
        this.change = change;
        this.name = name;
        this.what = what;
        this.done = done;
        this.question =
                new Question<>(what, this::attempt, this::late, node.loop().nanoTime() + node.timeoutNanos());
    }

    void make() {
        node.asker().ask(question);
    }

    private @Nullable Boolean attempt() {
        Configuration configuration = replica.configuration();
        if (configuration == null) {
            return null; // no cluster yet
        }
        if (!asked && change == Change.REMOVE && replica.isSettled() && done.test(configuration)) {
            throw new IllegalArgumentException("no member is called \"" + name + "\"; the members are "
                    + configuration.members().stream()
                            .map(member -> member.name())
                            .sorted()
                            .toList());
        }
        if (replica.isSettled() && done.test(configuration)) {
            return true;
        }
        heedAnswer();
        long now = node.loop().nanoTime();
        boolean due = !asked || now - askedAt >= node.settings().machine().electionMaxNanos();
        if (replica.leader() != null && due && question.send()) {
            long next = changes.next();
            if (replica.change(next, change, name)) {
                request = next;
                asked = true;
                asks.asked();
                askedAt = now;
            }
        }
        return null;
    }

    private void heedAnswer() {
        ChangeReply answer = request == 0 ? null : changes.take(request);
        if (answer != null && asks.isRefusedBy(answer)) {
            throw new ChangeRefusedException(what + " was refused: " + answer.refusal());
        }
    }

    private RuntimeException late(String waitingFor) {
        String leader = node.view().leader();
        if (node.view().members().isEmpty()) {
            return new NotReadyException(
                    what + " was not done: there is no cluster yet; this node waits for: " + waitingFor);
        }
        if (asks.mayTakePlace()) {
            return new OutcomeUnknownException(
                    what + " may take place yet: the leader was asked for it, and it was not known to be"
                            + " committed in time. Look at members() to find out, then ask again");
        }
        if (!asks.obstacle().isEmpty()) {
            return new TimedOutException(what + " was not done in time: " + asks.obstacle());
        }
        return leader == null
                ? new NoLeaderException(
                        what + " was not done: no leader was known that could be asked. Ask again once there is one")
                : new TimedOutException(what + " was not done in time: this node was paused, or busy. Ask again");
    }
}
