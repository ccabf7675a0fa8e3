package io.memdi.shell;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Nodes in processes of their own, as an operator sees them: by their logs, their signals and their exit codes. */
@DisabledOnOs(OS.WINDOWS)
class NodeProcessTest {
    private static final int SIGTERM = 128 + 15;
    private static final int SIGKILL = 128 + 9;

    @Test
    void aLeaderThatIsToldToEndHandsOver() throws Exception {
        try (Processes nodes = new Processes("a", "b", "c")) {
            nodes.startAll();
            // On a machine that stands still for a moment, a handover may be given up; then the next leader is asked.
            for (int attempt = 0; attempt < 5; attempt++) {
                String leader = nodes.leader();
                NodeProcess process = nodes.get(leader).terminate();
                assertThat(process.exitCode()).isEqualTo(SIGTERM);
                assertThat(process.lines())
                        .filteredOn(line -> line.endsWith(
                                "INFO " + leader + ": was told to end; hands its leadership over, and closes"))
                        .hasSize(1);
                String next = nodes.leader();
                List<String> causes = nodes.get(next).lines().stream()
                        .filter(line -> line.contains(next + ": FOLLOWER -> CANDIDATE in term "))
                        .toList();
                if (!causes.isEmpty()) {
                    assertThat(causes).singleElement().asString().endsWith(": the leader handed over");
                    nodes.get(next).awaitLine(next + ": CANDIDATE -> LEADER in term \\d+: \\d of 3 voted for it$");
                    return;
                }
                assertThat(process.lines())
                        .anyMatch(line -> line.contains("gave up") || line.contains("without a handover"));
                nodes.start(leader).awaitLine(leader + ": ready, ");
            }
            assertThat(nodes.leader()).as("five leaders have not handed over").isNull();
        }
    }

    @Test
    void aLeaderThatIsKilledIsReplacedAndComesBack() throws Exception {
        try (Processes nodes = new Processes("a", "b", "c")) {
            nodes.startAll();
            String leader = nodes.leader();
            assertThat(nodes.get(leader).kill().exitCode()).isEqualTo(SIGKILL);
            String next = nodes.leader();
            assertThat(next).isNotEqualTo(leader);
            nodes.get(next).awaitLine("-> PRE_CANDIDATE in term \\d+: \\S+");
            nodes.start(leader).awaitLine(leader + ": ready, follows " + next + " in term ");
        }
    }

    @Test
    void aLeaderThatStandsStillIsReplacedAndFollows() throws Exception {
        try (Processes nodes = new Processes("a", "b", "c")) {
            nodes.startAll();
            String leader = nodes.leader();
            NodeProcess process = nodes.get(leader);
            process.pause();
            try {
                String one = nodes.others(leader).get(0);
                nodes.get(one).awaitLine(one + ": \\S+ -> (LEADER|FOLLOWER) in term ([2-9]|\\d\\d).*");
            } finally {
                process.resume();
            }
            process.awaitLine(leader + ": LEADER -> FOLLOWER in term \\d+: \\S+");
        }
    }

    @Test
    void aNodeThatRunsTwiceUnderOneNameIsToldSo() throws Exception {
        try (Processes nodes = new Processes("a", "b", "c")) {
            nodes.startAll();
            String leader = nodes.leader();
            for (String name : List.of(leader, nodes.others(leader).get(0))) {
                String others = nodes.others(name).stream()
                        .map(nodes::address)
                        .reduce((x, y) -> x + "," + y)
                        .orElseThrow();
                try (NodeProcess twin =
                        NodeProcess.start("--name", name, "--listen", "127.0.0.1:0", "--join", others)) {
                    assertThat(twin.exitCode()).isEqualTo(1);
                    List<String> lines = twin.lines();
                    assertThat(lines.get(lines.size() - 1))
                            .startsWith(
                                    "memdi: " + name + " has stopped: the name " + name + " is in use: another process")
                            .endsWith("or start this one under a name of its own");
                    assertThat(lines).noneMatch(line -> line.startsWith("\tat "));
                }
                assertThat(nodes.get(name).isAlive()).isTrue();
            }
        }
    }

    @Test
    void aPortThatIsInUseIsNamed() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                NodeProcess node = NodeProcess.start(
                        "--name",
                        "a",
                        "--listen",
                        "127.0.0.1:" + taken.getLocalPort(),
                        "--bootstrap",
                        "a=127.0.0.1:" + taken.getLocalPort())) {
            assertThat(node.exitCode()).isEqualTo(1);
            assertThat(node.lines())
                    .containsExactly("memdi: node \"a\" cannot listen at 127.0.0.1:" + taken.getLocalPort()
                            + ": the port is in use, by another process or another node of this one; end that, or choose"
                            + " another port, 0 for any that is free");
        }
    }

    @Test
    void aNodeThatStillWaitsEndsAtOnce() throws Exception {
        try (Processes nodes = new Processes("a", "b", "c")) {
            NodeProcess a = nodes.start("a");
            a.awaitLine(
                    "INFO a: waits: the cluster begins once every node of the list has been heard; not heard yet: b, c$");
            assertThat(a.terminate().exitCode()).isEqualTo(SIGTERM);
            assertThat(a.lines()).anyMatch(line -> line.endsWith("INFO a: was told to end; closes"));
        }
    }

    @Test
    void aNodeThatJoinsWaitsForTheClusterToBeThere() throws Exception {
        try (Processes nodes = new Processes("a")) {
            NodeProcess b = nodes.join("b", "a", "b");
            String where = nodes.address("a");
            b.awaitLine(
                    "INFO b: waits: none of the nodes that it was started with has said that it belongs to a cluster: "
                            + where + "$");
            nodes.start("a").awaitLine("a: ready, leads in term ");
            b.awaitLine("b: ready, follows a in term ");
        }
    }
}
