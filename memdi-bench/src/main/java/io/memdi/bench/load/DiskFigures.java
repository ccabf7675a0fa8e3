package io.memdi.bench.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a snapshot of many entries does to the writes beside it, and how long a node takes to start from a directory with as many. */
final class DiskFigures {
    private static final int OUTSTANDING = 16;
    private static final int SNAPSHOTS = 3;
    private static final int STARTS = 5;
    private static final int TRIES = 100;
    private static final long STEP_MILLIS = 5;
    private static final long MOST_STEPS = 240_000 / STEP_MILLIS;
    private static final List<String> LEVELS = List.of("QUORUM_MEMORY", "QUORUM_DISK");

    private final LoadCluster cluster;
    private final Path data;
    private final int entries;
    private final Newcomer.Sink sink;

    DiskFigures(LoadCluster cluster, Path data, int entries, Newcomer.Sink sink) {
        this.cluster = cluster;
        this.data = data;
        this.entries = entries;
        this.sink = sink;
    }

    void measure() {
        System.out.println("filled: " + cluster.leader().ask("fill " + entries));
        LEVELS.forEach(this::snapshots);
        starts();
    }

    /** Writes until snapshots have come, and takes the time of those writes apart from that of the others. */
    private void snapshots(String ack) {
        Jvm leader = cluster.leader();
        leader.ask("begin " + ack + ' ' + OUTSTANDING);
        awaitNone();
        leader.ask("lap");
        for (int i = 1; i <= SNAPSHOTS; i++) {
            Set<String> before = taken();
            await(this::oneIsWritten);
            String lapBefore = leader.ask("lap");
            long begun = System.nanoTime();
            await(() -> !oneIsWritten() && taken().stream().noneMatch(before::contains));
            double millis = (System.nanoTime() - begun) / 1e6;
            String lapMeanwhile = leader.ask("lap");
            String what = "snapshot " + i + " beside writes at " + ack;
            sink.figure(what + ": until all three nodes have one", millis, "ms");
            sink.figure(what + ": 99 % of the writes before", Newcomer.p99(lapBefore), "us");
            sink.figure(what + ": 99 % of the writes meanwhile", Newcomer.p99(lapMeanwhile), "us");
            sink.figure(what + ": writes before", Newcomer.perSecond(lapBefore), "per second");
            sink.figure(what + ": writes meanwhile", Newcomer.perSecond(lapMeanwhile), "per second");
        }
        leader.ask("end");
        awaitNone();
    }

    private void starts() {
        for (int i = 1; i <= STARTS; i++) {
            String name = LoadCluster.NAMES.get(i % LoadCluster.NAMES.size());
            cluster.node(name).ask("close");
            cluster.node(name).close();
            long begun = System.nanoTime();
            cluster.restart(name);
            double recovered = (System.nanoTime() - begun) / 1e6;
            Jvm node = cluster.node(name);
            String open = node.ask("opened");
            node.ask("ready");
            double ready = (System.nanoTime() - begun) / 1e6;
            String what = "start " + i + " from a directory with " + node.ask("size") + " entries";
            sink.figure(what + ": to open it", Double.parseDouble(open) / 1e6, "ms");
            sink.figure(what + ": the same, from the start of the process", recovered, "ms");
            sink.figure(what + ": until it is ready, from the start of the process", ready, "ms");
        }
    }

    private interface Condition {
        boolean holds();
    }

    private static void await(Condition condition) {
        for (long i = 0; i < MOST_STEPS; i++) {
            if (condition.holds()) {
                return;
            }
            LoadCluster.sleep(STEP_MILLIS);
        }
        throw new IllegalStateException("no snapshot came, or went, within " + MOST_STEPS * STEP_MILLIS + " ms");
    }

    private void awaitNone() {
        await(() -> !oneIsWritten());
    }

    private boolean oneIsWritten() {
        return files().stream().anyMatch(name -> name.contains(".snapshot") && name.endsWith(".tmp"));
    }

    private Set<String> taken() {
        return files().stream().filter(name -> name.endsWith(".snapshot")).collect(Collectors.toSet());
    }

    /** Once more if a file went while they were looked at. */
    private List<String> files() {
        for (int i = 0; ; i++) {
            try (Stream<Path> all = Files.walk(data)) {
                return all.map(path -> data.relativize(path).toString()).toList();
            } catch (IOException | UncheckedIOException e) {
                if (i == TRIES) {
                    throw new IllegalStateException("the directories below " + data + " cannot be listed", e);
                }
            }
        }
    }
}
