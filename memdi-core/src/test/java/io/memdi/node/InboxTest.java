package io.memdi.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.memdi.Incarnation;
import io.memdi.Revision;
import io.memdi.transport.ClientMessage.Hail;
import io.memdi.transport.ClientMessage.StatusRequest;
import io.memdi.transport.Envelope;
import io.memdi.transport.EventLoop;
import io.memdi.transport.Member;
import io.memdi.transport.Message;
import io.memdi.transport.Message.Heartbeat;
import io.memdi.transport.Message.ReadRequest;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class InboxTest {
    private static final int CAPACITY = 64;
    private static final int MIB = 1 << 20;

    private final EventLoop loop = EventLoop.ofThread("inbox");
    private final Inbox inbox = new Inbox("a", loop, new Inbox.Room(CAPACITY, 6 * MIB, 3 * MIB), reason -> {});
    private final List<String> taken = new ArrayList<>();

    private final Inbox.Taker taker = new Inbox.Taker() {
        @Override
        public void onMessage(Envelope envelope) {
            taken.add(envelope.message().getClass().getSimpleName());
        }

        @Override
        public void onPeerDown(String name) {
            taken.add("down " + name);
        }
    };

    @AfterEach
    void close() {
        loop.close();
    }

    private static Envelope envelope(Message message) {
        return new Envelope(0, null, new Member("x", new Incarnation(1, 2), ""), null, 0, message);
    }

    @Test
    void clientsCrowdOutNobodyButEachOther() {
        for (int i = 0; i < 10 * CAPACITY; i++) {
            inbox.onMessage(envelope(new Hail(i, Revision.NONE, false)));
        }
        inbox.onMessage(envelope(new Heartbeat(1, 2)));
        inbox.onPeerDown("b");
        assertThat(inbox.drain(taker)).isFalse();
        assertThat(taken).startsWith("Heartbeat", "down b").hasSizeLessThan(CAPACITY);
        assertThat(taken.subList(2, taken.size())).isNotEmpty().containsOnly("Hail");
    }

    @Test
    void largeMessagesOfClientsAreBoundedTogether() {
        for (int i = 0; i < 10; i++) {
            inbox.onMessage(envelope(new StatusRequest(i)), MIB);
        }
        inbox.onMessage(envelope(new Hail(1, Revision.NONE, false)), 100);
        inbox.onMessage(envelope(new ReadRequest(1)), 6 * MIB);
        inbox.drain(taker);
        assertThat(taken).containsExactly("ReadRequest", "StatusRequest", "StatusRequest", "StatusRequest", "Hail");
        // What was taken out makes room.
        taken.clear();
        inbox.onMessage(envelope(new StatusRequest(1)), 2 * MIB);
        inbox.onMessage(envelope(new StatusRequest(2)), 2 * MIB);
        inbox.onMessage(envelope(new StatusRequest(3)), MIB);
        inbox.drain(taker);
        assertThat(taken).containsExactly("StatusRequest", "StatusRequest");
    }

    /** The largest there can be comes through all the same; and what keeps the cluster together waits for no room. */
    @Test
    void aMessageThatIsTooLargeWaitsAlone() {
        inbox.onMessage(envelope(new ReadRequest(1)), 50 * MIB);
        inbox.onMessage(envelope(new ReadRequest(2)), MIB);
        inbox.onMessage(envelope(new Heartbeat(1, 2)), Defaults.SMALL_INBOUND_BYTES);
        inbox.onPeerDown("b");
        inbox.drain(taker);
        assertThat(taken).containsExactly("ReadRequest", "Heartbeat", "down b");
    }

    /** What found no place in the queue has taken no bytes either. */
    @Test
    void whatIsDroppedForItsNumberTakesNoBytes() {
        for (int i = 0; i < 10 * CAPACITY; i++) {
            inbox.onMessage(envelope(new StatusRequest(i)), 2000);
        }
        inbox.drain(taker);
        taken.clear();
        inbox.onMessage(envelope(new StatusRequest(1)), MIB);
        inbox.onMessage(envelope(new StatusRequest(2)), 2 * MIB);
        inbox.onMessage(envelope(new StatusRequest(3)), 2000);
        inbox.drain(taker);
        assertThat(taken).hasSize(2);
    }

    @Test
    void whatDoesNotFitIntoATurnWaits() {
        Inbox large = new Inbox("a", loop, new Inbox.Room(4 * Defaults.INBOUND_PER_TURN, MIB, MIB), reason -> {});
        for (int i = 0; i <= Defaults.INBOUND_PER_TURN; i++) {
            large.onMessage(envelope(new Heartbeat(1, 2)));
        }
        assertThat(large.drain(taker)).isTrue();
        assertThat(taken).hasSize(Defaults.INBOUND_PER_TURN);
        assertThat(large.drain(taker)).isFalse();
        assertThat(taken).hasSize(Defaults.INBOUND_PER_TURN + 1);
    }
}
