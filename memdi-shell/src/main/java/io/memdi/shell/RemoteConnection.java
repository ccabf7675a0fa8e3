package io.memdi.shell;

import io.memdi.ClientBuilder;
import io.memdi.Cluster;
import io.memdi.ClusterMember;
import io.memdi.Codec;
import io.memdi.MemdiClient;
import io.memdi.NotReadyException;
import io.memdi.Status;
import io.memdi.Store;
import io.memdi.TimedOutException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A cluster elsewhere, of which this shell is a client. Any of its nodes answers what is read. */
final class RemoteConnection implements Connection {
    /** How long nodes may take to say how they are, before they count as such that do not answer. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    /** More than a cluster has members. */
    private static final int MAX_ASKED = 100;

    private static final Duration STEP = Duration.ofMillis(50);

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
    private final RollCall roll;

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
        this.roll = new RollCall(client::status, PATIENCE);
    }

    /**
     * Connects a client. It looks for the cluster once it is asked to {@link #reach} it.
     *
     * @param settings what is not said here: through what it talks, and perhaps more
     */
    static RemoteConnection open(Target target, ClientBuilder settings, DialLog log) {
        MemdiClient client = settings.name("shell")
                .timeout(target.timeout())
                .connect(target.addresses().toArray(String[]::new));
        try {
            return new RemoteConnection(client, target, log);
        } catch (RuntimeException e) {
            client.close();
            throw e;
        }
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
                throw noCluster(roll.of(addresses));
            }
        }
        log.cease();
    }

    private Unreachable noCluster(List<Sight> sights) {
        String nodes = NoCluster.words(sights);
        return new Unreachable("there was no cluster to talk to in " + Times.of(timeout) + ": "
                + (nodes.isEmpty()
                        ? client.status().waitingFor() + log.reasons()
                                + "; look whether its nodes run, and correct what is wrong"
                        : Wording.plain(nodes) + ". " + NoCluster.advice(sights)));
    }

    /**
     * Waits until the one node whose address was given answers, whether it belongs to a cluster or not.
     *
     * @throws Unreachable if it does not in time
     */
    void reachNode() {
        try {
            client.status(here());
        } catch (TimedOutException e) {
            throw new Unreachable("there was no node to talk to in " + Times.of(timeout) + ": none answers at " + here()
                    + log.reasons() + "; look whether it runs, and correct what is wrong");
        }
        log.cease();
    }

    @Override
    public boolean isDeserted() {
        List<Sight> sights = roll.of(Stream.concat(addresses.stream(), names().stream())
                .distinct()
                .limit(MAX_ASKED)
                .toList());
        return Sight.statuses(sights).isEmpty();
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
        List<String> names = names();
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
        // While a node that was started again takes its place back, its predecessor is a member, too.
        return client.cluster().members().stream()
                .map(ClusterMember::name)
                .distinct()
                .sorted()
                .toList();
    }

    @Override
    public List<Sight> look() {
        long start = System.nanoTime();
        while (names().isEmpty() && !isReady()) {
            // Perhaps they have none, and then what each of them says of itself is all that there is to see.
            List<Sight> sights = roll.of(addresses);
            boolean over = System.nanoTime() - start > timeout.toNanos();
            if (names().isEmpty() && (over ? !Sight.statuses(sights).isEmpty() : NoCluster.isSo(sights))) {
                return sights;
            } else if (over && names().isEmpty()) {
                throw noCluster(sights);
            }
        }
        log.cease();
        return roll.of(names());
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
        roll.close();
        client.close();
    }
}
