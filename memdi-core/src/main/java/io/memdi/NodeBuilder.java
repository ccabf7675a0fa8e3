package io.memdi;

import io.memdi.node.Defaults;
import io.memdi.node.LocalNode;
import io.memdi.node.NodeSettings;
import io.memdi.node.SettingsCheck;
import io.memdi.transport.TransportFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Describes a node, and starts it. What is left out has a default; everything is checked together by {@link #start()}. Not
 * thread-safe; a builder can start several nodes, one after another.
 */
public final class NodeBuilder {
    private final String name;
    private @Nullable TransportFactory transport;
    private Storage storage = Storage.memory();
    private List<String> founders = List.of();
    private List<String> contacts = List.of();
    private boolean joins;
    private boolean voter = true;
    private Duration electionMin = Defaults.ELECTION_TIMEOUT_MIN;
    private Duration electionMax = Defaults.ELECTION_TIMEOUT_MAX;
    private Duration heartbeat = Defaults.HEARTBEAT;
    private Duration timeout = Defaults.TIMEOUT;
    private Ack ack = Defaults.ACK;
    private ReadLevel readLevel = Defaults.READ_LEVEL;
    private int maxKeyBytes = Defaults.MAX_KEY_BYTES;
    private int maxValueBytes = Defaults.MAX_VALUE_BYTES;
    private int queueCapacity = Defaults.QUEUE_CAPACITY;
    private int maxOpenWrites = Defaults.MAX_OPEN_WRITES;
    private int maxClients = Defaults.MAX_CLIENTS;
    private int batchBytes = Defaults.BATCH_BYTES;
    private int windowBytes = Defaults.WINDOW_BYTES;
    private long maxUncommittedBytes = Defaults.MAX_UNCOMMITTED_BYTES;
    private long retainedLogBytes = Defaults.RETAINED_LOG_BYTES;
    private @Nullable Path backups;
    private @Nullable Executor callbackExecutor;

    NodeBuilder(String name) {
        this.name = Objects.requireNonNull(name, "name");
        if (!SettingsCheck.isName(name)) {
            throw new IllegalArgumentException(
                    "a name has 1 to 64 letters, digits, dots, dashes or underscores, not \"" + name + "\"");
        }
    }

    /**
     * Sets what the node talks through. There is no default.
     *
     * @param transport opens the node's transport when it starts
     * @return this builder
     */
    public NodeBuilder transport(TransportFactory transport) {
        this.transport = Objects.requireNonNull(transport, "transport");
        return this;
    }

    /**
     * Sets where the node keeps its data: in memory alone by default. All members of a cluster do it alike.
     *
     * @param storage in memory, or in a directory too
     * @return this builder
     */
    public NodeBuilder storage(Storage storage) {
        this.storage = Objects.requireNonNull(storage, "storage");
        return this;
    }

    /**
     * Sets the nodes that found the cluster. Every one of them is started with the same list; they begin once all are there. A node
     * of the list that is started again, while its cluster runs, joins and takes the place that it had: with what its
     * {@link #storage directory} holds, or, where it has none, with nothing.
     *
     * @param founders the names of all nodes, this one included, in the same order everywhere: {@code "a"}, or
     *     {@code "a=host:port"} for a transport that needs an address
     * @return this builder
     */
    public NodeBuilder bootstrap(String... founders) {
        this.founders = names("founder", founders);
        return this;
    }

    /**
     * Lets the node join a cluster that is running, as a new member, or in the place of the one that had its name. It becomes a voter
     * once it holds everything, unless it is to learn only.
     *
     * @param contacts some members of the cluster, as for {@link #bootstrap}, or by their addresses alone: {@code "host:port"}; one that
     *     answers is enough. None, for a node that is to found a cluster of its own with {@link Cluster#foundAlone}
     * @return this builder
     */
    public NodeBuilder join(String... contacts) {
        this.contacts = names("contact", contacts);
        this.joins = true;
        return this;
    }

    private static List<String> names(String what, String[] names) {
        Objects.requireNonNull(names, what + 's');
        for (String name : names) {
            Objects.requireNonNull(name, what);
        }
        return List.of(names);
    }

    /**
     * Lets a node that joins stay a learner: it holds everything, and serves reads and takes writes as others do, but counts for no
     * majority, and never leads.
     *
     * @return this builder
     */
    public NodeBuilder asLearner() {
        this.voter = false;
        return this;
    }

    /**
     * Sets the bounds of the election timeout, which is drawn anew each time: 250 ms to 500 ms by default. The minimum also bounds
     * how long a leader goes on that hears from no majority.
     *
     * @param min two heartbeats or more
     * @param max min or more, 10 minutes at most
     * @return this builder
     */
    public NodeBuilder electionTimeout(Duration min, Duration max) {
        this.electionMin = Objects.requireNonNull(min, "min");
        this.electionMax = Objects.requireNonNull(max, "max");
        return this;
    }

    /**
     * Sets the time between two heartbeats of a leader: 50 ms by default. An election timeout is at least two of them.
     *
     * @param heartbeat 1 ms or more
     * @return this builder
     */
    public NodeBuilder heartbeat(Duration heartbeat) {
        this.heartbeat = Objects.requireNonNull(heartbeat, "heartbeat");
        return this;
    }

    /**
     * Sets how long a call waits at most, where neither the call nor its store says otherwise: 5 s by default.
     *
     * @param timeout more than zero, at most 365 days
     * @return this builder
     */
    public NodeBuilder timeout(Duration timeout) {
        this.timeout = Objects.requireNonNull(timeout, "timeout");
        return this;
    }

    /**
     * Sets where a write must be before it is acknowledged, where neither the call nor its store says otherwise:
     * {@link Ack#LEADER_MEMORY} by default.
     *
     * @param ack the level; {@link Ack#LEADER_DISK} and {@link Ack#QUORUM_DISK} need a {@link #storage directory}
     * @return this builder
     */
    public NodeBuilder ack(Ack ack) {
        this.ack = Objects.requireNonNull(ack, "ack");
        return this;
    }

    /**
     * Sets how fresh, and how safe, what a read returns has to be, where neither the call nor its store says otherwise:
     * {@link ReadLevel#SESSION} by default.
     *
     * @param readLevel the level
     * @return this builder
     */
    public NodeBuilder readLevel(ReadLevel readLevel) {
        this.readLevel = Objects.requireNonNull(readLevel, "readLevel");
        return this;
    }

    /**
     * Sets how large an encoded key may be: 64 KiB by default. A larger one is refused at the call.
     *
     * @param maxKeyBytes 1 to 1 MiB
     * @return this builder
     */
    public NodeBuilder maxKeyBytes(int maxKeyBytes) {
        this.maxKeyBytes = maxKeyBytes;
        return this;
    }

    /**
     * Sets how large an encoded value may be: 16 MiB by default. A larger one is refused at the call.
     *
     * @param maxValueBytes 1 to 1 GiB
     * @return this builder
     */
    public NodeBuilder maxValueBytes(int maxValueBytes) {
        this.maxValueBytes = maxValueBytes;
        return this;
    }

    /**
     * Sets how many operations may be open on this node: 8192 by default. On top of that a blocking call waits for room, and an
     * asynchronous one fails with {@link OverloadedException}. For asynchronous calls, an operation is open until its future is
     * completed, which callbacks may delay; a blocking call does not wait for callbacks.
     *
     * @param queueCapacity 1 to 1,048,576
     * @return this builder
     */
    public NodeBuilder queueCapacity(int queueCapacity) {
        this.queueCapacity = queueCapacity;
        return this;
    }

    /**
     * Sets how many writes of this node may be on their way: 4096 by default. The others wait on this node, in order. Each node
     * has a bound of its own.
     *
     * @param maxOpenWrites 1 to 1,048,576
     * @return this builder
     */
    public NodeBuilder maxOpenWrites(int maxOpenWrites) {
        this.maxOpenWrites = maxOpenWrites;
        return this;
    }

    /**
     * Sets how many clients may be connected to this node over TCP, and how many may have a session to write while this node leads: 256 by
     * default. A client more is refused, in words, and the others notice nothing. The same on every node of a cluster.
     *
     * @param maxClients 1 to 16,384
     * @return this builder
     */
    public NodeBuilder maxClients(int maxClients) {
        this.maxClients = maxClients;
        return this;
    }

    /**
     * Sets how many bytes of entries go into one message, unless a single entry is larger: 256 KiB by default.
     *
     * @param batchBytes 1 to 1 GiB
     * @return this builder
     */
    public NodeBuilder batchBytes(int batchBytes) {
        this.batchBytes = batchBytes;
        return this;
    }

    /**
     * Sets how many bytes of entries may be on their way to one node, unless a single entry is larger: 4 MiB by default.
     *
     * @param windowBytes batchBytes to 1 GiB
     * @return this builder
     */
    public NodeBuilder windowBytes(int windowBytes) {
        this.windowBytes = windowBytes;
        return this;
    }

    /**
     * Sets at how many bytes of uncommitted entries a leader takes no more: 64 MiB by default. What comes then waits where it was
     * issued.
     *
     * @param maxUncommittedBytes at least the largest key and value
     * @return this builder
     */
    public NodeBuilder maxUncommittedBytes(long maxUncommittedBytes) {
        this.maxUncommittedBytes = maxUncommittedBytes;
        return this;
    }

    /**
     * Sets how many bytes of committed entries this node keeps, to serve those who are a little behind: 64 MiB by default.
     *
     * @param retainedLogBytes 0 or more
     * @return this builder
     */
    public NodeBuilder retainedLogBytes(long retainedLogBytes) {
        this.retainedLogBytes = retainedLogBytes;
        return this;
    }

    /**
     * Sets where backups lie that clients ask for: they name files in that directory, to be written by {@link Cluster#backup} or read by
     * {@link Cluster#restore}. By default there is none, and clients are refused; {@link MemdiNode#cluster} takes any path.
     *
     * @param directory a directory that exists, and neither is nor lies in the one that the node keeps its own data in
     * @return this builder
     * @throws IllegalArgumentException if the path is empty
     */
    public NodeBuilder backups(Path directory) {
        this.backups = Checks.notEmpty(directory, "directory");
        return this;
    }

    /**
     * Sets where the futures of asynchronous operations are completed. By default that is a thread of the node's own.
     *
     * @param executor runs callbacks; must not block, nor run them on the thread that hands them over
     * @return this builder
     */
    public NodeBuilder callbackExecutor(Executor executor) {
        this.callbackExecutor = Objects.requireNonNull(executor, "executor");
        return this;
    }

    /**
     * Starts the node. It is running when this returns, and {@link MemdiNode#awaitReady} waits until it is what it is meant to be.
     *
     * @return the running node
     * @throws IllegalArgumentException if the settings are wrong, in which case the message names every problem; or if the list
     *     names another address for this node than its transport has
     * @throws IllegalStateException if the transport has a node of that name already
     * @throws StorageException if the directory is in use, or cannot be read or written
     * @throws CorruptStorageException if the directory cannot be trusted, and there is nobody to heal from
     */
    public MemdiNode start() {
        NodeSettings settings = settings();
        List<String> problems = new ArrayList<>();
        TransportFactory factory = transport;
        if (factory == null) {
            problems.add("transport: there is none; pass the network that the nodes talk through");
        }
        problems.addAll(SettingsCheck.problems(settings));
        if (factory == null || !problems.isEmpty()) {
            throw new IllegalArgumentException(
                    "node \"" + name + "\" was not started:\n  - " + String.join("\n  - ", problems));
        }
        return LocalNode.start(settings, factory);
    }

    private NodeSettings settings() {
        return NodeSettings.of(name, founders, contacts, joins, voter)
                .withTimes(heartbeat, electionMin, electionMax)
                .withLogBytes(maxUncommittedBytes, retainedLogBytes)
                .withMessageBytes(batchBytes, windowBytes)
                .withMaxOpenWrites(maxOpenWrites)
                .withMaxClients(maxClients)
                .with(new NodeSettings.Limits(maxKeyBytes, maxValueBytes, queueCapacity, Defaults.INBOUND_CAPACITY))
                .with(new NodeSettings.Calls(ack, readLevel, timeout))
                .with(storage)
                .withBackups(backups)
                .with(callbackExecutor);
    }
}
