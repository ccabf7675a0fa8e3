package io.memdi.transport.tcp;

import io.memdi.Incarnation;
import io.memdi.transport.tcp.Handshake.Answer;
import io.memdi.transport.tcp.Handshake.Code;
import io.memdi.transport.tcp.Handshake.Greeting;
import io.memdi.transport.tcp.Handshake.Party;
import io.memdi.wire.MessageCodec;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A connection that another node, or a client, has dialed: it is heard out, then read. A client has no address of its own, and is answered
 * over it, by a writer thread; nodes are answered over a connection that this node dials.
 */
final class Accepted implements Runnable {
    private final TcpNode node;
    private final Listener listener;
    private final Line line;
    private final String remote;
    private final String host;

    /** Whether it was ended before it was heard out, because too many others came; that was logged. */
    private volatile boolean crowdedOut;

    private boolean heardOut;

    /** With what it has come in, if it has. */
    private @Nullable Greeting guest;

    /** Who it is; set before this is published. */
    private @Nullable Incarnation incarnation;

    /** The how manieth client it is that came in; set before this is published. */
    private long number;

    /** What waits to be said over it; set before this is published, if the other side is a client. */
    private @Nullable Outbound outbound;

    Accepted(TcpNode node, Listener listener, Line line) {
        this.node = node;
        this.listener = listener;
        this.line = line;
        this.remote = line.remote();
        this.host = line.host();
    }

    /** The host that it comes from, for limits by address. */
    String host() {
        return host;
    }

    String remote() {
        return remote;
    }

    /** Ends it before it was heard out. Any thread. */
    void crowdOut(String why) {
        crowdedOut = true;
        line.abort(why);
    }

    /** Ends it. Any thread. */
    void end(String why) {
        line.abort(why);
    }

    @Override
    public void run() {
        try {
            Greeting greeting = hear();
            if (greeting != null) {
                heardOut();
                serve(greeting, Objects.requireNonNull(greeting.party()));
            }
        } finally {
            heardOut();
            leave();
            line.abort("it is over");
            node.watchdog().remove(line);
            listener.over();
        }
    }

    private void heardOut() {
        if (!heardOut) {
            heardOut = true;
            listener.heardOut(this);
        }
    }

    /** The handshake; returns null, and has logged why, if it was refused. */
    private @Nullable Greeting hear() {
        try {
            line.prepare();
            node.secure(line);
            Greeting greeting = Handshake.readGreeting(line.in(), MessageCodec.VERSION);
            Refusal refusal = judge(greeting);
            byte[] answer = Handshake.bytes(new Answer(
                    refusal == null ? MessageCodec.VERSION : 0,
                    refusal == null ? Code.WELCOME : refusal.code(),
                    node.self(true),
                    refusal == null ? "" : refusal.reason()));
            line.write(answer, 0, answer.length);
            if (refusal != null) {
                throw new Handshake.Refused(refusal.reason());
            }
            return greeting;
        } catch (Handshake.Refused | IOException | RuntimeException e) {
            String why = line.why(e);
            if (!why.equals(Line.CLOSED) && !crowdedOut) {
                node.log().warn("handshake", host, "refused a connection from " + remote + ": " + why);
            }
            return null;
        }
    }

    private record Refusal(Code code, String reason) {}

    private @Nullable Refusal judge(Greeting greeting) throws IOException, Handshake.Refused {
        Party peer = greeting.party();
        if (peer == null) {
            return new Refusal(
                    Code.VERSION,
                    "it speaks versions " + greeting.lowest() + " to " + greeting.highest()
                            + " of the protocol, and node " + node.name() + " speaks version " + MessageCodec.VERSION
                            + ": run versions of memdi that speak one in common");
        }
        boolean client = greeting.answersHere();
        Party self = node.self(true);
        // A client has a name of its own for each of its lives, which no certificate knows; that it is trusted is
        // enough.
        String certified = client ? null : node.certified(line);
        if (certified != null && !certified.equals(peer.name())) {
            return new Refusal(
                    Code.CERTIFICATE,
                    "it says that it is " + peer.name() + ", and its certificate is that of " + certified
                            + ": the common name (CN) of a certificate is the name of its node");
        }
        String who = (client ? "client " : "node ") + peer.name();
        if (peer.cluster() != null && self.cluster() != null && !peer.cluster().equals(self.cluster())) {
            return new Refusal(
                    Code.CLUSTER,
                    who + " belongs to cluster " + peer.cluster() + ", and node " + self.name() + " to cluster "
                            + self.cluster());
        }
        if (!client && peer.storage() != self.storage()) {
            return new Refusal(
                    Code.STORAGE,
                    who + " keeps its data " + peer.storage().words + ", and node " + self.name() + ' '
                            + self.storage().words + ": a cluster does one or the other, so start all nodes alike");
        }
        if (!greeting.expected().isEmpty() && !greeting.expected().equals(self.name())) {
            return new Refusal(
                    Code.NAME,
                    who + " expects node " + greeting.expected() + " at this address, and this is node " + self.name()
                            + ": correct the list of addresses");
        }
        return client ? enterClient(greeting, peer.name()) : enterNode(greeting);
    }

    private @Nullable Refusal enterNode(Greeting greeting) {
        int max = node.limits().bounds().accepted();
        if (!node.guests().enterNode(max)) {
            return new Refusal(
                    Code.FULL,
                    "nodes have " + max + " connections to node " + node.name() + " already, as many as they may");
        }
        guest = greeting;
        return null;
    }

    private @Nullable Refusal enterClient(Greeting greeting, String name) {
        if (node.isNode(name)) {
            return new Refusal(
                    Code.NAME, "a client calls itself " + name + ", and so does a node: give it another name");
        }
        int max = node.wire().maxClients();
        if (!node.guests().enterClient(name, this, max)) {
            return new Refusal(
                    Code.FULL,
                    "node " + node.name() + " serves " + max
                            + " clients already, as many as it may: close some, or raise maxClients");
        }
        guest = greeting;
        return null;
    }

    /** Gives its room back, if it has any; returns whether it was the connection of a node over which that was last heard. */
    private boolean leave() {
        Greeting came = guest;
        Party peer = came == null ? null : came.party();
        guest = null;
        if (came == null || peer == null) {
            return false;
        }
        if (came.answersHere()) {
            node.guests().leaveClient(peer.name(), this);
            return false;
        }
        return node.guests().leaveNode(peer.name(), this);
    }

    private void serve(Greeting greeting, Party peer) {
        boolean client = greeting.answersHere();
        incarnation = peer.incarnation();
        node.threads().name("from-" + peer.name());
        line.ready(false);
        boolean heardLast = false;
        Connection.End end = Connection.End.REFUSED;
        try {
            if (client) {
                answerHere(peer);
            }
            end = new Connection(node, line, peer.name(), this).read();
        } finally {
            heardLast = leave();
            if (outbound != null) {
                outbound.close();
                outbound.wake();
            }
        }
        if (client && end == Connection.End.LET_GO) {
            node.log().info("ended", host, "client " + peer.name() + " at " + remote + " has ended its connection");
        }
        String lost = "the connection from " + peer.name() + " at " + remote + " was lost: " + line.reason();
        if (end != Connection.End.LOST) {
            return;
        }
        if (heardLast) {
            node.peerDown(peer.name());
        }
        if (client) {
            node.log().info("lost", host, lost);
        } else {
            node.log().info("lost node", node.isPeer(peer.name()) ? peer.name() : host, lost);
        }
    }

    /** Whether a client has dialed it; known once it was heard out. */
    boolean isOfClient() {
        Greeting came = guest;
        return came != null && came.answersHere();
    }

    /** A message of that node, or client, has come over it. Its reader. */
    void carried(String name) {
        if (!isOfClient()) {
            node.guests().heard(name, this);
        }
    }

    private void answerHere(Party peer) {
        Outbound answers = Outbound.toClient(node.pool());
        outbound = answers;
        if (node.threads().start("to-" + peer.name(), () -> write(peer, answers))) {
            node.guests().route(peer.name(), this);
        } else {
            line.abort("there is no thread to answer over it");
        }
    }

    private void write(Party peer, Outbound answers) {
        answers.writtenBy(Thread.currentThread());
        FrameWriter.Said said = new FrameWriter.Said(node.log(), peer.name());
        try {
            FrameWriter writer = new FrameWriter(line, answers, node.wire(), peer.maxFrameBytes(), said);
            while (!line.isOver()) {
                writer.write(false, node.limits().times().idle());
            }
        } catch (IOException e) {
            line.abort(line.why(e));
        } finally {
            line.abort("it is not written to any more");
        }
    }

    /** It is let in as that client, counted from the first on. */
    void entered(long count) {
        number = count;
    }

    boolean isNewerThan(Accepted other) {
        return number > other.number;
    }

    /** Whether that incarnation of the peer is meant, or any. */
    boolean isFor(@Nullable Incarnation target) {
        return target == null || target.equals(incarnation);
    }

    void send(Outgoing message) {
        if (outbound != null) {
            outbound.offer(message);
        }
    }

    /** Whether everything that was to be said over it is written. Any thread. */
    boolean isQuiet() {
        return outbound == null || outbound.isQuiet();
    }
}
