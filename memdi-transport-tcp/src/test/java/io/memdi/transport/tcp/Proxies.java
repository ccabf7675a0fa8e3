package io.memdi.transport.tcp;

import io.memdi.transport.tcp.Handshake.Greeting;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Relays between nodes, each before a node's port. Links can be cut as a network cuts them: nothing arrives any more, in either
 * direction, and nobody is told. Whoever is dialed meanwhile seems to be there, and is silent.
 */
final class Proxies implements AutoCloseable {
    private final List<Closeable> open = new CopyOnWriteArrayList<>();
    private final Object gate = new Object();
    private Set<String> isolated = Set.of();
    private volatile boolean closed;

    /** Relays what comes to an address to the port of a node. */
    void before(String node, String address, int port) {
        HostPort own = HostPort.parse(address);
        try {
            ServerSocket server = new ServerSocket(own.port(), 50, InetAddress.getByName(own.host()));
            open.add(server);
            thread(() -> {
                while (!closed) {
                    Socket from = server.accept();
                    open.add(from);
                    thread(() -> relay(node, from, port));
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void relay(String node, Socket from, int port) throws IOException, Handshake.Refused {
        Greeting greeting = Handshake.readGreeting(from.getInputStream(), 1);
        String source = Objects.requireNonNull(greeting.party()).name();
        pass(source, node);
        Socket to = new Socket(InetAddress.getLoopbackAddress(), port);
        open.add(to);
        to.getOutputStream().write(Handshake.bytes(greeting));
        thread(() -> pump(to, from, node, source));
        pump(from, to, source, node);
    }

    private void pump(Socket from, Socket to, String source, String target) throws IOException {
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] buffer = new byte[8192];
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                pass(source, target);
                out.write(buffer, 0, count);
            }
            // The end is news, too.
            pass(source, target);
        }
    }

    /** Waits while the link is cut. */
    private void pass(String source, String target) throws IOException {
        synchronized (gate) {
            while (!closed && (isolated.contains(source) || isolated.contains(target))) {
                try {
                    gate.wait();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
            }
        }
    }

    /** Cuts all links of these nodes, and mends all others. */
    void isolate(String... nodes) {
        synchronized (gate) {
            isolated = Set.of(nodes);
            gate.notifyAll();
        }
    }

    private interface Work {
        void run() throws Exception;
    }

    private void thread(Work work) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (Exception e) {
                // A relay ends as the connections that it relays do.
                assert e.toString() != null;
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        closed = true;
        isolate();
        for (Closeable each : open) {
            each.close();
        }
    }
}
