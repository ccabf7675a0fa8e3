package io.memdi.shell;

import io.memdi.transport.tcp.TcpTransport;
import io.memdi.transport.tcp.TlsIdentity;
import io.memdi.transport.tcp.TlsTrust;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The files for TLS, as options name them. By what is in a file it is told whether it is PEM, or else PKCS#12. */
final class NodeTls {
    /** Holds the password of PKCS#12 files, where no file does: never the command line, which other users of the machine see. */
    static final String PASSWORD_VARIABLE = "MEMDI_TLS_PASSWORD";

    /** How much of a file is looked at. Keys and certificates are far smaller. */
    private static final int LIMIT = 1 << 20;

    private static final String PEM = "-----BEGIN ";
    private static final String PEM_KEY = "PRIVATE KEY-----";

    /** The options. */
    static final class Options {
        @Option(
                names = "--tls-identity",
                paramLabel = "FILE",
                description = "The own key and certificate, of this node or client, PKCS#12; or the certificate, PEM.")
        private @Nullable String identity;

        @Option(names = "--tls-key", paramLabel = "FILE", description = "The key, if --tls-identity is PEM.")
        private @Nullable String key;

        @Option(
                names = "--tls-trust",
                paramLabel = "FILE",
                description = "The certificate of the authority that signs the nodes of the cluster, PKCS#12 or PEM.")
        private @Nullable String trust;

        @Option(
                names = "--tls-password-file",
                paramLabel = "FILE",
                description = "Holds the password of PKCS#12 files, in its first line; else the environment variable "
                        + PASSWORD_VARIABLE + " does.")
        private @Nullable String passwordFile;

        boolean isWanted() {
            return identity != null || key != null || trust != null || passwordFile != null;
        }
    }

    private final @Nullable String passwordFile;
    private final Map<String, String> environment;

    private NodeTls(@Nullable String passwordFile, Map<String, String> environment) {
        this.passwordFile = passwordFile;
        this.environment = environment;
    }

    /**
     * Secures a transport. The transport reads the files again once they have changed.
     *
     * @throws UsageFailure if an option is missing, or is too much
     * @throws PlainFailure if a file cannot be read
     */
    static TcpTransport secure(TcpTransport transport, Options options, Map<String, String> environment) {
        if (options.identity == null || options.trust == null) {
            throw new UsageFailure(
                    "TLS needs both --tls-identity, with the own key and certificate, and --tls-trust, with the"
                            + " certificate of the authority that signs the nodes");
        }
        NodeTls files = new NodeTls(options.passwordFile, environment);
        return transport.tls(files.identity(options.identity, options.key), files.trust(options.trust));
    }

    private TlsIdentity identity(String file, @Nullable String key) {
        String content = content(file);
        if (!content.contains(PEM)) {
            if (key != null) {
                throw new UsageFailure("--tls-key belongs to a PEM certificate; " + file
                        + " is none, and as PKCS#12 it holds the key itself: leave --tls-key out");
            }
            return TlsIdentity.pkcs12(Path.of(file), password(file));
        }
        if (key == null && !content.contains(PEM_KEY)) {
            throw new UsageFailure(
                    "--tls-identity " + file + " is a PEM file without a key: say with --tls-key FILE where that is");
        }
        if (key != null) {
            content(key);
        }
        return TlsIdentity.pem(Path.of(file), Path.of(key == null ? file : key));
    }

    private TlsTrust trust(String file) {
        return content(file).contains(PEM)
                ? TlsTrust.pem(Path.of(file))
                : TlsTrust.pkcs12(Path.of(file), password(file));
    }

    private char[] password(String of) {
        String password = passwordFile == null
                ? environment.getOrDefault(PASSWORD_VARIABLE, "")
                : content(passwordFile).lines().findFirst().orElse("");
        if (password.isEmpty() && passwordFile != null) {
            throw new PlainFailure(passwordFile + " holds no password: its first line is empty");
        }
        if (password.isEmpty()) {
            throw new UsageFailure(of + " is no PEM file, and as PKCS#12 it needs a password: put it into a file for"
                    + " --tls-password-file, or into the environment variable " + PASSWORD_VARIABLE);
        }
        return password.toCharArray();
    }

    private static String content(String file) {
        try {
            Path path = Path.of(file);
            if (Files.isDirectory(path)) {
                throw new PlainFailure(file + " cannot be read: it is a folder");
            }
            try (InputStream in = Files.newInputStream(path)) {
                return new String(in.readNBytes(LIMIT), StandardCharsets.UTF_8);
            }
        } catch (NoSuchFileException e) {
            throw new PlainFailure(file + " cannot be read: there is no such file", e);
        } catch (AccessDeniedException e) {
            throw new PlainFailure(file + " cannot be read: permission denied", e);
        } catch (InvalidPathException e) {
            throw new PlainFailure("this cannot be the name of a file: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new PlainFailure(file + " cannot be read: " + e.getMessage(), e);
        }
    }
}
