package io.memdi.transport.tcp;

/** The same clusters under mutual TLS: one node reads PEM files, the others PKCS#12. */
class TlsClusterTest extends TcpClusterTest {
    @Override
    Servers servers() {
        Certificates certificates = Certificates.of("cluster");
        return Servers.of(name -> address -> {
            TcpTransport transport = TcpTransport.listen(address);
            return name.equals("b")
                    ? transport.tls(certificates.identityInPem(name), certificates.trustInPem())
                    : transport.tls(certificates.identityOf(name), certificates.trust());
        });
    }
}
