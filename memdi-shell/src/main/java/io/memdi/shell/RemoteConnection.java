package io.memdi.shell;

import io.memdi.Cluster;
import io.memdi.ClusterMember;
import io.memdi.Codec;
import io.memdi.Memdi;
import io.memdi.MemdiClient;
import io.memdi.MemdiException;
import io.memdi.NotReadyException;
import io.memdi.Status;
import io.memdi.Store;
import io.memdi.transport.TransportFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A cluster elsewhere, of which this shell is a client. Any of its nodes answers what is read. */
final class RemoteConnection implements Connection {
    /** How long a node may take to say how it is, before it counts as one that does not answer. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private static final Duration STEP = Duration.ofMillis(50);

    /** How many nodes are asked at the same time. */
    private static final int ASKED_AT_ONCE = 16;

    static final String NO_ANSWER = "no answer";

    /**
     * What to connect to.
     *
     * @param addresses where nodes are, at least one
     * @param store the name of the store that the commands work on
     * @param timeout how long the cluster may take to be found, and every command
     */
    record Target(List<String> addresses, String store, Duration timeout) {
        Target {
            addresses = List.copyOf(addresses);
        }
    }

    private final MemdiClient client;
    private final List<String> addresses;
    private final Duration timeout;
    private final Store<String, String> store;
    private final DialLog log;
    private final ThreadPoolExecutor asking = new ThreadPoolExecutor(
            ASKED_AT_ONCE, ASKED_AT_ONCE, 5, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), RemoteConnection::thread);

    /**
     * Talks through a client, which ends with this.
     *
     * @param client may not be ready yet
     * @param target what it was connected to
     * @param log knows why nodes cannot be reached
     */
    RemoteConnection(MemdiClient client, Target target, DialLog log) {
        this.client = client;
        this.addresses = target.addresses();
        this.timeout = target.timeout();
        this.log = log;
        this.store = client.store(target.store(), Codec.string(), Codec.string());
        asking.allowCoreThreadTimeOut(true);
    }

    /** Connects a client. It looks for the cluster once it is asked to {@link #reach} it. */
    static RemoteConnection open(Target target, TransportFactory transport, DialLog log) {
        MemdiClient client = Memdi.client()
                .name("shell")
                .transport(transport)
                .timeout(target.timeout())
                .connect(target.addresses().toArray(String[]::new));
        try {
            return new RemoteConnection(client, target, log);
        } catch (RuntimeException e) {
            client.close();
            throw e;
        }
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "memdi-shell-asks");
        thread.setDaemon(true);
        return thread;
    }

    List<String> addresses() {
        return addresses;
    }

    /** Waits until the cluster can be written to, as after it was founded or recovered. */
    void awaitReady() {
        client.awaitReady(timeout);
    }

    @Override
    public Scope scope() {
        return Scope.REMOTE;
    }

    @Override
    public String here() {
        return addresses.get(0);
    }

    @Override
    public void reach() {
        long start = System.nanoTime();
        while (!isReady() && client.cluster().members().isEmpty()) {
            if (System.nanoTime() - start > timeout.toNanos()) {
                throw new Unreachable("there was no cluster to talk to in " + Times.of(timeout) + ": "
                        + client.status().waitingFor() + log.reasons()
                        + "; look whether its nodes run, and correct what is wrong");
            }
        }
        log.cease();
    }

    private boolean isReady() {
        try {
            client.awaitReady(STEP);
            return true;
        } catch (NotReadyException e) {
            return false;
        }
    }

    @Override
    public String welcome(Screen screen) {
        List<String> names =
                client.cluster().members().stream().map(ClusterMember::name).toList();
        @Nullable String leader = client.cluster().leader();
        return "Connected to the cluster of " + String.join(", ", names) + ". "
                + (leader == null
                        ? screen.paint(Style.BAD, "Nobody leads; status tells more.")
                        : screen.paint(Style.LEADER, leader + " leads") + ".");
    }

    @Override
    public Store<String, String> store(@Nullable String at) {
        return store;
    }

    @Override
    public List<String> witness(@Nullable String at) {
        return List.of();
    }

    @Override
    public Cluster cluster() {
        return client.cluster();
    }

    @Override
    public Status status() {
        return client.status();
    }

    @Override
    public List<String> names() {
        return client.cluster().members().stream().map(ClusterMember::name).toList();
    }

    @Override
    public List<Sight> look() {
        List<String> names = names();
        if (names.isEmpty()) {
            throw new PlainFailure("no member is known: " + client.status().waitingFor());
        }
        List<Future<Sight>> asked =
                names.stream().map(name -> asking.submit(() -> ask(name))).toList();
        long end = System.nanoTime() + PATIENCE.toNanos();
        try {
            List<Sight> sights = new ArrayList<>();
            for (int i = 0; i < asked.size(); i++) {
                sights.add(await(asked.get(i), names.get(i), end - System.nanoTime()));
            }
            return sights;
        } finally {
            asked.forEach(question -> question.cancel(true));
        }
    }

    private Sight ask(String name) {
        long start = System.nanoTime();
        try {
            return Sight.of(client.status(name), System.nanoTime() - start);
        } catch (MemdiException | IllegalArgumentException e) {
            return Sight.none(name, NO_ANSWER); // the time was up, or it does not belong to the cluster any more
        }
    }

    private static Sight await(Future<Sight> question, String name, long nanos) {
        try {
            return question.get(Math.max(0, nanos), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            return Sight.none(name, NO_ANSWER);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PlainFailure("stopped waiting; nothing was changed", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("asking " + name + " how it is has failed: " + e.getCause(), e);
        }
    }

    @Override
    public String condition(String name) {
        return "";
    }

    @Override
    public List<String> notes() {
        return List.of();
    }

    @Override
    public boolean isNews(String line) {
        return log.isNews(line);
    }

    @Override
    public void close() {
        asking.shutdownNow();
        client.close();
    }
}
