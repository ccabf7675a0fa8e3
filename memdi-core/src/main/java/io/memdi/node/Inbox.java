package io.memdi.node;

import io.memdi.transport.Envelope;
import io.memdi.transport.EventLoop;
import io.memdi.transport.Message;
import io.memdi.transport.MessageHandler;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jctools.queues.varhandle.MpscVarHandleArrayQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What has arrived and waits for the loop. Any thread puts in; what does not fit is dropped, as if the network had lost it, and
 * counted. The loop takes out.
 */
final class Inbox implements MessageHandler {
    private static final Logger log = LoggerFactory.getLogger(Inbox.class);
    private static final long SECOND = 1_000_000_000;

    private record PeerDown(String name) {}

    /** Takes in what has arrived. Loop only. */
    interface Taker {
        void onMessage(Envelope envelope);

        void onPeerDown(String name);
    }

    private final String node;
    private final EventLoop loop;
    private final Consumer<String> end;
    private final MpscVarHandleArrayQueue<Object> queue;

    /** What clients say to a node waits apart, so that they can never crowd out what keeps the cluster together. */
    private final MpscVarHandleArrayQueue<Object> fromClients;

    private final AtomicLong dropped = new AtomicLong();
    private long reported;
    private long reportedAt;

    /**
     * An inbox.
     *
     * @param end what the node does when its transport has ended, with the reason
     */
    Inbox(String node, EventLoop loop, int capacity, Consumer<String> end) {
        this.node = node;
        this.loop = loop;
        this.end = end;
        this.queue = new MpscVarHandleArrayQueue<>(capacity);
        this.fromClients = new MpscVarHandleArrayQueue<>(Math.max(16, capacity / 4));
    }

    @Override
    public void onMessage(Envelope envelope) {
        put(envelope, envelope.message() instanceof Message.OfClients ? fromClients : queue);
    }

    @Override
    public void onPeerDown(String name) {
        put(new PeerDown(name), queue);
    }

    @Override
    public void onClosed(String reason) {
        end.accept(reason);
    }

    private void put(Object item, MpscVarHandleArrayQueue<Object> to) {
        if (!to.offer(item)) {
            dropped.incrementAndGet();
        }
        loop.wake();
    }

    /** The loop, within a turn: hands over a bounded part; returns whether there is more. */
    boolean drain(Taker to) {
        boolean more = drain(queue, to);
        return drain(fromClients, to) || more;
    }

    private static boolean drain(MpscVarHandleArrayQueue<Object> queue, Taker to) {
        int taken = 0;
        for (; taken < Defaults.INBOUND_PER_TURN; taken++) {
            Object item = queue.relaxedPoll();
            if (item == null) {
                return false;
            }
            if (item instanceof PeerDown peer) {
                to.onPeerDown(peer.name());
            } else {
                to.onMessage((Envelope) item);
            }
        }
        return true;
    }

    /** The loop: says, at most once per second, that something was dropped. */
    void report(long now) {
        long total = dropped.get();
        if (total != reported && (reported == 0 || now - reportedAt >= SECOND)) {
            log.warn(
                    "{}: {} messages were dropped because more arrived than this node could take in; they will be sent again",
                    node,
                    total - reported);
            reported = total;
            reportedAt = now;
        }
    }
}
