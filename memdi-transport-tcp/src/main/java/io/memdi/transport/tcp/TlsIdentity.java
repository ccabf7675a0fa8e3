package io.memdi.transport.tcp;

import java.nio.file.Path;
import java.security.KeyStore;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where a node's own key and certificate are kept. The common name (CN) of the certificate's subject is the name of the node, and its
 * subject alternative names are the hosts and addresses that the others reach it by. Immutable, and thread-safe.
 *
 * <p>The files are read when a node is started, and again for a new connection once they have changed. If they cannot be used any more,
 * what was read before stays in force, and the node logs that.
 */
public final class TlsIdentity {
    private final Path chain;
    private final @Nullable Path key;
    private final char[] password;

    private TlsIdentity(Path chain, @Nullable Path key, char[] password) {
        this.chain = chain;
        this.key = key;
        this.password = password;
    }

    /**
     * A PKCS#12 file, as {@code keytool} makes it, with one private key and its certificate chain.
     *
     * @param file the file; it is read when a node is started, not here
     * @param password of the file and of the key in it; copied
     * @return the identity
     */
    public static TlsIdentity pkcs12(Path file, char[] password) {
        return new TlsIdentity(Objects.requireNonNull(file, "file"), null, password.clone());
    }

    /**
     * PEM files, as {@code openssl} and most certificate authorities make them.
     *
     * @param chain the certificates, from the node's own on; read when a node is started, not here
     * @param key the private key, PKCS#8, not encrypted; read when a node is started, not here
     * @return the identity
     */
    public static TlsIdentity pem(Path chain, Path key) {
        return new TlsIdentity(Objects.requireNonNull(chain, "chain"), Objects.requireNonNull(key, "key"), new char[0]);
    }

    List<Path> files() {
        return key == null ? List.of(chain) : List.of(chain, key);
    }

    char[] password() {
        return password.clone();
    }

    KeyStore load() throws KeyFiles.Unusable {
        Path keyFile = key;
        KeyStore store = keyFile == null ? KeyFiles.pkcs12(chain, password) : KeyFiles.pem(chain, keyFile, password);
        KeyFiles.requireKey(store, chain, password);
        return store;
    }

    /** Names the files, never the password. */
    @Override
    public String toString() {
        return "TlsIdentity" + files();
    }
}
