package io.memdi.transport.inproc;

import java.time.Duration;
import java.util.function.BooleanSupplier;

class SimNetworkContractTest extends NetworkContract {
    @Override
    FaultyNetwork create() {
        return SimNetwork.create(1);
    }

    @Override
    void until(BooleanSupplier condition) {
        ((SimNetwork) network).runUntil(condition, Duration.ofMinutes(1));
    }

    @Override
    void settle() {
        ((SimNetwork) network).advance(Duration.ofSeconds(1));
    }
}
