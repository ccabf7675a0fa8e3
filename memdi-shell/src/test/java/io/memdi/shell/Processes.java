package io.memdi.shell;

import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Nodes of a cluster in JVMs of their own, over loopback TCP. Whatever is left of them is killed at the end. */
final class Processes implements AutoCloseable {
    /** So that a machine that stands still for a moment is no failure. */
    private static final String PATIENT = "1000-2000";

    private final Map<String, Integer> ports = new LinkedHashMap<>();
    private final Map<String, NodeProcess> newest = new LinkedHashMap<>();
    private final List<String> founders;
    private final List<NodeProcess> all = new ArrayList<>();

    Processes(String... founders) {
        this.founders = List.of(founders);
    }

    /** A port that was free a moment ago: a list of nodes has to be known before the first one listens. */
    private static int freePort() {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return server.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where a node of that name is reached; the same each time. */
    String address(String name) {
        return "127.0.0.1:" + ports.computeIfAbsent(name, any -> freePort());
    }

    /** The list of founders. */
    String list() {
        return founders.stream().map(name -> name + "=" + address(name)).collect(Collectors.joining(","));
    }

    /** Starts a founder, or starts it again. */
    NodeProcess start(String name) throws IOException {
        return add(name, started(name, "--bootstrap", list()));
    }

    /** Starts a node that joins those. */
    NodeProcess join(String name, String... contacts) throws IOException {
        String addresses = Stream.of(contacts).map(this::address).collect(Collectors.joining(","));
        return add(name, started(name, "--join", addresses));
    }

    private NodeProcess started(String name, String how, String others) throws IOException {
        return NodeProcess.start(
                "--name",
                name,
                "--listen",
                address(name),
                how,
                others,
                "--heartbeat",
                "100",
                "--election-timeout",
                PATIENT);
    }

    /** Takes in one that was started otherwise. */
    NodeProcess add(String name, NodeProcess process) {
        newest.put(name, process);
        all.add(process);
        return process;
    }

    /** Starts all founders, and waits until they are ready. */
    void startAll() throws IOException, InterruptedException {
        for (String name : founders) {
            start(name);
        }
        for (String name : founders) {
            get(name).awaitLine(name + ": ready, ");
        }
    }

    /** The newest process of that name. */
    NodeProcess get(String name) {
        return Objects.requireNonNull(newest.get(name), name);
    }

    /** Whoever leads, by the last change of role in the logs of those that run; waits until it is one. */
    String leader() {
        long end = System.nanoTime() + NodeProcess.LIMIT.toNanos();
        while (System.nanoTime() - end < 0) {
            List<String> leaders = newest.keySet().stream()
                    .filter(name -> get(name).isAlive() && leads(get(name)))
                    .toList();
            if (leaders.size() == 1) {
                return leaders.get(0);
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
        return fail("nobody leads, or several do");
    }

    private static boolean leads(NodeProcess process) {
        return process.lines().stream()
                .filter(line -> line.contains(" -> "))
                .reduce((before, last) -> last)
                .filter(line -> line.contains(" -> LEADER "))
                .isPresent();
    }

    /** The names of the other processes that run. */
    List<String> others(String name) {
        return newest.keySet().stream()
                .filter(other -> !other.equals(name) && get(other).isAlive())
                .toList();
    }

    @Override
    public void close() {
        all.forEach(NodeProcess::close);
    }
}
