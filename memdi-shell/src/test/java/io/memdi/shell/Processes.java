package io.memdi.shell;

import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
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
public final class Processes implements AutoCloseable {
    /** The election timeout of the nodes: so that a machine that stands still for a moment is no failure. */
    public static final Duration ELECTION_MIN = Duration.ofSeconds(1);

    public static final Duration ELECTION_MAX = Duration.ofSeconds(2);
    private static final String PATIENT = ELECTION_MIN.toMillis() + "-" + ELECTION_MAX.toMillis();

    private final Map<String, String> addresses = new LinkedHashMap<>();
    private final Map<String, NodeProcess> newest = new LinkedHashMap<>();
    private final Where where;
    private final String heap;
    private final List<String> founders;
    private final List<NodeProcess> all = new ArrayList<>();

    public Processes(String... founders) {
        this(Where.LOOPBACK, "128m", founders);
    }

    /** Elsewhere, or with more of a heap. */
    public Processes(Where where, String heap, String... founders) {
        this.where = where;
        this.heap = heap;
        this.founders = List.of(founders);
    }

    /** Where the nodes run, and how they are protected there. */
    public interface Where {
        /** In the network of this JVM, at ports that were free a moment ago. */
        Where LOOPBACK = name -> "127.0.0.1:" + freePort();

        /** Where a node of that name is to listen. */
        String address(String name);

        /** The command that takes a node there; empty if it need not be taken anywhere. */
        default List<String> by(String name) {
            return List.of();
        }

        /** What its command says of TLS. */
        default List<String> security(String name) {
            return List.of("--plaintext");
        }
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
    public String address(String name) {
        return addresses.computeIfAbsent(name, where::address);
    }

    /** The list of founders. */
    String list() {
        return founders.stream().map(name -> name + "=" + address(name)).collect(Collectors.joining(","));
    }

    /** Starts a founder, or starts it again. */
    public NodeProcess start(String name) throws IOException {
        return add(name, started(name, "--bootstrap", list()));
    }

    /** Starts a node that joins those. */
    public NodeProcess join(String name, String... contacts) throws IOException {
        String addresses = Stream.of(contacts).map(this::address).collect(Collectors.joining(","));
        return add(name, started(name, "--join", addresses));
    }

    private NodeProcess started(String name, String how, String others) throws IOException {
        List<String> options = new ArrayList<>(List.of("--name", name, "--listen", address(name), how, others));
        options.addAll(List.of("--heartbeat", "100", "--election-timeout", PATIENT));
        options.addAll(where.security(name));
        return NodeProcess.start(where.by(name), heap, options.toArray(String[]::new));
    }

    /** Takes in one that was started otherwise. */
    public NodeProcess add(String name, NodeProcess process) {
        newest.put(name, process);
        all.add(process);
        return process;
    }

    /** Starts all founders, and waits until they are ready. */
    public void startAll() throws IOException, InterruptedException {
        for (String name : founders) {
            start(name);
        }
        for (String name : founders) {
            get(name).awaitLine(name + ": ready, ");
        }
    }

    /** The newest process of that name. */
    public NodeProcess get(String name) {
        return Objects.requireNonNull(newest.get(name), name);
    }

    /** The names that a process was started under. */
    public List<String> names() {
        return List.copyOf(newest.keySet());
    }

    /** All processes so far, those that were replaced too. */
    public List<NodeProcess> all() {
        return List.copyOf(all);
    }

    /** Whoever leads, by the last change of role in the logs of those that run; waits until it is one. */
    public String leader() {
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
    public List<String> others(String name) {
        return newest.keySet().stream()
                .filter(other -> !other.equals(name) && get(other).isAlive())
                .toList();
    }

    @Override
    public void close() {
        all.forEach(NodeProcess::close);
    }
}
