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
 * What has arrived and waits for the loop. Any thread puts in; what does not fit, by number or by size, is dropped, as if the network had
 * lost it, and counted. The loop takes out.
 */
final class Inbox implements MessageHandler {
    private static final Logger log = LoggerFactory.getLogger(Inbox.class);
    private static final long SECOND = 1_000_000_000;

    private record PeerDown(String name) {}

    private record Refused(String address, String reason) {}

    private record Stranger(String address, String reason) {}

    /** An envelope that has taken so many bytes of what may wait. */
    private record Weighed(Envelope envelope, int bytes) {}

    /**
     * How much may wait.
     *
     * @param messages of nodes; a quarter as many of clients
     * @param bytes of messages of nodes
     * @param clientBytes of messages of clients
     */
    record Room(int messages, long bytes, long clientBytes) {}

    /** Takes in what has arrived. Loop only. */
    interface Taker {
        void onMessage(Envelope envelope);

        void onPeerDown(String name);

        default void onRefused(String address, String reason) {}

        default void onStranger(String address, String reason) {}
    }

    private final String node;
    private final EventLoop loop;
    private final Consumer<String> end;
    private final Waiting fromNodes;

    /** What clients say to a node waits apart, so that they can never crowd out what keeps the cluster together. */
    private final Waiting fromClients;

    private final AtomicLong dropped = new AtomicLong();
    private long reported;
    private long reportedAt;

    /**
     * An inbox.
     *
     * @param end what the node does when its transport has ended, with the reason
     */
    Inbox(String node, EventLoop loop, Room room, Consumer<String> end) {
        this.node = node;
        this.loop = loop;
        this.end = end;
        this.fromNodes = new Waiting(room.messages(), room.bytes());
        this.fromClients = new Waiting(Math.max(16, room.messages() / 4), room.clientBytes());
    }

    /** One queue, bounded by number and by bytes. Any thread puts in, the loop takes out. */
    private static final class Waiting {
        private final MpscVarHandleArrayQueue<Object> queue;
        private final long maxBytes;
        private final AtomicLong bytes = new AtomicLong();

        Waiting(int messages, long maxBytes) {
            this.queue = new MpscVarHandleArrayQueue<>(messages);
            this.maxBytes = maxBytes;
        }

        boolean offer(Object item) {
            return queue.offer(item);
        }

        /** What is larger than all that may wait has room alone. */
        boolean offer(Envelope envelope, int size) {
            if (size <= Defaults.SMALL_INBOUND_BYTES) {
                return queue.offer(envelope);
            }
            long before = bytes.getAndAdd(size);
            boolean fits = (before == 0 || before + size <= maxBytes) && queue.offer(new Weighed(envelope, size));
            if (!fits) {
                bytes.getAndAdd(-size);
            }
            return fits;
        }

        /** The loop: hands over a bounded part; returns whether there is more. */
        boolean drain(Taker to) {
            for (int taken = 0; taken < Defaults.INBOUND_PER_TURN; taken++) {
                Object item = queue.relaxedPoll();
                if (item == null) {
                    return false;
                }
                if (item instanceof Weighed weighed) {
                    bytes.getAndAdd(-weighed.bytes());
                    to.onMessage(weighed.envelope());
                } else if (item instanceof PeerDown peer) {
                    to.onPeerDown(peer.name());
                } else if (item instanceof Refused refused) {
                    to.onRefused(refused.address(), refused.reason());
                } else if (item instanceof Stranger stranger) {
                    to.onStranger(stranger.address(), stranger.reason());
                } else {
                    to.onMessage((Envelope) item);
                }
            }
            return true;
        }
    }

    @Override
    public void onMessage(Envelope envelope) {
        onMessage(envelope, 0);
    }

    @Override
    public void onMessage(Envelope envelope, int bytes) {
        boolean ofClients = envelope.message() instanceof Message.OfClients;
        arrived((ofClients ? fromClients : fromNodes).offer(envelope, bytes));
    }

    @Override
    public void onPeerDown(String name) {
        arrived(fromNodes.offer(new PeerDown(name)));
    }

    @Override
    public void onRefused(String address, String reason) {
        arrived(fromNodes.offer(new Refused(address, reason)));
    }

    @Override
    public void onStranger(String address, String reason) {
        arrived(fromNodes.offer(new Stranger(address, reason)));
    }

    @Override
    public void onClosed(String reason) {
        end.accept(reason);
    }

    private void arrived(boolean fitted) {
        if (!fitted) {
            dropped.incrementAndGet();
        }
        loop.wake();
    }

    /** The loop, within a turn: hands over a bounded part; returns whether there is more. */
    boolean drain(Taker to) {
        boolean more = fromNodes.drain(to);
        return fromClients.drain(to) || more;
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
