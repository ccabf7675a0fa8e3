package io.memdi;

import io.memdi.node.Defaults;
import io.memdi.node.NodeSettings;
import io.memdi.node.RemoteClient;
import io.memdi.node.SettingsCheck;
import io.memdi.transport.TransportFactory;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Describes a client, and connects it. What is left out has a default; everything is checked together by {@link #connect}. Not
 * thread-safe; a builder can connect several clients, one after another.
 */
public final class ClientBuilder {
    private String name = "client";
    private @Nullable TransportFactory transport;
    private Duration electionMin = Defaults.ELECTION_TIMEOUT_MIN;
    private Duration electionMax = Defaults.ELECTION_TIMEOUT_MAX;
    private Duration heartbeat = Defaults.HEARTBEAT;
    private Duration timeout = Defaults.TIMEOUT;
    private Ack ack = Defaults.ACK;
    private ReadLevel readLevel = Defaults.READ_LEVEL;
    private int maxKeyBytes = Defaults.MAX_KEY_BYTES;
    private int maxValueBytes = Defaults.MAX_VALUE_BYTES;
    private int queueCapacity = Defaults.QUEUE_CAPACITY;
    private int maxOpenWrites = Defaults.MAX_OPEN_CLIENT_WRITES;
    private @Nullable Executor callbackExecutor;

    ClientBuilder() {}

    /**
     * Sets what the client is called in logs: {@code client} by default. What makes it unique is added.
     *
     * @param name 1 to 40 letters, digits, dots, dashes or underscores
     * @return this builder
     * @throws IllegalArgumentException if the name is not of that form
     */
    public ClientBuilder name(String name) {
        Objects.requireNonNull(name, "name");
        if (!SettingsCheck.isName(name) || name.length() > RemoteClient.MAX_NAME) {
            throw new IllegalArgumentException("a client's name has 1 to " + RemoteClient.MAX_NAME
                    + " letters, digits, dots, dashes or underscores, not \"" + name + "\"");
        }
        this.name = name;
        return this;
    }

    /**
     * Sets what the client talks through. There is no default.
     *
     * @param transport opens the client's transport
     * @return this builder
     */
    public ClientBuilder transport(TransportFactory transport) {
        this.transport = Objects.requireNonNull(transport, "transport");
        return this;
    }

    /**
     * Sets the bounds of the election timeout that the nodes have: 250 ms to 500 ms by default. A client has none of its own, but asks for
     * the same again in such a time.
     *
     * @param min two heartbeats or more
     * @param max min or more, 10 minutes at most
     * @return this builder
     */
    public ClientBuilder electionTimeout(Duration min, Duration max) {
        this.electionMin = Objects.requireNonNull(min, "min");
        this.electionMax = Objects.requireNonNull(max, "max");
        return this;
    }

    /**
     * Sets the time between two heartbeats that the nodes have: 50 ms by default. What is not answered within four of them the client sends
     * again, so where nodes or networks are slower than that, it should be as long as at the nodes.
     *
     * @param heartbeat 1 ms or more
     * @return this builder
     */
    public ClientBuilder heartbeat(Duration heartbeat) {
        this.heartbeat = Objects.requireNonNull(heartbeat, "heartbeat");
        return this;
    }

    /**
     * Sets how long a call waits at most, where neither the call nor its store says otherwise: 5 s by default.
     *
     * @param timeout more than zero, at most 365 days
     * @return this builder
     */
    public ClientBuilder timeout(Duration timeout) {
        this.timeout = Objects.requireNonNull(timeout, "timeout");
        return this;
    }

    /**
     * Sets where a write must be before it is acknowledged, where neither the call nor its store says otherwise:
     * {@link Ack#LEADER_MEMORY} by default.
     *
     * @param ack a level that needs no disk
     * @return this builder
     */
    public ClientBuilder ack(Ack ack) {
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
    public ClientBuilder readLevel(ReadLevel readLevel) {
        this.readLevel = Objects.requireNonNull(readLevel, "readLevel");
        return this;
    }

    /**
     * Sets how large an encoded key may be: 64 KiB by default; no more than the nodes allow.
     *
     * @param maxKeyBytes 1 to 1 MiB
     * @return this builder
     */
    public ClientBuilder maxKeyBytes(int maxKeyBytes) {
        this.maxKeyBytes = maxKeyBytes;
        return this;
    }

    /**
     * Sets how large an encoded value may be: 16 MiB by default; no more than the nodes allow.
     *
     * @param maxValueBytes 1 to 1 GiB
     * @return this builder
     */
    public ClientBuilder maxValueBytes(int maxValueBytes) {
        this.maxValueBytes = maxValueBytes;
        return this;
    }

    /**
     * Sets how many operations may be open: 8192 by default. On top of that a blocking call waits for room, and an asynchronous one fails
     * with {@link OverloadedException}.
     *
     * @param queueCapacity 1 to 1,048,576
     * @return this builder
     */
    public ClientBuilder queueCapacity(int queueCapacity) {
        this.queueCapacity = queueCapacity;
        return this;
    }

    /**
     * Sets how many writes may be on their way to the leader: 1024 by default. The others wait in the client, in order.
     *
     * @param maxOpenWrites 1 to 1,048,576
     * @return this builder
     */
    public ClientBuilder maxOpenWrites(int maxOpenWrites) {
        this.maxOpenWrites = maxOpenWrites;
        return this;
    }

    /**
     * Sets where the futures of asynchronous operations are completed. By default that is a thread of the client's own.
     *
     * @param executor runs callbacks; must not block, nor run them on the thread that hands them over
     * @return this builder
     */
    public ClientBuilder callbackExecutor(Executor executor) {
        this.callbackExecutor = Objects.requireNonNull(executor, "executor");
        return this;
    }

    /**
     * Connects a client. It is running when this returns, and looks for the cluster; {@link MemdiClient#awaitReady} waits until it has found
     * it, and calls made earlier wait for that up to their timeout.
     *
     * @param addresses where nodes of the cluster are: {@code "host:port"}, or for a transport without addresses their names; one that
     *     answers is enough
     * @return the running client
     * @throws IllegalArgumentException if the settings are wrong, in which case the message names every problem
     */
    public MemdiClient connect(String... addresses) {
        Objects.requireNonNull(addresses, "addresses");
        for (String address : addresses) {
            Objects.requireNonNull(address, "address");
        }
        List<String> nodes = List.of(addresses);
        NodeSettings settings = NodeSettings.of(name, List.of(), nodes, true, false)
                .withTimes(heartbeat, electionMin, electionMax)
                .withMaxOpenWrites(maxOpenWrites)
                .with(new NodeSettings.Limits(maxKeyBytes, maxValueBytes, queueCapacity, Defaults.INBOUND_CAPACITY))
                .with(new NodeSettings.Calls(ack, readLevel, timeout))
                .with(callbackExecutor);
        List<String> problems = SettingsCheck.problemsOfClient(settings, transport == null);
        TransportFactory factory = transport;
        if (factory == null || !problems.isEmpty()) {
            throw new IllegalArgumentException("the client was not connected:\n  - " + String.join("\n  - ", problems));
        }
        return RemoteClient.connect(settings, factory);
    }
}
