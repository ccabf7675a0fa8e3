package io.memdi.bench;

import io.memdi.Memdi;
import io.memdi.MemdiNode;
import io.memdi.NodeBuilder;
import io.memdi.Revision;
import io.memdi.Status;
import io.memdi.Store;
import io.memdi.transport.Transport;
import io.memdi.transport.inproc.InProcNetwork;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * What it costs to heal: a fourth node joins a cluster that is written to, and a node comes back that was away while one percent of the
 * entries changed. The logs keep next to nothing, so that both have to ask for keys. All nodes are in this process, so that what
 * travels is references; bytes are counted as they would be.
 */
public final class HealCost {
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final Duration LONG = Duration.ofMinutes(5);
    private static final long BASELINE_NANOS = Duration.ofSeconds(5).toNanos();
    private static final long POLL_NANOS = 200_000;
    private static final int WINDOW = 2048;
    private static final int LOG_BYTES = 256 << 10;
    private static final int SEGMENTS = 1024;

    /** A hash and a revision. */
    private static final int INVENTORY_BYTES = 16;

    private final int entries;
    private final InProcNetwork network = InProcNetwork.create();
    private final Map<String, TimedTurns> loops = new ConcurrentHashMap<>();
    private final List<String> lines = new ArrayList<>();

    private HealCost(int entries) {
        this.entries = entries;
    }

    /** The rows of a table, for so many entries. */
    static List<String> table(int entries) {
        return new HealCost(entries).measure();
    }

    private static NodeBuilder forgetful(NodeBuilder node) {
        return node.electionTimeout(PATIENCE, PATIENCE.multipliedBy(2))
                .batchBytes(LOG_BYTES)
                .windowBytes(LOG_BYTES)
                .retainedLogBytes(LOG_BYTES);
    }

    private Transport open(String name) {
        TimedTurns timed = new TimedTurns(network.open(name));
        loops.put(name, timed);
        return timed;
    }

    private List<String> measure() {
        List<MemdiNode> nodes = LocalCluster.start(network, node -> forgetful(node.transport(this::open)));
        nodes.forEach(node -> node.awaitReady(LONG));
        String leads = Objects.requireNonNull(nodes.get(0).cluster().leader());
        MemdiNode leader = nodes.stream()
                .filter(node -> node.name().equals(leads))
                .findFirst()
                .orElseThrow();
        MemdiNode away = nodes.stream()
                .filter(node -> !node.name().equals(leads))
                .findFirst()
                .orElseThrow();
        Store<String, byte[]> store = LocalCluster.store(leader);
        write(store, 0, entries);
        nodes.forEach(LocalCluster::store);
        long full = join(leads, store, "d", "a fourth node joins");
        leader.cluster().remove("d");
        join(leads, store, "e", "the same once more, after that one was removed");
        comeBack(leader, away, store, full);
        network.close();
        return lines;
    }

    /** Overwrites the first entries of a range, many at a time. */
    private static void write(Store<String, byte[]> store, int from, int end) {
        List<CompletableFuture<Revision>> open = new ArrayList<>(WINDOW);
        for (int i = from; i < end; i++) {
            open.add(store.async().put(Entries.key(i), Entries.value()));
            if (open.size() == WINDOW) {
                open.forEach(CompletableFuture::join);
                open.clear();
            }
        }
        open.forEach(CompletableFuture::join);
    }

    private long join(String leader, Store<String, byte[]> store, String name, String what) {
        TimedTurns turns = Objects.requireNonNull(loops.get(leader));
        Latencies writer = new Latencies(store, entries);
        Idler idler = new Idler();
        writer.start();
        idler.start();
        turns.take();
        pause(BASELINE_NANOS);
        long[] before = writer.take();
        TimedTurns.Turns turnsBefore = turns.take();
        long[] lateBefore = idler.take();
        long begun = System.nanoTime();
        MemdiNode newcomer = forgetful(Memdi.node(name).transport(network).join("a", "b", "c"))
                .start();
        Status.@Nullable Healing last = lastSeen(newcomer);
        long took = System.nanoTime() - begun;
        long[] meanwhile = writer.take();
        TimedTurns.Turns leaderTurns = turns.take();
        long[] lateMeanwhile = idler.take();
        writer.end();
        idler.end();
        lines.add(String.format(
                Locale.ROOT, "| %s, %,d entries | %.2f s | %s |", what, entries, took / 1e9, travelled(last, entries)));
        lines.add("| writes at the leader before, one at a time | | " + percentiles(before) + " |");
        lines.add("| meanwhile | | " + percentiles(meanwhile) + " |");
        lines.add("| turns of the leader's loop before, by the clock | | " + percentiles(turnsBefore.elapsed) + " |");
        lines.add("| meanwhile | | " + percentiles(leaderTurns.elapsed) + " |");
        lines.add("| of which its thread has run | | " + percentiles(leaderTurns.worked) + " |");
        lines.add("| a thread that does nothing gets the processor too late by, before | | " + percentiles(lateBefore)
                + " |");
        lines.add("| meanwhile | | " + percentiles(lateMeanwhile) + " |");
        return took;
    }

    /** To be parked alone will not do: whoever was woken for a call that had ended already is not parked the next time. */
    private static void pause(long nanos) {
        long end = System.nanoTime() + nanos;
        for (long left = nanos; left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    private void comeBack(MemdiNode leader, MemdiNode away, Store<String, byte[]> store, long full) {
        int changed = entries / 100;
        network.partition(Set.of(away.name()));
        // As often as it takes for the log to forget the first of them.
        int times = 1 + 2 * LOG_BYTES / (changed * Entries.VALUE_BYTES);
        for (int i = 0; i < times; i++) {
            write(store, 0, changed);
        }
        network.heal();
        long begun = System.nanoTime();
        while (away.status().healing() == null && !isLevel(leader, away)) {
            LockSupport.parkNanos(POLL_NANOS);
        }
        Status.@Nullable Healing last = lastSeen(away);
        long took = System.nanoTime() - begun;
        lines.add(String.format(
                Locale.ROOT,
                "| a node comes back, %,d entries changed | %.2f s, %.2f of a full join | %s |",
                changed,
                took / 1e9,
                (double) took / full,
                travelled(last, changed)));
    }

    private static boolean isLevel(MemdiNode leader, MemdiNode away) {
        return away.status().committed().isAtLeast(leader.status().committed());
    }

    /** Waits until a node is ready; returns how far it was when it was last seen to heal. */
    private static Status.@Nullable Healing lastSeen(MemdiNode node) {
        Status.@Nullable Healing last = null;
        for (Status status = node.status(); !status.waitingFor().isEmpty(); status = node.status()) {
            last = status.healing() == null ? last : status.healing();
            LockSupport.parkNanos(POLL_NANOS);
        }
        return last;
    }

    private String travelled(Status.@Nullable Healing last, int wanted) {
        if (last == null) {
            return "came from the log";
        }
        return String.format(
                Locale.ROOT,
                "%,d keys (%.2f of what differed), %.1f MB; hashes and revisions %.1f MB, digests %d kB",
                last.keys(),
                (double) last.keys() / wanted,
                last.bytes() / 1e6,
                (double) entries * INVENTORY_BYTES / 1e6 * last.segments() / SEGMENTS,
                SEGMENTS * INVENTORY_BYTES / 1000);
    }

    private static String percentiles(long[] nanos) {
        Arrays.sort(nanos);
        return String.format(
                Locale.ROOT,
                "p50 %.0f us, p99 %.0f us, max %.2f ms, %,d of them",
                nanos[nanos.length / 2] / 1e3,
                nanos[nanos.length * 99 / 100] / 1e3,
                nanos[nanos.length - 1] / 1e6,
                nanos.length);
    }

    /** Writes one entry after the other, and notes how long each takes. */
    private static final class Latencies extends Thread {
        private final Store<String, byte[]> store;
        private final int keys;
        private final SplittableRandom random = new SplittableRandom(1);
        private final Samples took = new Samples();
        private volatile boolean ends;

        Latencies(Store<String, byte[]> store, int keys) {
            super("writer");
            setDaemon(true);
            this.store = store;
            this.keys = keys;
        }

        @Override
        public void run() {
            while (!ends) {
                String key = Entries.key(random.nextInt(keys));
                long begun = System.nanoTime();
                store.put(key, Entries.value());
                took.add(System.nanoTime() - begun);
            }
        }

        long[] take() {
            return took.take();
        }

        void end() {
            ends = true;
        }
    }

    /**
     * Measures and prints.
     *
     * @param args how many entries; a million if nothing is said
     */
    public static void main(String[] args) {
        int entries = args.length > 0 ? Integer.parseInt(args[0]) : 1_000_000;
        System.out.println("| what | time | |");
        System.out.println("|---|---|---|");
        table(entries).forEach(System.out::println);
    }
}
