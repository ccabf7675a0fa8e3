package io.memdi.transport.tcp;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** An authority and the nodes that it has signed, made by the {@code keytool} of the JDK that runs, as {@code docs/tls.md} says. */
public final class Certificates {
    public static final String PASSWORD = "change-it";

    private static final Path ROOT = temporary();
    private static final Map<String, Certificates> MADE = new HashMap<>();

    private final Path folder;
    private final Map<String, Path> identities = new HashMap<>();

    private Certificates(String folder, String authority) throws IOException {
        this.folder = Files.createDirectory(ROOT.resolve(folder));
        Keytool.run(
                this.folder,
                List.of(
                        command(
                                "-genkeypair",
                                "-alias",
                                "ca",
                                "-keystore",
                                "ca.p12",
                                "-dname",
                                "CN=" + authority,
                                "-ext",
                                "bc:c"),
                        command("-exportcert", "-rfc", "-alias", "ca", "-keystore", "ca.p12", "-file", "ca.pem"),
                        command(
                                "-importcert",
                                "-noprompt",
                                "-alias",
                                "ca",
                                "-keystore",
                                "trusted.p12",
                                "-file",
                                "ca.pem")));
    }

    private static Path temporary() {
        try {
            Path root = Files.createTempDirectory("memdi-tls");
            Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(root)));
            return root;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path root) {
        try (var files = Files.walk(root)) {
            files.sorted(java.util.Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** An authority of that name; made once. */
    public static Certificates of(String authority) {
        return made(authority, authority);
    }

    /** Another authority that calls itself the same. */
    public static Certificates impostorOf(String authority) {
        return made("not-" + authority, authority);
    }

    private static synchronized Certificates made(String folder, String authority) {
        return MADE.computeIfAbsent(folder, name -> {
            try {
                return new Certificates(name, authority);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private static List<String> command(String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(arguments[0]);
        if (arguments[0].equals("-genkeypair")) {
            command.addAll(List.of("-keyalg", "EC", "-groupname", "secp256r1", "-validity", "30"));
        }
        command.addAll(List.of("-storetype", "PKCS12", "-storepass", PASSWORD));
        command.addAll(List.of(arguments).subList(1, arguments.length));
        return command;
    }

    /** The PKCS#12 file of a node of that name, at the loopback address; made once. */
    public synchronized Path identity(String name) {
        return identity(name, "san=ip:127.0.0.1,dns:localhost");
    }

    synchronized Path identity(String name, String hosts) {
        return identities.computeIfAbsent(name + hosts, key -> {
            try {
                return sign(name, hosts, "node-" + identities.size(), "0d");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    /** One that was signed 60 days ago, for 30. */
    synchronized Path expired(String name) {
        try {
            return sign(name, "san=ip:127.0.0.1", "expired-" + name, "-60d");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path sign(String name, String hosts, String file, String from) throws IOException {
        String store = file + ".p12";
        String since = from.startsWith("-") ? from : "+" + from;
        Keytool.run(
                folder,
                List.of(
                        command(
                                "-genkeypair",
                                "-alias",
                                "node",
                                "-keystore",
                                store,
                                "-dname",
                                "CN=" + name + ",O=memdi"),
                        command("-certreq", "-alias", "node", "-keystore", store, "-file", file + ".csr"),
                        command(
                                "-gencert",
                                "-rfc",
                                "-alias",
                                "ca",
                                "-keystore",
                                "ca.p12",
                                "-ext",
                                hosts,
                                "-startdate",
                                since,
                                "-validity",
                                "30",
                                "-infile",
                                file + ".csr",
                                "-outfile",
                                file + ".pem"),
                        command("-importcert", "-noprompt", "-alias", "ca", "-keystore", store, "-file", "ca.pem"),
                        command(
                                "-importcert",
                                "-noprompt",
                                "-alias",
                                "node",
                                "-keystore",
                                store,
                                "-file",
                                file + ".pem")));
        return folder.resolve(store);
    }

    public TlsIdentity identityOf(String name) {
        return TlsIdentity.pkcs12(identity(name), PASSWORD.toCharArray());
    }

    /** The PKCS#12 file of whom to trust. */
    public Path trusted() {
        return folder.resolve("trusted.p12");
    }

    public TlsTrust trust() {
        return TlsTrust.pkcs12(trusted(), PASSWORD.toCharArray());
    }

    TlsTrust trustInPem() {
        return TlsTrust.pem(folder.resolve("ca.pem"));
    }

    /** The same identity in two PEM files. */
    TlsIdentity identityInPem(String name) {
        try {
            Path key = folder.resolve(name + "-key.pem");
            Path chain = folder.resolve(name + "-chain.pem");
            KeyStore store = KeyStore.getInstance("PKCS12");
            try (InputStream in = Files.newInputStream(identity(name))) {
                store.load(in, PASSWORD.toCharArray());
            }
            write(
                    key,
                    "PRIVATE KEY",
                    store.getKey("node", PASSWORD.toCharArray()).getEncoded());
            write(chain, "CERTIFICATE", store.getCertificate("node").getEncoded());
            return TlsIdentity.pem(chain, key);
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static void write(Path file, String kind, byte[] content) throws IOException {
        String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
        Files.writeString(file, "-----BEGIN " + kind + "-----\n" + base64 + "\n-----END " + kind + "-----\n");
    }
}
