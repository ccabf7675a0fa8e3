package io.memdi.transport.tcp;

import java.nio.file.Path;
import java.security.KeyStore;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Whose certificates a node accepts: those of the authority that signs the nodes of the cluster, and of nobody else, since whoever has such
 * a certificate is a member. Immutable, and thread-safe.
 *
 * <p>The files are read when a node is started, and again for a new connection once they have changed. If they cannot be used any more,
 * what was read before stays in force, and the node logs that.
 */
public final class TlsTrust {
    private final Path file;
    private final char @Nullable [] password;

    private TlsTrust(Path file, char @Nullable [] password) {
        this.file = file;
        this.password = password;
    }

    /**
     * A PKCS#12 file with trusted certificates, as {@code keytool -importcert} makes it.
     *
     * @param file the file; it is read when a node is started, not here
     * @param password of the file; copied
     * @return what is trusted
     */
    public static TlsTrust pkcs12(Path file, char[] password) {
        return new TlsTrust(Objects.requireNonNull(file, "file"), password.clone());
    }

    /**
     * A PEM file with trusted certificates.
     *
     * @param file the file; it is read when a node is started, not here
     * @return what is trusted
     */
    public static TlsTrust pem(Path file) {
        return new TlsTrust(Objects.requireNonNull(file, "file"), null);
    }

    List<Path> files() {
        return List.of(file);
    }

    KeyStore load() throws KeyFiles.Unusable {
        char[] secret = password;
        KeyStore store = secret == null ? KeyFiles.trusted(file) : KeyFiles.pkcs12(file, secret);
        KeyFiles.requireCertificate(store, file);
        return store;
    }

    /** Names the file, never the password. */
    @Override
    public String toString() {
        return "TlsTrust" + files();
    }
}
