package io.memdi.shell.judges;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memdi.Ack;
import io.memdi.shell.NodeProcess;
import io.memdi.shell.Processes;
import io.memdi.sim.Operation;
import io.memdi.sim.Violation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Nodes that keep their data in directories, and die at random points while callers write: one, a majority, or all of them; while they start
 * as well. And disks that lose their power, one, a majority, or all of them at once, with what was not synced.
 */
@Tag("processes")
@DisabledOnOs(OS.WINDOWS)
class DurableTest {
    private static final String[] NAMES = {"a", "b", "c"};

    /** Before the callers are silenced, and everything is looked at. */
    private static final int DEATHS = 4;

    private final SplittableRandom random = new SplittableRandom();
    private int deaths;
    private int operations;
    private final Map<Ack, Integer> lost = new TreeMap<>();

    /** How some nodes end. Afterwards they can be started again. */
    @FunctionalInterface
    private interface End {
        void befall(Judge judge, List<String> names) throws Exception;
    }

    @Test
    void killed(@TempDir Path root) throws Exception {
        again("killed", new Directories(root), Judge::kill);
    }

    @Test
    void powerLostOnXfs() throws Exception {
        powerLost("xfs");
    }

    @Test
    void powerLostOnExt4() throws Exception {
        powerLost("ext4");
    }

    private void powerLost(String kind) throws Exception {
        try (Mounts disks = Mounts.inImages(kind, NAMES)) {
            again("without power on " + kind, disks, (judge, names) -> {
                long from = System.nanoTime();
                boolean first = random.nextBoolean();
                if (first) {
                    disks.losePower(names);
                }
                names.forEach(name -> judge.nodes().get(name).kill());
                if (!first) {
                    disks.losePower(names);
                }
                for (String name : names) {
                    judge.nodes().get(name).exitCode();
                    judge.deaths().add(name, from, System.nanoTime());
                }
                disks.powerUp(names);
            });
        }
    }

    /** The judge would see it, if memdi did not sync: here nothing is, because what it asks for is not done. */
    @Test
    void disksThatLie() throws Exception {
        Strace.require();
        List<String> names = List.of(NAMES);
        List<Strace> traces = new ArrayList<>();
        try (Mounts disks = Mounts.inImages("xfs", NAMES);
                Processes nodes = new Processes(disks, "256m", NAMES)) {
            nodes.startAll();
            assertThatThrownBy(() -> Judge.hearOnDisks(nodes, "judged", judge -> {
                        for (String name : names) {
                            traces.add(Strace.on(nodes.get(name), "fdatasync,fsync:retval=0"));
                        }
                        judge.goOn();
                        judge.silence(); // Whoever went on would bring what broken promises lead to, before he looks.
                        disks.losePower(names);
                        judge.kill(names);
                        traces.forEach(Strace::close);
                        disks.powerUp(names);
                        nodes.startAll();
                        judge.lastLook();
                    }))
                    .satisfiesAnyOf(
                            e -> assertThat(e).isInstanceOf(Violation.class),
                            // A follower that knows more to be committed than its leader has is never ready.
                            e -> assertThat(e)
                                    .hasMessageContaining("does not hold yet all that its leader has committed"));
        } finally {
            traces.forEach(Strace::close);
        }
    }

    private void again(String what, Directories where, End end) throws Exception {
        try (Processes nodes = new Processes(where, "512m", NAMES)) {
            nodes.startAll();
            Rounds rounds = new Rounds(1);
            while (rounds.begin()) {
                List<Operation> gone = Judge.hearOnDisks(nodes, "judged-" + rounds.begun(), judge -> {
                    try (Bulk bulk = new Bulk(judge.witness())) {
                        for (int i = 0; i < DEATHS; i++) {
                            judge.awaitEnds(random.nextInt(300));
                            pause(200);
                            dieAndRise(judge, end, bulk);
                        }
                    }
                    operations += judge.book().size();
                });
                gone.forEach(put -> lost.merge(put.ack, 1, Integer::sum));
            }
            System.out.printf(
                    "%s: %d times, one, two or three nodes; %d verdicts, on %d operations; lost, as may be: %s; %d snapshots%n",
                    what, deaths, rounds.begun(), operations, lost, snapshots(nodes));
        }
    }

    private void dieAndRise(Judge judge, End end, Bulk bulk) throws Exception {
        List<String> names = new ArrayList<>(List.of(NAMES));
        int stay = Math.max(0, random.nextInt(4) - 1);
        for (int i = 0; i < stay; i++) {
            names.remove(random.nextInt(names.size()));
        }
        end.befall(judge, names);
        deaths++;
        while (random.nextInt(3) == 0) {
            for (String name : names) {
                judge.nodes().start(name);
            }
            pause(2000);
            end.befall(judge, names);
            deaths++;
        }
        List<NodeProcess> started = new ArrayList<>();
        for (String name : names) {
            started.add(judge.nodes().start(name));
        }
        for (NodeProcess node : started) {
            node.awaitLine(": ready, ");
        }
        assertThat(bulk.isAlive()).isTrue();
        judge.goOn();
    }

    /** So that it is another moment each time. */
    private void pause(int maxMillis) {
        LockSupport.parkNanos(random.nextLong(TimeUnit.MILLISECONDS.toNanos(maxMillis)));
    }

    private static long snapshots(Processes nodes) {
        return nodes.all().stream()
                .flatMap(node -> node.lines().stream())
                .filter(line -> line.contains("a snapshot has taken its place"))
                .count();
    }
}
