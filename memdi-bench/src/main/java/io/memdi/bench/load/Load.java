package io.memdi.bench.load;

import io.memdi.Ack;
import io.memdi.bench.load.Limits.RoundTrip;
import io.memdi.bench.load.Result.Figure;
import io.memdi.bench.load.Result.Pauses;
import io.memdi.bench.load.Result.Point;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.HdrHistogram.Histogram;

/**
 * Drives a cluster of three JVMs on loopback, and writes what it measured: JSON, a table, and a page.
 *
 * <pre>
 *   [-Dload.from=leader,follower,client] [-Dload.acks=...] [-Dload.outstanding=1,16,256] [-Dload.flags="-Xmx2g"] [-Dload.newcomer="nice -n 19"]
 *   Load DIRECTORY [limits] [writes] [tls] [failover] [newcomer] [disk] [snapshots] [--seconds N] [--warm-up N] [--times N] [--entries N]
 * </pre>
 *
 * <p>Writes are measured for so many seconds, after so many of warm-up: half as many as are measured, if nothing else is said.
 */
public final class Load {
    private static final List<Integer> OUTSTANDING =
            chosen("outstanding", "1,16,256").stream().map(Integer::valueOf).toList();
    private static final List<Ack> ACKS = chosen("acks", "LEADER_MEMORY,QUORUM_MEMORY").stream()
            .map(Ack::valueOf)
            .toList();
    private static final List<Ack> DISK_ACKS =
            chosen("acks", "LEADER_MEMORY,QUORUM_MEMORY,LEADER_DISK,QUORUM_DISK").stream()
                    .map(Ack::valueOf)
                    .toList();
    private static final List<String> ROLES = List.of("leader", "follower", "client");
    private static final List<String> FROM = chosen("from", String.join(",", ROLES));
    private static final List<String> NUMBERS = List.of("--seconds", "--warm-up", "--times", "--entries");
    private static final List<String> PARTS =
            List.of("limits", "writes", "tls", "failover", "newcomer", "disk", "snapshots");

    private final Result result = new Result();
    private final List<String> flags =
            Arrays.asList(System.getProperty("load.flags", "-Xmx2g").split(" ", -1));
    private final long measured;
    private final long warmUp;
    private final int times;
    private final int entries;
    private final Path output;

    private Load(Path output, Map<String, Integer> numbers) {
        this.output = output;
        measured = 1000L * numbers.getOrDefault("--seconds", 8);
        warmUp = numbers.containsKey("--warm-up") ? 1000L * numbers.get("--warm-up") : Math.max(1000, measured / 2);
        times = numbers.getOrDefault("--times", 20);
        entries = numbers.getOrDefault("--entries", 1_000_000);
    }

    /**
     * Measures.
     *
     * @param args where to write, and what to measure: everything, if nothing is named
     * @throws IOException if the results cannot be written
     * @throws InterruptedException if it is interrupted
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        if (args.length == 0 || args[0].startsWith("-")) {
            refuse("nowhere to write to");
        }
        Map<String, Integer> numbers = new LinkedHashMap<>();
        Set<String> parts = new LinkedHashSet<>();
        for (int i = 1; i < args.length; i++) {
            if (NUMBERS.contains(args[i]) && i + 1 < args.length && args[i + 1].matches("[1-9][0-9]{0,8}")) {
                numbers.put(args[i], Integer.valueOf(args[++i]));
            } else if (PARTS.contains(args[i])) {
                parts.add(args[i]);
            } else {
                refuse("no such thing: " + args[i]);
            }
        }
        if (!ROLES.containsAll(FROM)) {
            refuse("writes come from " + ROLES + ", not " + FROM);
        }
        Load load = new Load(Path.of(args[0]), numbers);
        for (String part : parts.isEmpty() ? PARTS : parts) {
            load.measure(part);
            load.write();
        }
        System.out.println(load.result.table());
    }

    private static void refuse(String why) {
        System.err.println(
                why + "; Load DIRECTORY [" + String.join("] [", PARTS) + "] [" + String.join(" N] [", NUMBERS) + " N]");
        System.exit(2);
    }

    private void write() throws IOException {
        Files.createDirectories(output);
        Files.writeString(output.resolve("load.json"), result.json());
        Files.writeString(output.resolve("load.md"), result.table());
        Files.writeString(output.resolve("load.html"), Page.of(result));
        Files.writeString(output.resolve("throughput.svg"), Charts.throughput(result));
        Files.writeString(output.resolve("latency.svg"), Charts.latencies(result));
        Files.writeString(output.resolve("pauses.svg"), Charts.pauses(result));
    }

    private void measure(String part) throws InterruptedException {
        switch (part) {
            case "limits" -> limits();
            case "writes" -> {
                try (LoadCluster cluster = new LoadCluster(flags, null, null)) {
                    writes(cluster, "", ACKS);
                }
            }
            case "tls" -> {
                List<String> names = new ArrayList<>(LoadCluster.NAMES);
                names.add("client");
                try (Keys keys = Keys.make(names);
                        LoadCluster cluster = new LoadCluster(flags, keys.directory(), null)) {
                    writes(cluster, "TLS", ACKS);
                }
            }
            case "failover" -> failover();
            case "newcomer" -> {
                try (LoadCluster cluster = new LoadCluster(flags, null, null)) {
                    new Newcomer(cluster, entries, this::figure).measure();
                }
            }
            case "disk" -> disk();
            case "snapshots" -> snapshots();
            default -> throw new IllegalArgumentException("no such part: " + part + "; there are " + PARTS);
        }
    }

    /** What a system property narrows the measurement down to, as in {@code -Dload.from=leader}. */
    private static List<String> chosen(String what, String all) {
        return List.of(System.getProperty("load." + what, all).split(",", -1));
    }

    private static void say(String line) {
        System.out.println(line);
    }

    private void figure(String what, double value, String unit) {
        result.figures.add(new Figure(what, value, unit));
        say(Result.format("%s: %,.1f %s", what, value, unit));
    }

    // --- what the machine allows ---

    private void limits() throws InterruptedException {
        int count = 40_000;
        RoundTrip blocking = Limits.blockingRoundTrip(count);
        RoundTrip eventLoop = EventLoopLimit.roundTrip(count);
        RoundTrip blockingAgain = Limits.blockingRoundTrip(count);
        figure("cross-thread round trip, blocking sockets, median", blocking.medianNanos() / 1e3, "us");
        figure("the same, 99 %", blocking.p99Nanos() / 1e3, "us");
        figure("the same, processor time", blocking.cpuNanos() / 1e3, "us");
        figure("the same once more, median", blockingAgain.medianNanos() / 1e3, "us");
        figure("cross-thread round trip, event loop, median", eventLoop.medianNanos() / 1e3, "us");
        figure("the same, 99 %", eventLoop.p99Nanos() / 1e3, "us");
        figure("the same, processor time", eventLoop.cpuNanos() / 1e3, "us");
        figure("pipelined stream of 128-byte messages", Limits.stream(3000), "per second");
    }

    // --- writes ---

    private void writes(LoadCluster cluster, String how, List<Ack> acks) {
        for (Ack ack : acks) {
            for (int outstanding : OUTSTANDING) {
                for (String from : FROM) {
                    Jvm process = switch (from) {
                        case "leader" -> cluster.leader();
                        case "follower" -> cluster.follower();
                        default -> cluster.client;
                    };
                    point(cluster, process, from, ack, outstanding, how);
                }
            }
        }
    }

    private void point(LoadCluster cluster, Jvm from, String role, Ack ack, int outstanding, String how) {
        long before = cpu(cluster);
        String[] line = from.ask("drive " + ack + ' ' + outstanding + ' ' + warmUp + ' ' + measured)
                .split(" ", -1);
        long used = cpu(cluster) - before;
        double count = Double.parseDouble(line[0]);
        double seconds = Double.parseDouble(line[1]) / 1e9;
        List<Double> latency = new ArrayList<>();
        for (int i = 3; i < 8; i++) {
            latency.add(Double.parseDouble(line[i]) / 1e3);
        }
        // The processors were busy during the warm-up as well.
        double share = measured / (double) (measured + warmUp);
        Point point = new Point(
                role,
                ack.name(),
                outstanding,
                how,
                count / seconds,
                latency,
                Long.parseLong(line[2]),
                count == 0 ? 0 : used * share / 1e3 / count);
        result.points.add(point);
        say(Result.format(
                "%s: %,.0f per second, median %.0f us, 99 %% %.0f us, %d failed, %.1f us CPU",
                point.what(), point.perSecond(), latency.get(0), latency.get(2), point.failed(), point.cpuMicros()));
    }

    private static long cpu(LoadCluster cluster) {
        long sum = Long.parseLong(cluster.client.ask("cpu"));
        for (Jvm node : cluster.all()) {
            sum += Long.parseLong(node.ask("cpu"));
        }
        return sum;
    }

    // --- with directories ---

    /** What the disk allows is measured before and after, since it is not ours alone. */
    private void disk() throws InterruptedException {
        try (Directories directories = new Directories(output.resolve("data"))) {
            diskLimits(directories.path(), "before");
            try (LoadCluster cluster = new LoadCluster(flags, null, directories.path())) {
                writes(cluster, "directories", DISK_ACKS);
            }
            diskLimits(directories.path(), "after");
        }
    }

    private void snapshots() {
        try (Directories directories = new Directories(output.resolve("data"));
                LoadCluster cluster = new LoadCluster(flags, null, directories.path())) {
            new DiskFigures(cluster, directories.path(), entries, this::figure).measure();
        }
    }

    private void diskLimits(Path data, String when) {
        diskLimit(data, 1, 1, when);
        diskLimit(data, 64, 1, when);
        diskLimit(data, 1, LoadCluster.NAMES.size(), when);
        Histogram bare = BareQuorum.measure(data, measured);
        figure("the barest write to a quorum, " + when + ", median", bare.getValueAtPercentile(50) / 1e3, "us");
        figure("the same, " + when + ", 99 %", bare.getValueAtPercentile(99) / 1e3, "us");
    }

    private void diskLimit(Path data, int batch, int writers, String when) {
        DiskLimits.Appends appends = DiskLimits.measure(data, batch, writers, measured);
        String what = "append and sync, " + batch + (batch == 1 ? " record, " : " records, ")
                + (writers == 1 ? "" : writers + " files at once, ") + when;
        figure(what + ", median", appends.times().getValueAtPercentile(50) / 1e3, "us");
        figure(what + ", 99 %", appends.times().getValueAtPercentile(99) / 1e3, "us");
        figure(what, appends.perSecond(), "records per second");
    }

    // --- pauses ---

    private void failover() {
        try (LoadCluster cluster = new LoadCluster(flags, null, null)) {
            cluster.client.ask("probe");
            LoadCluster.sleep(3000);
            killed(cluster);
            silenced(cluster);
            restarted(cluster);
        }
    }

    private void killed(LoadCluster cluster) {
        List<Double> pauses = new ArrayList<>();
        long failed = 0;
        for (int i = 0; i < times; i++) {
            Jvm leader = cluster.leader();
            cluster.client.ask("pause");
            leader.kill();
            LoadCluster.sleep(2000);
            failed += pause(cluster, pauses);
            cluster.restart(leader.name);
            cluster.node(leader.name).ask("ready");
            LoadCluster.sleep(500);
        }
        pauses("kill -9 of the leader", pauses, failed);
    }

    private void silenced(LoadCluster cluster) {
        List<Double> pauses = new ArrayList<>();
        long failed = 0;
        for (int i = 0; i < times; i++) {
            Jvm leader = cluster.leader();
            cluster.client.ask("pause");
            leader.signal("STOP");
            LoadCluster.sleep(3000);
            failed += pause(cluster, pauses);
            leader.signal("CONT");
            leader.ask("ready");
            LoadCluster.sleep(500);
        }
        pauses("SIGSTOP of the leader", pauses, failed);
    }

    private void restarted(LoadCluster cluster) {
        List<Double> pauses = new ArrayList<>();
        long failed = 0;
        for (int round = 0; round < Math.max(1, times / 4); round++) {
            for (String name : LoadCluster.NAMES) {
                Jvm node = cluster.node(name);
                cluster.client.ask("pause");
                node.ask("close");
                node.close();
                cluster.restart(name);
                cluster.node(name).ask("ready");
                LoadCluster.sleep(500);
                failed += pause(cluster, pauses);
            }
        }
        pauses("graceful restart of each node in turn", pauses, failed);
    }

    private static long pause(LoadCluster cluster, List<Double> pauses) {
        String[] said = cluster.client.ask("pause").split(" ", -1);
        pauses.add(Double.parseDouble(said[0]) / 1e6);
        return Long.parseLong(said[2]);
    }

    private void pauses(String what, List<Double> millis, long failed) {
        Pauses pauses = new Pauses(what, millis, failed);
        result.pauses.add(pauses);
        say(Result.format(
                "%s: median %.0f ms, worst %.0f ms, %d failed: %s",
                what,
                pauses.median(),
                pauses.worst(),
                failed,
                millis.stream().map(each -> Math.round(each)).toList()));
    }
}
