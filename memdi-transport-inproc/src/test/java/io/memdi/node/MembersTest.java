package io.memdi.node;

import static io.memdi.node.Trio.LONG;
import static io.memdi.node.Trio.store;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memdi.Ack;
import io.memdi.ChangeRefusedException;
import io.memdi.ClusterMember;
import io.memdi.Memdi;
import io.memdi.MemdiNode;
import io.memdi.NotReadyException;
import io.memdi.OutcomeUnknownException;
import io.memdi.ReadOptions;
import io.memdi.Role;
import io.memdi.Store;
import io.memdi.TimedOutException;
import io.memdi.WriteOptions;
import io.memdi.transport.inproc.InProcNetwork;
import io.memdi.transport.inproc.SimNetwork;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Members come and go, as a user does it. */
class MembersTest {
    private static final WriteOptions QUORUM = WriteOptions.ack(Ack.QUORUM_MEMORY);
    private static final Duration SECOND = Duration.ofSeconds(1);

    private static MemdiNode restart(SimNetwork network, String name) {
        network.crash(name);
        return Memdi.node(name).transport(network).bootstrap("a", "b", "c").start();
    }

    private static List<String> voters(MemdiNode node) {
        return node.cluster().members().stream()
                .filter(ClusterMember::voter)
                .map(ClusterMember::name)
                .toList();
    }

    @Test
    void aRestartedNodeIsTakenBackWhileTheClusterGoesOnWriting() {
        try (Trio trio = Trio.ready(31)) {
            String name = trio.follower().name();
            Store<String, String> leader = store(trio.leader());
            leader.put("k", "v", QUORUM);
            var before = trio.follower().status().incarnation();
            try (MemdiNode back = restart(trio.network, name)) {
                for (int i = 0; i < 100; i++) {
                    leader.put("k" + i, "v" + i);
                }
                back.awaitReady(LONG);
                assertThat(back.status().incarnation()).isNotEqualTo(before);
                assertThat(store(back).get("k", ReadOptions.linearizable())).isEqualTo("v");
                assertThat(store(back).size()).isEqualTo(101);
                assertThat(voters(back)).containsExactly("a", "b", "c");
                store(back).put("own", "write", QUORUM);
                assertThat(leader.get("own", ReadOptions.linearizable())).isEqualTo("write");
            }
        }
    }

    @Test
    void aRollingRestartLosesNothing() {
        try (Trio trio = Trio.ready(32)) {
            store(trio.leader()).put("k", "v", QUORUM);
            List<MemdiNode> restarted = new ArrayList<>();
            for (String name : List.of("a", "b", "c")) {
                restarted.add(restart(trio.network, name).awaitReady(LONG));
            }
            for (MemdiNode node : restarted) {
                assertThat(store(node).get("k", ReadOptions.linearizable())).isEqualTo("v");
            }
            restarted.forEach(MemdiNode::close);
        }
    }

    @Test
    void aNewNodeJoinsAndLeavesAndItsNameComesBack() {
        try (Trio trio = Trio.ready(33)) {
            store(trio.leader()).put("k", "v", QUORUM);
            MemdiNode d = Memdi.node("d").transport(trio.network).join("b").start();
            d.awaitReady(LONG);
            assertThat(voters(d)).containsExactly("a", "b", "c", "d");
            assertThat(store(d).get("k")).isEqualTo("v");
            trio.node("a").cluster().remove("d");
            assertThat(voters(trio.node("a"))).containsExactly("a", "b", "c");
            trio.await(() -> d.status().role() == Role.STOPPED);
            d.close();
            try (MemdiNode again = Memdi.node("d")
                    .transport(trio.network)
                    .join("a", "c")
                    .asLearner()
                    .start()) {
                again.awaitReady(LONG);
                assertThat(voters(again)).containsExactly("a", "b", "c");
                assertThat(store(again).get("k")).isEqualTo("v");
                assertThatThrownBy(() -> again.cluster().transferLeadership("d"))
                        .isInstanceOf(IllegalArgumentException.class);
            }
        }
    }

    @Test
    void whatCannotBeRemovedIsRefusedInPlainWords() {
        try (Trio trio = Trio.ready(34)) {
            assertThatThrownBy(() -> trio.node("a").cluster().remove("x"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("no member is called \"x\"; the members are [a, b, c]");
            String dead = trio.follower().name();
            MemdiNode asked = trio.otherFollower();
            String leader = trio.leader().name();
            trio.network.crash(dead);
            trio.network.advance(SECOND);
            assertThatThrownBy(() -> asked.cluster().remove(leader))
                    .isInstanceOf(ChangeRefusedException.class)
                    .hasMessageContaining("no majority is left")
                    .hasMessageContaining(dead);
            asked.cluster().remove(dead);
            assertThat(voters(asked)).hasSize(2).doesNotContain(dead);
            assertThatThrownBy(() -> asked.cluster().remove(dead)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void aRemovalThatNobodyIsAskedForIsNotApplied() {
        try (Trio trio = Trio.ready(35)) {
            MemdiNode alone = trio.follower();
            trio.network.partition(Set.of(alone.name()));
            trio.network.advance(SECOND);
            assertThatThrownBy(() -> alone.cluster().remove("a")).isInstanceOf(io.memdi.NoLeaderException.class);
            MemdiNode leader = trio.leader();
            trio.network.partition(Set.of("a"), Set.of("b"), Set.of("c"));
            assertThatThrownBy(() -> leader.cluster().remove(alone.name()))
                    .isInstanceOfAny(OutcomeUnknownException.class, TimedOutException.class);
        }
    }

    @Test
    void aLeaderIsRemovedAndAnotherLeads() {
        try (Trio trio = Trio.ready(36)) {
            MemdiNode out = trio.leader();
            MemdiNode stays = trio.follower();
            stays.cluster().remove(out.name());
            trio.await(() -> out.status().role() == Role.STOPPED);
            trio.await(() -> stays.cluster().leader() != null
                    && !out.name().equals(stays.cluster().leader()));
            store(stays).put("k", "v", QUORUM);
        }
    }

    @Test
    void nodesOutsideTheListBecomeTheMajorityOnceItIsRetired() {
        try (SimNetwork network = SimNetwork.create(37)) {
            MemdiNode a =
                    Memdi.node("a").transport(network).bootstrap("a").start().awaitReady(LONG);
            MemdiNode b = Memdi.node("b").transport(network).join("a").start().awaitReady(LONG);
            MemdiNode c = Memdi.node("c").transport(network).join("a").start();
            assertThatThrownBy(() -> c.awaitReady(SECOND))
                    .isInstanceOf(NotReadyException.class)
                    .hasMessageContaining("retireList");
            b.cluster().retireList();
            c.awaitReady(LONG);
            assertThat(voters(c)).containsExactly("a", "b", "c");
            List.of(a, b, c).forEach(MemdiNode::close);
        }
    }

    @Test
    void aNodeFoundsAloneAndIsRefusedWhereItsContactsBelongToACluster() {
        try (SimNetwork network = SimNetwork.create(38)) {
            MemdiNode a = Memdi.node("a").transport(network).join().start();
            a.cluster().foundAlone();
            a.awaitReady(LONG);
            store(a).put("k", "v");
            MemdiNode b = Memdi.node("b").transport(network).join("a").start();
            assertThatThrownBy(() -> b.cluster().foundAlone()).isInstanceOf(ChangeRefusedException.class);
            b.awaitReady(LONG);
            assertThat(store(b).get("k")).isEqualTo("v");
            MemdiNode x = Memdi.node("x").transport(network).join("nobody").start();
            assertThatThrownBy(() -> x.cluster().foundAlone())
                    .isInstanceOf(ChangeRefusedException.class)
                    .hasMessageContaining("nobody");
            List.of(a, b, x).forEach(MemdiNode::close);
        }
    }

    @Test
    void aSurvivorRecoversAndTheOthersJoinIt() {
        try (Trio trio = Trio.ready(39)) {
            MemdiNode survivor = trio.follower();
            store(survivor).put("k", "v", QUORUM);
            assertThatThrownBy(() -> survivor.cluster().recover()).isInstanceOf(ChangeRefusedException.class);
            List<String> lost = List.of("a", "b", "c").stream()
                    .filter(name -> !name.equals(survivor.name()))
                    .toList();
            lost.forEach(trio.network::crash);
            trio.network.advance(SECOND.multipliedBy(3));
            assertThat(store(survivor).get("k", ReadOptions.local())).isEqualTo("v");
            assertThatThrownBy(() -> store(survivor, SECOND).put("k", "w"))
                    .isInstanceOf(io.memdi.NoLeaderException.class);
            survivor.cluster().recover();
            survivor.awaitReady(LONG);
            assertThat(store(survivor).get("k", ReadOptions.linearizable())).isEqualTo("v");
            store(survivor).put("l", "w", QUORUM);
            for (String name : lost) {
                MemdiNode back = Memdi.node(name)
                        .transport(trio.network)
                        .join(survivor.name())
                        .start();
                back.awaitReady(LONG);
                assertThat(store(back).get("l")).isEqualTo("w");
            }
            assertThat(voters(survivor)).containsExactlyInAnyOrder("a", "b", "c");
        }
    }

    @Test
    void membersComeAndGoInRealTime() {
        try (InProcNetwork network = InProcNetwork.create()) {
            List<MemdiNode> nodes = new ArrayList<>();
            for (String name : List.of("a", "b", "c")) {
                nodes.add(Memdi.node(name)
                        .transport(network)
                        .bootstrap("a", "b", "c")
                        .start());
            }
            nodes.forEach(node -> node.awaitReady(Duration.ofMinutes(1)));
            store(nodes.get(0)).put("k", "v", QUORUM);
            network.crash("a");
            MemdiNode back =
                    Memdi.node("a").transport(network).bootstrap("a", "b", "c").start();
            back.awaitReady(Duration.ofMinutes(1));
            assertThat(store(back).get("k")).isEqualTo("v");
            MemdiNode d = Memdi.node("d").transport(network).join("b").start();
            d.awaitReady(Duration.ofMinutes(1));
            assertThat(store(d).get("k")).isEqualTo("v");
            d.close();
            nodes.get(1).cluster().remove("d");
            assertThat(voters(nodes.get(1))).containsExactly("a", "b", "c");
            back.close();
            nodes.forEach(MemdiNode::close);
        }
    }

    @Test
    void contradictorySettingsAreNamed() {
        try (SimNetwork network = SimNetwork.create(40)) {
            assertThatThrownBy(() -> Memdi.node("a")
                            .transport(network)
                            .bootstrap("a", "b")
                            .join("c")
                            .asLearner()
                            .start())
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("not with both")
                    .hasMessageContaining("asLearner");
            assertThatThrownBy(() -> Memdi.node("a").transport(network).start())
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("join");
        }
    }
}
