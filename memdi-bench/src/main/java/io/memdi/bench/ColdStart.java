package io.memdi.bench;

import io.memdi.Ack;
import io.memdi.MemdiNode;
import io.memdi.WriteOptions;
import io.memdi.transport.inproc.InProcNetwork;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;

/**
 * How long it takes from nothing to three elected nodes and a first acknowledged write, in a JVM that has just been started: cold
 * code, nothing loaded. Each sample is a JVM of its own, with no flags, and with default settings of the nodes.
 */
public final class ColdStart {
    private static final int WARM_UP = 2;

    private ColdStart() {}

    /** One sample: prints microseconds since the epoch at the start and the end of {@code main}. */
    static final class Sample {
        private Sample() {}

        /** Starts a cluster, and writes once. */
        public static void main(String[] args) {
            long begun = System.nanoTime();
            InProcNetwork network = InProcNetwork.create();
            List<MemdiNode> nodes = LocalCluster.start(network, UnaryOperator.identity());
            LocalCluster.store(nodes.get(0)).put("first", Entries.value(), WriteOptions.ack(Ack.QUORUM_MEMORY));
            long done = System.nanoTime();
            Instant now = Instant.now();
            System.out.println((done - begun) / 1000 + " " + micros(now));
            // The nodes' threads are daemons, and how they end is not measured.
        }
    }

    /** What was measured, in microseconds, sorted. */
    record Times(List<Long> fromMain, List<Long> fromProcess) {
        List<String> lines() {
            return List.of(line("from main()", fromMain), line("from the start of the process", fromProcess));
        }

        private static String line(String what, List<Long> times) {
            return String.format(
                    Locale.ROOT,
                    "| %s | %.0f ms | %.0f ms | %.0f ms |",
                    what,
                    times.get(0) / 1e3,
                    times.get(times.size() / 2) / 1e3,
                    times.get(times.size() - 1) / 1e3);
        }
    }

    /** Takes so many samples, after two that only fill the caches of the operating system. */
    static Times measure(int samples) {
        List<Long> fromMain = new ArrayList<>();
        List<Long> fromProcess = new ArrayList<>();
        for (int i = -WARM_UP; i < samples; i++) {
            long before = micros(Instant.now());
            String[] parts = Fork.run(List.of(), Sample.class).split(" ", 2);
            if (i >= 0) {
                fromMain.add(Long.parseLong(parts[0]));
                fromProcess.add(Long.parseLong(parts[1]) - before);
            }
        }
        return new Times(sorted(fromMain), sorted(fromProcess));
    }

    private static List<Long> sorted(List<Long> times) {
        return times.stream().sorted().toList();
    }

    private static long micros(Instant at) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, at);
    }

    /**
     * Measures and prints.
     *
     * @param args how many samples; 20 if nothing is said
     */
    public static void main(String[] args) {
        int samples = args.length > 0 ? Integer.parseInt(args[0]) : 20;
        System.out.println("| " + samples + " JVMs | min | median | max |");
        System.out.println("|---|---|---|---|");
        measure(samples).lines().forEach(System.out::println);
    }
}
