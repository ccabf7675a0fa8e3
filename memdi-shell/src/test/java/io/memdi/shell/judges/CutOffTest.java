package io.memdi.shell.judges;

import io.memdi.shell.NodeProcess;
import io.memdi.shell.Processes;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Networks that drop what they should carry, while callers write; in namespaces of Linux, where root allows it. */
@Tag("processes")
class CutOffTest {
    private static final String[] NAMES = {"a", "b", "c"};

    /** What happens to the network. */
    @FunctionalInterface
    private interface Story {
        void tell(Judge judge, Namespaces network) throws Exception;
    }

    @FunctionalInterface
    private interface Trouble {
        void befall(Namespaces network, String name) throws Exception;
    }

    private static void hear(Story story) throws Exception {
        try (Namespaces network = Namespaces.of(NAMES);
                Processes nodes = new Processes(network, "256m", NAMES)) {
            Judge.hear(nodes, judge -> story.tell(judge, network));
        }
    }

    /** A leader is in trouble; callers go on; then it is back, and knows that it does not lead any more. */
    private static void toTheLeader(Trouble trouble) throws Exception {
        hear((judge, network) -> {
            String leader = judge.nodes().leader();
            NodeProcess process = judge.nodes().get(leader);
            int before = process.lines().size();
            trouble.befall(network, leader);
            judge.goOn();
            network.heal(leader);
            process.awaitLine(before, leader + ": LEADER -> FOLLOWER in term ");
        });
    }

    @Test
    void aLeaderFromTheOtherNodes() throws Exception {
        toTheLeader(Namespaces::cut);
    }

    @Test
    void aLeaderFromEverybody() throws Exception {
        toTheLeader(Namespaces::isolate);
    }

    @Test
    void aLeaderThatIsNotHeard() throws Exception {
        toTheLeader(Namespaces::mute);
    }

    @Test
    void aLeaderThatHearsNothing() throws Exception {
        toTheLeader(Namespaces::deafen);
    }

    @Test
    void aFollowerInTurns() throws Exception {
        hear((judge, network) -> {
            for (int i = 0; i < 2; i++) {
                String follower = judge.follower();
                network.mute(follower);
                judge.goOn();
                network.deafen(follower);
                judge.goOn();
                network.isolate(follower);
                judge.goOn();
                network.heal(follower);
                judge.goOn();
            }
        });
    }

    @Test
    void everybodyFromEverybody() throws Exception {
        hear((judge, network) -> {
            for (int i = 0; i < 2; i++) {
                for (String name : NAMES) {
                    network.cut(name);
                }
                judge.awaitEnds(8);
                for (String name : NAMES) {
                    network.heal(name);
                }
                judge.goOn();
            }
        });
    }

    /** Nothing has to get on; but what is answered has to be right. */
    @Test
    void aFifthOfAllPackets() throws Exception {
        hear((judge, network) -> {
            for (String name : NAMES) {
                network.lose(name, 20);
            }
            judge.awaitEnds(400);
            for (String name : NAMES) {
                network.heal(name);
            }
        });
    }
}
