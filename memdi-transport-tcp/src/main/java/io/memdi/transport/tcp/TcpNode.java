package io.memdi.transport.tcp;

import io.memdi.transport.Contact;
import io.memdi.transport.Envelope;
import io.memdi.transport.EventLoop;
import io.memdi.transport.Message;
import io.memdi.transport.MessageHandler;
import io.memdi.transport.tcp.Handshake.Party;
import io.memdi.transport.tcp.Handshake.Storage;
import io.memdi.wire.EncodingTransport;
import io.memdi.wire.WireNode;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One node's end of the network. The node's loop sends, and never waits; threads of connections dial, write, and hand over what arrives.
 *
 * <pre>
 *   node's loop --send--> Peer: Outbound --its thread--> dials, FrameWriter ---> other node
 *                                        <--its reader-- (a farewell, a sign of life)
 *   node's inbox <--onMessage-- Accepted: FrameReader &lt;--------------------------- other node, or a client
 *   node's loop --send--> Accepted: Outbound --a writer--> FrameWriter ----------> a client, which has no address
 * </pre>
 */
final class TcpNode implements EncodingTransport {
    private static final long JOIN_MILLIS = 1000;

    /** Between two looks whether all is written. */
    private static final long LOOK = TimeUnit.MILLISECONDS.toNanos(1);

    private final String name;
    private final String address;
    private final TcpLimits limits;
    private final @Nullable Tls tls;
    private final TcpLog log;
    private final Threads threads;
    private final Watchdog watchdog = new Watchdog();
    private final EventLoop loop;
    private final @Nullable Listener listener;
    private final Map<Contact, Peer> peers = new ConcurrentHashMap<>();

    private final Guests guests = new Guests();
    private final boolean loopbackOnly;
    private final Object beginning = new Object();
    private volatile @Nullable WireNode wire;
    private volatile Budget.@Nullable Pool pool;
    private volatile @Nullable MessageHandler handler;

    /** Nothing is taken any more, to be sent or to be handed over; what was taken to be sent is being written. */
    private volatile boolean closing;

    private volatile boolean closed;

    /** The body that was last sent, for the next follower; only the loop uses it. */
    private WeakReference<@Nullable SharedBody> lastBody = new WeakReference<>(null);

    /**
     * A node's end.
     *
     * @param plan how it was asked for
     * @param server what it listens at; null if it only dials
     * @param address that others reach it by; empty if it only dials
     */
    TcpNode(String name, TcpTransport.Plan plan, @Nullable Tls tls, @Nullable ServerSocket server, String address) {
        this.name = name;
        this.address = address;
        this.limits = plan.limits();
        this.tls = tls;
        // Whoever listens has been checked at the address that it listens at.
        this.loopbackOnly = server == null && tls == null && !plan.security().plaintext();
        this.log = new TcpLog(name);
        this.threads = new Threads(name, plan.threads(), log);
        this.loop = EventLoop.ofThread(name);
        this.listener = server == null ? null : new Listener(this, server);
    }

    // --- what the node calls ---

    @Override
    public String address() {
        return address;
    }

    @Override
    public EventLoop eventLoop() {
        return loop;
    }

    @Override
    public void attach(WireNode node) {
        wire = Objects.requireNonNull(node, "node");
        pool = new Budget.Pool(Math.max(TcpLimits.CLIENTS_BYTES, 2L * node.maxFrameBytes()));
    }

    @Override
    public void start(String self, MessageHandler taker) {
        Objects.requireNonNull(taker, "handler");
        if (!name.equals(self)) {
            throw new IllegalArgumentException("this transport was opened for " + name + ", not for " + self);
        }
        synchronized (beginning) {
            if (handler != null || closing) {
                throw new IllegalStateException("the transport of " + name + " was started or closed before");
            }
            wire();
            handler = taker;
            boolean started = threads.start("watchdog", watchdog);
            if (!started || (listener != null && !threads.start("accept", listener))) {
                close();
                throw new IllegalStateException("no threads could be started for the transport of " + name);
            }
        }
        if (listener != null) {
            log.info("listens, and is reached at " + address);
        }
    }

    @Override
    public void send(Contact to, Envelope envelope) {
        if (closing || handler == null) {
            return;
        }
        if (to.address().isEmpty()) {
            Accepted route = guests.route(to.name());
            if (route != null && route.isFor(envelope.target())) {
                route.send(outgoing(envelope));
            }
            return;
        }
        send(to, outgoing(envelope));
    }

    private void send(Contact to, Outgoing message) {
        Peer known = peers.get(to);
        Peer peer = known == null ? begin(to) : known;
        if (peer != null) {
            peer.send(message);
        }
    }

    /** A peer has let go what was still sent to it meanwhile: it begins anew. Any thread. */
    void sendAnew(Contact to, Outgoing message) {
        if (!closing) {
            send(to, message);
        }
    }

    /** A peer that is not sent to yet; null, and it was logged, if it cannot be. */
    private @Nullable Peer begin(Contact to) {
        synchronized (beginning) {
            if (closing) {
                return null;
            }
            if (peers.size() >= limits.bounds().peers()) {
                log.warn(
                        "peers",
                        "",
                        "nothing is sent to " + to.name() + ": connections to " + peers.size()
                                + " others are kept up already");
                return null;
            }
            HostPort target;
            try {
                target = HostPort.parse(to.address());
            } catch (IllegalArgumentException e) {
                log.warn("address", to.name(), "nothing is sent to " + to.name() + ": " + e.getMessage());
                return null;
            }
            Peer since = peers.get(to);
            if (since != null) {
                return since;
            }
            Peer peer = new Peer(this, to, target);
            peers.put(to, peer);
            if (!threads.start("to-" + to.name(), peer)) {
                peers.remove(to, peer);
                return null;
            }
            return peer;
        }
    }

    /** What goes to several followers as the same message is encoded once. */
    private Outgoing outgoing(Envelope envelope) {
        Message message = envelope.message();
        if (!(message instanceof Message.Append append) || append.entries().isEmpty()) {
            return new Outgoing(envelope, null, Weight.of(message));
        }
        SharedBody last = lastBody.get();
        if (last == null || !last.is(message, envelope.term())) {
            last = new SharedBody(message, envelope.term(), Weight.of(message));
            lastBody = new WeakReference<>(last);
        }
        return new Outgoing(envelope, last, last.weight());
    }

    @Override
    public void close() {
        synchronized (beginning) {
            if (closing) {
                return;
            }
            closing = true;
        }
        if (listener != null) {
            listener.close();
        }
        if (address().isEmpty()) {
            // Of nodes it is known at once, and on purpose, that the connection to them is lost.
            peers.values().forEach(Peer::finish);
        }
        writeOut();
        closed = true;
        watchdog.close();
        peers.values().forEach(Peer::wake);
        threads.join(JOIN_MILLIS);
    }

    /**
     * Lets the writers write what the last turn has sent, a farewell perhaps, or to whom the leadership goes: what is on its way over
     * connections that stand, and for a moment only.
     */
    private void writeOut() {
        long end = System.nanoTime() + limits.times().close().toNanos();
        boolean interrupted = false;
        while (!isQuiet() && System.nanoTime() - end < 0) {
            LockSupport.parkNanos(this, LOOK);
            interrupted |= Thread.interrupted();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean isQuiet() {
        return peers.values().stream().allMatch(Peer::isQuiet) && guests.areQuiet();
    }

    // --- what the connections call ---

    String name() {
        return name;
    }

    boolean isClosed() {
        return closed;
    }

    /** Whether nothing new begins any more. */
    boolean isClosing() {
        return closing;
    }

    TcpLimits limits() {
        return limits;
    }

    TcpLog log() {
        return log;
    }

    Threads threads() {
        return threads;
    }

    Watchdog watchdog() {
        return watchdog;
    }

    WireNode wire() {
        WireNode attached = wire;
        if (attached == null) {
            throw new IllegalStateException("the transport of " + name + " does not know its node: call attach first");
        }
        return attached;
    }

    /** What this node is at present; without its cluster if it is not to speak for it. */
    Party self(boolean withCluster) {
        WireNode node = wire();
        return new Party(
                name,
                node.incarnation(),
                withCluster ? node.cluster() : null,
                node.isDurable() ? Storage.DIRECTORY : Storage.MEMORY,
                node.maxFrameBytes());
    }

    /** Puts TLS over a connection that was dialed, if there is TLS. */
    void secure(Line line, String host) throws IOException {
        if (tls != null) {
            tls.dialed(line, host);
        }
    }

    /** Puts TLS over a connection that was accepted, if there is TLS. */
    void secure(Line line) throws IOException {
        if (tls != null) {
            tls.accepted(line);
        }
    }

    /** Whose certificate the other side has shown; null without TLS. */
    @Nullable
    String certified(Line line) throws IOException, Handshake.Refused {
        return tls == null ? null : Tls.nameOf(line);
    }

    void deliver(Envelope envelope, int bytes) {
        MessageHandler taker = handler;
        if (taker != null && !closing) {
            taker.onMessage(envelope, bytes);
        }
    }

    /** A connection was lost that another node has dialed. Only of those that this node talks to: anybody may claim a name, and be lost. */
    void peerDown(String peer) {
        if (isPeer(peer)) {
            hintDown(peer);
        }
    }

    /** A connection was lost that this node has dialed. */
    void hintDown(String peer) {
        MessageHandler taker = handler;
        if (taker != null && !closing) {
            taker.onPeerDown(peer);
        }
    }

    /** A node that was dialed refuses this one for good. */
    void refusedForGood(String address, String reason) {
        MessageHandler taker = handler;
        if (taker != null && !closing) {
            taker.onRefused(address, reason);
        }
    }

    /** A node that was dialed belongs to another cluster. */
    void metStranger(String address, String reason) {
        MessageHandler taker = handler;
        if (taker != null && !closing) {
            taker.onStranger(address, reason);
        }
    }

    /** Whether this node sends to one of that name. */
    boolean isPeer(String other) {
        return peers.keySet().stream().anyMatch(to -> to.name().equals(other));
    }

    /** Whether a node is called that, as far as this one knows. */
    boolean isNode(String other) {
        return name.equals(other) || guests.hasNode(other) || isPeer(other);
    }

    /** Whether it may dial there: a client that secures nothing, and was not told to, stays on its machine. */
    boolean mayDial(InetAddress target) {
        return !loopbackOnly || target.isLoopbackAddress();
    }

    /** A peer has nothing to send any more, and its thread ends. */
    void letGo(Contact contact, Peer peer) {
        peers.remove(contact, peer);
    }

    Guests guests() {
        return guests;
    }

    /** What all clients together may have waiting for them. */
    Budget.Pool pool() {
        return Objects.requireNonNull(pool, "known since attach");
    }
}
