package io.memdi.node;

import io.memdi.transport.ClientMessage.OrderReply;
import io.memdi.transport.Message.ChangeReply;
import java.util.ArrayDeque;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * One order of a client, given again and again under numbers of its own: an answer that is slower than the next asking counts as well,
 * for the question that it answers. Loop only, but for what {@link ChangeAsks} shows the caller.
 */
final class OrderAsks {
    /** How many of them may be without an answer; of older ones none is expected any more. */
    private static final int KEPT = 16;

    private final Correspondence correspondence;
    private final long intervalNanos;
    private final ArrayDeque<Long> open = new ArrayDeque<>();
    private final ChangeAsks asks = new ChangeAsks();
    private boolean asked;
    private long nextAt;

    OrderAsks(Correspondence correspondence, long intervalNanos) {
        this.correspondence = correspondence;
        this.intervalNanos = intervalNanos;
    }

    boolean isDue(long now) {
        return !asked || now - nextAt >= 0;
    }

    /** Whether it was given at all. */
    boolean wasAsked() {
        return asked;
    }

    /** It is given now, under the number that is returned. */
    long ask(long now) {
        long number = correspondence.ask(open.size() < KEPT ? 0 : open.remove());
        open.add(number);
        asked = true;
        nextAt = now + intervalNanos;
        asks.asked();
        return number;
    }

    /** The next answer; null if there is none. */
    @Nullable
    OrderReply take() {
        for (Iterator<Long> each = open.iterator(); each.hasNext(); ) {
            long number = each.next();
            if (correspondence.take(number) instanceof OrderReply reply) {
                correspondence.forget(number);
                each.remove();
                return reply;
            }
        }
        return null;
    }

    /**
     * Takes in an answer, and tells whether the order is refused for good, and certainly not carried out. If only the answers to other
     * askings can tell, those are waited for, before it is asked again.
     */
    boolean isRefusedBy(OrderReply answer, long now) {
        boolean refused = asks.isRefusedBy(new ChangeReply(answer.number(), answer.refusal(), answer.later()));
        if (!answer.refusal().isEmpty() && !answer.later()) {
            nextAt = Math.max(nextAt, now + 2 * intervalNanos);
        }
        return refused;
    }

    /** What the caller is told if the time is up. */
    ChangeAsks outcome() {
        return asks;
    }
}
