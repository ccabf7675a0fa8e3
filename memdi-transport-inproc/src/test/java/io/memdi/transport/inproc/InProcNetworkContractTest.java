package io.memdi.transport.inproc;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.awaitility.Awaitility;

class InProcNetworkContractTest extends NetworkContract {
    @Override
    FaultyNetwork create() {
        return InProcNetwork.create();
    }

    @Override
    void until(BooleanSupplier condition) {
        Awaitility.await()
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(1))
                .atMost(Duration.ofSeconds(60))
                .until(condition::getAsBoolean);
    }

    /** Each node takes in what there is, more than once, since what it says may be answered. */
    @Override
    void settle() {
        for (int round = 0; round < 3; round++) {
            for (FakeNode node : List.of(a, b, c)) {
                AtomicBoolean done = new AtomicBoolean();
                node.act(() -> done.set(true));
                until(() -> done.get() || node.stopped);
            }
        }
    }
}
