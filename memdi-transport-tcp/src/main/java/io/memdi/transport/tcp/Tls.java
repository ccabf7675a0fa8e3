package io.memdi.transport.tcp;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.Principal;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * Mutual TLS 1.3. Each new connection looks whether the files have changed, and uses what they hold then; files that cannot be used leave
 * in force what was there, and are logged once. Thread-safe.
 */
final class Tls {
    private static final String[] PROTOCOLS = {"TLSv1.3"};

    /** All of TLS 1.3 that the JDK has, the least work first, though a cluster under load does as much with 256-bit keys once it is warm. */
    private static final List<String> CIPHERS =
            List.of("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256");

    private final TlsIdentity identity;
    private final TlsTrust trust;
    private final TcpLog log;

    /** The name that the certificate has to be for; null for any. */
    private final @Nullable String node;

    private SSLContext context;

    /** When the files were last changed, as of the last attempt to read them. */
    private List<Stamp> stamps;

    /** Reads the files. */
    private Tls(TcpLog log, @Nullable String node, TlsIdentity identity, TlsTrust trust) throws KeyFiles.Unusable {
        this.node = node;
        this.identity = identity;
        this.trust = trust;
        this.log = log;
        this.stamps = stamps();
        this.context = load();
    }

    /**
     * Reads the files of a node, whose certificate has to be for its name.
     *
     * @throws TcpTransportException if they cannot be used
     */
    static Tls ofNode(String name, TlsIdentity identity, TlsTrust trust) {
        try {
            return new Tls(new TcpLog(name), name, identity, trust);
        } catch (KeyFiles.Unusable e) {
            throw new TcpTransportException("node \"" + name + "\" cannot use TLS: " + e.getMessage(), e);
        }
    }

    /**
     * Reads the files of a client, whose certificate may be for any name.
     *
     * @throws TcpTransportException if they cannot be used
     */
    static Tls ofClient(String name, TlsIdentity identity, TlsTrust trust) {
        try {
            return new Tls(new TcpLog(name), null, identity, trust);
        } catch (KeyFiles.Unusable e) {
            throw new TcpTransportException("client \"" + name + "\" cannot use TLS: " + e.getMessage(), e);
        }
    }

    /**
     * Not a certificate of another name, nor one that has expired: all others would refuse it, and each of them would say so again and
     * again.
     */
    private void requireOwn(KeyStore store) throws KeyFiles.Unusable {
        X509Certificate own = KeyFiles.certificate(store, identity.files().get(0));
        @Nullable String named = commonName(own.getSubjectX500Principal());
        if (node != null && !node.equals(named)) {
            throw new KeyFiles.Unusable(identity.files().get(0) + ": its certificate is for "
                    + own.getSubjectX500Principal().getName()
                    + ", and its common name (CN) has to be the name of the node; use that of this node, or start it under"
                    + " the name in the certificate");
        }
        if (own.getNotAfter().toInstant().isBefore(Instant.now())) {
            throw new KeyFiles.Unusable(identity.files().get(0) + ": its certificate has expired, at "
                    + own.getNotAfter().toInstant() + "; have it signed anew");
        }
    }

    private List<Stamp> stamps() {
        return Stream.concat(identity.files().stream(), trust.files().stream())
                .map(Stamp::of)
                .toList();
    }

    /** From the files, if all of it can be used. */
    private SSLContext load() throws KeyFiles.Unusable {
        KeyStore own = identity.load();
        requireOwn(own);
        KeyStore trusted = trust.load();
        try {
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(own, identity.password());
            TrustManagerFactory authorities =
                    TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            authorities.init(trusted);
            SSLContext loaded = SSLContext.getInstance("TLSv1.3");
            loaded.init(keys.getKeyManagers(), authorities.getTrustManagers(), null);
            return loaded;
        } catch (GeneralSecurityException e) {
            throw new KeyFiles.Unusable(identity.files() + ": " + e.getMessage(), e);
        }
    }

    /** What is in force for the next connection. */
    private synchronized SSLContext current() {
        List<Stamp> now = stamps();
        if (!now.equals(stamps)) {
            stamps = now;
            try {
                context = load();
                log.info("uses the keys and certificates of the changed files for new connections");
            } catch (KeyFiles.Unusable e) {
                log.warn(
                        "files",
                        "",
                        "the changed keys or certificates cannot be used, and those from before stay in force: "
                                + e.getMessage());
            }
        }
        return context;
    }

    /** Over a connection that this node has dialed: the certificate has to be for the host. */
    void dialed(Line line, String host) throws IOException {
        SSLSocket socket = over(line, host);
        socket.setUseClientMode(true);
        SSLParameters parameters = parameters(socket);
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        socket.setSSLParameters(parameters);
        socket.startHandshake();
    }

    private static SSLParameters parameters(SSLSocket socket) {
        SSLParameters parameters = socket.getSSLParameters();
        List<String> supported = List.of(socket.getSupportedCipherSuites());
        parameters.setProtocols(PROTOCOLS);
        parameters.setCipherSuites(CIPHERS.stream().filter(supported::contains).toArray(String[]::new));
        return parameters;
    }

    /** Over a connection that this node has accepted. */
    void accepted(Line line) throws IOException {
        SSLSocket socket = over(line, line.host());
        socket.setUseClientMode(false);
        SSLParameters parameters = parameters(socket);
        parameters.setNeedClientAuth(true);
        socket.setSSLParameters(parameters);
        socket.startHandshake();
    }

    private SSLSocket over(Line line, String host) throws IOException {
        Socket raw = line.raw();
        SSLSocket socket = (SSLSocket) current().getSocketFactory().createSocket(raw, host, raw.getPort(), true);
        line.wrap(socket);
        return socket;
    }

    /** The common name of the certificate that the other side has shown. */
    static String nameOf(Line line) throws SSLPeerUnverifiedException, Handshake.Refused {
        SSLSocket socket = (SSLSocket) line.socket();
        X509Certificate certificate = (X509Certificate) socket.getSession().getPeerCertificates()[0];
        String name = commonName(certificate.getSubjectX500Principal());
        if (name == null) {
            throw new Handshake.Refused("the subject of its certificate, "
                    + certificate.getSubjectX500Principal().getName()
                    + ", does not have exactly one common name (CN), which would be the name of its node");
        }
        return name;
    }

    /** The one common name of a subject; null if it has none, or several. */
    static @Nullable String commonName(Principal subject) {
        try {
            List<String> names = new LdapName(subject.getName())
                    .getRdns().stream()
                            .filter(rdn -> rdn.toAttributes().size() == 1
                                    && rdn.getType().equalsIgnoreCase("CN"))
                            .map(rdn -> String.valueOf(rdn.getValue()))
                            .toList();
            return names.size() == 1 ? names.get(0) : null;
        } catch (InvalidNameException e) {
            return null;
        }
    }
}
