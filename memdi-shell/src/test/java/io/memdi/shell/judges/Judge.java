package io.memdi.shell.judges;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.memdi.Ack;
import io.memdi.Codec;
import io.memdi.Memdi;
import io.memdi.MemdiClient;
import io.memdi.MemdiException;
import io.memdi.ReadLevel;
import io.memdi.Revision;
import io.memdi.Status;
import io.memdi.Store;
import io.memdi.WriteOptions;
import io.memdi.shell.NodeProcess;
import io.memdi.shell.Processes;
import io.memdi.sim.Operation;
import io.memdi.sim.Operation.Outcome;
import io.memdi.transport.TransportFactory;
import io.memdi.transport.tcp.TcpTransport;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/**
 * Watches callers who use a cluster of processes while a story does to those what it likes, and tells in the end whether all was kept that
 * memdi promises: see {@link Findings}.
 */
final class Judge implements AutoCloseable {
    /** How long whatever has to happen may take: the machine may have other things to do. */
    static final Duration LIMIT = Duration.ofSeconds(120);

    static final String BULK = "bulk";

    private static final int CALLERS = 4;
    private static final int OPEN_WRITES = 500;
    private static final int LINES_SHOWN = 60;

    private final Processes nodes;
    private final TransportFactory dialing;
    private final String store;
    private final Book book;
    private final Deaths deaths = new Deaths();
    private final List<MemdiClient> clients = new ArrayList<>();
    private final List<Caller> callers = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final MemdiClient witness;
    private final Stalls stalls = new Stalls();

    /** What happens to the cluster. When it ends, everything is to be healed, and whoever is to live runs. */
    @FunctionalInterface
    interface Story {
        void tell(Judge judge) throws Exception;
    }

    /** A cluster of three that was founded, with callers; judges it after the story. */
    static void hear(Story story) throws Exception {
        try (Processes nodes = new Processes(Processes.Where.LOOPBACK, "256m", "a", "b", "c")) {
            hear(nodes, story);
        }
    }

    static void hear(Processes nodes, Story story) throws Exception {
        hear(nodes, TcpTransport.dialing().plaintext(), story);
    }

    static void hear(Processes nodes, TransportFactory dialing, Story story) throws Exception {
        nodes.startAll();
        hear(nodes, dialing, "judged", Levels.IN_MEMORY, story);
    }

    /** The same, of a cluster that runs and keeps its data in directories; returns what was lost, as its level allows. */
    static List<Operation> hearOnDisks(Processes nodes, String store, Story story) throws Exception {
        return hear(nodes, TcpTransport.dialing().plaintext(), store, Levels.ON_DISKS, story);
    }

    private static List<Operation> hear(
            Processes nodes, TransportFactory dialing, String store, Levels levels, Story story) throws Exception {
        try (Judge judge = new Judge(nodes, dialing, store, levels)) {
            judge.goOn();
            story.tell(judge);
            return judge.verdict();
        } catch (Throwable e) {
            e.addSuppressed(new AssertionError(logs(nodes)));
            throw e;
        }
    }

    private static String logs(Processes nodes) {
        StringBuilder text = new StringBuilder("the nodes said last:");
        for (NodeProcess node : nodes.all()) {
            List<String> lines = node.lines();
            lines.subList(Math.max(0, lines.size() - LINES_SHOWN), lines.size())
                    .forEach(line -> text.append('\n').append(line));
            text.append('\n');
        }
        return text.toString();
    }

    /** @param store where the callers write; nobody else may */
    Judge(Processes nodes, TransportFactory dialing, String store) {
        this(nodes, dialing, store, Levels.IN_MEMORY);
    }

    private Judge(Processes nodes, TransportFactory dialing, String store, Levels levels) {
        this.book = new Book(levels);
        this.nodes = nodes;
        this.dialing = dialing;
        this.store = store;
        this.witness = client("witness");
        for (int i = 1; i <= CALLERS; i++) {
            Caller caller = new Caller("c" + i, store(client("c" + i), store), book, i);
            Thread thread = new Thread(caller, "caller c" + i);
            thread.setDaemon(true);
            callers.add(caller);
            threads.add(thread);
            thread.start();
        }
    }

    private MemdiClient client(String name) {
        String[] addresses = nodes.names().stream().map(nodes::address).toArray(String[]::new);
        MemdiClient client = Memdi.client()
                .name(name)
                .transport(dialing)
                .timeout(Caller.TIMEOUT)
                .connect(addresses);
        clients.add(client);
        return client;
    }

    static Store<String, String> store(MemdiClient client, String name) {
        return client.store(name, Codec.string(), Codec.string());
    }

    Processes nodes() {
        return nodes;
    }

    /** A client that no caller uses. */
    MemdiClient witness() {
        return witness;
    }

    Book book() {
        return book;
    }

    /** When nodes have died. Who lets one die on disks, writes it down here. */
    Deaths deaths() {
        return deaths;
    }

    /** SIGKILL for all of them at once, as far as one can. */
    void kill(List<String> names) throws InterruptedException {
        long from = System.nanoTime();
        names.forEach(name -> nodes.get(name).kill());
        for (String name : names) {
            nodes.get(name).exitCode();
        }
        names.forEach(name -> deaths.add(name, from, System.nanoTime()));
    }

    /** Waits until the callers have got something done. */
    void goOn() throws InterruptedException {
        book.awaitAgreed(200, LIMIT.toMillis());
    }

    /** Somebody who does not lead. */
    String follower() {
        return nodes.others(nodes.leader()).get(0);
    }

    /** Puts so many entries of that many bytes into a store of their own, beside what the callers do. */
    void fill(int entries, int bytes) throws Exception {
        Store<Integer, byte[]> bulk = witness.store(BULK, Codec.int32(), Codec.bytes());
        WriteOptions quorum = WriteOptions.ack(Ack.QUORUM_MEMORY);
        ArrayDeque<CompletableFuture<Revision>> open = new ArrayDeque<>();
        for (int i = 0; i < entries + OPEN_WRITES; i++) {
            if (i >= OPEN_WRITES) {
                int oldest = i - OPEN_WRITES;
                CompletableFuture<Revision> put = open.remove();
                until("entry " + oldest, () -> isDone(put) || bulk.put(oldest, new byte[bytes], quorum) != null);
            }
            if (i < entries) {
                open.add(bulk.async().put(i, new byte[bytes], quorum));
            }
        }
    }

    /** False if it has failed, and is to be tried again. */
    private static boolean isDone(CompletableFuture<Revision> put) throws InterruptedException, TimeoutException {
        try {
            put.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
            return true;
        } catch (ExecutionException e) {
            assertThat(e).hasCauseInstanceOf(MemdiException.class);
            return false;
        }
    }

    /** Waits until so many more operations have ended, in whichever way. */
    void awaitEnds(int more) throws Exception {
        long goal = ends() + more;
        until(more + " operations that end", () -> ends() >= goal);
    }

    private long ends() {
        return book.snapshot().stream().filter(Operation::ended).count();
    }

    /** No write has failed that was under way at that time, or issued since. */
    void nothingFailed(long since) {
        List<Operation> writes = new ArrayList<>(book.snapshot());
        writes.removeIf(operation -> !operation.kind.writes());
        writes.addAll(book.singles().values());
        assertThat(writes)
                .filteredOn(write -> write.ended() && write.returnedNanos - since > 0)
                .isNotEmpty()
                .filteredOn(write -> write.outcome == Outcome.NOT_APPLIED || write.outcome == Outcome.UNKNOWN)
                .isEmpty();
    }

    /** Starts it again, and waits until it has been taken in. */
    void restart(String name) throws Exception {
        nodes.start(name).awaitLine(name + ": ready, ");
    }

    /** Waits until that is true; an answer that did not come is as good as a no. */
    void until(String what, Callable<Boolean> condition) throws Exception {
        long end = System.nanoTime() + LIMIT.toNanos();
        Object last = "no";
        while (System.nanoTime() - end < 0) {
            try {
                if (condition.call()) {
                    return;
                }
            } catch (MemdiException e) {
                last = e;
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
        fail("%s: not within %s; %s", what, LIMIT, last);
    }

    /** Waits until the callers have ended what they do, and do nothing more. */
    void silence() throws InterruptedException {
        callers.forEach(Caller::stop);
        for (Thread thread : threads) {
            thread.join(LIMIT.toMillis());
            if (thread.isAlive()) {
                AssertionError hangs = new AssertionError("an operation of " + thread.getName() + " does not end");
                hangs.setStackTrace(thread.getStackTrace());
                throw hangs;
            }
        }
    }

    /** Once everything runs again: waits for the end of what is under way, and looks at all of it; returns what is lost, and may be. */
    List<Operation> verdict() throws Exception {
        goOn();
        return lastLook();
    }

    /** The same, without anything more being written first. */
    List<Operation> lastLook() throws Exception {
        silence();
        Set<String> running = new HashSet<>(nodes.names());
        running.removeIf(name -> !nodes.get(name).isAlive());
        until("all nodes ready, and equal", () -> areEqual(running));
        Caller last = new Caller("last", store(witness, store), book, 0);
        for (String key : Set.copyOf(book.history().byKey().keySet())) {
            until("a last look at " + key, () -> last.read(key, ReadLevel.LINEARIZABLE).outcome == Outcome.ANSWERED);
        }
        Map<String, String> found = new LinkedHashMap<>();
        for (String key : book.singles().keySet()) {
            until("a last look at " + key, () -> {
                String value = last.look(key);
                if (value != null) {
                    found.put(key, value);
                }
                return true;
            });
        }
        List<List<String>> logs = nodes.all().stream().map(NodeProcess::lines).toList();
        return new Findings(book, found, new Leaderships(logs, deaths.all(), stalls.longest())).check();
    }

    private boolean areEqual(Set<String> names) {
        Set<Object> states = new HashSet<>();
        for (String name : names) {
            Status status = witness.status(name);
            if (!status.waitingFor().isEmpty()) {
                return false;
            }
            states.add(List.of(status.committed(), status.stores()));
        }
        return states.size() == 1;
    }

    @Override
    public void close() {
        callers.forEach(Caller::stop);
        stalls.close();
        clients.forEach(MemdiClient::close);
    }
}
