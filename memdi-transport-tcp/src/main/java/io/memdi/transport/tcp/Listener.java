package io.memdi.transport.tcp;

import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** Takes connections, each with a thread of its own, and no more than there may be. */
final class Listener implements Runnable {
    private static final int BACKLOG = 256;
    private static final long AFTER_FAILURE = TimeUnit.MILLISECONDS.toNanos(100);

    private final TcpNode node;
    private final ServerSocket server;
    private final AtomicInteger open = new AtomicInteger();

    /** Connections that have not completed the handshake, from the oldest on. */
    private final Set<Accepted> unheard = new LinkedHashSet<>();

    Listener(TcpNode node, ServerSocket server) {
        this.node = node;
        this.server = server;
    }

    /**
     * Takes an address.
     *
     * @throws TcpTransportException if it cannot be had
     */
    static ServerSocket bind(String node, HostPort address) {
        ServerSocket server = null;
        try {
            InetSocketAddress resolved = address.resolved();
            server = new ServerSocket();
            server.setReuseAddress(true);
            server.bind(resolved, BACKLOG);
            return server;
        } catch (IOException | RuntimeException e) {
            if (server != null) {
                close(server);
            }
            throw new TcpTransportException("node \"" + node + "\" cannot listen at " + address + ": " + problem(e), e);
        }
    }

    private static String problem(Exception e) {
        String message = String.valueOf(e.getMessage());
        if (e instanceof UnknownHostException) {
            return "the host is not known; correct the name, or use an address";
        }
        if (e instanceof BindException && message.contains("in use")) {
            return "the port is in use, by another process or another node of this one; end that, or choose another port,"
                    + " 0 for any that is free";
        }
        if (e instanceof BindException && message.contains("assign")) {
            return "that is no address of this machine; listen at one of its own, or at 0.0.0.0, and tell with advertise"
                    + " which address others reach it by";
        }
        return message + "; choose an address and a port that this process may listen at";
    }

    @Override
    public void run() {
        while (!node.isClosing()) {
            try {
                take(server.accept());
            } catch (IOException | RuntimeException | OutOfMemoryError e) {
                if (!node.isClosing()) {
                    node.log()
                            .warn(
                                    "accept",
                                    "",
                                    "a connection could not be taken, and others may follow: " + e.getMessage());
                    LockSupport.parkNanos(this, AFTER_FAILURE);
                    Thread.interrupted(); // see Outbound.await
                }
            }
        }
    }

    private void take(Socket socket) {
        TcpLimits.Bounds bounds = node.limits().bounds();
        Line line = new Line(socket, node.limits().times());
        // Whoever was heard out is bounded there; twice, for those whose threads have not noticed yet that they were
        // ended.
        int most = 2 * bounds.handshakes() + bounds.accepted() + node.wire().maxClients();
        if (open.get() >= most) {
            node.log()
                    .warn(
                            "full",
                            line.host(),
                            "refused a connection from " + line.remote() + ": " + most
                                    + " connections are open already");
            line.abort("there is no room for it");
            return;
        }
        Accepted next = new Accepted(node, this, line);
        enter(next, bounds.handshakes());
        open.incrementAndGet();
        node.watchdog().add(line);
        if (!node.threads().start("from-" + line.remote(), next)) {
            heardOut(next);
            over();
            node.watchdog().remove(line);
            line.abort("there is no thread for it");
        }
    }

    /**
     * Who comes has room, and makes it if need be: the oldest one goes of those from the address that has the most. So a flood costs who
     * floods, and a node from elsewhere completes its handshake in the midst of it.
     */
    private synchronized void enter(Accepted next, int max) {
        if (unheard.size() >= max) {
            Map<String, Integer> counts = new HashMap<>();
            unheard.forEach(each -> counts.merge(each.host(), 1, Integer::sum));
            int most = Collections.max(counts.values());
            Accepted oldest = unheard.stream()
                    .filter(each -> counts.getOrDefault(each.host(), 0) == most)
                    .findFirst()
                    .orElseThrow();
            unheard.remove(oldest);
            String why = max + " connections have not completed the handshake yet, most of them from " + oldest.host();
            oldest.crowdOut(why);
            node.log().warn("full", oldest.host(), "refused a connection from " + oldest.remote() + ": " + why);
        }
        unheard.add(next);
    }

    /** A connection has completed the handshake, or is over. */
    synchronized void heardOut(Accepted connection) {
        unheard.remove(connection);
    }

    /** A connection is over. */
    void over() {
        open.decrementAndGet();
    }

    void close() {
        close(server);
    }

    static void close(ServerSocket server) {
        try {
            server.close();
        } catch (IOException e) {
            // Nothing else can be done with it; the process gives it back at its end.
            TcpLog.LOG.warn("closing a server socket has failed", e);
        }
    }
}
