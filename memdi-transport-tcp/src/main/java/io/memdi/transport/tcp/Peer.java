package io.memdi.transport.tcp;

import io.memdi.transport.Contact;
import io.memdi.transport.tcp.Handshake.Answer;
import io.memdi.transport.tcp.Handshake.Code;
import io.memdi.transport.tcp.Handshake.Greeting;
import io.memdi.transport.tcp.Handshake.Party;
import io.memdi.wire.MessageCodec;
import java.io.IOException;
import java.lang.invoke.VarHandle;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * A node that this one sends to: what waits for it, and the connection to it. Its thread dials when there is something to send, and
 * writes; while nobody can be reached it waits longer each time. What waits for a connection that fails is dropped, since the protocol
 * sends anew. When nothing was sent for a while, the peer is let go.
 */
final class Peer implements Runnable {
    private final TcpNode node;
    private final Contact contact;
    private final HostPort address;
    private final Outbound outbound;
    private final Backoff backoff;

    /** Whether something waits that founds a cluster, or asks to be let in: such a message crosses from one cluster to another. */
    private volatile boolean founding;

    /** Whether the last attempt came to a connection. */
    private boolean connected;

    /** Whether the other side had no room at the last attempt. */
    private boolean full;

    /** Whether a connection stands, and is written to. */
    private volatile boolean writing;

    /** Whether it is let go: whatever still comes begins anew. */
    private volatile boolean over;

    /** Whether it was said that the node cannot be reached, since it last could. */
    private boolean toldUnreachable;

    Peer(TcpNode node, Contact contact, HostPort address) {
        this.node = node;
        this.contact = contact;
        this.address = address;
        this.outbound = new Outbound(node.limits().bounds());
        this.backoff = new Backoff(new SplittableRandom());
    }

    /** Any thread; never waits. */
    void send(Outgoing message) {
        if (message.envelope().cluster() == null) {
            founding = true;
        }
        outbound.offer(message);
        if (over) {
            passOn();
        }
    }

    /**
     * What came while this was being let go is sent by the next peer. Nothing is left behind: whoever offers looks afterwards whether
     * this is over, and this looks for what was offered after it has said so; there is a full fence between the two steps of either.
     */
    private synchronized void passOn() {
        for (Outgoing left = outbound.poll(); left != null; left = outbound.poll()) {
            node.sendAnew(contact, left);
        }
    }

    private void letGo() {
        node.letGo(contact, this);
        over = true;
        VarHandle.fullFence();
        passOn();
    }

    /** Whether there is nothing that could still be written now. Any thread. */
    boolean isQuiet() {
        return !writing || (!outbound.isFinished() && outbound.isQuiet());
    }

    /** A client ends: what is on its way is written, and then the other side is told, so that it does not take this for a loss. */
    void finish() {
        outbound.finish();
    }

    /** Has the thread see that the node was closed. */
    void wake() {
        outbound.wake();
    }

    @Override
    public void run() {
        outbound.writtenBy(Thread.currentThread());
        long idle = node.limits().times().idle().toNanos();
        long idleSince = System.nanoTime();
        while (!node.isClosed() && !outbound.isFinished()) {
            if (outbound.await(idle)) {
                attempt();
                idleSince = System.nanoTime();
            } else if (!node.isClosed() && System.nanoTime() - idleSince >= idle) {
                letGo();
                return;
            }
        }
    }

    /** Dials, and writes until the connection is over. If it did not last, or there was none, it waits before the next attempt. */
    private void attempt() {
        long begin = System.nanoTime();
        try {
            connect();
        } catch (RuntimeException | Error e) {
            node.log().error("a connection to " + contact.name() + " has failed, and is dialed again", e);
            clear();
        }
        if (System.nanoTime() - begin >= Backoff.LONGEST && connected) {
            backoff.reset();
        } else {
            pause(full ? backoff.noRoom() : backoff.failed());
        }
    }

    private void connect() {
        connected = false;
        full = false;
        InetSocketAddress resolved = resolve();
        if (resolved == null) {
            clear();
            return;
        }
        if (!node.mayDial(resolved.getAddress())) {
            refused(
                    "without TLS, everybody on the way there could read and change everything. Say tls(identity, trusted)"
                            + " of the transport; or plaintext(), if the network is closed to others");
            clear();
            return;
        }
        Line line = new Line(new Socket(), node.limits().times());
        node.watchdog().add(line);
        try {
            Party peer = dial(line, resolved);
            connected = peer != null;
            if (peer == null) {
                clear();
            } else {
                use(line, peer);
            }
        } finally {
            node.watchdog().remove(line);
            line.abort(Line.NOT_NEEDED);
        }
    }

    /** Looks the address up, each time anew, since it may have moved; null, and it was logged, if it is not known. */
    private @Nullable InetSocketAddress resolve() {
        try {
            return address.resolved();
        } catch (UnknownHostException e) {
            unreachable("the host is not known");
            return null;
        }
    }

    /** Connects, and introduces this node; returns null, and has logged why, if that came to nothing. */
    private @Nullable Party dial(Line line, InetSocketAddress resolved) {
        try {
            line.connect(resolved);
        } catch (IOException | RuntimeException e) {
            unreachable(line.why(e));
            return null;
        }
        try {
            node.secure(line, address.host());
            byte[] greeting = Handshake.bytes(new Greeting(
                    MessageCodec.VERSION,
                    MessageCodec.VERSION,
                    node.self(!founding),
                    node.address().isEmpty(),
                    expected()));
            line.write(greeting, 0, greeting.length);
            Answer answer = Handshake.readAnswer(line.in());
            if (answer.code() != Code.WELCOME) {
                full = answer.code() == Code.FULL;
                String words =
                        "it refuses this " + (node.address().isEmpty() ? "client: " : "node: ") + answer.reason();
                refused(words);
                String whole = "node at " + contact.address() + ": " + words;
                if (answer.code() == Code.STORAGE) {
                    node.refusedForGood(contact.address(), whole);
                } else if (answer.code() == Code.CLUSTER) {
                    node.metStranger(contact.address(), whole);
                }
                return null;
            }
            String wrong = wrong(answer, node.certified(line));
            if (wrong != null) {
                refused(wrong);
                return null;
            }
            return answer.party();
        } catch (Handshake.Refused e) {
            refused(e.getMessage());
        } catch (SSLException e) {
            refused(line.why(e));
        } catch (IOException | RuntimeException e) {
            refused(line.why(e) + ", during the handshake; the log of the other side may say more");
        }
        return null;
    }

    /** The name that has to answer; a node that was only given by its address may have any. */
    private String expected() {
        return contact.name().equals(contact.address()) ? "" : contact.name();
    }

    private @Nullable String wrong(Answer answer, @Nullable String certified) {
        String name = answer.party().name();
        if (answer.version() != MessageCodec.VERSION) {
            return "it speaks version " + answer.version() + " of the protocol, and this node speaks version "
                    + MessageCodec.VERSION;
        }
        if (certified != null && !certified.equals(name)) {
            return "it says that it is " + name + ", and its certificate is that of " + certified
                    + ": the common name (CN) of a certificate is the name of its node";
        }
        return expected().isEmpty() || expected().equals(name) ? null : "it says that it is node " + name;
    }

    private void refused(@Nullable String why) {
        if (!node.isClosing()) {
            node.log()
                    .warn(
                            "dial",
                            contact.toString(),
                            "no connection to " + contact.name() + " at " + address + ": " + why);
        }
    }

    /** Said once for each time that it is away. */
    private void unreachable(String why) {
        if (!toldUnreachable && !node.isClosing()) {
            toldUnreachable = true;
            node.log().info(contact.name() + " cannot be reached at " + address + ": " + why + "; goes on trying");
        }
    }

    /** Writes, while a thread of its own reads. */
    private void use(Line line, Party peer) {
        line.ready(true);
        if (!node.threads().start("from-" + contact.name(), () -> read(line, peer.name()))) {
            clear();
            return;
        }
        toldUnreachable = false;
        node.log().info("is connected to " + peer.name() + " at " + address);
        FrameWriter.Said said = new FrameWriter.Said(node.log(), peer.name());
        writing = true;
        try {
            new FrameWriter(line, outbound, node.wire(), peer.maxFrameBytes(), said)
                    .write(true, node.limits().times().idle());
            if (line.letGo()) {
                // What came since waits for the next connection: nobody is told that it was lost.
                if (outbound.isEmpty()) {
                    founding = false;
                }
                return;
            }
        } catch (IOException e) {
            line.abort(line.why(e));
        } finally {
            writing = false;
        }
        // Before the node is told, who then sends anew.
        clear();
        lost(line.reason(), peer.name());
    }

    private void lost(@Nullable String why, String name) {
        boolean own = Line.CLOSED.equals(why) || Line.NOT_NEEDED.equals(why) || Connection.LET_GO.equals(why);
        if (!own && !node.isClosing()) {
            node.hintDown(name);
            node.log().info("the connection to " + name + " at " + address + " was lost: " + why);
        }
    }

    private void read(Line line, String name) {
        try {
            new Connection(node, line, name, null).read();
        } finally {
            outbound.wake();
        }
    }

    private void clear() {
        founding = false;
        outbound.clear();
        FrameWriter.tellDropped(
                outbound, new FrameWriter.Said(node.log(), contact.name()), "it cannot be reached, or does not answer");
    }

    /** Waits; meanwhile messages gather. */
    private void pause(long nanos) {
        long start = System.nanoTime();
        long left = nanos;
        while (left > 0 && !node.isClosed()) {
            LockSupport.parkNanos(this, left);
            Thread.interrupted(); // see Outbound.await
            left = nanos - (System.nanoTime() - start);
        }
    }
}
