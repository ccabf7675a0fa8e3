package io.memdi.node;

import io.memdi.ReadLevel;
import io.memdi.Revision;
import io.memdi.client.ClientMachine;
import io.memdi.log.Mistake;
import io.memdi.machine.Settings;
import io.memdi.transport.Answer;
import io.memdi.transport.Member;
import io.memdi.transport.Query;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Brings a client's reads to nodes, and the answers back. Loop only.
 *
 * <p>A read changes nothing, so one that is not answered is simply asked again, of another node: after a lost connection at once, else
 * after a while. It gets a new number each time. Where answers take longer than that, an answer to an earlier number will do: it was
 * asked of a node of this cluster after the call had begun, with what the session had seen by then, so that it is as good as a later one.
 */
final class Inquiries {
    /** How many may be on their way; the others wait here. */
    private static final int WINDOW = 1024;

    private static final int PER_MESSAGE = 128;

    /** How many earlier numbers of a read are heeded. */
    private static final int KEPT = 8;

    private final ClientMachine machine;
    private final Completions completions;
    private final Settings settings;

    private final ArrayDeque<Inquiry<?>> backlog = new ArrayDeque<>();
    private final Map<Long, Inquiry<?>> open = new LinkedHashMap<>();

    /** By the numbers under which they were asked before. */
    private final Map<Long, Inquiry<?>> earlier = new HashMap<>();

    private final Deadlines deadlines = new Deadlines();
    private long last;

    /** When to look next whether one is to be asked again. */
    private long due = Long.MAX_VALUE;

    /** What was seen at {@code SESSION} or above, and no later read at {@code SESSION} may fall behind. */
    private Revision seen = Revision.NONE;

    Inquiries(ClientMachine machine, Completions completions, Settings settings) {
        this.machine = machine;
        this.completions = completions;
        this.settings = settings;
    }

    int size() {
        return backlog.size() + open.size();
    }

    void add(Inquiry<?> inquiry) {
        backlog.add(inquiry);
        deadlines.add(inquiry.deadline);
    }

    /** A write was acknowledged there: who reads at {@code SESSION} sees it. */
    void acknowledged(Revision position) {
        seen = seen.isAtLeast(position) ? seen : position;
    }

    /** What this client has seen. */
    Revision seen() {
        return seen;
    }

    /** Asks what there is to ask. */
    void flush(long now) {
        askAgain(now);
        Map<Member, List<Query>> batches = new LinkedHashMap<>();
        while (!backlog.isEmpty() && open.size() < WINDOW) {
            Inquiry<?> inquiry = backlog.getFirst();
            Member node = nodeFor(inquiry);
            if (node == null) {
                break;
            }
            backlog.removeFirst();
            if (inquiry.isWithdrawn()) {
                continue;
            }
            Query query =
                    inquiry.query(++last, settings.plants(Mistake.SESSION_READ_WITHOUT_MINIMUM) ? Revision.NONE : seen);
            boolean alone = inquiry.tries() > 0 || query.kind() == Query.Kind.PAGE;
            inquiry.asked(node, now, last);
            due = Math.min(due, now + patience(inquiry));
            open.put(last, inquiry);
            if (alone) {
                machine.ask(node, List.of(query));
                continue;
            }
            List<Query> batch = batches.computeIfAbsent(node, first -> new ArrayList<>());
            batch.add(query);
            if (batch.size() == PER_MESSAGE) {
                machine.ask(node, batch);
                batches.remove(node);
            }
        }
        batches.forEach(machine::ask);
    }

    /** The leader is the first to know what is up to date. */
    private @Nullable Member nodeFor(Inquiry<?> inquiry) {
        Member leader = machine.leader();
        return inquiry.level() == ReadLevel.LINEARIZABLE && leader != null && inquiry.tries() % 2 == 0
                ? leader
                : machine.usualNode();
    }

    private void askAgain(long now) {
        if (now < due) {
            return;
        }
        due = Long.MAX_VALUE;
        for (Iterator<Inquiry<?>> each = open.values().iterator(); each.hasNext(); ) {
            Inquiry<?> inquiry = each.next();
            if (now - inquiry.askedAt() >= patience(inquiry)) {
                each.remove();
                Member node = inquiry.asked();
                if (node != null) {
                    machine.slow(node);
                }
                keep(inquiry);
                backlog.addFirst(inquiry);
            } else {
                due = Math.min(due, inquiry.askedAt() + patience(inquiry));
            }
        }
    }

    private void keep(Inquiry<?> inquiry) {
        earlier.put(inquiry.number(), inquiry);
        inquiry.before().add(inquiry.number());
        if (inquiry.before().size() > KEPT) {
            earlier.remove(inquiry.before().remove());
        }
    }

    /** It is over: no answer to it is expected. */
    private void drop(Inquiry<?> inquiry) {
        if (inquiry.wasAskedAgain()) {
            inquiry.before().forEach(earlier::remove);
            inquiry.before().clear();
        }
    }

    private long patience(Inquiry<?> inquiry) {
        return (4 * settings.heartbeatNanos()) << Math.min(inquiry.tries() - 1, 3);
    }

    void onPeerDown(String name) {
        for (Iterator<Inquiry<?>> each = open.values().iterator(); each.hasNext(); ) {
            Inquiry<?> inquiry = each.next();
            Member node = inquiry.asked();
            if (node != null && node.name().equals(name)) {
                each.remove();
                backlog.addFirst(inquiry);
            }
        }
    }

    void onAnswer(Answer answer) {
        Inquiry<?> inquiry = open.remove(answer.number());
        if (inquiry == null) {
            inquiry = earlier.get(answer.number());
            if (inquiry != null && open.remove(inquiry.number()) == null) {
                backlog.remove(inquiry);
            }
        }
        if (inquiry != null) {
            drop(inquiry);
            if (inquiry.level() != ReadLevel.LOCAL && !settings.plants(Mistake.FORGETS_WHAT_IT_READ)) {
                acknowledged(answer.held());
            }
            inquiry.end(answer, completions);
        }
    }

    /** Ends what has run out of time. */
    void expire(long now) {
        if (deadlines.areDue(now)) {
            backlog.removeIf(inquiry -> ranOut(inquiry, now));
            open.values().removeIf(inquiry -> ranOut(inquiry, now));
        }
    }

    private boolean ranOut(Inquiry<?> inquiry, long now) {
        if (inquiry.deadline - now > 0) {
            deadlines.add(inquiry.deadline);
            return false;
        }
        drop(inquiry);
        boolean leaderKnown = machine.leader() != null;
        inquiry.end((Failure) () -> inquiry.timedOut(false, leaderKnown), completions);
        return true;
    }

    void forget(Inquiry<?> inquiry) {
        backlog.remove(inquiry);
        open.values().remove(inquiry);
        drop(inquiry);
    }

    /** Ends everything: there are no turns any more. */
    void close(String reason) {
        for (Inquiry<?> inquiry : backlog) {
            inquiry.end((Failure) () -> inquiry.closed(false, reason), completions);
        }
        for (Inquiry<?> inquiry : open.values()) {
            inquiry.end((Failure) () -> inquiry.closed(false, reason), completions);
        }
        backlog.clear();
        open.clear();
        earlier.clear();
    }

    long deadline() {
        return Math.min(deadlines.next(), due);
    }
}
