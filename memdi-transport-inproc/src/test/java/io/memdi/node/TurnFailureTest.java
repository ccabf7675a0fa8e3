package io.memdi.node;

import static io.memdi.node.Trio.LONG;
import static io.memdi.node.Trio.STORE;
import static io.memdi.node.Trio.store;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memdi.Ack;
import io.memdi.AsyncStore;
import io.memdi.Codec;
import io.memdi.Memdi;
import io.memdi.MemdiNode;
import io.memdi.NodeClosedException;
import io.memdi.NotAppliedException;
import io.memdi.OutcomeUnknownException;
import io.memdi.ReadOptions;
import io.memdi.Role;
import io.memdi.Store;
import io.memdi.TimedOutException;
import io.memdi.WriteOptions;
import io.memdi.transport.Contact;
import io.memdi.transport.Envelope;
import io.memdi.transport.EventLoop;
import io.memdi.transport.Message;
import io.memdi.transport.MessageHandler;
import io.memdi.transport.Transport;
import io.memdi.transport.TransportFactory;
import io.memdi.transport.inproc.InProcNetwork;
import io.memdi.transport.inproc.SimNetwork;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** What becomes of the calls that are open when a turn of their node fails: each ends at once, and says what it may have done. */
class TurnFailureTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    /** Longer than any test waits: a call that ends by its time has not been ended by the node. */
    private static final Duration FOREVER = Duration.ofHours(1);

    private static final AssertionError BUG = new AssertionError("a turn fails, because a test wants it to");

    /** The question that is answered by a throw is in hand when it is thrown: it has left the queue, and waits nowhere yet. */
    private static void failATurn(MemdiNode node) {
        assertThatThrownBy(() -> ((LocalNode) node)
                        .asker()
                        .ask("a question", () -> throwBug(), TimedOutException::new, FOREVER.toNanos()))
                .isInstanceOf(NodeClosedException.class)
                .hasMessageContaining("a question was not done: this node has stopped after an internal error")
                .hasMessageContaining(BUG.getMessage());
    }

    private static Object throwBug() {
        throw BUG;
    }

    private static void assertNotApplied(SimNetwork network, CompletableFuture<?> call) {
        assertThatThrownBy(() -> network.join(call, SECOND))
                .hasCauseInstanceOf(NodeClosedException.class)
                .hasMessageContaining("internal error");
    }

    private static void assertUnknown(SimNetwork network, CompletableFuture<?> call) {
        assertThatThrownBy(() -> network.join(call, SECOND))
                .hasCauseInstanceOf(OutcomeUnknownException.class)
                .hasMessageContaining("may have been applied")
                .hasMessageContaining("internal error");
    }

    @Test
    void everyOpenCallEndsAtOnce() {
        try (Trio trio = Trio.ready(1, settings -> settings.timeout(FOREVER))) {
            MemdiNode node = trio.follower();
            Store<String, String> blocking = store(node);
            AsyncStore<String, String> store = blocking.async();
            trio.network.partition(Set.of(node.name()));
            CompletableFuture<?> sent = store.put("k", "v");
            trio.network.advance(Duration.ofMillis(10));
            CompletableFuture<?> read = store.get("k", ReadOptions.linearizable());
            trio.await(() -> node.cluster().leader() == null);
            CompletableFuture<?> waiting = store.put("k", "w");
            trio.network.advance(Duration.ofMillis(10));
            CompletableFuture<?> queued = store.put("k", "x");
            CompletableFuture<?> walk = store.forEach((key, value) -> {});
            Duration before = trio.network.now();
            try (LogLines lines = new LogLines()) {
                failATurn(node);
                assertThat(lines.text())
                        .contains(node.name()
                                + ": stops for good, because a turn failed; its state is unknown. Every open call ends")
                        .contains(BUG.toString());
            }
            assertUnknown(trio.network, sent);
            for (CompletableFuture<?> call : List.of(read, waiting, queued, walk)) {
                assertNotApplied(trio.network, call);
            }
            assertThat(trio.network.now().minus(before)).isLessThan(SECOND);

            assertThat(((LocalNode) node).failure()).isSameAs(BUG);
            assertThat(node.status().role()).isEqualTo(Role.STOPPED);
            assertThatThrownBy(() -> blocking.put("k", "y")).isInstanceOf(NodeClosedException.class);
            assertThatThrownBy(() -> blocking.get("k", ReadOptions.local())).isInstanceOf(NodeClosedException.class);
            store(trio.leader()).put("k", "the others go on", WriteOptions.ack(Ack.QUORUM_MEMORY));
        }
    }

    /** Fails when its node sends a message, if it was told to. */
    private record Failing(Transport transport, Class<? extends Message> message, AtomicBoolean fails)
            implements Transport {
        static TransportFactory over(TransportFactory network, Class<? extends Message> message, AtomicBoolean fails) {
            return name -> new Failing(network.open(name), message, fails);
        }

        @Override
        public String address() {
            return transport.address();
        }

        @Override
        public void start(String name, MessageHandler handler) {
            transport.start(name, handler);
        }

        @Override
        public void send(Contact to, Envelope envelope) {
            if (message.isInstance(envelope.message()) && fails.get()) {
                throw BUG;
            }
            transport.send(to, envelope);
        }

        @Override
        public EventLoop eventLoop() {
            return transport.eventLoop();
        }

        @Override
        public void close() {
            transport.close();
        }
    }

    private static List<MemdiNode> nodes(SimNetwork network, Class<? extends Message> message, AtomicBoolean[] fails) {
        List<MemdiNode> nodes = new ArrayList<>();
        for (String name : List.of("a", "b", "c")) {
            fails[nodes.size()] = new AtomicBoolean();
            nodes.add(Memdi.node(name)
                    .transport(Failing.over(network, message, fails[nodes.size()]))
                    .bootstrap("a", "b", "c")
                    .timeout(FOREVER)
                    .start());
        }
        nodes.forEach(node -> node.awaitReady(LONG));
        return nodes;
    }

    @Test
    void aWriteThatTheFailingTurnWasSendingMayHaveBeenApplied() {
        try (SimNetwork network = SimNetwork.create(2)) {
            AtomicBoolean[] fails = new AtomicBoolean[3];
            List<MemdiNode> nodes = nodes(network, Message.Writes.class, fails);
            int follower = "a".equals(nodes.get(0).cluster().leader()) ? 1 : 0;
            Store<String, String> store = nodes.get(follower).store(STORE, Codec.string(), Codec.string());
            fails[follower].set(true);
            Duration before = network.now();
            CompletableFuture<?> write = store.async().put("k", "v");
            assertThatThrownBy(() -> store.put("k", "w")).isInstanceOf(OutcomeUnknownException.class);
            assertUnknown(network, write);
            assertThat(network.now().minus(before)).isLessThan(SECOND);
            nodes.forEach(MemdiNode::close);
        }
    }

    @Test
    void aWriteThatALeaderHasExecutedInTheFailingTurnMayHaveBeenApplied() {
        try (SimNetwork network = SimNetwork.create(3)) {
            AtomicBoolean[] fails = new AtomicBoolean[3];
            List<MemdiNode> nodes = nodes(network, Message.Append.class, fails);
            int leader = "abc".indexOf(String.valueOf(nodes.get(0).cluster().leader()));
            Store<String, String> store = nodes.get(leader).store(STORE, Codec.string(), Codec.string());
            fails[leader].set(true);
            CompletableFuture<?> write = store.async().put("k", "v", WriteOptions.ack(Ack.QUORUM_MEMORY));
            assertUnknown(network, write);
            Store<String, String> other = nodes.get((leader + 1) % 3).store(STORE, Codec.string(), Codec.string());
            other.put("k", "after a failover", WriteOptions.ack(Ack.QUORUM_MEMORY));
            assertThat(other.get("k", ReadOptions.linearizable())).isEqualTo("after a failover");
            nodes.forEach(MemdiNode::close);
        }
    }

    /** With threads: a caller that waits is woken, long before its time is up. */
    @Test
    void aThreadThatWaitsIsWoken() {
        try (InProcNetwork network = InProcNetwork.create()) {
            MemdiNode node = Memdi.node("a")
                    .transport(network)
                    .bootstrap("a", "b")
                    .timeout(FOREVER)
                    .start();
            Store<String, String> store = node.store(STORE, Codec.string(), Codec.string());
            CompletableFuture<?> caller = CompletableFuture.runAsync(() -> store.put("k", "v"));
            CompletableFuture<?> asynchronous = store.async().put("k", "w");
            failATurn(node);
            assertThatThrownBy(caller::join).hasCauseInstanceOf(NotAppliedException.class);
            assertThatThrownBy(asynchronous::join).hasCauseInstanceOf(NotAppliedException.class);
        }
    }
}
