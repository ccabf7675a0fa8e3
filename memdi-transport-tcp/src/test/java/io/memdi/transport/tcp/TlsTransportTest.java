package io.memdi.transport.tcp;

import io.memdi.transport.TransportFactory;

/** The contract under mutual TLS. */
class TlsTransportTest extends TcpTransportTest {
    private final Certificates certificates = Certificates.of("cluster");

    @Override
    TransportFactory network(String name) {
        return ((TcpTransport) super.network(name)).tls(certificates.identityOf(name), certificates.trust());
    }

    /** All clients of an application have one certificate. */
    @Override
    TransportFactory clientNetwork(String name) {
        return TcpTransport.dialing().tls(certificates.identityOf("app"), certificates.trust());
    }
}
