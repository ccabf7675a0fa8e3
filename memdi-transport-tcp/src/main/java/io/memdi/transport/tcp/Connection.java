package io.memdi.transport.tcp;

import io.memdi.transport.Envelope;
import io.memdi.transport.Member;
import io.memdi.transport.Message;
import io.memdi.wire.MessageCodec;
import io.memdi.wire.WireException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The reading side of a connection that stands: what arrives goes to the node, whoever has dialed. Whoever runs it is its reader thread.
 */
final class Connection implements FrameReader.Taker {
    /** How a connection has ended. */
    enum End {
        /** The other side let it go, and lives. */
        LET_GO,
        /** It broke: the other side has probably crashed. */
        LOST,
        /** This side ended it, because of what came. */
        REFUSED,
        /** The node was closed, or did not need it any more. */
        CLOSED
    }

    /** Why a connection ended that the other side did not need any more. */
    static final String LET_GO = "the other side let it go";

    private final TcpNode node;
    private final Line line;
    private final String peer;
    private final @Nullable Accepted accepted;
    private final boolean client;

    /** Whether a message has come that the other side must not send. */
    private boolean foreign;

    /**
     * A connection.
     *
     * @param peer the name of the other side
     * @param accepted what this node has accepted; null if it has dialed
     */
    Connection(TcpNode node, Line line, String peer, @Nullable Accepted accepted) {
        this.node = node;
        this.line = line;
        this.peer = peer;
        this.accepted = accepted;
        this.client = accepted != null && accepted.isOfClient();
    }

    /** Reads until it ends. */
    End read() {
        try {
            MessageCodec codec =
                    new MessageCodec(node.wire().codecs(), node.wire().maxFrameBytes());
            boolean farewell = new FrameReader(line.in(), codec).readAll(line, this);
            line.abort(farewell ? LET_GO : "the other side has closed it");
            return farewell ? End.LET_GO : End.LOST;
        } catch (WireException e) {
            String where = line.remote();
            line.abort("what came is no frame");
            node.log()
                    .warn(
                            "frame",
                            line.host(),
                            "closed the connection from " + peer + " at " + where + ": " + e.getMessage());
            return End.REFUSED;
        } catch (IOException e) {
            line.abort(line.why(e));
            if (foreign) {
                return End.REFUSED;
            }
            return isOwn() ? End.CLOSED : End.LOST;
        } finally {
            // Whatever else was thrown: nobody reads any more.
            line.abort("it is not read any more");
        }
    }

    private boolean isOwn() {
        String reason = line.reason();
        return Line.CLOSED.equals(reason) || Line.NOT_NEEDED.equals(reason);
    }

    @Override
    public void onEnvelope(Envelope envelope, int bytes) {
        if (foreign) {
            return;
        }
        String problem = problem(envelope);
        if (problem == null) {
            if (accepted != null) {
                accepted.carried(peer);
            }
            node.deliver(envelope, bytes);
            return;
        }
        foreign = true;
        String where = line.remote();
        line.abort(problem);
        node.log().warn("sender", line.host(), "closed the connection from " + peer + " at " + where + ": " + problem);
    }

    /** What is wrong with a message; null if nothing is. A client never speaks as a node. */
    private @Nullable String problem(Envelope envelope) {
        Member sender = envelope.sender();
        if (!sender.name().equals(peer)) {
            // A certificate is for one name, so whoever has it speaks under that one alone.
            return "a message says that it comes from " + (client ? "" : "node ") + sender.name();
        }
        if (client && !(envelope.message() instanceof Message.OfClients)) {
            return "it is a client, and has sent a message of nodes: "
                    + envelope.message().getClass().getSimpleName();
        }
        if (client && !sender.address().isEmpty()) {
            // This node would dial whatever stands there.
            return "it is a client, and a message says that it has an address: " + sender.address();
        }
        return null;
    }

    @Override
    public void onPing() throws IOException {
        FrameWriter.signal(line, FrameReader.PONG);
    }

    @Override
    public void onUnreadable(WireException why) {
        node.log().warn("unreadable", peer, "a message of " + peer + " was dropped: " + why.getMessage());
    }
}
