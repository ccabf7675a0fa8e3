package io.memdi.bench.load;

import java.util.List;

/**
 * A fourth node joins a cluster that holds many entries and is written to: how long that takes from the start of its process, and how long
 * the writes at the leader take meanwhile, against just before. The first time, the leader runs code that it has never run; so it is done
 * several times, each time with a new process.
 *
 * <p>A process that starts beside busy ones takes processors from them, whatever it does. So before each join a stranger is started: a
 * node that is a cluster of its own, and is given as many entries by its own process. What writes take beside the stranger is about what the
 * machine does to them: it does other work than a newcomer, for about as long, and its processor time tells how much of it.
 */
final class Newcomer {
    /** How many writes are outstanding, each time. */
    private static final List<Integer> OUTSTANDING = List.of(16, 16, 16, 1, 256);

    private final LoadCluster cluster;
    private final int entries;
    private final Sink sink;

    /** Takes a figure. */
    interface Sink {
        void figure(String what, double value, String unit);
    }

    Newcomer(LoadCluster cluster, int entries, Sink sink) {
        this.cluster = cluster;
        this.entries = entries;
        this.sink = sink;
    }

    void measure() {
        System.out.println("filled: " + cluster.leader().ask("fill " + entries));
        int time = 1;
        for (int outstanding : OUTSTANDING) {
            join("join " + time++ + ", " + outstanding + " outstanding", outstanding);
        }
    }

    private void join(String what, int outstanding) {
        Jvm leader = cluster.leader();
        leader.ask("begin QUORUM_MEMORY " + outstanding);
        LoadCluster.sleep(3000);
        leader.ask("lap");
        LoadCluster.sleep(5000);
        String before = leader.ask("lap");
        besideStranger(what);
        LoadCluster.sleep(3000);
        leader.ask("lap");
        LoadCluster.sleep(2000);
        String between = leader.ask("lap");
        long begun = System.nanoTime();
        Jvm joiner = cluster.join();
        double started = (System.nanoTime() - begun) / 1e6;
        joiner.ask("ready");
        double ready = (System.nanoTime() - begun) / 1e6;
        String meanwhile = leader.ask("lap");
        double used = millis(joiner.ask("cpu"));
        leader.ask("end");
        String size = joiner.ask("size");
        cluster.leave("d");
        leader.ask("remove d");
        sink.figure(what + ": holds " + size + " entries, from the start of its process", ready, "ms");
        sink.figure(what + ": until its process runs", started, "ms");
        sink.figure(what + ": processor time of the newcomer", used, "ms");
        sink.figure(what + ": 99 % of the leader's writes before", p99(before), "us");
        sink.figure(what + ": 99 % of the leader's writes between stranger and newcomer", p99(between), "us");
        sink.figure(what + ": 99 % of the leader's writes meanwhile", p99(meanwhile), "us");
        sink.figure(what + ": the leader's writes before", perSecond(before), "per second");
        sink.figure(what + ": the leader's writes meanwhile", perSecond(meanwhile), "per second");
    }

    private void besideStranger(String what) {
        long begun = System.nanoTime();
        Jvm stranger = cluster.stranger();
        stranger.ask("ready");
        String filled = stranger.ask("fill " + entries);
        double time = (System.nanoTime() - begun) / 1e6;
        String beside = cluster.leader().ask("lap");
        double used = millis(stranger.ask("cpu"));
        cluster.leave(LoadCluster.STRANGER);
        sink.figure(what + ": a stranger holds " + filled + "entries, from the start of its process", time, "ms");
        sink.figure(what + ": processor time of the stranger", used, "ms");
        sink.figure(what + ": 99 % of the leader's writes beside the stranger", p99(beside), "us");
        sink.figure(what + ": the leader's writes beside the stranger", perSecond(beside), "per second");
    }

    private static double millis(String nanos) {
        return Double.parseDouble(nanos) / 1e6;
    }

    static double p99(String lap) {
        return Double.parseDouble(lap.split(" ", -1)[5]) / 1e3;
    }

    static double perSecond(String lap) {
        String[] parts = lap.split(" ", -1);
        return Double.parseDouble(parts[0]) / Double.parseDouble(parts[1]) * 1e9;
    }
}
