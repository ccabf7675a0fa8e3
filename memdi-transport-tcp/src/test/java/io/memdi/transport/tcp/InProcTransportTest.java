package io.memdi.transport.tcp;

import io.memdi.transport.Contact;
import io.memdi.transport.TransportFactory;
import io.memdi.transport.inproc.InProcNetwork;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;

class InProcTransportTest extends TransportContract {
    private final InProcNetwork network = InProcNetwork.create();

    @Override
    TransportFactory network(String name) {
        return network;
    }

    @Override
    void until(BooleanSupplier condition) {
        Servers.until("what is waited for", condition);
    }

    @Override
    Contact nobody() {
        return new Contact("nobody", "nobody");
    }

    @AfterEach
    void close() {
        network.close();
    }
}
