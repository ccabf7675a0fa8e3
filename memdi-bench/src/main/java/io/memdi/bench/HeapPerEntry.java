package io.memdi.bench;

import io.memdi.Codec;
import io.memdi.Memdi;
import io.memdi.MemdiNode;
import io.memdi.Store;
import io.memdi.transport.inproc.InProcNetwork;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.LockSupport;

/**
 * How much heap an entry takes, against a {@link ConcurrentHashMap} of the same entries.
 *
 * <p>Each is filled in a JVM of its own, with keys and values that nothing else refers to. The heap in use is taken twice, each
 * time after full collections until it no longer changes: before the fill, when the map is empty and the node is ready; and after
 * it. The difference, divided by the number of entries, is what an entry takes: key, value, and all that the map or the node has
 * made for it. The node keeps the least log that it can, so that the log, which is bounded by a setting and not by the number of
 * entries, does not count; nothing else is left out.
 */
public final class HeapPerEntry {
    /** By default the serial collector leaves up to 5 % of dead objects where they are, three times out of four. */
    private static final List<String> FLAGS =
            List.of("-Xmx4g", "-XX:+UseSerialGC", "-XX:MarkSweepAlwaysCompactCount=1");

    private HeapPerEntry() {}

    /** What is filled. */
    enum Kind {
        MAP,
        MEMDI
    }

    /** One measurement: prints the bytes in use before and after the fill. */
    static final class Sample {
        private Sample() {}

        /** Fills what the first argument names with as many entries as the second says. */
        public static void main(String[] args) {
            int entries = Integer.parseInt(args[1]);
            System.out.println(
                    switch (Kind.valueOf(args[0])) {
                        case MAP -> map(entries);
                        case MEMDI -> memdi(entries);
                    });
        }
    }

    @SuppressWarnings("UnnecessaryAsync") // the map that is safe for threads is what is measured
    private static String map(int entries) {
        ConcurrentMap<String, byte[]> map = new ConcurrentHashMap<>();
        long before = used();
        for (int i = 0; i < entries; i++) {
            map.put(Entries.key(i), Entries.value());
        }
        long after = used();
        return result(before, after, map.size(), entries);
    }

    private static String memdi(int entries) {
        try (InProcNetwork network = InProcNetwork.create();
                MemdiNode node = Memdi.node("a")
                        .transport(network)
                        .bootstrap("a")
                        .retainedLogBytes(0)
                        .start()
                        .awaitReady(Duration.ofSeconds(10))) {
            Store<String, byte[]> store = node.store("bench", Codec.string(), Codec.bytes());
            long before = used();
            fill(store, entries);
            long after = used();
            return result(before, after, store.size(), entries);
        }
    }

    private static void fill(Store<String, byte[]> store, int entries) {
        Window window = new Window(256);
        for (int i = 0; i < entries; i++) {
            window.add(store.async().put(Entries.key(i), Entries.value()));
        }
        window.drain();
    }

    private static String result(long before, long after, long size, int entries) {
        if (size != entries) {
            throw new IllegalStateException("holds " + size + " entries, not " + entries);
        }
        return before + " " + after;
    }

    /**
     * The heap in use at the end of a full collection, once it no longer changes. Time passes between collections, because threads
     * that become idle may hold on to what they have worked on last. What is in use a moment later would include the buffers that
     * threads allocate from.
     */
    private static long used() {
        long before = Long.MAX_VALUE;
        for (int unchanged = 0; unchanged < 3; unchanged++) {
            LockSupport.parkNanos(100_000_000);
            System.gc();
            long now = ManagementFactory.getMemoryPoolMXBeans().stream()
                    .filter(pool -> pool.getType() == MemoryType.HEAP)
                    .mapToLong(pool -> pool.getCollectionUsage().getUsed())
                    .sum();
            if (Math.abs(now - before) > 4096) {
                unchanged = 0;
            }
            before = now;
        }
        return before;
    }

    /** What was measured for one of the two. */
    record Heap(Kind kind, int entries, long before, long after) {
        double perEntry() {
            return (double) (after - before) / entries;
        }
    }

    static Heap measure(Kind kind, int entries) {
        String[] parts = Fork.run(FLAGS, Sample.class, kind.name(), Integer.toString(entries))
                .split(" ", 2);
        return new Heap(kind, entries, Long.parseLong(parts[0]), Long.parseLong(parts[1]));
    }

    /** A table for so many entries each. */
    static List<String> table(int... sizes) {
        List<String> lines = new ArrayList<>();
        lines.add("| entries | | before, bytes | after, bytes | per entry, bytes | to the map |");
        lines.add("|---|---|---|---|---|---|");
        for (int entries : sizes) {
            Heap map = measure(Kind.MAP, entries);
            Heap memdi = measure(Kind.MEMDI, entries);
            for (Heap heap : List.of(map, memdi)) {
                lines.add(String.format(
                        Locale.ROOT,
                        "| %,d | %s | %,d | %,d | %.1f | %.3f |",
                        entries,
                        heap.kind() == Kind.MAP ? "`ConcurrentHashMap`" : "memdi",
                        heap.before(),
                        heap.after(),
                        heap.perEntry(),
                        heap.perEntry() / map.perEntry()));
            }
        }
        return lines;
    }

    /**
     * Measures and prints.
     *
     * @param args how many entries, one measurement each; a million if nothing is said
     */
    public static void main(String[] args) {
        int[] sizes = new int[Math.max(args.length, 1)];
        sizes[0] = 1_000_000;
        for (int i = 0; i < args.length; i++) {
            sizes[i] = Integer.parseInt(args[i]);
        }
        table(sizes).forEach(System.out::println);
    }
}
