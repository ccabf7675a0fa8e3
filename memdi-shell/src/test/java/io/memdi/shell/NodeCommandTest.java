package io.memdi.shell;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each way in which {@code memdi node} is not understood, or cannot start, ends in one plain line. */
class NodeCommandTest {
    private static final String PASSWORD = "change-it";
    private static final String LOG = "org.slf4j.simpleLogger.";

    /** What the loggers of this JVM are like anyway: those that are made meanwhile outlive this test. */
    private static final Map<String, String> USUAL = Map.of(
            "log.io.memdi",
            "warn",
            "dateTimeFormat",
            "HH:mm:ss.SSS",
            "showLogName",
            "true",
            "showShortLogName",
            "true");

    @TempDir
    private static Path folder;

    private static Path keys;
    private static Path certificate;
    private static Path key;

    private final FakeScreen screen = new FakeScreen();

    @BeforeAll
    static void furnish() throws Exception {
        USUAL.forEach((name, value) -> System.setProperty(LOG + name, value));
        keys = keys("a");
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(keys)) {
            store.load(in, PASSWORD.toCharArray());
        }
        certificate = pem("a.pem", "CERTIFICATE", store.getCertificate("node").getEncoded());
        key = pem(
                "a-key.pem",
                "PRIVATE KEY",
                store.getKey("node", PASSWORD.toCharArray()).getEncoded());
    }

    @AfterAll
    static void restore() {
        USUAL.keySet().forEach(name -> System.clearProperty(LOG + name));
    }

    /** A key with a certificate that it has signed itself. */
    private static Path keys(String name) throws IOException, InterruptedException {
        Path file = folder.resolve(name + ".p12");
        if (Files.exists(file)) {
            return file;
        }
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "node",
                        "-keystore",
                        file.toString(),
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        PASSWORD,
                        "-keyalg",
                        "EC",
                        "-groupname",
                        "secp256r1",
                        "-dname",
                        "CN=" + name,
                        "-ext",
                        "san=ip:127.0.0.1")
                .redirectErrorStream(true)
                .start();
        String output = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(keytool.waitFor()).as(output).isZero();
        return file;
    }

    private static Path pem(String file, String kind, byte[] content) throws IOException {
        String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
        return Files.writeString(
                folder.resolve(file), "-----BEGIN " + kind + "-----\n" + base64 + "\n-----END " + kind + "-----\n");
    }

    private int run(List<String> arguments) {
        screen.take();
        return Main.run(screen.screen, arguments.toArray(String[]::new));
    }

    /** The arguments are wrong. */
    private void refuses(String problem, String... options) {
        List<String> arguments = new ArrayList<>(List.of("node"));
        arguments.addAll(List.of(options));
        assertThat(run(arguments)).isEqualTo(2);
        assertThat(screen.errors()).containsExactly("memdi node: " + problem, "Try: memdi node --help");
    }

    private void refusesAt(String problem, String... options) {
        List<String> all = new ArrayList<>(List.of("--name", "a", "--listen", "127.0.0.1:7400"));
        all.addAll(List.of(options));
        refuses(problem, all.toArray(String[]::new));
    }

    /** The arguments are understood, and the node does not start all the same. */
    private void fails(String line, String listen, String... options) {
        List<String> arguments =
                new ArrayList<>(List.of("node", "--name", "a", "--listen", listen, "--join", "127.0.0.1:1"));
        arguments.addAll(List.of(options));
        assertThat(run(arguments)).isEqualTo(1);
        assertThat(screen.errors())
                .singleElement()
                .asString()
                .startsWith("memdi: " + line)
                .doesNotContain("Exception");
    }

    @Test
    void whatIsMissingOrUnknown() {
        refuses("--name NAME and --listen HOST:PORT are missing");
        refuses("--listen HOST:PORT is missing", "--name", "a");
        refuses("--listen needs HOST:PORT after it", "--name", "a", "--listen");
        refuses("--listen needs HOST:PORT after it", "--listen", "--name", "a");
        refuses("there is no option --lsten; did you mean --listen?", "--name", "a", "--lsten", "127.0.0.1:7400");
        refusesAt("there is no option --frob", "--frob");
        refusesAt("\"frob\" is too much", "frob");
        refusesAt("--name is said twice; say it once", "--name", "b");
        refusesAt(
                "say --bootstrap, with all nodes that found the cluster, as in a=HOST:PORT,b=HOST:PORT; or --join, with the"
                        + " address of a member, if it is running already");
    }

    @Test
    void whatIsNoNameOrAddress() {
        refuses(
                "--name: a name has 1 to 64 letters, digits, dots, dashes or underscores, not \"a b\"",
                "--name",
                "a b",
                "--listen",
                "127.0.0.1:7400",
                "--join",
                "127.0.0.1:7401");
        String form = ": an address is host:port, as in 10.0.0.1:7400 or [::1]:7400, not ";
        refuses("--listen" + form + "\"7400\"", "--name", "a", "--listen", "7400", "--join", "127.0.0.1:7401");
        refusesAt("--advertise" + form + "\"x:y\"", "--advertise", "x:y", "--join", "127.0.0.1:7401");
        refusesAt("--join" + form + "\"b\"", "--join", "127.0.0.1:7401,b");
        refusesAt("--join: nobody can be reached at port 0: 10.0.0.1:0", "--join", "10.0.0.1:0");
        refusesAt(
                "--bootstrap: \"b\" is no NAME=HOST:PORT, as in a=10.0.0.1:7400", "--bootstrap", "a=127.0.0.1:7400,b");
        refusesAt("--bootstrap" + form + "\"\"", "--bootstrap", "a=127.0.0.1:7400,b=");
    }

    @Test
    void whatContradictsItself() {
        refusesAt(
                "--bootstrap and --join exclude each other: a node with a --bootstrap list joins by itself, if its cluster is"
                        + " running already",
                "--bootstrap",
                "a=127.0.0.1:7400",
                "--join",
                "127.0.0.1:7401");
        refusesAt(
                "--learner belongs to --join: nodes that found a cluster all vote",
                "--bootstrap",
                "a=127.0.0.1:7400",
                "--learner");
        refusesAt(
                "--plaintext and --tls-identity exclude each other; say one of them",
                "--join",
                "127.0.0.1:7401",
                "--plaintext",
                "--tls-identity",
                keys.toString());
        refusesAt(
                "--join names only this node itself; name a member of the cluster that it is to join, as in --join"
                        + " 10.0.0.1:7400",
                "--join",
                "127.0.0.1:7400,a=10.0.0.1:7400");
        refusesAt(
                "--bootstrap: \"b\" is listed twice; --bootstrap: the address \"127.0.0.1:7400\" is listed twice",
                "--bootstrap",
                "a=127.0.0.1:7400,b=127.0.0.1:7401,b=127.0.0.1:7402,c=127.0.0.1:7400");
    }

    /** As from a script whose variable is not set. */
    @Test
    void directoriesWithoutAName() {
        String[] join = {"--join", "127.0.0.1:7401"};
        refusesAt(
                "--dir: the path of the directory is empty: name a directory; the current one is \".\"",
                with(join, "--dir", ""));
        refusesAt(
                "--backups: the path of the directory is empty: name a directory; the current one is \".\"",
                with(join, "--backups="));
    }

    @Test
    void backupsAmongTheNodesOwnFiles() {
        String folder = String.valueOf(keys.getParent());
        refusesAt(
                "--backups: " + folder + " is, or lies in, the directory that the node keeps its own data in, " + folder
                        + "; name another one",
                "--join",
                "127.0.0.1:7401",
                "--plaintext",
                "--dir",
                folder,
                "--backups",
                folder);
    }

    @Test
    void timesThatAreNone() {
        String[] join = {"--join", "127.0.0.1:7401"};
        refusesAt(
                "--election-timeout is two numbers of milliseconds, as in 250-500, not \"250\"",
                with(join, "--election-timeout", "250"));
        refusesAt("--heartbeat is a number of milliseconds, not \"x\"", with(join, "--heartbeat", "x"));
        refusesAt(
                "--heartbeat: 0 ms is less than 1 ms; --election-timeout: its minimum, 300 ms, is above its maximum, 200 ms",
                with(join, "--heartbeat", "0", "--election-timeout", "300-200"));
    }

    @Test
    void aListThatDoesNotFitTheNode() {
        refusesAt(
                "--bootstrap does not list a, this node itself: give all nodes the same list, in which each of them is",
                "--bootstrap",
                "b=127.0.0.1:7401,c=127.0.0.1:7402");
        refusesAt(
                "--bootstrap lists a at 127.0.0.1:7409, but --listen is 127.0.0.1:7400: make them the same, or say --advertise"
                        + " 127.0.0.1:7409 if the others reach it there",
                "--bootstrap",
                "a=127.0.0.1:7409,b=127.0.0.1:7401");
        refusesAt(
                "--bootstrap lists a at 10.0.0.2:7400, but --advertise is 10.0.0.1:7400: make them the same, or say --advertise"
                        + " 10.0.0.2:7400 if the others reach it there",
                "--advertise",
                "10.0.0.1:0",
                "--bootstrap",
                "a=10.0.0.2:7400");
        refuses(
                "--listen: with port 0, the others would not know the port; choose one for --bootstrap",
                "--name",
                "a",
                "--listen",
                "127.0.0.1:0",
                "--bootstrap",
                "a=127.0.0.1:7400");
    }

    @Test
    void optionsOfTlsThatDoNotFit() throws IOException {
        String both = "TLS needs both --tls-identity, with the own key and certificate, and --tls-trust, with the"
                + " certificate of the authority that signs the nodes";
        String[] join = {"--join", "127.0.0.1:7401"};
        refusesAt(both, with(join, "--tls-key", "x"));
        refusesAt(both, with(join, "--tls-password-file", "x"));
        refusesAt(both, with(join, "--tls-trust", certificate.toString()));
        refusesAt(both, with(join, "--tls-identity", keys.toString()));
        String trust = certificate.toString();
        refusesAt(
                "--tls-key belongs to a PEM certificate; " + keys
                        + " is none, and as PKCS#12 it holds the key itself: leave --tls-key out",
                with(join, "--tls-identity", keys.toString(), "--tls-key", key.toString(), "--tls-trust", trust));
        refusesAt(
                "--tls-identity " + certificate + " is a PEM file without a key: say with --tls-key FILE where that is",
                with(join, "--tls-identity", certificate.toString(), "--tls-trust", trust));
        refusesAt(
                keys
                        + " is no PEM file, and as PKCS#12 it needs a password: put it into a file for --tls-password-file, or into"
                        + " the environment variable MEMDI_TLS_PASSWORD",
                with(join, "--tls-identity", keys.toString(), "--tls-trust", trust));
    }

    private static String[] with(String[] some, String... more) {
        List<String> all = new ArrayList<>(List.of(some));
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }

    @Test
    void filesThatCannotBeUsed() throws Exception {
        String any = "127.0.0.1:0";
        String trust = certificate.toString();
        String nowhere = folder.resolve("nowhere").toString();
        fails(nowhere + " cannot be read: there is no such file", any, "--tls-identity", nowhere, "--tls-trust", trust);
        fails(
                folder + " cannot be read: it is a folder",
                any,
                "--tls-identity",
                folder.toString(),
                "--tls-trust",
                trust);
        String own = keys.toString();
        fails(
                nowhere + " cannot be read: there is no such file",
                any,
                "--tls-identity",
                own,
                "--tls-trust",
                trust,
                "--tls-password-file",
                nowhere);
        String secret = Files.writeString(folder.resolve("secret"), PASSWORD + "\r\nand a second line\n")
                .toString();
        fails(
                nowhere + " cannot be read: there is no such file",
                any,
                "--tls-identity",
                own,
                "--tls-trust",
                nowhere,
                "--tls-password-file",
                secret);
        String empty = Files.writeString(folder.resolve("empty"), "\n").toString();
        fails(
                empty + " holds no password: its first line is empty",
                any,
                "--tls-identity",
                own,
                "--tls-trust",
                trust,
                "--tls-password-file",
                empty);
        String wrong = Files.writeString(folder.resolve("wrong"), "change-that").toString();
        fails(
                "node \"a\" cannot use TLS: " + own
                        + ": the password is wrong; correct what --tls-password-file, or MEMDI_TLS_PASSWORD, holds",
                any,
                "--tls-identity",
                own,
                "--tls-trust",
                trust,
                "--tls-password-file",
                wrong);
        fails(
                "node \"a\" cannot use TLS: " + secret + ": it is no PKCS#12 file",
                any,
                "--tls-identity",
                secret,
                "--tls-trust",
                trust,
                "--tls-password-file",
                secret);
        fails(
                "node \"a\" cannot use TLS: " + secret + ": it holds no unencrypted PKCS#8 key",
                any,
                "--tls-identity",
                trust,
                "--tls-key",
                secret,
                "--tls-trust",
                trust);
        String others = keys("b").toString();
        fails(
                "node \"a\" cannot use TLS: " + others
                        + ": its certificate is for CN=b, and its common name (CN) has to be the name of the node; use that of this"
                        + " node, or start it under the name in the certificate",
                any,
                "--tls-identity",
                others,
                "--tls-trust",
                trust,
                "--tls-password-file",
                secret);
    }

    @Test
    void addressesThatCannotBeHad() throws IOException {
        String safety =
                ": without TLS, everybody who reaches that address could read and write everything. Say --tls-identity and"
                        + " --tls-trust; or --plaintext, if the network is closed to others";
        String[] everywhere = {"--name", "a", "--listen", "0.0.0.0:0", "--join", "127.0.0.1:1"};
        refuses("node \"a\" does not listen at 0.0.0.0:0" + safety, everywhere);
        refuses(
                "node \"a\" does not listen at 0.0.0.0:0: others cannot dial it there. Say with --advertise HOST:PORT which of"
                        + " the machine's addresses they reach it by",
                with(everywhere, "--plaintext"));
        fails(
                "node \"a\" cannot listen at no.such.host.invalid:7400: the host is not known; correct the name, or use an"
                        + " address",
                "no.such.host.invalid:7400");
        fails(
                "node \"a\" cannot listen at 192.0.2.1:7400: that is no address of this machine; listen at one of its own, or at"
                        + " 0.0.0.0, and tell with --advertise HOST:PORT which address others reach it by",
                "192.0.2.1:7400");
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String address = "127.0.0.1:" + taken.getLocalPort();
            fails("node \"a\" cannot listen at " + address + ": the port is in use", address);
        }
    }

    /** With TLS from PEM files and from PKCS#12: this node is one that the other one lets in. */
    @Test
    void nodesUnderTlsFindEachOther() throws Exception {
        Path otherKeys = keys("b");
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(otherKeys)) {
            store.load(in, PASSWORD.toCharArray());
        }
        Path other = pem("b.pem", "CERTIFICATE", store.getCertificate("node").getEncoded());
        Path trust =
                Files.writeString(folder.resolve("trust.pem"), Files.readString(certificate) + Files.readString(other));
        Path secret = Files.writeString(folder.resolve("secret-of-b"), PASSWORD + "\n");
        try (Processes nodes = new Processes("a")) {
            NodeProcess a = nodes.add(
                    "a",
                    NodeProcess.start(
                            "--name",
                            "a",
                            "--listen",
                            nodes.address("a"),
                            "--bootstrap",
                            nodes.list(),
                            "--tls-identity",
                            certificate.toString(),
                            "--tls-key",
                            key.toString(),
                            "--tls-trust",
                            trust.toString()));
            a.awaitLine("a: ready, leads in term ");
            NodeProcess b = nodes.add(
                    "b",
                    NodeProcess.start(
                            "--name",
                            "b",
                            "--listen",
                            nodes.address("b"),
                            "--join",
                            nodes.address("a"),
                            "--learner",
                            "--tls-identity",
                            otherKeys.toString(),
                            "--tls-trust",
                            trust.toString(),
                            "--tls-password-file",
                            secret.toString()));
            b.awaitLine("b: ready, follows a in term ");
        }
    }
}
