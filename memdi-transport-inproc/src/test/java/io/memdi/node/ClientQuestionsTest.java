package io.memdi.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memdi.Ack;
import io.memdi.ChangeRefusedException;
import io.memdi.Codec;
import io.memdi.Incarnation;
import io.memdi.Memdi;
import io.memdi.MemdiClient;
import io.memdi.MemdiNode;
import io.memdi.NotReadyException;
import io.memdi.OutcomeUnknownException;
import io.memdi.OverloadedException;
import io.memdi.ReadOptions;
import io.memdi.Revision;
import io.memdi.Status;
import io.memdi.Store;
import io.memdi.TimedOutException;
import io.memdi.WriteOptions;
import io.memdi.transport.ClientMessage;
import io.memdi.transport.Message;
import io.memdi.transport.inproc.SimEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a client asks of nodes one by one, in virtual time. */
class ClientQuestionsTest {
    private final Trio trio = Trio.ready(43);
    private final MemdiClient client =
            Memdi.client().transport(trio.network).connect("a", "b", "c").awaitReady(Trio.LONG);

    @AfterEach
    void close() {
        client.close();
        trio.close();
    }

    private MemdiClient hasty(Duration timeout, String... nodes) {
        return Memdi.client()
                .transport(trio.network)
                .timeout(timeout)
                .connect(nodes)
                .awaitReady(Trio.LONG);
    }

    /** It asks again while the node stands still, which answers all of that once it goes on. */
    @Test
    void lateAnswersKeepNoClientBusy() {
        trio.network.pause("b");
        trio.network.after(Duration.ofSeconds(2), () -> trio.network.resume("b"));
        assertThat(client.status("b").name()).isEqualTo("b");
        AtomicLong turns = new AtomicLong();
        String self = client.status().name();
        trio.network.onEvent(event -> {
            if (event.kind() == SimEvent.Kind.TURN && event.from().equals(self)) {
                turns.incrementAndGet();
            }
        });
        trio.network.crash("c");
        assertThatThrownBy(() -> client.status("c")).isInstanceOf(TimedOutException.class);
        assertThat(turns.get()).isPositive().isLessThan(1000);
    }

    /** Until its predecessor is missed it is no member; and then both are, for a while. */
    @Test
    void aRestartedNodeIsSeenWhileItTakesItsPlaceBack() {
        try (MemdiClient hasty = hasty(Duration.ofMillis(100), "a", "b")) {
            trio.network.crash("c");
            try (MemdiNode again = Memdi.node("c")
                    .transport(trio.network)
                    .bootstrap("a", "b", "c")
                    .start()) {
                Incarnation life = again.status().incarnation();
                Status early = hasty.status("c");
                assertThat(early.incarnation()).isEqualTo(life);
                assertThat(early.waitingFor()).isNotEmpty();
                trio.await(() -> hasty.cluster().members().stream()
                                .filter(member -> member.name().equals("c"))
                                .count()
                        == 2);
                assertThat(hasty.status("c").incarnation()).isEqualTo(life);
                again.awaitReady(Trio.LONG);
                assertThat(hasty.status("c").incarnation()).isEqualTo(life);
            }
        }
    }

    /** Each answer comes after the same was asked again, several times. */
    @Test
    void answersThatAreSlowerThanAskingAgainAreTaken() {
        Store<String, String> mine = client.store(Trio.STORE, Codec.string(), Codec.string());
        mine.put("k", "v", WriteOptions.ack(Ack.QUORUM_MEMORY));
        trio.network.advance(Duration.ofSeconds(1));
        slowAnswersTo(client);
        for (ReadOptions level : List.of(
                ReadOptions.local(), ReadOptions.session(), ReadOptions.committed(), ReadOptions.linearizable())) {
            assertThat(mine.get("k", level)).as(level.toString()).isEqualTo("v");
        }
    }

    @Test
    void aRecoveryWhoseAnswerIsSlowIsKnownToBeDone() {
        try (MemdiClient operator = hasty(Duration.ofSeconds(20), "a")) {
            trio.network.crash("b");
            trio.network.crash("c");
            slowAnswersTo(operator);
            operator.cluster().recover();
            assertThat(trio.node("a").cluster().members()).hasSize(1);
            assertThatThrownBy(() -> operator.cluster().recover())
                    .isInstanceOf(ChangeRefusedException.class)
                    .hasMessageContaining("there is nothing to recover");
        }
    }

    private void slowAnswersTo(MemdiClient asking) {
        String self = asking.status().name();
        List.of("a", "b", "c").forEach(node -> trio.network.slow(node, self, Duration.ofMillis(1900)));
    }

    /** What it was told first does not stand for what it was not told. */
    @Test
    void aRecoveryThatMayHaveHappenedIsNotCalledRefused() {
        try (MemdiClient operator = hasty(Duration.ofSeconds(6), "a")) {
            String self = operator.status().name();
            trio.network.crash("b");
            trio.network.crash("c");
            trio.network.after(Duration.ofMillis(100), () -> trio.network.block("a", self));
            trio.network.after(Duration.ofSeconds(3), trio.network::heal);
            assertThatThrownBy(() -> operator.cluster().recover())
                    .isInstanceOf(OutcomeUnknownException.class)
                    .hasMessageContaining("may take place yet")
                    .hasMessageContaining("status");
            assertThat(trio.node("a").cluster().members()).hasSize(1);
        }
    }

    /** Whoever waits to be told something has to be looked at first. */
    @Test
    void aNodeWithoutAClusterSaysAtItsAddressWhatItWaitsFor() {
        try (MemdiNode lonely =
                        Memdi.node("x").transport(trio.network).join("nobody").start();
                MemdiClient operator = Memdi.client()
                        .transport(trio.network)
                        .timeout(Duration.ofSeconds(5))
                        .connect("x", "y")) {
            Status status = operator.status("x");
            assertThat(status.name()).isEqualTo("x");
            assertThat(status.incarnation()).isEqualTo(lonely.status().incarnation());
            assertThat(status.cluster()).isNull();
            assertThat(status.waitingFor()).contains("none of the nodes that it was started with has said");
            assertThatThrownBy(() -> operator.status("y")).isInstanceOf(TimedOutException.class);
            assertThatThrownBy(() -> operator.status("z")).isInstanceOf(NotReadyException.class);
        }
    }

    /** The node is asked for it only once it is there. */
    @Test
    void whatWasAskedOfNobodyWasNotDone() {
        trio.network.pause("a");
        try (MemdiClient operator = Memdi.client()
                .transport(trio.network)
                .timeout(Duration.ofSeconds(5))
                .connect("a")) {
            assertThatThrownBy(() -> operator.cluster().recover())
                    .isInstanceOf(TimedOutException.class)
                    .hasMessageContaining("no node has answered at a, so that none was asked for it");
        }
        trio.network.resume("a");
        trio.network.advance(Duration.ofSeconds(20));
        assertThat(trio.node("a").cluster().members()).hasSize(3);
    }

    @Test
    void anAddressOfAnotherClusterIsNoticed() {
        try (MemdiNode other =
                Memdi.node("x").transport(trio.network).bootstrap("x").start().awaitReady(Trio.LONG)) {
            String cluster = String.valueOf(other.status().cluster());
            try (LogLines lines = new LogLines();
                    MemdiClient both = hasty(Duration.ofSeconds(1), "a", "x")) {

                trio.network.advance(Duration.ofSeconds(5));
                assertThat(both.status().waitingFor())
                        .contains("belongs to another cluster", "connect clients to addresses of one cluster");
                assertThat(lines.text().split("belongs to another cluster", -1)).hasSize(2);
                assertThat(lines.text()).contains(cluster);
            }
        }
    }

    @Test
    void whoIsCutOffForLongIsToldOfItsSession() {
        Store<String, String> store = client.store(Trio.STORE, Codec.string(), Codec.string());
        store.put("k", "1");
        trio.network.partition(Set.of(client.status().name()));
        CompletableFuture<Revision> lost =
                store.async().put("k", "2", WriteOptions.ack(Ack.QUORUM_MEMORY).withTimeout(Duration.ofMinutes(5)));
        trio.network.advance(Duration.ofMinutes(2));
        trio.network.heal();
        trio.await(lost::isDone);
        assertThatThrownBy(lost::join)
                .hasCauseInstanceOf(OutcomeUnknownException.class)
                .hasMessageContaining("its session had ended before the answer came")
                .hasMessageNotContaining("this node");
    }

    @Test
    void whoHasTooMuchOpenIsNotCalledANode() {
        List<CompletableFuture<Revision>> puts = new ArrayList<>();
        try (MemdiClient small = Memdi.client()
                .transport(trio.network)
                .queueCapacity(1)
                .timeout(Duration.ofSeconds(1))
                .connect("nobody")) {
            Store<String, String> store = small.store(Trio.STORE, Codec.string(), Codec.string());
            CompletableFuture<Revision> refused = store.async().put("k", "0");
            for (int i = 1; !refused.isDone() && i < 100; i++) {
                puts.add(refused);
                refused = store.async().put("k", "" + i);
            }
            assertThatThrownBy(refused::join)
                    .hasCauseInstanceOf(OverloadedException.class)
                    .hasMessageContaining("open operations here already, as many as queueCapacity allows")
                    .hasMessageNotContaining("this node");
            trio.await(() -> puts.stream().allMatch(CompletableFuture::isDone));
        }
    }

    /** Where answers take as long as heartbeats do, each write is sent once, and each read asked for once. */
    @Test
    void nothingIsSentTwiceWhereTheClientKnowsHowSlowNodesAre() {
        try (MemdiClient patient = Memdi.client()
                .transport(trio.network)
                .heartbeat(Duration.ofSeconds(1))
                .electionTimeout(Duration.ofSeconds(4), Duration.ofSeconds(8))
                .connect("a", "b", "c")
                .awaitReady(Trio.LONG)) {
            Store<String, String> store = patient.store(Trio.STORE, Codec.string(), Codec.string());
            store.put("k", "0");
            String self = patient.status().name();
            List.of("a", "b", "c").forEach(node -> trio.network.slow(node, self, Duration.ofSeconds(2)));
            List<Message> sent = new ArrayList<>();
            trio.network.onEvent(event -> {
                if (event.kind() == SimEvent.Kind.SENT && event.from().equals(self) && event.envelope() != null) {
                    sent.add(event.envelope().message());
                }
            });
            store.put("k", "1");
            assertThat(store.get("k")).isEqualTo("1");
            assertThat(sent)
                    .filteredOn(ClientMessage.SessionWrites.class::isInstance)
                    .hasSize(1);
            assertThat(sent).filteredOn(ClientMessage.Queries.class::isInstance).hasSize(1);
        }
    }

    /** Each page may take the whole timeout; and whoever has had enough says so. */
    @Test
    void aWalkHasNoLimitOfItsOwn() {
        List<CompletableFuture<Revision>> puts = new ArrayList<>();
        for (int i = 0; i < 2000; i++) {
            puts.add(Trio.store(trio.leader()).async().put("key" + i, "value", WriteOptions.ack(Ack.QUORUM_MEMORY)));
        }
        trio.await(() -> puts.stream().allMatch(CompletableFuture::isDone));
        String self = client.status().name();
        List.of("a", "b", "c").forEach(node -> trio.network.slow(node, self, Duration.ofMillis(150)));
        ReadOptions hasty = ReadOptions.local().withTimeout(Duration.ofMillis(400));
        Store<String, String> store = client.store(Trio.STORE, Codec.string(), Codec.string());
        AtomicLong seen = new AtomicLong();
        Duration begin = trio.network.now();
        store.forEach((key, value) -> seen.incrementAndGet(), hasty);
        assertThat(seen).hasValue(2000);
        assertThat(trio.network.now().minus(begin)).as("more than one timeout").isGreaterThan(Duration.ofMillis(400));

        seen.set(0);
        CompletableFuture<?> walk = store.async().forEach((key, value) -> seen.incrementAndGet(), hasty);
        trio.await(() -> seen.get() > 0);
        walk.cancel(false);
        trio.network.advance(Duration.ofSeconds(5));
        assertThat(seen.get()).isLessThan(2000);
    }
}
