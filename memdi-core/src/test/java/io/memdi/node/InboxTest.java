package io.memdi.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.memdi.Incarnation;
import io.memdi.Revision;
import io.memdi.transport.ClientMessage.Hail;
import io.memdi.transport.Envelope;
import io.memdi.transport.EventLoop;
import io.memdi.transport.Member;
import io.memdi.transport.Message;
import io.memdi.transport.Message.Heartbeat;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class InboxTest {
    private static final int CAPACITY = 64;

    private final EventLoop loop = EventLoop.ofThread("inbox");
    private final Inbox inbox = new Inbox("a", loop, CAPACITY, reason -> {});
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
    void whatDoesNotFitIntoATurnWaits() {
        Inbox large = new Inbox("a", loop, 4 * Defaults.INBOUND_PER_TURN, reason -> {});
        for (int i = 0; i <= Defaults.INBOUND_PER_TURN; i++) {
            large.onMessage(envelope(new Heartbeat(1, 2)));
        }
        assertThat(large.drain(taker)).isTrue();
        assertThat(taken).hasSize(Defaults.INBOUND_PER_TURN);
        assertThat(large.drain(taker)).isFalse();
        assertThat(taken).hasSize(Defaults.INBOUND_PER_TURN + 1);
    }
}
