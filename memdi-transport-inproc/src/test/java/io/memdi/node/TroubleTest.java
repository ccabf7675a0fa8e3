package io.memdi.node;

import static io.memdi.node.Trio.LONG;
import static io.memdi.node.Trio.store;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memdi.Ack;
import io.memdi.AsyncStore;
import io.memdi.Codec;
import io.memdi.CodecException;
import io.memdi.Incarnation;
import io.memdi.Memdi;
import io.memdi.MemdiNode;
import io.memdi.NoLeaderException;
import io.memdi.NodeBuilder;
import io.memdi.NodeClosedException;
import io.memdi.NotAppliedException;
import io.memdi.OutcomeUnknownException;
import io.memdi.OverloadedException;
import io.memdi.ReadOptions;
import io.memdi.Revision;
import io.memdi.Role;
import io.memdi.Store;
import io.memdi.StoreOptions;
import io.memdi.TimedOutException;
import io.memdi.WriteOptions;
import io.memdi.WrongCodecException;
import io.memdi.transport.Message;
import io.memdi.transport.inproc.SimNetwork;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a user sees when something is wrong: with the cluster, with the arguments, with a codec. In virtual time. */
class TroubleTest {
    private static final WriteOptions QUORUM = WriteOptions.ack(Ack.QUORUM_MEMORY);
    private static final Duration SECOND = Duration.ofSeconds(1);

    // --- the cluster ---

    @Test
    void withoutAMajorityAWriteEndsInTimeAndSaysWhetherItWasSent() {
        try (Trio trio = Trio.ready(1)) {
            MemdiNode alone = trio.follower();
            Store<String, String> store = store(alone);
            store.put("k", "v", QUORUM);
            trio.network.partition(Set.of(alone.name()));
            // It still believes in its leader.
            assertThatThrownBy(() -> store.put("k", "w", WriteOptions.timeout(SECOND)))
                    .isInstanceOf(OutcomeUnknownException.class)
                    .hasMessageContaining("put in store \"greetings\" may have been applied");
            trio.await(() -> alone.cluster().leader() == null);
            Duration before = trio.network.now();
            assertThatThrownBy(() -> store.put("k", "x", WriteOptions.timeout(SECOND)))
                    .isInstanceOf(NoLeaderException.class)
                    .hasMessageContaining("was not applied");
            assertThat(trio.network.now().minus(before)).isBetween(SECOND, SECOND.plusMillis(1));

            assertThat(store.get("k")).isEqualTo("v");
            assertThat(store.get("k", ReadOptions.local())).isEqualTo("v");
            assertThat(store.get("k", ReadOptions.committed())).isEqualTo("v");
            assertThatThrownBy(() -> store.get("k", ReadOptions.linearizable().withTimeout(SECOND)))
                    .isInstanceOf(NoLeaderException.class);
            assertThat(store.async().put("k", "y", WriteOptions.timeout(SECOND)))
                    .satisfies(future -> assertThatThrownBy(() -> trio.network.join(future, LONG))
                            .hasCauseInstanceOf(NoLeaderException.class));

            trio.network.heal();
            store.put("k", "z", QUORUM);
            assertThat(store.get("k")).isEqualTo("z");
        }
    }

    @Test
    void aLeaderThatIsCutOffAcknowledgesNothingAtAQuorum() {
        try (Trio trio = Trio.ready(2)) {
            MemdiNode leader = trio.leader();
            Store<String, String> store = store(leader);
            store.put("k", "old", QUORUM);
            trio.network.partition(Set.of(leader.name()));
            assertThatThrownBy(() -> store.put("k", "lost", QUORUM.withTimeout(SECOND)))
                    .isInstanceOf(OutcomeUnknownException.class);
            // It has stepped down meanwhile, and taken back what it had in memory.
            assertThat(store.get("k", ReadOptions.local())).isEqualTo("old");
            trio.network.heal();
            store.put("k", "new", QUORUM);
            assertThat(store.get("k")).isEqualTo("new");
        }
    }

    @Test
    void aSessionReadWaitsWhileTheNodeLacksWhatItHasAcknowledged() {
        try (Trio trio = Trio.ready(3)) {
            MemdiNode leader = trio.leader();
            Store<String, String> store = store(leader);
            trio.network.partition(Set.of(leader.name()));
            Revision revision = store.put("k", "v"); // in the memory of a leader that nobody hears
            assertThat(store.get("k")).isEqualTo("v");
            trio.await(() -> leader.cluster().leader() == null);
            assertThat(store.get("k", ReadOptions.local())).isNull();
            assertThatThrownBy(() -> store.get("k", ReadOptions.session().withTimeout(SECOND)))
                    .isInstanceOf(NotAppliedException.class);
            assertThatThrownBy(() ->
                            store.get("k", ReadOptions.local().atLeast(revision).withTimeout(SECOND)))
                    .isInstanceOf(NotAppliedException.class);
            CompletableFuture<?> waiting = store.async().get("k");
            assertThat(waiting).isNotDone();
            trio.network.heal();
            // The write was lost, and every node knows by now: a later term has begun.
            assertThat(store.get("k")).isNull();
            trio.network.join(waiting, LONG);
        }
    }

    @Test
    void aReadForARevisionThatNeverComesEndsInTime() {
        try (Trio trio = Trio.ready(4)) {
            Store<String, String> store = store(trio.follower(), SECOND);
            Revision future = new Revision(99, 99);
            assertThatThrownBy(() -> store.get("k", ReadOptions.committed().atLeast(future)))
                    .isInstanceOf(TimedOutException.class)
                    .hasMessageContaining("COMMITTED read in store \"greetings\"");
            assertThatThrownBy(() -> store.size(ReadOptions.local().atLeast(future)))
                    .isInstanceOf(TimedOutException.class);
            assertThatThrownBy(() ->
                            store.forEach((k, v) -> {}, ReadOptions.session().atLeast(future)))
                    .isInstanceOf(TimedOutException.class);
        }
    }

    @Test
    void closingEndsWhatWaits() {
        try (Trio trio = Trio.ready(5)) {
            MemdiNode node = trio.follower();
            AsyncStore<String, String> store = store(node).async();
            trio.network.partition(Set.of(node.name()));
            CompletableFuture<Revision> sent = store.put("k", "v");
            trio.network.advance(Duration.ofMillis(10));
            CompletableFuture<?> read = store.get("k", ReadOptions.linearizable());
            trio.await(() -> node.cluster().leader() == null);
            CompletableFuture<Revision> waiting = store.put("k", "w");
            trio.network.advance(Duration.ofMillis(10));
            CompletableFuture<Revision> queued = store.put("k", "x");
            node.close();
            assertThatThrownBy(() -> trio.network.join(sent, LONG)).hasCauseInstanceOf(OutcomeUnknownException.class);
            for (CompletableFuture<?> call : List.of(read, waiting, queued)) {
                assertThatThrownBy(() -> trio.network.join(call, LONG)).hasCauseInstanceOf(NodeClosedException.class);
            }
        }
    }

    @Test
    void aNodeThatWasTakenOutStopsForGood() {
        try (Trio trio = Trio.ready(6)) {
            store(trio.leader()).put("k", "v", QUORUM);
            MemdiNode out = trio.follower();
            trio.leader().cluster().remove(out.name());
            trio.await(() -> out.status().role() == Role.STOPPED);
            assertThat(out.status().waitingFor())
                    .contains("this node has stopped for good")
                    .contains("does not belong to its cluster any more");
            assertThatThrownBy(() -> store(out)).isInstanceOf(NodeClosedException.class);
            assertThatThrownBy(() -> out.awaitReady(SECOND))
                    .isInstanceOf(NodeClosedException.class)
                    .hasMessageContaining("stopped for good");
            out.close();
            assertThat(out.status().waitingFor()).contains("this node has stopped for good");
        }
    }

    /** It has acknowledged nothing, and sent nothing; so what waits there is as good in its next cluster. */
    @Test
    void aNodeThatGivesAFoundingUpTakesWhatWaitsIntoTheNext() {
        try (Trio trio = Trio.starting(18, settings -> settings)) {
            LocalNode stays = (LocalNode) trio.node("a");
            Store<String, String> store = store(stays);
            CompletableFuture<Revision> waiting = store.async().put("k", "v", QUORUM);
            trio.await(() -> stays.replica().mode() != Message.Mode.EMPTY);
            Incarnation before = stays.status().incarnation();
            List<MemdiNode> restarted = new ArrayList<>();
            for (String name : List.of("b", "c")) {
                trio.network.crash(name);
                restarted.add(Memdi.node(name)
                        .transport(trio.network)
                        .bootstrap("a", "b", "c")
                        .start());
            }
            trio.network.join(waiting, LONG);
            assertThat(stays.status().incarnation()).isNotEqualTo(before);
            assertThat(store.get("k")).isEqualTo("v");
            assertThat(store(restarted.get(0)).get("k", ReadOptions.linearizable()))
                    .isEqualTo("v");
            restarted.forEach(MemdiNode::close);
        }
    }

    @Test
    void whatWaitsOnANodeThatIsTakenOutEndsWithTheReasonAndTheWayOut() {
        try (Trio trio = Trio.ready(19)) {
            MemdiNode out = trio.follower();
            Store<String, String> store = store(out);
            trio.network.partition(Set.of(out.name()));
            trio.leader().cluster().remove(out.name());
            trio.await(() -> out.cluster().leader() == null);
            CompletableFuture<Revision> waiting = store.async().put("k", "w");
            trio.network.heal();
            assertThatThrownBy(() -> trio.network.join(waiting, LONG))
                    .hasCauseInstanceOf(NodeClosedException.class)
                    .hasMessageMatching(
                            ".*put in store \"greetings\" was not applied: this node has stopped for good: this node does not belong"
                                    + " to its cluster any more: .*\\. Issue it at another node");
        }
    }

    @Test
    void whoeverWaitsOnANodeThatStopsHearsTheReason() {
        try (Trio trio = Trio.ready(7)) {
            MemdiNode out = trio.follower();
            trio.network.partition(Set.of(out.name()));
            trio.leader().cluster().remove(out.name());
            trio.await(() -> out.cluster().leader() == null);
            trio.network.heal();
            assertThatThrownBy(() -> out.awaitReady(LONG))
                    .isInstanceOf(NodeClosedException.class)
                    .hasMessageContaining("stopped for good");
        }
    }

    // --- too much at once ---

    @Test
    void anAsynchronousCallIsRefusedWhereThereIsNoRoomAndABlockingOneWaits() {
        try (Trio trio = Trio.ready(8, settings -> settings.queueCapacity(10))) {
            MemdiNode node = trio.follower();
            Store<String, String> store = store(node);
            List<CompletableFuture<Revision>> writes = new ArrayList<>();
            for (int i = 0; i < 11; i++) {
                writes.add(store.async().put("k" + i, "v"));
            }
            assertThat(writes.get(10)).isCompletedExceptionally();
            assertThatThrownBy(writes.get(10)::join)
                    .hasCauseInstanceOf(OverloadedException.class)
                    .hasMessageContaining("10 open operations");
            store.put("blocking", "v");
            for (CompletableFuture<Revision> write : writes.subList(0, 10)) {
                trio.network.join(write, LONG);
            }
            assertThat(store.containsKey("k10")).isFalse();
        }
    }

    @Test
    void aBlockingCallWaitsForRoomNoLongerThanItMay() {
        try (Trio trio = Trio.ready(9, settings -> settings.queueCapacity(10))) {
            MemdiNode node = trio.follower();
            Store<String, String> store = store(node);
            trio.network.partition(Set.of(node.name()));
            for (int i = 0; i < 10; i++) {
                store.async().put("k" + i, "v");
            }
            trio.network.advance(Duration.ofMillis(10));
            Duration before = trio.network.now();
            assertThatThrownBy(() -> store.put("k", "v", WriteOptions.timeout(SECOND)))
                    .isInstanceOf(OverloadedException.class);
            assertThat(trio.network.now().minus(before)).isBetween(SECOND, SECOND.plusMillis(1));
            // An overloaded node still tells its status, and reads what needs no room.
            assertThat(node.status().role()).isNotNull();
            assertThat(store.get("k", ReadOptions.local())).isNull();
        }
    }

    // --- arguments ---

    @Test
    void aNodeThatIsListedWhereItIsNotDoesNotStart() {
        try (SimNetwork network = SimNetwork.create(1)) {
            NodeBuilder builder = Memdi.node("a").transport(network);
            assertThatThrownBy(() -> builder.bootstrap("a=host:4711", "b").start())
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("node \"a\" was not started")
                    .hasMessageContaining("reached at \"host:4711\"")
                    .hasMessageContaining("reached at \"a\"");
            // It has left nothing behind that would be in the way of another try.
            builder.bootstrap("a=a").start().awaitReady(LONG).close();
        }
    }

    @Test
    @SuppressWarnings("NullAway")
    void nullsAreRefusedByName() {
        try (Trio trio = Trio.ready(10)) {
            MemdiNode node = trio.leader();
            Store<String, String> store = store(node);
            assertThatNullPointerException()
                    .isThrownBy(() -> store.put(null, "v"))
                    .withMessage("key");
            assertThatNullPointerException()
                    .isThrownBy(() -> store.put("k", null))
                    .withMessage("value");
            assertThatNullPointerException()
                    .isThrownBy(() -> store.put("k", "v", null))
                    .withMessage("options");
            assertThatNullPointerException()
                    .isThrownBy(() -> store.putIfAbsent("k", null))
                    .withMessage("value");
            assertThatNullPointerException()
                    .isThrownBy(() -> store.replace("k", null, "v"))
                    .withMessage("expected");
            assertThatNullPointerException()
                    .isThrownBy(() -> store.remove(null))
                    .withMessage("key");
            assertThatNullPointerException()
                    .isThrownBy(() -> store.remove("k", (Revision) null))
                    .withMessage("expected");
            assertThatNullPointerException().isThrownBy(() -> store.get(null)).withMessage("key");
            assertThatNullPointerException()
                    .isThrownBy(() -> store.get("k", null))
                    .withMessage("options");
            assertThatNullPointerException().isThrownBy(() -> store.size(null)).withMessage("options");
            assertThatNullPointerException()
                    .isThrownBy(() -> store.forEach(null))
                    .withMessage("action");
            AsyncStore<String, String> async = store.async();
            assertThatNullPointerException()
                    .isThrownBy(() -> async.put(null, "v"))
                    .withMessage("key");
            assertThatNullPointerException()
                    .isThrownBy(() -> async.put("k", null))
                    .withMessage("value");
            assertThatNullPointerException().isThrownBy(() -> async.get(null)).withMessage("key");
            assertThatNullPointerException()
                    .isThrownBy(() -> async.forEach(null))
                    .withMessage("action");
            assertThatNullPointerException()
                    .isThrownBy(() -> node.store(null, Codec.string(), Codec.string()))
                    .withMessage("name");
            assertThatNullPointerException()
                    .isThrownBy(() -> node.store("s", null, Codec.string()))
                    .withMessage("keys");
            assertThatNullPointerException()
                    .isThrownBy(() -> node.store("s", Codec.string(), null))
                    .withMessage("values");
            assertThatNullPointerException()
                    .isThrownBy(() -> node.awaitReady(null))
                    .withMessage("timeout");
            assertThatNullPointerException()
                    .isThrownBy(() -> node.cluster().transferLeadership(null))
                    .withMessage("name");
            assertThat(store.size()).isZero();
        }
    }

    @Test
    void whatIsTooLargeIsRefusedAtTheCall() {
        try (Trio trio = Trio.ready(11, settings -> settings.maxKeyBytes(8).maxValueBytes(16))) {
            Store<String, String> store = store(trio.follower());
            store.put("12345678", "1234567890123456");
            assertThatThrownBy(() -> store.put("123456789", "v"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("9 bytes")
                    .hasMessageContaining("8");
            assertThatThrownBy(() -> store.put("ääääx", "v")).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> store.putIfAbsent("k", "12345678901234567"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("17 bytes");
            assertThat(store.async().put("123456789", "v")).isCompletedExceptionally();
            assertThat(store.size()).isEqualTo(1);
        }
    }

    @Test
    void diskLevelsAreRefusedWithTheReason() {
        try (Trio trio = Trio.ready(12)) {
            Store<String, String> store = store(trio.leader());
            for (Ack disk : new Ack[] {Ack.LEADER_DISK, Ack.QUORUM_DISK}) {
                assertThatThrownBy(() -> store.put("k", "v", WriteOptions.ack(disk)))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining(disk + " needs a disk, and this cluster keeps no storage");
                assertThatThrownBy(() -> trio.leader()
                                .store(
                                        "s",
                                        Codec.string(),
                                        Codec.string(),
                                        StoreOptions.defaults().withAck(disk)))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("no storage");
            }
            assertThat(store.size()).isZero();
        }
    }

    @Test
    void storesHaveProperNames() {
        try (Trio trio = Trio.ready(13)) {
            assertThatThrownBy(() -> trio.leader().store("", Codec.string(), Codec.string()))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> trio.leader().store("x".repeat(256), Codec.string(), Codec.string()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("256");
            assertThatThrownBy(() -> trio.leader().store("s", Codec.bytes(), Codec.string()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("cannot be a key");
        }
    }

    // --- codecs ---

    @Test
    void aStoreIsNotOpenedWithOtherCodecs() {
        try (Trio trio = Trio.ready(14)) {
            MemdiNode one = trio.follower();
            MemdiNode other = trio.otherFollower();
            // Both open it before it exists.
            Store<String, String> texts = one.store("s", Codec.string(), Codec.string());
            Store<String, Long> numbers = other.store("s", Codec.string(), Codec.int64());
            assertThatThrownBy(() -> one.store("s", Codec.string(), Codec.int64()))
                    .isInstanceOf(WrongCodecException.class)
                    .hasMessageContaining("is open on this node");
            texts.put("k", "v");
            assertThatThrownBy(() -> numbers.put("k", 1L))
                    .isInstanceOf(WrongCodecException.class)
                    .hasMessageContaining("\"int64\"");
            trio.network.advance(SECOND);
            assertThatThrownBy(() -> numbers.get("k")).isInstanceOf(WrongCodecException.class);
            assertThatThrownBy(() -> numbers.get("k", ReadOptions.local())).isInstanceOf(WrongCodecException.class);
            assertThat(numbers.async().get("k")).isCompletedExceptionally();
            assertThatThrownBy(() -> trio.leader().store("s", Codec.string(), Codec.int64()))
                    .isInstanceOf(WrongCodecException.class)
                    .hasMessageContaining("exists in this cluster");
            assertThat(other.store("s", Codec.string(), Codec.string()).get("k"))
                    .isEqualTo("v");
            assertThat(one.store("s", Codec.string(), Codec.string()).get("k")).isEqualTo("v");
        }
    }

    @ParameterizedTest
    @MethodSource("io.memdi.node.Thrown#each")
    void aCodecThatThrowsEndsTheOperationAndNothingElse(Throwable thrown) {
        AtomicInteger broken = new AtomicInteger();
        Codec<String> moody = new Codec<>() {
            @Override
            public String name() {
                return "moody";
            }

            @Override
            public byte[] encode(String value) {
                if (broken.get() > 0) {
                    throw Thrown.now(thrown);
                }
                return Codec.string().encode(value);
            }

            @Override
            public String decode(byte[] bytes) {
                return Codec.string().decode(bytes);
            }

            @Override
            public int hash(String value) {
                if (broken.get() > 1) {
                    throw Thrown.now(thrown);
                }
                return value.hashCode();
            }
        };
        try (Trio trio = Trio.ready(15)) {
            Store<String, String> store = trio.follower().store("s", moody, moody);
            store.put("k", "v");
            broken.set(1);
            assertThatThrownBy(() -> store.put("k", "w"))
                    .isInstanceOf(CodecException.class)
                    .hasMessageContaining("moody")
                    .hasCause(thrown);
            assertThat(store.async().put("k", "w")).isCompletedExceptionally();
            assertThat(store.get("k")).isEqualTo("v");
            broken.set(2);
            assertThatThrownBy(() -> store.get("k")).isInstanceOf(CodecException.class);
            assertThat(store.async().get("k")).isCompletedExceptionally();
            assertThat(store.async().remove("k")).isCompletedExceptionally();
            broken.set(0);
            store.put("k", "w");
            assertThat(store.get("k")).isEqualTo("w");
        }
    }

    // --- callbacks ---

    @Test
    void aCallbackThatThrowsTouchesNothingElse() {
        try (Trio trio = Trio.ready(16)) {
            AsyncStore<String, String> store = store(trio.follower()).async();
            CompletableFuture<Revision> failing = store.put("k", "v").whenComplete((revision, e) -> {
                throw new IllegalStateException("callback");
            });
            CompletableFuture<Revision> fine = store.put("k", "w");
            assertThatThrownBy(() -> trio.network.join(failing, LONG)).hasCauseInstanceOf(IllegalStateException.class);
            trio.network.join(fine, LONG);
            CompletableFuture<?> walk = store.forEach((k, v) -> {
                throw new IllegalStateException("action");
            });
            assertThatThrownBy(() -> trio.network.join(walk, LONG)).hasCauseInstanceOf(IllegalStateException.class);
            trio.network.join(store.put("k", "x"), LONG);
        }
    }

    @Test
    void aCallbackMayIssueTheNextCall() {
        try (Trio trio = Trio.ready(17)) {
            AsyncStore<String, String> store = store(trio.follower()).async();
            CompletableFuture<String> chain = store.put("k", "v")
                    .thenCompose(r -> store.get("k"))
                    .thenCompose(v -> store.put("l", v).thenCompose(r -> store.get("l")));
            assertThat(trio.network.join(chain, LONG)).isEqualTo("v");
        }
    }
}
