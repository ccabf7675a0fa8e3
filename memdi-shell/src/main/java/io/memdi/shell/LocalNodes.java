package io.memdi.shell;

import io.memdi.Codec;
import io.memdi.Memdi;
import io.memdi.MemdiNode;
import io.memdi.NodeBuilder;
import io.memdi.NotAppliedException;
import io.memdi.NotReadyException;
import io.memdi.Role;
import io.memdi.Status;
import io.memdi.Store;
import io.memdi.transport.inproc.InProcNetwork;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A cluster in this process: its nodes, one store that they share, and the network between them, which can be broken. */
final class LocalNodes implements AutoCloseable {
    static final int MAX_NODES = 7;

    private static final Duration READY_TIMEOUT = Duration.ofSeconds(20);

    /** What a node is to the shell, besides what it says of itself. */
    enum Condition {
        RUNNING,
        /** Its turns are stopped: it answers nothing. */
        PAUSED,
        /** It is dead, with all that it held, until it is started again. */
        KILLED,
        /** It was taken out of the cluster, and has stopped. */
        REMOVED
    }

    private record Node(MemdiNode memdi, Store<String, String> store) {}

    private final InProcNetwork network = InProcNetwork.create();
    private final Map<String, Node> nodes = new LinkedHashMap<>();
    private final Map<String, Condition> conditions = new TreeMap<>();
    private final String store;
    private final UnaryOperator<NodeBuilder> settings;

    /** Who is being taken out of the cluster: that its node stops then is no news. Read by whoever logs. */
    private final Set<String> leaving = ConcurrentHashMap.newKeySet();

    /** Whether all nodes are to end. */
    private volatile boolean ends;

    private List<String> founders = List.of();
    private List<Set<String>> partition = List.of();

    private LocalNodes(String store, UnaryOperator<NodeBuilder> settings) {
        this.store = store;
        this.settings = settings;
    }

    /**
     * Starts nodes a, b, c and so on, and waits until they are a cluster that takes writes.
     *
     * @throws PlainFailure if that takes too long
     */
    static LocalNodes start(int size, String store) {
        return start(size, store, node -> node);
    }

    /** The same, with other settings. */
    static LocalNodes start(int size, String store, UnaryOperator<NodeBuilder> settings) {
        LocalNodes started = new LocalNodes(store, settings);
        try {
            started.found(names(size));
            return started;
        } catch (NotReadyException e) {
            started.close();
            throw new PlainFailure("the cluster did not start: " + Wording.plain(e.getMessage()), e);
        } catch (RuntimeException e) {
            started.close();
            throw e;
        }
    }

    private static List<String> names(int size) {
        if (size < 1 || size > MAX_NODES) {
            throw new IllegalArgumentException("1 to " + MAX_NODES + " nodes, not " + size);
        }
        List<String> names = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            names.add(String.valueOf((char) ('a' + i)));
        }
        return names;
    }

    private void found(List<String> names) {
        founders = names;
        List<MemdiNode> started = new ArrayList<>();
        for (String name : names) {
            started.add(settings.apply(Memdi.node(name).transport(network).bootstrap(names.toArray(String[]::new)))
                    .start());
        }
        for (MemdiNode node : started) {
            node.awaitReady(READY_TIMEOUT);
            add(node);
        }
    }

    private MemdiNode add(MemdiNode node) {
        leaving.remove(node.name());
        nodes.put(node.name(), new Node(node, node.store(store, Codec.string(), Codec.string())));
        conditions.put(node.name(), Condition.RUNNING);
        return node;
    }

    /**
     * Starts a node again, without its memory, as its supervisor would; kills it first if it is alive. It finds its way back by the
     * list that founded the cluster, or, once that is retired or if it was never on it, by those who are alive.
     *
     * @return the node, which may not be ready yet
     */
    MemdiNode restart(String name) {
        if (isAlive(name)) {
            network.crash(name);
            conditions.put(name, Condition.KILLED);
        }
        if (founders.contains(name)) {
            return add(settings.apply(Memdi.node(name).transport(network).bootstrap(founders.toArray(String[]::new)))
                    .start());
        }
        return join(name, true);
    }

    /**
     * Starts a node that joins those who are alive.
     *
     * @return the node, which may not be ready yet
     * @throws PlainFailure if a node of that name is alive, or there is nobody to join
     */
    MemdiNode join(String name, boolean voter) {
        if (nodes.containsKey(name) && isAlive(name)) {
            throw new PlainFailure("there is a node " + name + " already; give the new one another name");
        }
        List<String> others = alive();
        if (others.isEmpty()) {
            throw new PlainFailure("nobody is alive who could take " + name + " in");
        }
        NodeBuilder node = Memdi.node(name).transport(network).join(others.toArray(String[]::new));
        return add(settings.apply(voter ? node : node.asLearner()).start());
    }

    /**
     * Takes a node out of the cluster, and stops it, if it does not by itself.
     *
     * @param at the node that is asked to
     */
    void remove(String name, String at) {
        checkName(name);
        leaving.add(name);
        try {
            node(at).cluster().remove(name);
        } catch (NotAppliedException | IllegalArgumentException e) {
            leaving.remove(name);
            throw e;
        }
        Objects.requireNonNull(nodes.get(name)).memdi().close();
        conditions.put(name, Condition.REMOVED);
    }

    /** Whether a line of the log says more than that a node that was to be taken out has stopped, or that the last ones end with all others. */
    boolean isNews(String line) {
        if (ends && line.contains(": closes, and leaves ")) {
            return false;
        }
        return leaving.stream()
                .noneMatch(name ->
                        line.contains(" " + name + ": stops for good: this node does not belong to its cluster"));
    }

    /** The list that founded the cluster is not used any more. */
    void retireList() {
        founders = List.of();
    }

    boolean isAlive(String name) {
        return isAlive(condition(name));
    }

    private static boolean isAlive(Condition condition) {
        return condition == Condition.RUNNING || condition == Condition.PAUSED;
    }

    /** Every node's name, also of those that were killed. */
    List<String> names() {
        return nodes.keySet().stream().sorted().toList();
    }

    /** A name for another node. */
    String unusedName() {
        char name = 'a';
        while (nodes.containsKey(String.valueOf(name))) {
            name++;
        }
        return String.valueOf(name);
    }

    List<String> alive() {
        return names().stream().filter(this::isAlive).toList();
    }

    List<String> running() {
        return names().stream()
                .filter(name -> condition(name) == Condition.RUNNING)
                .toList();
    }

    Condition condition(String name) {
        checkName(name);
        return Objects.requireNonNull(conditions.get(name));
    }

    /** @throws PlainFailure if there is no such node, or it was killed */
    MemdiNode node(String name) {
        checkAlive(name);
        return Objects.requireNonNull(nodes.get(name)).memdi();
    }

    /** @throws PlainFailure if there is no such node, or it was killed */
    Store<String, String> store(String name) {
        checkAlive(name);
        return Objects.requireNonNull(nodes.get(name)).store();
    }

    /** What every running node says of itself. */
    Map<String, Status> statuses() {
        Map<String, Status> statuses = new LinkedHashMap<>();
        running().forEach(name -> statuses.put(name, node(name).status()));
        return statuses;
    }

    /** The node that leads in the highest term, as the running nodes say of themselves; null if none does. */
    static @Nullable Status leader(Map<String, Status> statuses) {
        return leader(statuses.values());
    }

    /** The same. */
    static @Nullable Status leader(Collection<Status> statuses) {
        @Nullable Status leader = null;
        for (Status status : statuses) {
            if (status.role() == Role.LEADER && (leader == null || status.term() > leader.term())) {
                leader = status;
            }
        }
        return leader;
    }

    /** Kills a node, as if its process had crashed. */
    void kill(String name) {
        checkAlive(name);
        network.crash(name);
        conditions.put(name, Condition.KILLED);
    }

    void pause(String name) {
        checkAlive(name);
        network.pause(name);
        conditions.put(name, Condition.PAUSED);
    }

    void resume(String name) {
        checkAlive(name);
        network.resume(name);
        conditions.put(name, Condition.RUNNING);
    }

    /** Splits the network; nodes that no group names are a group of their own. */
    void partition(List<Set<String>> groups) {
        groups.forEach(group -> group.forEach(this::checkName));
        partition(groups, names());
    }

    @SuppressWarnings("unchecked") // an array of a generic type
    private void partition(List<Set<String>> groups, List<String> names) {
        network.partition(groups.toArray(Set[]::new));
        List<Set<String>> all = new ArrayList<>(groups);
        Set<String> rest = new LinkedHashSet<>(names);
        groups.forEach(rest::removeAll);
        if (!rest.isEmpty()) {
            all.add(rest);
        }
        partition = all.size() > 1 ? List.copyOf(all) : List.of();
    }

    void heal() {
        network.heal();
        partition = List.of();
    }

    /** The groups that do not reach each other; empty if all do. */
    List<Set<String>> partition() {
        return partition;
    }

    private void checkName(String name) {
        if (!nodes.containsKey(name)) {
            throw new PlainFailure("there is no node \"" + name + "\"; the nodes are " + String.join(", ", names()));
        }
    }

    private void checkAlive(String name) {
        if (!isAlive(name)) {
            throw new PlainFailure(name + " was " + Kind.word(condition(name)) + "; type: restart " + name);
        }
    }

    /** Ends all nodes at once, as the end of the process would: there is nobody left to hand anything over to. */
    @Override
    public void close() {
        ends = true;
        network.close();
    }
}
