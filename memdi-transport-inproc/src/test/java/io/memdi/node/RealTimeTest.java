package io.memdi.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.memdi.Ack;
import io.memdi.Codec;
import io.memdi.Memdi;
import io.memdi.MemdiException;
import io.memdi.MemdiNode;
import io.memdi.NodeBuilder;
import io.memdi.NodeClosedException;
import io.memdi.NotAppliedException;
import io.memdi.OutcomeUnknownException;
import io.memdi.ReadOptions;
import io.memdi.Role;
import io.memdi.Store;
import io.memdi.WriteOptions;
import io.memdi.transport.inproc.InProcNetwork;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What only threads can show: callers that wait side by side, interrupts, callbacks. */
@Timeout(120)
class RealTimeTest {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final WriteOptions QUORUM = WriteOptions.ack(Ack.QUORUM_MEMORY);

    private InProcNetwork network = InProcNetwork.create();
    private final List<MemdiNode> nodes = new ArrayList<>();

    @AfterEach
    void close() {
        nodes.forEach(MemdiNode::close);
        network.close();
    }

    private void start(UnaryOperator<NodeBuilder> settings) {
        for (String name : List.of("a", "b", "c")) {
            nodes.add(settings.apply(Memdi.node(name)
                            .transport(network)
                            .bootstrap("a", "b", "c")
                            // The machine may be busy with other tests.
                            .electionTimeout(Duration.ofSeconds(1), Duration.ofSeconds(2))
                            .timeout(LONG))
                    .start());
        }
        nodes.forEach(node -> node.awaitReady(LONG));
    }

    private MemdiNode follower() {
        String leader = nodes.get(0).cluster().leader();
        return nodes.stream()
                .filter(node -> !node.name().equals(leader))
                .findFirst()
                .orElseThrow();
    }

    private static Store<String, Integer> store(MemdiNode node) {
        return node.store("counts", Codec.string(), Codec.int32());
    }

    /** A thread that issues one blocking call. */
    private static final class Caller extends Thread {
        private final Runnable call;
        private volatile Throwable thrown;
        private volatile boolean interruptedAfterwards;

        Caller(Runnable call) {
            this.call = call;
            start();
        }

        @Override
        public void run() {
            try {
                call.run();
            } catch (Throwable e) {
                thrown = e;
            }
            interruptedAfterwards = isInterrupted();
        }

        void awaitWaiting() {
            await().until(() -> getState() == State.WAITING || getState() == State.TIMED_WAITING);
        }

        Throwable outcome() throws InterruptedException {
            join(LONG.toMillis());
            return thrown;
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void threadsOfAllNodesCountTogether(boolean shared) throws Exception {
        if (shared) {
            network = InProcNetwork.shared();
        }
        start(settings -> settings);
        List<Caller> callers = new ArrayList<>();
        for (MemdiNode node : nodes) {
            ConcurrentMap<String, Integer> map = store(node).asMap();
            for (int thread = 0; thread < 2; thread++) {
                callers.add(new Caller(() -> {
                    for (int i = 0; i < 100; i++) {
                        map.merge("k" + i % 3, 1, Integer::sum);
                    }
                }));
            }
        }
        for (Caller caller : callers) {
            assertThat(caller.outcome()).isNull();
        }
        ConcurrentMap<String, Integer> map = store(follower()).asMap();
        map.put("last", 0);
        assertThat(map.get("k0") + map.get("k1") + map.get("k2")).isEqualTo(600);
    }

    @Test
    void moreCallersThanThereIsRoomForAllGetTheirTurn() throws Exception {
        start(settings -> settings.queueCapacity(4));
        Store<String, Integer> store = store(follower());
        List<Caller> callers = new ArrayList<>();
        for (int thread = 0; thread < 12; thread++) {
            int number = thread;
            callers.add(new Caller(() -> {
                for (int i = 0; i < 50; i++) {
                    store.put(number + " " + i, i);
                }
            }));
        }
        for (Caller caller : callers) {
            assertThat(caller.outcome()).isNull();
        }
        assertThat(store.size()).isEqualTo(600);
    }

    @Test
    void anInterruptedWriteThatWasSentMayHaveBeenApplied() throws Exception {
        start(settings -> settings);
        MemdiNode node = follower();
        Store<String, Integer> store = store(node);
        network.partition(Set.of("a"), Set.of("b"), Set.of("c"));
        Caller caller = new Caller(() -> store.put("k", 1, QUORUM));
        caller.awaitWaiting();
        // Sent or not: that depends on whether the node still believed in its leader when it took the write.
        caller.interrupt();
        assertThat(caller.outcome()).isInstanceOf(MemdiException.class).hasMessageContaining("was interrupted");
        assertThat(caller.interruptedAfterwards).isTrue();
    }

    @Test
    void anInterruptedWriteThatWasNotSentWasNotApplied() throws Exception {
        start(settings -> settings);
        MemdiNode node = follower();
        Store<String, Integer> store = store(node);
        network.partition(Set.of("a"), Set.of("b"), Set.of("c"));
        await().atMost(LONG).until(() -> node.cluster().leader() == null);
        Caller caller = new Caller(() -> store.put("k", 1));
        caller.awaitWaiting();
        caller.interrupt();
        assertThat(caller.outcome())
                .isExactlyInstanceOf(NotAppliedException.class)
                .hasMessageContaining("was not applied: the thread was interrupted");
        assertThat(caller.interruptedAfterwards).isTrue();
        network.heal();
        store.put("l", 1);
        assertThat(store.get("k", ReadOptions.linearizable())).isNull();
    }

    @Test
    void aThreadThatIsInterruptedAlreadyWritesNothing() {
        start(settings -> settings);
        Store<String, Integer> store = store(follower());
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> store.put("k", 1)).isExactlyInstanceOf(NotAppliedException.class);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(store.get("k", ReadOptions.linearizable())).isNull();
    }

    /** Whatever the loop would have answered, and however fast. */
    @Test
    void aThreadThatIsInterruptedAlreadyAsksNothing() {
        start(settings -> settings);
        MemdiNode node = follower();
        List<ThrowingCallable> calls = List.of(
                node::status,
                () -> store(node),
                () -> node.awaitReady(LONG),
                () -> node.awaitReady(Duration.ZERO),
                () -> node.cluster().transferLeadership(node.name()));
        for (ThrowingCallable call : calls) {
            Thread.currentThread().interrupt();
            assertThatThrownBy(call)
                    .isExactlyInstanceOf(NotAppliedException.class)
                    .hasMessageContaining("was not done: the thread was interrupted");
            assertThat(Thread.interrupted()).isTrue();
        }
        assertThat(node.cluster().leader()).isNotEqualTo(node.name());
        Thread.currentThread().interrupt();
        assertThat(node.cluster().members()).hasSize(3);
        node.close();
        assertThat(node.status().role()).isEqualTo(Role.STOPPED);
        assertThatThrownBy(() -> store(node)).isInstanceOf(NodeClosedException.class);
        assertThatThrownBy(() -> node.awaitReady(LONG)).isInstanceOf(NodeClosedException.class);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void aReadDoesNotMindAnInterruptUnlessItHasToWait() {
        start(settings -> settings);
        Store<String, Integer> store = store(follower());
        store.put("k", 1);
        assertThat(store.get("k")).isEqualTo(1);
        Thread.currentThread().interrupt();
        assertThat(store.get("k")).isEqualTo(1);
        assertThatThrownBy(() -> store.get("k", ReadOptions.linearizable()))
                .isExactlyInstanceOf(NotAppliedException.class);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void closingWakesThoseWhoWait() throws Exception {
        start(settings -> settings);
        MemdiNode node = follower();
        Store<String, Integer> store = store(node);
        network.partition(Set.of("a"), Set.of("b"), Set.of("c"));
        await().atMost(LONG).until(() -> node.cluster().leader() == null);
        List<Caller> callers = List.of(
                new Caller(() -> store.put("k", 1)),
                new Caller(() -> store.get("k", ReadOptions.linearizable())),
                new Caller(() -> store.asMap().putIfAbsent("k", 1)),
                new Caller(() -> node.awaitReady(LONG)),
                new Caller(() -> node.cluster().transferLeadership("a")));
        callers.forEach(Caller::awaitWaiting);
        node.close();
        for (Caller caller : callers) {
            assertThat(caller.outcome())
                    .isInstanceOf(NodeClosedException.class)
                    .hasMessageContaining("this node was closed");
        }
        assertThat(node.status().role()).isEqualTo(Role.STOPPED);
    }

    @Test
    void closingTheNetworkAloneWakesThoseWhoWait() throws Exception {
        start(settings -> settings);
        MemdiNode node = follower();
        Store<String, Integer> store = store(node);
        network.partition(Set.of("a"), Set.of("b"), Set.of("c"));
        await().atMost(LONG).until(() -> node.cluster().leader() == null);
        CompletableFuture<?> write = store.async().put("k", 1);
        List<Caller> callers = List.of(
                new Caller(() -> store.put("k", 1)),
                new Caller(() -> store.get("k", ReadOptions.linearizable())),
                new Caller(() -> node.awaitReady(LONG)));
        callers.forEach(Caller::awaitWaiting);
        network.close();
        for (Caller caller : callers) {
            assertThat(caller.outcome())
                    .isInstanceOf(NodeClosedException.class)
                    .hasMessageContaining("the network of this node was closed");
        }
        assertThatThrownBy(() -> write.get(60, TimeUnit.SECONDS)).hasCauseInstanceOf(NodeClosedException.class);
        assertThatThrownBy(() -> store.put("k", 1)).isInstanceOf(NodeClosedException.class);
        assertThat(node.status().role()).isEqualTo(Role.STOPPED);
        assertThat(node.status().waitingFor()).isEqualTo("the network of this node was closed");
        node.close();
    }

    @Test
    void aPausedNodeAnswersNobodyForeverButCanBeClosed() {
        start(settings -> settings);
        MemdiNode node = follower();
        Store<String, Integer> store = store(node);
        store.put("k", 1);
        assertThat(store.get("k")).isEqualTo(1); // so that this node has it
        network.pause(node.name());
        assertThatThrownBy(() -> store.put("k", 2, WriteOptions.timeout(Duration.ofMillis(50))))
                .isInstanceOf(NotAppliedException.class);
        assertThat(store.get("k", ReadOptions.local())).isEqualTo(1);
        assertThatThrownBy(() -> node.awaitReady(Duration.ofMillis(10)))
                .isInstanceOf(NotAppliedException.class)
                .hasMessageContaining("gets no turn");
        CompletableFuture<?> write = store.async().put("k", 3);
        node.close();
        assertThatThrownBy(() -> write.get(60, TimeUnit.SECONDS)).hasCauseInstanceOf(NodeClosedException.class);
    }

    @Test
    void callbacksRunWhereTheUserSays() throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(2, task -> new Thread(task, "mine"));
        try {
            start(settings -> settings.callbackExecutor(executor));
            Store<String, Integer> store = store(follower());
            CompletableFuture<String> thread = new CompletableFuture<>();
            store.async()
                    .put("k", 1)
                    .thenRun(() -> thread.complete(Thread.currentThread().getName()));
            // Completed on the executor, or here, if that was done before the callback was hung on it.
            assertThat(thread.get(60, TimeUnit.SECONDS))
                    .isIn("mine", Thread.currentThread().getName());
            CompletableFuture<String> walk = new CompletableFuture<>();
            store.async().forEach((k, v) -> walk.complete(Thread.currentThread().getName()));
            assertThat(walk.get(60, TimeUnit.SECONDS)).isEqualTo("mine");
        } finally {
            executor.shutdown();
        }
    }

    @Test
    void anExecutorThatRefusesCostsNoResult() throws Exception {
        start(settings -> settings.callbackExecutor(task -> {
            throw new RejectedExecutionException("full");
        }));
        Store<String, Integer> store = store(follower());
        store.async().put("k", 1).get(60, TimeUnit.SECONDS);
        store.async().forEach((k, v) -> {}).get(60, TimeUnit.SECONDS);
    }

    @Test
    void aCallbackThatWaitsKeepsTheLoopFree() throws Exception {
        start(settings -> settings);
        MemdiNode node = follower();
        Store<String, Integer> store = store(node);
        CompletableFuture<Integer> read = new CompletableFuture<>();
        store.async().put("k", 1).thenRun(() -> {
            store.put("l", 2); // a blocking call, on the thread of the callbacks
            read.complete(store.get("l"));
        });
        assertThat(read.get(60, TimeUnit.SECONDS)).isEqualTo(2);
    }

    @Test
    void whatAUserDoesToAFutureTouchesNothing() throws Exception {
        start(settings -> settings);
        MemdiNode node = follower();
        Store<String, Integer> store = store(node);
        // However long this thread is kept from it, the answer does not come before it has cancelled.
        String leader = Objects.requireNonNull(nodes.get(0).cluster().leader());
        network.block(leader, node.name());
        CompletableFuture<?> cancelled = store.async().put("k", 1, QUORUM);
        cancelled.cancel(true);
        network.heal();
        store.put("l", 1, QUORUM);
        // It was issued first, so it took effect first.
        assertThat(store.get("k")).isEqualTo(1);
        assertThat(cancelled).isCancelled();
    }

    @Test
    void aWriteThatIsCutOffFromItsAnswerIsUnknown() {
        start(settings -> settings);
        String leader = Objects.requireNonNull(nodes.get(0).cluster().leader());
        Store<String, Integer> store = store(follower());
        store.put("k", 0, QUORUM);
        network.block(leader, follower().name());
        assertThatThrownBy(() -> store.put("k", 1, QUORUM.withTimeout(Duration.ofMillis(100))))
                .isInstanceOf(OutcomeUnknownException.class);
        network.heal();
        store.put("k", 2, QUORUM);
        assertThat(store.get("k")).isEqualTo(2);
    }
}
