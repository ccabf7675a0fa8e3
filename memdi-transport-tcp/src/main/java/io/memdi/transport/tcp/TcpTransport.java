package io.memdi.transport.tcp;

import io.memdi.transport.Transport;
import io.memdi.transport.TransportFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Objects;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/**
 * Nodes in processes of their own, over TCP. A node listens at one address, and dials the others:
 *
 * <pre>{@code
 * Memdi.node("a")
 *     .transport(TcpTransport.listen("10.0.0.1:7400").tls(identity, trusted))
 *     .bootstrap("a=10.0.0.1:7400", "b=10.0.0.2:7400", "c=10.0.0.3:7400")
 *     .start();
 * }</pre>
 *
 * <p>Between machines, connections are under mutual TLS 1.3: each node shows a certificate, by which the others know its name. Without
 * TLS, everybody who reaches the port can read and write everything; so that has to be asked for with {@link #plaintext}, except at a
 * loopback address. {@code docs/tls.md} says how to make certificates.
 *
 * <p>Immutable, and thread-safe: each method returns another transport. One can open transports for several nodes, if its port is 0.
 */
public final class TcpTransport implements TransportFactory {
    private final Plan plan;

    /**
     * How a transport is to be opened.
     *
     * @param listen the address to listen at; null to dial only
     * @param advertised the address that others reach it by; null for the same
     * @param security whether and how connections are secured
     * @param threads makes threads; null for daemon threads
     * @param limits times and bounds
     */
    record Plan(
            @Nullable HostPort listen,
            @Nullable HostPort advertised,
            Security security,
            @Nullable ThreadFactory threads,
            TcpLimits limits) {}

    /**
     * Whether and how connections are secured.
     *
     * @param plaintext whether there may be no TLS at any address
     * @param identity the node's key; null without TLS
     * @param trusted whom it trusts; null without TLS
     */
    record Security(
            boolean plaintext,
            @Nullable TlsIdentity identity,
            @Nullable TlsTrust trusted) {
        static final Security NONE = new Security(false, null, null);
    }

    private TcpTransport(Plan plan) {
        this.plan = plan;
    }

    /**
     * A transport that listens at an address. Nothing happens before a node is started with it.
     *
     * @param address {@code host:port}, as in {@code 10.0.0.1:7400} or {@code [::1]:7400}; port 0 for any free one; host {@code 0.0.0.0}
     *     for all addresses of the machine, and then {@link #advertise} has to say which one others use
     * @return the transport
     * @throws IllegalArgumentException if that is no address
     */
    public static TcpTransport listen(String address) {
        return new TcpTransport(new Plan(HostPort.parse(address), null, Security.NONE, null, TcpLimits.defaults()));
    }

    /**
     * A transport for a client: it listens nowhere, and is answered over the connections that it dials.
     *
     * <pre>{@code
     * TcpTransport.dialing().tls(identity, trusted)
     * }</pre>
     *
     * <p>With {@link #tls}, the certificate has to be one that the nodes trust, under any name; and the client checks that of each node.
     * Without TLS, it dials loopback addresses alone, unless {@link #plaintext} was said: other addresses are refused with a line in the
     * log, and nothing is sent there.
     *
     * @return the transport
     */
    public static TcpTransport dialing() {
        return new TcpTransport(new Plan(null, null, Security.NONE, null, TcpLimits.defaults()));
    }

    /**
     * Secures all connections with mutual TLS 1.3: a node that has no certificate that is trusted, or has one for another name, is refused.
     * In the place of {@link #plaintext}, if that was said before.
     *
     * @param identity the node's own key and certificate
     * @param trusted whose certificates are accepted
     * @return a transport that does that
     */
    public TcpTransport tls(TlsIdentity identity, TlsTrust trusted) {
        Objects.requireNonNull(identity, "identity");
        Objects.requireNonNull(trusted, "trusted");
        return with(new Security(false, identity, trusted));
    }

    /**
     * Leaves connections as they are, also between machines: whoever reaches the port is trusted, and whoever sees the network reads along.
     * In the place of {@link #tls}, if that was said before. Not needed at a loopback address, nor to dial one.
     *
     * @return a transport that does that
     */
    public TcpTransport plaintext() {
        return with(new Security(true, null, null));
    }

    /**
     * Says which address others reach the node by, if it is not the one that it listens at: as with address translation, or where it
     * listens at all addresses. It is the address in the lists of the others.
     *
     * @param address {@code host:port}; port 0 for the one that the node listens at
     * @return a transport that does that
     * @throws IllegalArgumentException if that is no address
     * @throws IllegalStateException if the transport only dials: nobody reaches it
     */
    public TcpTransport advertise(String address) {
        if (plan.listen() == null) {
            throw new IllegalStateException("a transport that only dials is reached by nobody, at whatever address");
        }
        return new TcpTransport(
                new Plan(plan.listen(), HostPort.parse(address), plan.security(), plan.threads(), plan.limits()));
    }

    /**
     * Makes the threads of connections, of which there are up to three for each other node, and two for each client: virtual ones, where the JVM has them. By
     * default they are daemon threads. They get names that begin with {@code memdi-}.
     *
     * @param threads makes threads that are not started yet; thread-safe
     * @return a transport that does that
     */
    public TcpTransport threads(ThreadFactory threads) {
        Objects.requireNonNull(threads, "threads");
        return new TcpTransport(new Plan(plan.listen(), plan.advertised(), plan.security(), threads, plan.limits()));
    }

    private TcpTransport with(Security security) {
        return new TcpTransport(new Plan(plan.listen(), plan.advertised(), security, plan.threads(), plan.limits()));
    }

    TcpTransport limits(TcpLimits limits) {
        return new TcpTransport(new Plan(plan.listen(), plan.advertised(), plan.security(), plan.threads(), limits));
    }

    /**
     * Opens the transport of a node, and takes the address that it listens at, if it does. Connections are taken once the node is started.
     *
     * @param name the name of the node that will use it, with TLS the name in its certificate; or of a client
     * @return a transport that is not started yet
     * @throws TcpTransportException if the address cannot be listened at, is not a loopback address and neither {@link #tls} nor
     *     {@link #plaintext} was said, or is one for all addresses and {@link #advertise} was not said; or if keys and certificates cannot
     *     be used. The message says what to do
     */
    @Override
    public Transport open(String name) {
        Objects.requireNonNull(name, "name");
        TlsIdentity identity = plan.security().identity();
        TlsTrust trusted = plan.security().trusted();
        HostPort wanted = plan.listen();
        if (wanted == null) {
            Tls tls = identity == null || trusted == null ? null : Tls.ofClient(name, identity, trusted);
            return new TcpNode(name, plan, tls, null, "");
        }
        Tls tls = identity == null || trusted == null ? null : Tls.ofNode(name, identity, trusted);
        ServerSocket server = Listener.bind(name, wanted);
        try {
            checkAddress(name, wanted, server.getInetAddress());
            return new TcpNode(name, plan, tls, server, reachedAt(wanted, server.getLocalPort()));
        } catch (RuntimeException | Error e) {
            Listener.close(server);
            throw e;
        }
    }

    private String reachedAt(HostPort wanted, int port) {
        HostPort shown = plan.advertised() == null ? wanted.withPort(0) : plan.advertised();
        return (shown.port() == 0 ? shown.withPort(port) : shown).toString();
    }

    private void checkAddress(String name, HostPort wanted, InetAddress bound) {
        String node = "node \"" + name + "\" does not listen at " + wanted + ": ";
        Security security = plan.security();
        if (!bound.isLoopbackAddress() && security.identity() == null && !security.plaintext()) {
            throw new TcpTransportException(
                    node + "without TLS, everybody who reaches that address could read and write everything. Say"
                            + " tls(identity, trusted); or plaintext(), if the network is closed to others",
                    null);
        }
        if (bound.isAnyLocalAddress() && plan.advertised() == null) {
            throw new TcpTransportException(
                    node
                            + "others cannot dial it there. Say with advertise(\"host:port\") which of the machine's addresses"
                            + " they reach it by",
                    null);
        }
    }

    /** Says where it listens, and never a password. */
    @Override
    public String toString() {
        return "TcpTransport[" + (plan.listen() == null ? "dials only" : plan.listen())
                + (plan.security().identity() == null ? "" : ", TLS") + ']';
    }
}
