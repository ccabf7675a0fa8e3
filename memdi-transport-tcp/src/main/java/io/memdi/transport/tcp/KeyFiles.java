package io.memdi.transport.tcp;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serial;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.UnrecoverableKeyException;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads keys and certificates out of files, and says of one that cannot be used what is wrong with it. */
final class KeyFiles {
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\\s]*)-----END \\1-----");
    private static final String CERTIFICATE = "CERTIFICATE";
    private static final String KEY = "PRIVATE KEY";
    private static final List<String> ALGORITHMS = List.of("EC", "RSA", "EdDSA", "RSASSA-PSS");

    private static final byte[] SIGNED = {'m', 'e', 'm', 'd', 'i'};

    private KeyFiles() {}

    /** A file that cannot be used; the message names it. */
    static final class Unusable extends Exception {
        @Serial
        private static final long serialVersionUID = 1;

        Unusable(String message, Throwable cause) {
            super(message, cause);
        }

        Unusable(String message) {
            super(message);
        }
    }

    static KeyStore pkcs12(Path file, char[] password) throws Unusable {
        try (InputStream in = new ByteArrayInputStream(bytes(file))) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(in, password);
            return store;
        } catch (IOException e) {
            boolean wrongPassword = e.getCause() instanceof UnrecoverableKeyException;
            String detail = e.getMessage() == null ? "" : ": " + e.getMessage();
            throw new Unusable(
                    file + (wrongPassword ? ": the password is wrong" : ": it is no PKCS#12 file" + detail), e);
        } catch (GeneralSecurityException e) {
            throw new Unusable(file + ": it is no PKCS#12 file that this JVM can read: " + e.getMessage(), e);
        }
    }

    /** A store that holds a key with its chain, or says why that is none. */
    static KeyStore pem(Path chainFile, Path keyFile, char[] password) throws Unusable {
        Certificate[] chain = certificates(chainFile).toArray(new Certificate[0]);
        PrivateKey key = key(keyFile);
        if (!key.getAlgorithm().equals(chain[0].getPublicKey().getAlgorithm())) {
            throw new Unusable(keyFile + ": its key is of kind " + key.getAlgorithm()
                    + ", and the first certificate of " + chainFile + " is of kind "
                    + chain[0].getPublicKey().getAlgorithm());
        }
        requirePair(key, keyFile, chain[0].getPublicKey(), chainFile);
        try {
            KeyStore store = empty();
            store.setKeyEntry("node", key, password, chain);
            return store;
        } catch (GeneralSecurityException e) {
            throw new Unusable(chainFile + ": it is no chain, from the node's certificate on: " + e.getMessage(), e);
        }
    }

    /** A signature of the key has to be one of the certificate: a store would take any two, and fail at the first handshake. */
    private static void requirePair(PrivateKey key, Path keyFile, PublicKey certified, Path chainFile) throws Unusable {
        String algorithm = switch (key.getAlgorithm()) {
            case "EC" -> "SHA256withECDSA";
            case "RSA" -> "SHA256withRSA";
            case "EdDSA" -> "EdDSA";
            default -> null;
        };
        if (algorithm == null) {
            return;
        }
        try {
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign(key);
            signature.update(SIGNED);
            byte[] signed = signature.sign();
            signature.initVerify(certified);
            signature.update(SIGNED);
            if (signature.verify(signed)) {
                return;
            }
        } catch (GeneralSecurityException e) {
            throw new Unusable(keyFile + ": its key cannot be used with the certificate in " + chainFile + ": " + e, e);
        }
        throw new Unusable(keyFile + ": its key is not the one of the first certificate in " + chainFile);
    }

    /** A store that trusts what a file holds. */
    static KeyStore trusted(Path file) throws Unusable {
        try {
            KeyStore store = empty();
            int number = 0;
            for (Certificate certificate : certificates(file)) {
                store.setCertificateEntry("trusted-" + number, certificate);
                number++;
            }
            return store;
        } catch (GeneralSecurityException e) {
            throw new Unusable(file + ": " + e.getMessage(), e);
        }
    }

    static void requireKey(KeyStore store, Path file, char[] password) throws Unusable {
        try {
            for (String alias : Collections.list(store.aliases())) {
                if (store.isKeyEntry(alias) && store.getKey(alias, password) != null) {
                    return;
                }
            }
        } catch (GeneralSecurityException e) {
            throw new Unusable(file + ": its key cannot be read with the password of the file: " + e.getMessage(), e);
        }
        throw new Unusable(file + ": it holds no private key");
    }

    /** The certificate of the key that a store holds. */
    static X509Certificate certificate(KeyStore store, Path file) throws Unusable {
        try {
            for (String alias : Collections.list(store.aliases())) {
                if (store.isKeyEntry(alias) && store.getCertificate(alias) instanceof X509Certificate certificate) {
                    return certificate;
                }
            }
        } catch (GeneralSecurityException e) {
            throw new Unusable(file + ": " + e.getMessage(), e);
        }
        throw new Unusable(file + ": it holds no certificate for its key");
    }

    static void requireCertificate(KeyStore store, Path file) throws Unusable {
        try {
            for (String alias : Collections.list(store.aliases())) {
                if (store.isCertificateEntry(alias)) {
                    return;
                }
            }
        } catch (GeneralSecurityException e) {
            throw new Unusable(file + ": " + e.getMessage(), e);
        }
        throw new Unusable(file + ": it holds no trusted certificate; one is put in with keytool -importcert");
    }

    private static KeyStore empty() throws GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try {
            store.load(null, null);
        } catch (IOException e) {
            throw new GeneralSecurityException("an empty store cannot be made", e);
        }
        return store;
    }

    private static Collection<? extends Certificate> certificates(Path file) throws Unusable {
        StringBuilder blocks = new StringBuilder();
        Matcher found = BLOCK.matcher(text(file));
        while (found.find()) {
            if (found.group(1).equals(CERTIFICATE)) {
                blocks.append(found.group()).append('\n');
            }
        }
        if (blocks.isEmpty()) {
            throw new Unusable(file + ": it holds no certificate in PEM form (-----BEGIN CERTIFICATE-----)");
        }
        try {
            return CertificateFactory.getInstance("X.509")
                    .generateCertificates(
                            new ByteArrayInputStream(blocks.toString().getBytes(StandardCharsets.US_ASCII)));
        } catch (GeneralSecurityException e) {
            throw new Unusable(file + ": a certificate in it cannot be read: " + e.getMessage(), e);
        }
    }

    private static PrivateKey key(Path file) throws Unusable {
        Matcher found = BLOCK.matcher(text(file));
        String other = null;
        while (found.find()) {
            if (found.group(1).equals(KEY)) {
                return key(file, found.group(2));
            }
            other = found.group(1).endsWith(KEY) ? found.group(1) : other;
        }
        throw new Unusable(file + ": it holds no unencrypted PKCS#8 key (-----BEGIN PRIVATE KEY-----)"
                + (other == null
                        ? ""
                        : " but a " + other + "; openssl pkcs8 -topk8 -nocrypt -in " + file
                                + " -out key.pem converts it"));
    }

    private static PrivateKey key(Path file, String base64) throws Unusable {
        PKCS8EncodedKeySpec encoded;
        try {
            encoded = new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(base64));
        } catch (IllegalArgumentException e) {
            throw new Unusable(file + ": its key is not in Base64: " + e.getMessage(), e);
        }
        GeneralSecurityException last = null;
        for (String algorithm : ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(encoded);
            } catch (GeneralSecurityException e) {
                last = e;
            }
        }
        throw new Unusable(file + ": its key is of none of the kinds " + ALGORITHMS + ", or damaged: " + last);
    }

    private static String text(Path file) throws Unusable {
        return new String(bytes(file), StandardCharsets.ISO_8859_1);
    }

    private static byte[] bytes(Path file) throws Unusable {
        try {
            return Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw new Unusable(file + ": there is no such file", e);
        } catch (IOException e) {
            throw new Unusable(file + ": it cannot be read: " + e, e);
        }
    }
}
