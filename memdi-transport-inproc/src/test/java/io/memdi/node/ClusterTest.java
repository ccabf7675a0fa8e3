package io.memdi.node;

import static io.memdi.node.Trio.LONG;
import static io.memdi.node.Trio.store;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memdi.Ack;
import io.memdi.ClusterMember;
import io.memdi.Memdi;
import io.memdi.MemdiNode;
import io.memdi.NoLeaderException;
import io.memdi.NodeClosedException;
import io.memdi.NotReadyException;
import io.memdi.OutcomeUnknownException;
import io.memdi.ReadLevel;
import io.memdi.ReadOptions;
import io.memdi.Revision;
import io.memdi.Role;
import io.memdi.Status;
import io.memdi.Store;
import io.memdi.Versioned;
import io.memdi.WriteOptions;
import io.memdi.transport.inproc.SimNetwork;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A cluster of three, as its users see it, in virtual time. */
class ClusterTest {
    private static final WriteOptions QUORUM = WriteOptions.ack(Ack.QUORUM_MEMORY);

    @Test
    void aWriteAtAnyNodeIsReadAtEveryNodeAtEveryLevel() {
        try (Trio trio = Trio.ready(1)) {
            for (MemdiNode writer : trio.nodes()) {
                Revision revision = store(writer).put("en", "hello from " + writer.name(), QUORUM);
                for (MemdiNode reader : trio.nodes()) {
                    for (ReadLevel level : ReadLevel.values()) {
                        ReadOptions options = ReadOptions.at(level).atLeast(revision);
                        assertThat(store(reader).get("en", options)).isEqualTo("hello from " + writer.name());
                        assertThat(store(reader).getVersioned("en", options))
                                .isEqualTo(new Versioned<>("hello from " + writer.name(), revision));
                    }
                }
            }
        }
    }

    @Test
    void aSessionSeesWhatItWroteAlsoOnAFollower() {
        try (Trio trio = Trio.ready(2)) {
            Store<String, String> store = store(trio.follower());
            for (int i = 0; i < 20; i++) {
                store.put("k", "v" + i);
                assertThat(store.get("k")).isEqualTo("v" + i);
                assertThat(store.containsKey("k")).isTrue();
                assertThat(store.size()).isEqualTo(1);
            }
            assertThat(store.remove("k")).isTrue();
            assertThat(store.get("k")).isNull();
            assertThat(store.getVersioned("k")).isNull();
            assertThat(store.remove("k")).isFalse();
            assertThat(store.size()).isZero();
        }
    }

    @Test
    void aLinearizableReadSeesWhatWasAcknowledgedAnywhere() {
        try (Trio trio = Trio.ready(3)) {
            Store<String, String> writer = store(trio.follower());
            Store<String, String> reader = store(trio.otherFollower());
            for (int i = 0; i < 20; i++) {
                writer.put("k", "v" + i);
                assertThat(reader.get("k", ReadOptions.linearizable())).isEqualTo("v" + i);
                assertThat(reader.size(ReadOptions.linearizable())).isEqualTo(1);
                assertThat(reader.containsKey("k", ReadOptions.linearizable())).isTrue();
            }
        }
    }

    @Test
    void conditionsAreDecidedByTheLeader() {
        try (Trio trio = Trio.ready(4)) {
            Store<String, String> one = store(trio.follower());
            Store<String, String> other = store(trio.otherFollower());
            assertThat(one.putIfAbsent("k", "one")).isTrue();
            assertThat(other.putIfAbsent("k", "other", QUORUM)).isFalse();
            Revision revision = Objects.requireNonNull(other.getVersioned("k", ReadOptions.linearizable()))
                    .revision();
            assertThat(one.replace("k", revision, "two")).isTrue();
            assertThat(other.replace("k", revision, "three", QUORUM)).isFalse();
            assertThat(other.get("k", ReadOptions.linearizable())).isEqualTo("two");
            assertThat(other.remove("k", revision)).isFalse();
            revision = Objects.requireNonNull(one.getVersioned("k")).revision();
            assertThat(other.remove("k", revision, QUORUM)).isTrue();
            assertThat(one.remove("k", QUORUM)).isFalse();
        }
    }

    @Test
    void aWriteOutlivesItsLeader() {
        try (Trio trio = Trio.ready(5)) {
            MemdiNode leader = trio.leader();
            MemdiNode follower = trio.follower();
            Store<String, String> store = store(follower);
            store.put("before", "1", QUORUM);
            trio.network.crash(leader.name());
            assertThatThrownBy(() -> store(leader))
                    .isInstanceOf(NodeClosedException.class)
                    .hasMessageContaining("was crashed in its network");
            // Waits for the election, and is sent again.
            store.put("after", "2", QUORUM);
            assertThat(store.get("before")).isEqualTo("1");
            assertThat(store.get("after", ReadOptions.linearizable())).isEqualTo("2");
            assertThat(follower.cluster().leader()).isNotEqualTo(leader.name());
        }
    }

    @Test
    void manyWritesOutliveTheirLeaderInOrder() {
        try (Trio trio = Trio.ready(6)) {
            Store<String, String> store = store(trio.follower());
            List<CompletableFuture<Revision>> writes = new ArrayList<>();
            for (int i = 0; i < 500; i++) {
                writes.add(store.async().put("k" + i % 7, "v" + i, QUORUM));
                if (i == 250) {
                    trio.network.advance(Duration.ofMillis(2));
                    trio.network.crash(trio.leader().name());
                }
            }
            Revision before = Revision.NONE;
            for (CompletableFuture<Revision> write : writes) {
                Revision revision = trio.network.join(write, LONG);
                assertThat(revision).isGreaterThan(before);
                before = revision;
            }
            for (int key = 0; key < 7; key++) {
                int last = 499 - Math.floorMod(499 - key, 7);
                assertThat(store.get("k" + key)).isEqualTo("v" + last);
            }
        }
    }

    /** How many writes a node has on their way is its own affair: a leader whose own bound is lower takes them all the same. */
    @Test
    void nodesMayDifferInTheirBoundsOfOpenWrites() {
        try (SimNetwork network = SimNetwork.create(19)) {
            Map<String, Integer> bounds = Map.of("a", 1, "b", 3, "c", 4096);
            Map<String, MemdiNode> nodes = new TreeMap<>();
            bounds.forEach((name, bound) -> nodes.put(
                    name,
                    Memdi.node(name)
                            .transport(network)
                            .bootstrap("a", "b", "c")
                            .maxOpenWrites(bound)
                            .start()));
            nodes.values().forEach(node -> node.awaitReady(LONG));
            for (String leader : List.of("a", "b", "c")) {
                if (!leader.equals(nodes.get("a").cluster().leader())) {
                    nodes.get("a").cluster().transferLeadership(leader);
                }
                for (MemdiNode node : nodes.values()) {
                    Duration before = network.now();
                    List<CompletableFuture<Revision>> writes = new ArrayList<>();
                    for (int i = 0; i < 50; i++) {
                        writes.add(store(node).async().put("k" + i, node.name()));
                    }
                    for (CompletableFuture<Revision> write : writes) {
                        network.join(write, LONG);
                    }
                    assertThat(writes.stream().map(CompletableFuture::join))
                            .isSorted()
                            .doesNotHaveDuplicates();
                    // Fifty round trips at most; a write that was dropped would be sent again after 200 ms.
                    assertThat(network.now().minus(before))
                            .as("from %s to %s", node.name(), leader)
                            .isLessThan(Duration.ofMillis(190));
                }
            }
            nodes.values().forEach(MemdiNode::close);
        }
    }

    @Test
    void leadershipIsTransferredWithoutLosingAWrite() {
        try (Trio trio = Trio.ready(7)) {
            MemdiNode to = trio.follower();
            MemdiNode other = trio.otherFollower();
            Store<String, String> store = store(other);
            List<CompletableFuture<Revision>> writes = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                writes.add(store.async().put("k" + i, "v", QUORUM));
            }
            other.cluster().transferLeadership(to.name());
            assertThat(other.cluster().leader()).isEqualTo(to.name());
            to.cluster().transferLeadership(to.name()); // it leads already
            writes.forEach(write -> trio.network.join(write, LONG));
            assertThat(store.size()).isEqualTo(50);
        }
    }

    @Test
    void leadershipIsNotTransferredToJustAnybody() {
        try (Trio trio = Trio.ready(8, settings -> settings.timeout(Duration.ofSeconds(2)))) {
            assertThatThrownBy(() -> trio.follower().cluster().transferLeadership("nobody"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("nobody")
                    .hasMessageContaining("[a, b, c]");
            MemdiNode leader = trio.leader();
            MemdiNode down = trio.follower();
            trio.network.partition(Set.of(down.name()));
            assertThatThrownBy(() -> leader.cluster().transferLeadership(down.name()))
                    .isInstanceOf(OutcomeUnknownException.class)
                    .hasMessageContaining(down.name());
        }
    }

    @Test
    void aTransferThatTheLeaderGivesUpIsAskedForAgainUntilTheTimeIsUp() {
        try (Trio trio = Trio.ready(23, settings -> settings.timeout(Duration.ofSeconds(2)))) {
            MemdiNode down = trio.follower();
            for (MemdiNode asks : List.of(trio.leader(), trio.otherFollower())) {
                trio.network.partition(Set.of(down.name()));
                Duration before = trio.network.now();
                // Every 500 ms, which is the maximum election timeout.
                assertThatThrownBy(() -> asks.cluster().transferLeadership(down.name()))
                        .isInstanceOf(OutcomeUnknownException.class)
                        .hasMessageContaining("It was asked for 4 times, and may take place yet");
                assertThat(trio.network.now().minus(before))
                        .isBetween(Duration.ofMillis(1999), Duration.ofMillis(2100));
            }
            String leader = trio.leader().name();
            trio.network.after(Duration.ofSeconds(1), trio.network::heal);
            trio.otherFollower().cluster().transferLeadership(down.name());
            assertThat(trio.otherFollower().cluster().leader())
                    .isEqualTo(down.name())
                    .isNotEqualTo(leader);
        }
    }

    /** The leader that was asked may hand over when nobody waits for that any more. */
    @Test
    void aTransferThatWasAskedForMayTakePlaceAfterItsCallHasEnded() {
        try (Trio trio = Trio.ready(20, settings -> settings.timeout(Duration.ofMillis(200)))) {
            MemdiNode asks = trio.follower();
            MemdiNode to = trio.otherFollower();
            trio.network.slow(trio.leader().name(), asks.name(), Duration.ofMillis(150));
            trio.network.slow(asks.name(), trio.leader().name(), Duration.ofMillis(199));
            assertThatThrownBy(() -> asks.cluster().transferLeadership(to.name()))
                    .isInstanceOf(OutcomeUnknownException.class)
                    .hasMessageContaining("may take place yet");
            trio.await(() -> to.name().equals(to.cluster().leader()));
        }
    }

    @Test
    void aTransferThatNobodyWasAskedForDoesNotTakePlace() {
        try (Trio trio = Trio.ready(21, settings -> settings.timeout(Duration.ofSeconds(2)))) {
            MemdiNode alone = trio.follower();
            trio.network.partition(Set.of(alone.name()));
            trio.await(() -> alone.cluster().leader() == null);
            assertThatThrownBy(() -> alone.cluster().transferLeadership(alone.name()))
                    .isInstanceOf(NoLeaderException.class);
        }
    }

    @Test
    void aTransferThatANodeIsClosedInTheMiddleOfMayTakePlaceYet() {
        try (Trio trio = Trio.ready(22)) {
            MemdiNode node = trio.follower();
            String down = trio.otherFollower().name();
            trio.network.partition(Set.of(down));
            trio.network.after(Duration.ofMillis(50), node::close);
            assertThatThrownBy(() -> node.cluster().transferLeadership(down))
                    .isInstanceOf(OutcomeUnknownException.class)
                    .hasMessageContaining("this node was closed");
        }
    }

    @Test
    void aLeaderThatClosesHandsOver() {
        try (Trio trio = Trio.ready(9)) {
            MemdiNode leader = trio.leader();
            MemdiNode follower = trio.follower();
            Store<String, String> store = store(follower);
            store.put("k", "v", QUORUM);
            leader.close();
            Duration closed = trio.network.now();
            store.put("k", "w", QUORUM);
            // Far less than an election timeout: nobody had to find out.
            assertThat(trio.network.now().minus(closed)).isLessThan(Duration.ofMillis(50));
            leader.close();
        }
    }

    @Test
    void aLeaderThatAnInterruptedThreadClosesWaitsForNoHandover() {
        try (Trio trio = Trio.ready(24)) {
            MemdiNode leader = trio.leader();
            Store<String, String> store = store(trio.follower());
            Duration before = trio.network.now();
            Thread.currentThread().interrupt();
            leader.close();
            assertThat(Thread.interrupted()).isTrue();
            assertThat(trio.network.now()).isEqualTo(before);
            store.put("k", "v", QUORUM);
        }
    }

    @Test
    void closingTheNetworkAloneEndsTheCallsOfItsNodes() {
        try (Trio trio = Trio.ready(25)) {
            Store<String, String> store = store(trio.follower());
            trio.network.partition(Set.of("a"), Set.of("b"), Set.of("c"));
            Duration end = trio.network.now().plusMillis(50);
            trio.network.after(Duration.ofMillis(50), trio.network::close);
            assertThatThrownBy(() -> store.put("k", "v", QUORUM))
                    .isInstanceOf(OutcomeUnknownException.class)
                    .hasMessageContaining("it was sent to the leader, and then the network of this node was closed");
            assertThat(trio.network.now()).isEqualTo(end);
        }
    }

    @Test
    void aClosedNodeSaysSo() {
        try (Trio trio = Trio.ready(10)) {
            MemdiNode node = trio.follower();
            Store<String, String> store = store(node);
            store.put("k", "v");
            Status before = node.status();
            node.close();
            for (ReadLevel level : ReadLevel.values()) {
                assertThatThrownBy(() -> store.get("k", ReadOptions.at(level))).isInstanceOf(NodeClosedException.class);
            }
            assertThatThrownBy(() -> store.get("k"))
                    .isInstanceOf(NodeClosedException.class)
                    .hasMessage(
                            "SESSION read in store \"greetings\" was not answered: this node was closed. Issue it at"
                                    + " another node");
            assertThatThrownBy(() -> store.put("k", "v")).isInstanceOf(NodeClosedException.class);
            assertThatThrownBy(() -> store.asMap().get("k")).isInstanceOf(NodeClosedException.class);
            assertThat(store.async().put("k", "v")).isCompletedExceptionally();
            assertThat(store.async().get("k")).isCompletedExceptionally();
            assertThatThrownBy(() -> store(node)).isInstanceOf(NodeClosedException.class);
            assertThatThrownBy(() -> node.awaitReady(LONG)).isInstanceOf(NodeClosedException.class);
            assertThatThrownBy(() -> node.cluster().members()).isInstanceOf(NodeClosedException.class);
            assertThatThrownBy(() -> node.cluster().leader()).isInstanceOf(NodeClosedException.class);
            assertThatThrownBy(() -> node.cluster().transferLeadership("a")).isInstanceOf(NodeClosedException.class);

            assertThat(node.status().role()).isEqualTo(Role.STOPPED);
            assertThat(node.status().waitingFor()).isEqualTo("this node was closed");
            assertThat(node.status().incarnation()).isEqualTo(before.incarnation());
            assertThat(node.status().stores()).isEqualTo(before.stores());
            node.close();
        }
    }

    @Test
    void aNodeThatIsNotReadySaysWhatItWaitsFor() {
        try (Trio trio = Trio.starting(11, settings -> settings)) {
            trio.network.partition(Set.of("c"));
            assertThatThrownBy(() -> trio.node("a").awaitReady(Duration.ofSeconds(3)))
                    .isInstanceOf(NotReadyException.class)
                    .hasMessageContaining("\"a\" is not ready after 3 s")
                    .hasMessageContaining("c");
            assertThatThrownBy(() -> trio.node("a").awaitReady(Duration.ofSeconds(-3)))
                    .isInstanceOf(NotReadyException.class)
                    .hasMessageContaining("not heard yet: c");
            trio.network.heal();
            assertThat(trio.node("a").awaitReady(LONG)).isSameAs(trio.node("a"));
            assertThat(trio.node("a").awaitReady(Duration.ofSeconds(-3))).isSameAs(trio.node("a"));
        }
    }

    @Test
    void whatComesBeforeTheFoundingWaits() {
        try (Trio trio = Trio.starting(12, settings -> settings)) {
            Store<String, String> store = store(trio.node("b"));
            assertThat(trio.node("b").cluster().members()).isEmpty();
            assertThat(trio.node("b").status().role()).isEqualTo(Role.FOUNDING);
            assertThat(store.size(ReadOptions.local())).isZero();
            store.put("k", "v");
            assertThat(store.get("k")).isEqualTo("v");
            assertThat(trio.node("b").cluster().members())
                    .extracting(ClusterMember::name)
                    .containsExactly("a", "b", "c");
        }
    }

    /** Its table is empty, and its store perhaps not. */
    @Test
    void aNodeThatWasNeverReadyAnswersNoRead() {
        try (Trio trio = Trio.starting(21, settings -> settings)) {
            trio.network.partition(Set.of("c"));
            Store<String, String> store = store(trio.node("c"));
            for (ReadLevel level : ReadLevel.values()) {
                ReadOptions options = ReadOptions.at(level).withTimeout(Duration.ofMillis(50));
                assertThatThrownBy(() -> store.get("k", options))
                        .isInstanceOf(NotReadyException.class)
                        .hasMessageContaining("not ready");
                assertThatThrownBy(() -> store.size(options)).isInstanceOf(NotReadyException.class);
                assertThatThrownBy(() -> store.forEach((key, value) -> {}, options))
                        .isInstanceOf(NotReadyException.class);
            }
            assertThatThrownBy(() -> store.asMap().get("k")).isInstanceOf(NotReadyException.class);
            trio.network.heal();
            assertThat(store.get("k")).isNull();
            assertThat(store.asMap()).isEmpty();
        }
    }

    @Test
    void statusTellsWhatANodeHolds() {
        try (Trio trio = Trio.ready(13)) {
            Store<String, String> store = store(trio.leader());
            for (int i = 0; i < 100; i++) {
                store.put("k" + i, "v");
            }
            store.put("last", "v", QUORUM);
            trio.network.advance(Duration.ofSeconds(1));
            List<Status> all = trio.nodes().stream().map(MemdiNode::status).toList();
            assertThat(all).extracting(Status::stores).containsOnly(all.get(0).stores());
            assertThat(all.get(0).stores()).hasSize(1).first().satisfies(held -> {
                assertThat(held.name()).isEqualTo(Trio.STORE);
                assertThat(held.entries()).isEqualTo(101);
                assertThat(held.digest()).hasSize(32);
            });
            assertThat(all).extracting(Status::cluster).containsOnly(all.get(0).cluster());
            assertThat(all).allSatisfy(status -> {
                assertThat(status.open()).isTrue();
                assertThat(status.waitingFor()).isEmpty();
                assertThat(status.leader()).isEqualTo(trio.leader().name());
                assertThat(status.last()).isEqualTo(status.committed());
            });
        }
    }

    @Test
    void forEachSeesEveryEntry() {
        try (Trio trio = Trio.ready(14)) {
            Store<String, String> store = store(trio.follower());
            TreeMap<String, String> written = new TreeMap<>();
            for (int i = 0; i < 300; i++) {
                store.put("k" + i, "v" + i);
                written.put("k" + i, "v" + i);
            }
            TreeMap<String, String> seen = new TreeMap<>();
            store.forEach(seen::put);
            assertThat(seen).isEqualTo(written);
            seen.clear();
            store(trio.otherFollower()).forEach(seen::put, ReadOptions.linearizable());
            assertThat(seen).isEqualTo(written);
            seen.clear();
            trio.network.join(store.async().forEach(seen::put), LONG);
            assertThat(seen).isEqualTo(written);
            trio.network.join(store.async().forEach(seen::put, ReadOptions.committed()), LONG);
        }
    }

    @Test
    void asynchronousCallsAreTheSameOperations() {
        try (Trio trio = Trio.ready(15)) {
            var async = store(trio.follower()).async();
            var other = store(trio.otherFollower()).async();
            assertThat(async).hasToString("AsyncStore[greetings]");
            Revision put = trio.network.join(async.put("k", "v"), LONG);
            assertThat(trio.network.join(async.get("k"), LONG)).isEqualTo("v");
            assertThat(trio.network.join(other.get("k", ReadOptions.linearizable()), LONG))
                    .isEqualTo("v");
            assertThat(trio.network.join(
                            other.getVersioned("k", ReadOptions.session().atLeast(put)), LONG))
                    .isEqualTo(new Versioned<>("v", put));
            assertThat(trio.network.join(async.getVersioned("none"), LONG)).isNull();
            assertThat(trio.network.join(async.containsKey("k"), LONG)).isTrue();
            assertThat(trio.network.join(other.containsKey("none", ReadOptions.linearizable()), LONG))
                    .isFalse();
            assertThat(trio.network.join(async.size(), LONG)).isEqualTo(1);
            assertThat(trio.network.join(other.size(ReadOptions.linearizable()), LONG))
                    .isEqualTo(1);
            assertThat(trio.network.join(async.putIfAbsent("k", "w"), LONG)).isFalse();
            assertThat(trio.network.join(async.putIfAbsent("l", "w", QUORUM), LONG))
                    .isTrue();
            assertThat(trio.network.join(async.replace("k", put, "w"), LONG)).isTrue();
            assertThat(trio.network.join(async.replace("k", put, "x", QUORUM), LONG))
                    .isFalse();
            assertThat(trio.network.join(async.remove("k", put), LONG)).isFalse();
            assertThat(trio.network.join(async.remove("k", put, QUORUM), LONG)).isFalse();
            assertThat(trio.network.join(async.remove("k"), LONG)).isTrue();
            assertThat(trio.network.join(async.remove("k", QUORUM), LONG)).isFalse();
            assertThat(trio.network.join(async.put("k", "z", QUORUM), LONG)).isGreaterThan(put);
        }
    }

    @Test
    void aRunIsReplayedExactlyByItsSeed() {
        List<Long> fingerprints = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            try (Trio trio = Trio.ready(16)) {
                Store<String, String> store = store(trio.follower());
                for (int k = 0; k < 50; k++) {
                    store.async().put("k" + k, "v");
                }
                trio.network.crash(trio.leader().name());
                store.put("last", "v", QUORUM);
                fingerprints.add(trio.network.fingerprint());
            }
        }
        assertThat(fingerprints.get(0)).isEqualTo(fingerprints.get(1));
    }
}
