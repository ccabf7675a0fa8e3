package io.memdi.transport.tcp;

import io.memdi.transport.Contact;
import io.memdi.transport.TransportFactory;
import io.memdi.transport.inproc.SimNetwork;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;

class SimTransportTest extends TransportContract {
    private final SimNetwork network = SimNetwork.create(1);

    @Override
    TransportFactory network(String name) {
        return network;
    }

    @Override
    void until(BooleanSupplier condition) {
        network.runUntil(condition, Duration.ofMinutes(1));
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
