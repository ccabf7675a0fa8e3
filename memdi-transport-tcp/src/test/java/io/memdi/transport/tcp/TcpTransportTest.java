package io.memdi.transport.tcp;

import io.memdi.transport.Contact;
import io.memdi.transport.TransportFactory;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;

class TcpTransportTest extends TransportContract {
    private final Map<String, String> addresses = new HashMap<>();
    private final Contact nobody = new Contact("nobody", "127.0.0.1:" + Servers.freePort());

    @Override
    TransportFactory network(String name) {
        return TcpTransport.listen(addresses.computeIfAbsent(name, any -> "127.0.0.1:" + Servers.freePort()));
    }

    @Override
    TransportFactory clientNetwork(String name) {
        return TcpTransport.dialing();
    }

    @Override
    void until(BooleanSupplier condition) {
        Servers.until("what is waited for", condition);
    }

    @Override
    Contact nobody() {
        return nobody;
    }
}
