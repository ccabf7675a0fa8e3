package io.memdi.bench;

import io.memdi.Ack;
import io.memdi.Memdi;
import io.memdi.MemdiNode;
import io.memdi.Status.StoreStatus;
import io.memdi.Storage;
import io.memdi.Store;
import io.memdi.WriteOptions;
import io.memdi.transport.tcp.TcpTransport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * How long a node takes to start with a large directory, and how much heap it needs for that.
 *
 * <p>One JVM fills a node that keeps its data in a directory, with keys of 16 characters and values of 100 bytes, and closes it: what is
 * left is a snapshot, and the log after it. Other JVMs, with a bounded heap, start a node there, one after the other. What they hold has to
 * have the digest that the first had, or the measurement fails.
 */
public final class RecoveryCost {
    private static final String FLAGS = "-Xmx3g -XX:+UseSerialGC";
    static final int ENTRIES = 5_000_000;
    static final int STARTS = 3;
    private static final int OUTSTANDING = 256;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private RecoveryCost() {}

    /** One JVM's part. */
    static final class Sample {
        private Sample() {}

        /** Starts a node in the directory that the first argument names, and puts as many entries there as the second says. */
        public static void main(String[] args) {
            System.out.println(run(Path.of(args[0]), Integer.parseInt(args[1])));
        }
    }

    private static String run(Path directory, int entries) {
        String address = "127.0.0.1:" + freePort();
        long begin = System.nanoTime();
        try (MemdiNode node = Memdi.node("a")
                .transport(TcpTransport.listen(address).plaintext())
                .storage(Storage.directory(directory))
                .bootstrap("a=" + address)
                .start()) {
            long started = System.nanoTime();
            node.awaitReady(PATIENCE);
            long ready = System.nanoTime();
            long cpu = ProcessHandle.current()
                    .info()
                    .totalCpuDuration()
                    .orElse(Duration.ZERO)
                    .toMillis();
            if (entries > 0) {
                fill(LocalCluster.store(node), entries);
            }
            long peak = heap(true);
            System.gc();
            StoreStatus store = node.status().stores().stream()
                    .filter(one -> one.name().equals("bench"))
                    .findFirst()
                    .orElseThrow();
            return String.join(
                    " ",
                    store.digest(),
                    String.valueOf(store.entries()),
                    String.valueOf((started - begin) / 1_000_000),
                    String.valueOf((ready - begin) / 1_000_000),
                    String.valueOf(cpu),
                    String.valueOf(peak >> 20),
                    String.valueOf(heap(false) >> 20));
        }
    }

    private static void fill(Store<String, byte[]> store, int entries) {
        Window window = new Window(OUTSTANDING);
        for (int i = 0; i < entries; i++) {
            window.add(store.async().put(Entries.key(i), Entries.value()));
        }
        window.drain();
        store.put(Entries.key(0), Entries.value(), WriteOptions.ack(Ack.QUORUM_DISK));
    }

    /** In use now, or at most so far. */
    private static long heap(boolean peak) {
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .map(pool -> peak ? pool.getPeakUsage() : pool.getUsage())
                .mapToLong(MemoryUsage::getUsed)
                .sum();
    }

    private static int freePort() {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return server.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A table for so many entries, from several starts. */
    static List<String> table(int entries, int starts) {
        try {
            Path directory = Files.createTempDirectory("memdi-recovery-");
            try {
                return measure(directory, entries, starts);
            } finally {
                delete(directory);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> measure(Path directory, int entries, int starts) throws IOException {
        List<String> flags =
                Arrays.asList(System.getProperty("recovery.flags", FLAGS).split(" ", -1));
        String[] filled = Fork.run(flags, Sample.class, directory.toString(), String.valueOf(entries))
                .split(" ", -1);
        List<String> lines = new ArrayList<>();
        lines.add(
                "| entries | snapshot, MiB | log, MiB | start() | until ready | processor time until then | heap at most, MiB | heap then, MiB |");
        lines.add("|---|---|---|---|---|---|---|---|");
        for (int i = 0; i < starts; i++) {
            long snapshot = bytes(directory, ".snapshot");
            long log = bytes(directory, ".log");
            String[] found =
                    Fork.run(flags, Sample.class, directory.toString(), "0").split(" ", -1);
            if (!found[0].equals(filled[0]) || !found[1].equals(filled[1])) {
                throw new IllegalStateException("closed with " + filled[1] + " entries of digest " + filled[0]
                        + ", and started with " + found[1] + " of " + found[0]);
            }
            lines.add(String.format(
                    Locale.ROOT,
                    "| %,d | %,d | %,d | %s ms | %s ms | %s ms | %s | %s |",
                    Long.parseLong(found[1]),
                    snapshot >> 20,
                    log >> 20,
                    found[2],
                    found[3],
                    found[4],
                    found[5],
                    found[6]));
        }
        return lines;
    }

    private static long bytes(Path directory, String suffix) throws IOException {
        long sum = 0;
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file :
                    files.filter(one -> one.toString().endsWith(suffix)).toList()) {
                sum += Files.size(file);
            }
        }
        return sum;
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /**
     * Measures and prints.
     *
     * @param args how many entries, five million if nothing is said; and how many starts, three
     */
    public static void main(String[] args) {
        int entries = args.length > 0 ? Integer.parseInt(args[0]) : ENTRIES;
        int starts = args.length > 1 ? Integer.parseInt(args[1]) : STARTS;
        table(entries, starts).forEach(System.out::println);
    }
}
