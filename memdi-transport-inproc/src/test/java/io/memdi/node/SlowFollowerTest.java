package io.memdi.node;

import static io.memdi.node.Trio.LONG;
import static io.memdi.node.Trio.store;
import static org.assertj.core.api.Assertions.assertThat;

import io.memdi.Ack;
import io.memdi.MemdiNode;
import io.memdi.ReadOptions;
import io.memdi.Revision;
import io.memdi.Store;
import io.memdi.WriteOptions;
import io.memdi.transport.Entry;
import io.memdi.transport.Message.Append;
import io.memdi.transport.Message.AppendReply;
import io.memdi.transport.inproc.SimEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** One follower of three is slow: the other two go on as if it were not there, and it catches up. */
class SlowFollowerTest {
    private static final int BATCH = 2_000;
    private static final int WINDOW = 8_000;

    @Test
    void slowTurnsCostTheOthersNothing() {
        tell(
                (trio, slow) -> trio.network.slow(slow.name(), Duration.ofMillis(40)),
                (trio, slow) -> trio.network.slow(slow.name(), Duration.ZERO));
    }

    @Test
    void aSlowLinkCostsTheOthersNothing() {
        tell(
                (trio, slow) -> {
                    for (MemdiNode other : List.of(trio.leader(), trio.follower())) {
                        trio.network.slow(other.name(), slow.name(), Duration.ofMillis(120));
                        trio.network.slow(slow.name(), other.name(), Duration.ofMillis(120));
                    }
                },
                (trio, slow) -> trio.network.heal());
    }

    private static void tell(BiConsumer<Trio, MemdiNode> slowDown, BiConsumer<Trio, MemdiNode> speedUp) {
        try (Trio trio = Trio.ready(31, settings -> settings.batchBytes(BATCH).windowBytes(WINDOW))) {
            MemdiNode leader = trio.leader();
            MemdiNode slow = trio.otherFollower();
            Flight flight = new Flight(leader.name(), slow.name());
            trio.network.onEvent(flight::note);
            Duration usual = slowestAnswer(trio, "usual");
            slowDown.accept(trio, slow);
            Duration now = slowestAnswer(trio, "slow");

            assertThat(trio.leader()).as("it disturbs no leader").isSameAs(leader);
            assertThat(now).as("the others' latency").isLessThanOrEqualTo(usual.multipliedBy(2));
            assertThat(flight.most).as("bytes on their way to it").isBetween((long) WINDOW / 2, (long) WINDOW + BATCH);
            Store<String, String> late = store(slow);
            assertThat(late.get("slow99", ReadOptions.local()))
                    .as("it is behind")
                    .isNull();

            speedUp.accept(trio, slow);
            trio.await(() -> late.get("slow99", ReadOptions.local()) != null
                    && late.size() == store(leader).size());
        }
    }

    /** How long the slowest of a hundred calls takes, at the leader and at the other follower, among many that nobody waits for. */
    private static Duration slowestAnswer(Trio trio, String name) {
        Store<String, String> atLeader = store(trio.leader());
        Store<String, String> atFollower = store(trio.follower());
        List<CompletableFuture<Revision>> others = new ArrayList<>();
        Duration slowest = Duration.ZERO;
        for (int i = 0; i < 100; i++) {
            for (int j = 0; j < 5; j++) {
                others.add(atLeader.async().put(name + i + "," + j, "v".repeat(100)));
            }
            Store<String, String> store = i % 2 == 0 ? atLeader : atFollower;
            WriteOptions options = WriteOptions.ack(i % 4 < 2 ? Ack.LEADER_MEMORY : Ack.QUORUM_MEMORY);
            String key = name + i;
            Duration write = measure(trio, () -> store.async().put(key, "v", options));
            Duration read = measure(trio, () -> store.async().get(key, ReadOptions.linearizable()));
            for (Duration each : List.of(write, read)) {
                slowest = each.compareTo(slowest) > 0 ? each : slowest;
            }
        }
        others.forEach(each -> trio.network.join(each, LONG));
        return slowest;
    }

    private static Duration measure(Trio trio, Supplier<CompletableFuture<?>> call) {
        Duration start = trio.network.now();
        trio.network.join(call.get(), LONG);
        return trio.network.now().minus(start);
    }

    /** What a leader has sent to one follower, and has not heard to be there. */
    private static final class Flight {
        private final String leader;
        private final String follower;
        private final TreeMap<Long, Integer> bytes = new TreeMap<>();
        private long most;

        Flight(String leader, String follower) {
            this.leader = leader;
            this.follower = follower;
        }

        void note(SimEvent event) {
            if (event.envelope() == null) {
                return;
            }
            if (event.kind() == SimEvent.Kind.SENT
                    && event.from().equals(leader)
                    && event.to().equals(follower)
                    && event.envelope().message() instanceof Append append) {
                for (Entry entry : append.entries()) {
                    bytes.put(entry.index(), entry.bytes());
                }
                most = Math.max(
                        most, bytes.values().stream().mapToLong(each -> each).sum());
            } else if (event.kind() == SimEvent.Kind.DELIVERED
                    && event.from().equals(follower)
                    && event.envelope().message() instanceof AppendReply reply) {
                bytes.headMap(reply.match(), true).clear();
            }
        }
    }
}
