package io.memdi.transport.inproc;

import io.memdi.transport.Transport;
import io.memdi.transport.TransportFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

/**
 * A network inside one process that can be broken on purpose: what {@link InProcNetwork}, in real time, and {@link SimNetwork}, in
 * virtual time, have in common.
 *
 * <p>Faults of links ({@link #partition}, {@link #block}, {@link #cut}, {@link #slow}, {@link #drop}) may be set at any time, come
 * on top of each other, and end with {@link #heal()}. Faults of nodes ({@link #pause}, {@link #crash}) do not. A fault of a link
 * also stops what is on its way at that moment. A name is known once a transport was opened for it; an unknown one is refused with
 * an {@link IllegalArgumentException} that lists those that are known.
 *
 * <p>Thread-safe in real time. In virtual time, only the thread that created the network may call it.
 */
public abstract sealed class FaultyNetwork implements TransportFactory, AutoCloseable
        permits InProcNetwork, SimNetwork {
    /** What outlasts every cluster. */
    private static final Duration LONG = Duration.ofDays(100 * 365);

    private volatile Faults faults = Faults.NONE;

    private final AtomicInteger uniqueNames = new AtomicInteger();

    FaultyNetwork() {}

    /**
     * Opens a transport for a node; the name is also its address.
     *
     * @param name the name of the node
     * @return a transport that is not started yet
     * @throws IllegalStateException if a node of that name is running, that is neither closed nor crashed; or if the network is
     *     closed
     */
    @Override
    public abstract Transport open(String name);

    /**
     * A name that no node or client has had on this network.
     *
     * @param prefix what it begins with
     * @return the prefix and a number
     */
    @Override
    public final String uniqueName(String prefix) {
        return prefix + '-' + uniqueNames.incrementAndGet();
    }

    /**
     * Names the nodes.
     *
     * @return every name for which a transport was ever opened, sorted
     */
    public abstract List<String> names();

    /**
     * Splits the network: nodes of different groups do not reach each other, silently, as when a switch fails: nobody is told that
     * a connection was lost. Nodes that are in none of the groups, also those that are opened later, are one group more, so that
     * {@code partition(Set.of("a"))} isolates {@code a}. Replaces the partition that was there.
     *
     * @param groups disjoint groups of names, at least one
     * @throws IllegalArgumentException if a name is unknown or in two groups, or if there is no group
     */
    @SafeVarargs
    public final void partition(Set<String>... groups) {
        List<Set<String>> copies = new ArrayList<>();
        Set<String> all = new TreeSet<>();
        for (Set<String> group : groups) {
            Set<String> copy = new TreeSet<>(group);
            for (String name : copy) {
                known(name);
                if (!all.add(name)) {
                    throw new IllegalArgumentException(name + " is in two groups of the partition");
                }
            }
            copies.add(copy);
        }
        if (copies.isEmpty()) {
            throw new IllegalArgumentException("a partition has at least one group; heal() ends it");
        }
        change("partition " + copies, now -> now.partitioned(copies));
    }

    /**
     * Blocks one direction: nothing that one node sends reaches the other; silently, and not the other way round.
     *
     * @param from the name of the node that sends
     * @param to the name of the node that no longer receives
     * @throws IllegalArgumentException if a name is unknown, or both are the same
     */
    public final void block(String from, String to) {
        Link link = link(from, to);
        change("block " + link, now -> now.blocking(link));
    }

    /**
     * Cuts a link in both directions, and tells both nodes that their connection was lost.
     *
     * @param a the name of a node
     * @param b the name of another
     * @throws IllegalArgumentException if a name is unknown, or both are the same
     */
    public final void cut(String a, String b) {
        Link there = link(a, b);
        Link back = link(b, a);
        change("cut " + a + " - " + b, now -> now.blocking(there).blocking(back));
        connectionLost(there);
        connectionLost(back);
    }

    /**
     * Delays what one node sends to another. The order is kept.
     *
     * @param from the name of the node that sends
     * @param to the name of the node that receives
     * @param delay how much longer a message takes; zero to end it
     * @throws IllegalArgumentException if a name is unknown, both are the same, or the delay is negative
     */
    public final void slow(String from, String to, Duration delay) {
        Link link = link(from, to);
        if (delay.isNegative()) {
            throw new IllegalArgumentException("a delay is not negative: " + delay);
        }
        long nanos = nanos(delay);
        change("slow " + link + " by " + delay, now -> now.delaying(link, nanos));
    }

    /**
     * Loses a share of all messages.
     *
     * @param share which part is lost, from 0 (none) to 1 (all)
     * @throws IllegalArgumentException if the share is not from 0 to 1
     */
    public final void drop(double share) {
        checkShare(share, "share of lost messages");
        change("drop " + share, now -> now.dropping(share));
    }

    /**
     * Loses a share of what one node sends to another.
     *
     * @param from the name of the node that sends
     * @param to the name of the node that receives
     * @param share which part is lost, from 0 (none) to 1 (all)
     * @throws IllegalArgumentException if a name is unknown, both are the same, or the share is not from 0 to 1
     */
    public final void drop(String from, String to, double share) {
        checkShare(share, "share of lost messages");
        Link link = link(from, to);
        change("drop " + link + " " + share, now -> now.dropping(link, share));
    }

    /** Ends all faults of links. Nodes that are paused stay paused, and crashed ones crashed. */
    public final void heal() {
        change("heal", now -> Faults.NONE);
    }

    /**
     * Ends what was done to the link between two nodes, in both directions, by {@link #block}, {@link #cut}, {@link #slow} and
     * {@link #drop(String, String, double)}. A partition stays.
     *
     * @param a the name of a node
     * @param b the name of another
     * @throws IllegalArgumentException if a name is unknown, or both are the same
     */
    public final void heal(String a, String b) {
        Link there = link(a, b);
        Link back = link(b, a);
        change("heal " + a + " - " + b, now -> now.healed(there).healed(back));
    }

    /**
     * Stops a node's turns, as if its process were suspended: once this returns, it does nothing until {@link #resume}. Messages
     * for it still arrive, and pile up where the node takes them, up to the bound that it has there. Called within a turn of the
     * node itself, that turn ends first. Without effect on a node that is paused.
     *
     * @param name the name of a node that is running
     * @throws IllegalArgumentException if the name is unknown
     * @throws IllegalStateException if no node of that name is running
     */
    public abstract void pause(String name);

    /**
     * Lets a paused node go on. Without effect on one that is not paused.
     *
     * @param name the name of a node that is running
     * @throws IllegalArgumentException if the name is unknown
     * @throws IllegalStateException if no node of that name is running
     */
    public abstract void resume(String name);

    /**
     * Kills a node, as if its process had crashed on a machine that stays up: its turns stop for good, it sends and receives nothing
     * more, and the others are told that the connection was lost, as far as a working link leads to them. Callers of that
     * node, who would have died with it, are told: open calls and later ones end with {@link io.memdi.NodeClosedException}, or with
     * {@link io.memdi.OutcomeUnknownException} if they were sent. Callbacks of what was completed before still run. The name may be opened again, as a node that has lost its memory.
     *
     * @param name the name of a node that is running
     * @throws IllegalArgumentException if the name is unknown
     * @throws IllegalStateException if no node of that name is running
     */
    public final void crash(String name) {
        crash(name, Hint.CONNECTION_LOST);
    }

    /**
     * Kills a node as {@link #crash} does, but as if its machine had lost power: nobody is told.
     *
     * @param name the name of a node that is running
     * @throws IllegalArgumentException if the name is unknown
     * @throws IllegalStateException if no node of that name is running
     */
    public final void crashSilently(String name) {
        crash(name, Hint.NONE);
    }

    /**
     * Closes every transport and every loop of this network: what is still running is killed, as if all machines had lost power at
     * once. Who calls those nodes is told: waiting calls end with {@link io.memdi.NodeClosedException}, or with
     * {@link io.memdi.OutcomeUnknownException} if they were sent, and the nodes are closed. Close nodes before it whose end is to be graceful. Idempotent.
     */
    @Override
    public abstract void close();

    /** What the others are told of a crash. */
    enum Hint {
        /** That their connection to the node was lost. */
        CONNECTION_LOST,
        /** Nothing. */
        NONE
    }

    /** What callers of a node are told that runs when its network is closed. */
    static final String CLOSED = "the network of this node was closed";

    /** What callers of a node are told that was crashed. */
    static final String CRASHED = "this node was crashed in its network";

    abstract void crash(String name, Hint hint);

    /** Puts other faults in force, by calling {@link #setFaults}. */
    abstract void change(String what, UnaryOperator<Faults> change);

    /** Tells a link's receiver that its connection to the sender was lost. */
    abstract void connectionLost(Link link);

    final Faults faults() {
        return faults;
    }

    final void setFaults(Faults changed) {
        faults = changed;
    }

    /** Refuses an unknown name. */
    final void known(String name) {
        Objects.requireNonNull(name, "name");
        if (!names().contains(name)) {
            throw new IllegalArgumentException("unknown node " + name + "; known are " + names());
        }
    }

    private Link link(String from, String to) {
        known(from);
        known(to);
        if (from.equals(to)) {
            throw new IllegalArgumentException("a link has two ends, not " + from + " twice");
        }
        return new Link(from, to);
    }

    /** A time in nanoseconds, or {@link #LONG} if it is longer: so that it can be added to another. */
    static long nanos(Duration time) {
        return (time.compareTo(LONG) > 0 ? LONG : time).toNanos();
    }

    static void checkShare(double share, String what) {
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException(what + " must be from 0 to 1: " + share);
        }
    }
}
