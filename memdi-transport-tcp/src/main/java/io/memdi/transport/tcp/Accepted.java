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
 * A connection that another node, or a client, has dialed: it is heard out, then read. Whoever has no address of its own is answered over
 * it, by a writer thread; all others are answered over a connection that this node dials.
 */
final class Accepted implements Runnable {
    private final TcpNode node;
    private final Listener listener;
    private final Line line;
    private final String remote;
    private boolean heardOut;

    /** Who it is; set before this is published. */
    private @Nullable Incarnation incarnation;

    /** What waits to be said over it; set before this is published, if the other side has no address. */
    private @Nullable Outbound outbound;

    Accepted(TcpNode node, Listener listener, Line line) {
        this.node = node;
        this.listener = listener;
        this.line = line;
        this.remote = line.remote();
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
            line.abort("it is over");
            node.watchdog().remove(line);
            listener.over();
        }
    }

    private void heardOut() {
        if (!heardOut) {
            heardOut = true;
            listener.heardOut();
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
            if (!why.equals(Line.CLOSED)) {
                node.log().warn("handshake", line.host(), "refused a connection from " + remote + ": " + why);
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
        Party self = node.self(true);
        String certified = node.certified(line);
        if (certified != null && !certified.equals(peer.name())) {
            return new Refusal(
                    Code.CERTIFICATE,
                    "it says that it is " + peer.name() + ", and its certificate is that of " + certified
                            + ": the common name (CN) of a certificate is the name of its node");
        }
        if (peer.cluster() != null && self.cluster() != null && !peer.cluster().equals(self.cluster())) {
            return new Refusal(
                    Code.CLUSTER,
                    "node " + peer.name() + " belongs to cluster " + peer.cluster() + ", and node " + self.name()
                            + " to cluster " + self.cluster());
        }
        if (!greeting.expected().isEmpty() && !greeting.expected().equals(self.name())) {
            return new Refusal(
                    Code.NAME,
                    "node " + peer.name() + " expects node " + greeting.expected()
                            + " at this address, and this is node " + self.name() + ": correct the list of addresses");
        }
        return null;
    }

    private void serve(Greeting greeting, Party peer) {
        incarnation = peer.incarnation();
        node.threads().name("from-" + peer.name());
        line.ready(greeting.answersHere());
        node.arrived(peer.name(), this);
        boolean newest = false;
        Connection.End end = Connection.End.REFUSED;
        try {
            if (greeting.answersHere()) {
                answerHere(peer);
            }
            end = new Connection(node, line, peer.name()).read();
        } finally {
            node.unroute(peer.name(), this);
            if (outbound != null) {
                outbound.wake();
            }
            newest = node.left(peer.name(), this);
        }
        if (newest && end == Connection.End.LOST) {
            node.log().info("the connection from " + peer.name() + " at " + remote + " was lost: " + line.reason());
            node.peerDown(peer.name());
        }
    }

    private void answerHere(Party peer) {
        Outbound answers = new Outbound(node.limits().bounds());
        outbound = answers;
        if (node.threads().start("to-" + peer.name(), () -> write(peer, answers))) {
            node.route(peer.name(), this);
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

    /** Whether that incarnation of the peer is meant, or any. */
    boolean isFor(@Nullable Incarnation target) {
        return target == null || target.equals(incarnation);
    }

    void send(Outgoing message) {
        if (outbound != null) {
            outbound.offer(message);
        }
    }
}
