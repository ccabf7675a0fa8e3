package io.memdi.transport.inproc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SharedInProcNetworkContractTest extends InProcNetworkContractTest {
    @Override
    FaultyNetwork create() {
        return InProcNetwork.shared();
    }

    @Test
    void runsEveryNodeOnOneThread() {
        roundTrip(a, b, 1);
        roundTrip(b, c, 2);
        assertThat(a.threads).containsExactly("memdi-shared");
        assertThat(b.threads).containsExactly("memdi-shared");
    }
}
