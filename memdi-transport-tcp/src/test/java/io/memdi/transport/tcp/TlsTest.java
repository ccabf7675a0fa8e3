package io.memdi.transport.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memdi.transport.ClientMessage;
import io.memdi.transport.Message;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import javax.security.auth.x500.X500Principal;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who is let in under TLS, and who is not. */
class TlsTest {
    private static final char[] PASSWORD = Certificates.PASSWORD.toCharArray();

    private final Certificates ours = Certificates.of("cluster");
    private final Certificates foreign = Certificates.of("foreign");
    private final TcpLogLines log = new TcpLogLines();
    private final java.util.List<Talker> talkers = new java.util.ArrayList<>();

    @TempDir
    Path folder;

    @AfterEach
    void stop() {
        talkers.forEach(Talker::close);
        log.close();
    }

    private TcpTransport under(TlsIdentity identity, TlsTrust trust) {
        return TcpTransport.listen("127.0.0.1:0").tls(identity, trust);
    }

    private TcpTransport of(String name) {
        return under(ours.identityOf(name), ours.trust());
    }

    private Talker started(TcpTransport transport, String name) {
        Talker talker = Talker.started(transport, name);
        talkers.add(talker);
        return talker;
    }

    /** Who has the certificate of another node, and lacks the check that keeps a node from using it. */
    private Talker impostor(String name, String real) {
        HostPort any = HostPort.parse("127.0.0.1:0");
        TcpTransport.Security security = new TcpTransport.Security(false, ours.identityOf(real), ours.trust());
        TcpTransport.Plan plan = new TcpTransport.Plan(any, null, security, null, TcpLimits.defaults());
        ServerSocket server = Listener.bind(name, any);
        String address = any.withPort(server.getLocalPort()).toString();
        Tls tls = Tls.ofClient(name, ours.identityOf(real), ours.trust());
        Talker impostor = Talker.started(called -> new TcpNode(called, plan, tls, server, address), name);
        talkers.add(impostor);
        return impostor;
    }

    private void isRefused(Talker a, Talker b, String atA, String atB) {
        b.send(a.contact(), new Message.Heartbeat(1, 1));
        Servers.until(
                "a line at a",
                () -> !log.with("a: refused a connection from 127.0.0.1").isEmpty());
        Servers.until("a line at b", () -> !log.with("b: no connection to a").isEmpty());
        assertThat(log.with("a: refused")).singleElement().asString().containsPattern(atA);
        assertThat(log.with("b: no connection to a")).singleElement().asString().contains(atB);
        assertThat(log.text()).doesNotContain("\tat ");
        assertThat(a.heard).isEmpty();
        Talker c = started(of("c"), "c");
        c.send(a.contact(), new Message.Heartbeat(2, 2));
        Servers.until("a still serves", () -> a.hasHeard(new Message.Heartbeat(2, 2)));
    }

    @Test
    void letsInWhoIsSignedAndNamed() {
        Talker a = started(of("a"), "a");
        Talker b = started(of("b"), "b");
        b.send(a.contact(), new Message.Heartbeat(1, 1));
        a.send(b.contact(), new Message.Heartbeat(2, 2));
        Servers.until("both", () -> a.heard.size() == 1 && b.heard.size() == 1);
    }

    // --- clients ---

    private static final Message ASK = new ClientMessage.StatusRequest(1);

    private Talker client(TcpTransport transport) {
        return started(transport, "client-1f3a");
    }

    /** One certificate is for all clients of an application; each life of a client has a name of its own. */
    @Test
    void letsInAClientThatIsSignedWhateverItCallsItself() {
        Talker a = started(of("a"), "a");
        Talker client = client(TcpTransport.dialing().tls(ours.identityOf("app"), ours.trust()));
        client.send(a.contact(), ASK);
        Servers.until("a hears", () -> a.hasHeard(ASK));
        Message answer = new ClientMessage.OrderReply(1, "", false);
        a.send(client.contact(), answer);
        Servers.until("the client hears", () -> client.hasHeard(answer));
    }

    @Test
    void refusesAClientWithAForeignCertificate() {
        Talker a = started(of("a"), "a");
        Talker client = client(TcpTransport.dialing().tls(foreign.identityOf("app"), ours.trust()));
        clientIsRefused(a, client, "it has no certificate of an authority that this node trusts");
    }

    @Test
    void refusesAClientWithoutACertificate() {
        Talker a = started(of("a"), "a");
        clientIsRefused(a, client(TcpTransport.dialing()), "Unsupported or unrecognized SSL message");
    }

    private void clientIsRefused(Talker a, Talker client, String why) {
        client.send(a.contact(), ASK);
        Servers.until(
                "both lines",
                () -> !log.with("a: refused a connection from 127.0.0.1").isEmpty()
                        && !log.with("client-1f3a: no connection to a").isEmpty());
        assertThat(log.with("a: refused")).singleElement().asString().contains(why);
        assertThat(log.text()).doesNotContain("\tat ");
        assertThat(a.heard).isEmpty();
    }

    /** It is the client that finds out: the certificate of b does not make whoever has it node a. */
    @Test
    void aClientRefusesWhoIsNotTheNodeThatItSays() {
        Talker impostor = impostor("a", "b");
        Talker client = client(TcpTransport.dialing().tls(ours.identityOf("app"), ours.trust()));
        client.send(impostor.contact(), ASK);
        Servers.until(
                "a line", () -> !log.with("client-1f3a: no connection to a").isEmpty());
        assertThat(log.with("client-1f3a: no connection to a"))
                .singleElement()
                .asString()
                .contains("it says that it is a, and its certificate is that of b");
        assertThat(impostor.heard).isEmpty();
    }

    @Test
    void refusesAForeignCertificate() {
        Talker a = started(of("a"), "a");
        Talker b = started(under(foreign.identityOf("b"), ours.trust()), "b");
        isRefused(a, b, "it has no certificate of an authority that this node trusts", "");
    }

    @Test
    void refusesTheCertificateOfAnImpostor() {
        Talker a = started(of("a"), "a");
        Talker b = started(under(Certificates.impostorOf("cluster").identityOf("b"), ours.trust()), "b");
        isRefused(a, b, "PKIX path validation failed", "");
    }

    @Test
    void refusesANodeThatDoesNotTrust() {
        Talker a = started(of("a"), "a");
        Talker b = started(under(ours.identityOf("b"), foreign.trust()), "b");
        // b says why, and closes; a may find it closed before it has read that.
        isRefused(a, b, "certificate_unknown|Broken pipe|Connection reset", "PKIX path building failed");
    }

    @Test
    void refusesTheCertificateOfAnotherNode() {
        Talker a = started(of("a"), "a");
        Talker b = started(of("b"), "b");
        Talker c = impostor("c", "b");
        c.send(a.contact(), new Message.Heartbeat(1, 1));
        String why = "it says that it is c, and its certificate is that of b";
        Servers.until("both lines", () -> log.with(why).size() == 2);
        assertThat(log.with("a: refused a connection"))
                .singleElement()
                .asString()
                .contains(why);
        assertThat(log.with("c: no connection to a")).singleElement().asString().contains(why);
        assertThat(a.heard).isEmpty();
        // And whoever dials c learns that, too.
        b.send(c.contact(), new Message.Heartbeat(2, 2));
        Servers.until("a line at b", () -> !log.with("b: no connection to c").isEmpty());
        assertThat(c.heard).isEmpty();
    }

    @Test
    void refusesACertificateForAnotherHost() {
        Talker a = started(
                under(TlsIdentity.pkcs12(ours.identity("a", "san=dns:elsewhere"), PASSWORD), ours.trust()), "a");
        Talker b = started(of("b"), "b");
        b.send(a.contact(), new Message.Heartbeat(1, 1));
        Servers.until("a line at b", () -> !log.with("b: no connection to a").isEmpty());
        assertThat(log.with("b: no connection to a"))
                .singleElement()
                .asString()
                .contains("TLS has failed", "No subject alternative names matching IP address 127.0.0.1 found");
        assertThat(a.heard).isEmpty();
    }

    @Test
    void refusesPlaintextAtATlsPort() {
        Talker a = started(of("a"), "a");
        Talker b = started(TcpTransport.listen("127.0.0.1:0"), "b");
        // The alert in which the other side says that it speaks TLS may be lost in the reset of the connection.
        isRefused(a, b, "Unsupported or unrecognized SSL message", "");
    }

    @Test
    void refusesTlsAtAPlaintextPort() {
        Talker a = started(TcpTransport.listen("127.0.0.1:0"), "a");
        Talker b = started(of("b"), "b");
        b.send(a.contact(), new Message.Heartbeat(1, 1));
        Servers.until("a line at a", () -> !log.with("a: refused").isEmpty());
        assertThat(log.with("a: refused"))
                .singleElement()
                .asString()
                .contains("begins with 16 03", "one side uses TLS, and the other does not");
        Servers.until("a line at b", () -> !log.with("b: no connection to a").isEmpty());
        assertThat(log.text()).doesNotContain("\tat ");
    }

    @Test
    void takesUpChangedFilesAndKeepsWhatItHasIfTheyAreBroken() throws IOException {
        Path file = folder.resolve("a.p12");
        Files.copy(foreign.identity("a"), file);
        Talker a = started(under(TlsIdentity.pkcs12(file, PASSWORD), ours.trust()), "a");
        Talker b = started(of("b"), "b");
        b.send(a.contact(), new Message.Heartbeat(1, 1));
        Servers.until(
                "a is not trusted", () -> !log.with("b: no connection to a").isEmpty());
        assertThat(a.heard).isEmpty();

        replace(ours.identity("a"), file, 1);
        Servers.until("a is trusted with the new file", () -> {
            b.send(a.contact(), new Message.Heartbeat(2, 2));
            return a.hasHeard(new Message.Heartbeat(2, 2));
        });
        assertThat(log.with("a: uses the keys and certificates of the changed files"))
                .hasSize(1);

        Files.writeString(file, "broken");
        Files.setLastModifiedTime(file, FileTime.fromMillis(2_000));
        Talker c = started(of("c"), "c");
        c.send(a.contact(), new Message.Heartbeat(3, 3));
        Servers.until("a goes on with the old file", () -> a.hasHeard(new Message.Heartbeat(3, 3)));
        assertThat(log.with("a: the changed keys or certificates cannot be used, and those from before stay in force"))
                .singleElement()
                .asString()
                .contains(file + ": it is no PKCS#12 file");
    }

    @Test
    void takesUpNoCertificateOfAnotherName() throws IOException {
        takesUpOnlyWhatTheOthersTake(ours.identity("b"), ": its certificate is for CN=b,O=memdi, and ");
    }

    @Test
    void takesUpNoCertificateThatHasExpired() throws IOException {
        takesUpOnlyWhatTheOthersTake(ours.expired("a"), ": its certificate has expired, at ");
    }

    private void takesUpOnlyWhatTheOthersTake(Path changed, String why) throws IOException {
        Path file = folder.resolve("a.p12");
        Files.copy(ours.identity("a"), file);
        Talker a = started(under(TlsIdentity.pkcs12(file, PASSWORD), ours.trust()), "a");
        replace(changed, file, 1);
        Talker b = started(of("b"), "b");
        b.send(a.contact(), new Message.Heartbeat(1, 1));
        a.send(b.contact(), new Message.Heartbeat(2, 2));
        Servers.until(
                "both, with what a has had before",
                () -> a.hasHeard(new Message.Heartbeat(1, 1)) && b.hasHeard(new Message.Heartbeat(2, 2)));
        assertThat(log.with("a: the changed keys or certificates cannot be used, and those from before stay in force"))
                .singleElement()
                .asString()
                .contains(file + why);

        replace(ours.identity("a", "san=ip:127.0.0.1"), file, 2);
        Talker c = started(of("c"), "c");
        c.send(a.contact(), new Message.Heartbeat(3, 3));
        Servers.until("a serves under the next one", () -> a.hasHeard(new Message.Heartbeat(3, 3)));
        assertThat(log.with("a: uses the keys and certificates of the changed files"))
                .hasSize(1);
    }

    private static void replace(Path from, Path to, long second) throws IOException {
        Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
        Files.setLastModifiedTime(to, FileTime.fromMillis(second * 1000));
    }

    @Test
    void startsWithACertificateOfItsOwnNameOnly() {
        Path file = ours.identity("b");
        assertThatThrownBy(() -> of("b").open("c"))
                .isInstanceOf(TcpTransportException.class)
                .hasMessage("node \"c\" cannot use TLS: " + file
                        + ": its certificate is for CN=b,O=memdi, and its common name (CN) has to be the name of the node;"
                        + " use that of this node, or start it under the name in the certificate");
    }

    @Test
    void startsWithNoCertificateThatHasExpired() {
        Path file = ours.expired("d");
        assertThatThrownBy(() ->
                        under(TlsIdentity.pkcs12(file, PASSWORD), ours.trust()).open("d"))
                .isInstanceOf(TcpTransportException.class)
                .hasMessageContaining(file + ": its certificate has expired, at ")
                .hasMessageEndingWith("; have it signed anew");
    }

    @Test
    void namesTheFileThatCannotBeUsed() throws IOException {
        Path nowhere = folder.resolve("nowhere.p12");
        fails(TlsIdentity.pkcs12(nowhere, PASSWORD), ours.trust(), nowhere + ": there is no such file");
        Path good = ours.identity("a");
        fails(TlsIdentity.pkcs12(good, "wrong".toCharArray()), ours.trust(), good + ": the password is wrong");
        Path text = Files.writeString(folder.resolve("text"), "no key");
        fails(TlsIdentity.pkcs12(text, PASSWORD), ours.trust(), text + ": it is no PKCS#12 file");
        fails(TlsIdentity.pem(text, text), ours.trust(), text + ": it holds no certificate in PEM form");
        fails(ours.identityOf("a"), TlsTrust.pem(text), text + ": it holds no certificate in PEM form");
        Path old = Files.writeString(
                folder.resolve("old.pem"), "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n");
        Path chain = ours.identityInPem("a").files().get(0);
        fails(TlsIdentity.pem(chain, old), ours.trust(), "openssl pkcs8 -topk8 -nocrypt -in " + old);
        Path other = ours.identityInPem("b").files().get(1);
        fails(
                TlsIdentity.pem(chain, other),
                ours.trust(),
                other + ": its key is not the one of the first certificate in " + chain);
        Path damaged = folder.resolve("damaged.pem");
        Certificates.write(damaged, "PRIVATE KEY", new byte[] {1, 2, 3});
        fails(TlsIdentity.pem(chain, damaged), ours.trust(), damaged + ": its key is of none of the kinds");
    }

    private static void fails(TlsIdentity identity, TlsTrust trust, String message) {
        TcpTransport transport = TcpTransport.listen("127.0.0.1:0").tls(identity, trust);
        assertThatThrownBy(() -> transport.open("a"))
                .isInstanceOf(TcpTransportException.class)
                .hasMessageStartingWith("node \"a\" cannot use TLS: ")
                .hasMessageContaining(message);
    }

    @Test
    void theNameOfANodeIsTheOneCommonName() {
        assertThat(Tls.commonName(new X500Principal("CN=a,O=memdi"))).isEqualTo("a");
        assertThat(Tls.commonName(new X500Principal("O=\"memdi,CN=b\",CN=a"))).isEqualTo("a");
        assertThat(Tls.commonName(new X500Principal("CN=\"a,CN=b\""))).isEqualTo("a,CN=b");
        assertThat(Tls.commonName(new X500Principal("CN=a,CN=b"))).isNull();
        assertThat(Tls.commonName(new X500Principal("O=memdi"))).isNull();
        assertThat(Tls.commonName(new X500Principal("CN=a+OU=x"))).isNull();
    }
}
