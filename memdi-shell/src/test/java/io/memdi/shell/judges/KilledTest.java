package io.memdi.shell.judges;

import static org.assertj.core.api.Assertions.assertThat;

import io.memdi.shell.NodeProcess;
import io.memdi.shell.Processes;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Processes that end, or stand still, or are there twice, while callers write. */
@DisabledOnOs(OS.WINDOWS)
class KilledTest {
    @Test
    void theLeader() throws Exception {
        Judge.hear(judge -> {
            for (int i = 0; i < 3; i++) {
                String leader = judge.nodes().leader();
                judge.nodes().get(leader).kill();
                judge.goOn();
                judge.restart(leader);
            }
        });
    }

    @Test
    void aFollower() throws Exception {
        Judge.hear(judge -> {
            String follower = judge.follower();
            judge.nodes().get(follower).kill();
            judge.goOn();
            judge.restart(follower);
        });
    }

    @Test
    void theLeaderStandsStill() throws Exception {
        Judge.hear(judge -> {
            String leader = judge.nodes().leader();
            NodeProcess process = judge.nodes().get(leader);
            int before = process.lines().size();
            process.pause();
            try {
                judge.goOn();
            } finally {
                process.resume();
            }
            process.awaitLine(before, leader + ": LEADER -> FOLLOWER in term ");
        });
    }

    /** Who restarts node by node, and waits for each, fails no write. */
    @Test
    void everythingOneByOne() throws Exception {
        Judge.hear(judge -> {
            long begin = System.nanoTime();
            List<String> order = new ArrayList<>(judge.nodes().names());
            String leader = judge.nodes().leader();
            order.remove(leader);
            order.add(leader);
            for (String name : order) {
                NodeProcess process = judge.nodes().get(name);
                process.terminate().exitCode();
                judge.goOn();
                judge.restart(name);
            }
            judge.nothingFailed(begin);
        });
    }

    @Test
    @Tag("processes")
    void everythingOneByOneWithoutAFarewell() throws Exception {
        Judge.hear(judge -> {
            for (int i = 0; i < 3; i++) {
                for (String name : judge.nodes().names()) {
                    judge.nodes().get(name).kill().exitCode();
                    judge.restart(name);
                }
            }
        });
    }

    @Test
    @Tag("processes")
    void aFollowerWhileItHeals() throws Exception {
        try (Processes nodes = new Processes(Processes.Where.LOOPBACK, "1g", "a", "b", "c")) {
            Judge.hear(nodes, judge -> {
                judge.fill(20_000, 6_000); // More than the log that a leader retains.
                String follower = judge.follower();
                nodes.get(follower).kill().exitCode();
                for (int i = 0; i < 3; i++) {
                    NodeProcess again = nodes.start(follower);
                    again.awaitLine(follower + ": heals: ");
                    again.kill().exitCode();
                }
                NodeProcess last = nodes.start(follower);
                last.awaitLine(follower + ": has healed: ");
                last.awaitLine(follower + ": ready, ");
            });
        }
    }

    /** Who heals has no one to ask for a while. */
    @Test
    @Tag("processes")
    void theLeaderWhileAFollowerHeals() throws Exception {
        try (Processes nodes = new Processes(Processes.Where.LOOPBACK, "1g", "a", "b", "c", "d", "e")) {
            Judge.hear(nodes, judge -> {
                judge.fill(20_000, 6_000);
                String follower = judge.follower();
                nodes.get(follower).kill().exitCode();
                NodeProcess again = nodes.start(follower);
                again.awaitLine(follower + ": heals: ");
                String leader = nodes.leader();
                nodes.get(leader).kill().exitCode();
                again.awaitLine(follower + ": ready, ");
                judge.restart(leader);
            });
        }
    }

    @Test
    @Tag("processes")
    void aNameThatRunsTwice() throws Exception {
        Judge.hear(judge -> {
            String leader = judge.nodes().leader();
            for (String name : List.of(leader, judge.nodes().others(leader).get(0))) {
                List<String> others = judge.nodes().others(name);
                try (NodeProcess twin = NodeProcess.start(
                        "--name",
                        name,
                        "--listen",
                        "127.0.0.1:0",
                        "--join",
                        judge.nodes().address(others.get(0)) + ","
                                + judge.nodes().address(others.get(1)))) {
                    assertThat(twin.exitCode()).isEqualTo(1);
                    assertThat(twin.lines().get(twin.lines().size() - 1)).contains("the name " + name + " is in use");
                }
                assertThat(judge.nodes().get(name).isAlive()).isTrue();
                judge.goOn();
            }
        });
    }

    @Test
    @Tag("processes")
    void aNewcomerToAMillionEntries() throws Exception {
        try (Processes nodes = new Processes(Processes.Where.LOOPBACK, "1g", "a", "b", "c")) {
            Judge.hear(nodes, judge -> {
                judge.fill(1_000_000, 20);
                NodeProcess d = nodes.join("d", "a", "b", "c");
                d.awaitLine("d: ready, ");
                assertThat(judge.witness().status("d").stores())
                        .filteredOn(store -> store.name().equals(Judge.BULK))
                        .singleElement()
                        .satisfies(store -> assertThat(store.entries()).isEqualTo(1_000_000));
            });
        }
    }
}
