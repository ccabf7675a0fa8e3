package io.memdi.transport.inproc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FaultsTest {
    private static final Link AB = new Link("a", "b");
    private static final Link BA = new Link("b", "a");
    private static final Link BC = new Link("b", "c");

    @Test
    void blocksOneDirection() {
        Faults faults = Faults.NONE.blocking(AB);
        assertThat(faults.passes(AB)).isFalse();
        assertThat(faults.passes(BA)).isTrue();
        assertThat(faults.healed(AB).isNone()).isTrue();
    }

    @Test
    void takesThoseInNoGroupForOneMore() {
        Faults faults = Faults.NONE.partitioned(List.of(Set.of("a")));
        assertThat(faults.passes(AB)).isFalse();
        assertThat(faults.passes(BA)).isFalse();
        assertThat(faults.passes(BC)).isTrue();
    }

    @Test
    void losesByBothShares() {
        Faults faults = Faults.NONE.dropping(0.5).dropping(AB, 0.5);
        assertThat(faults.dropShare(AB)).isCloseTo(0.75, within(1e-9));
        assertThat(faults.dropShare(BA)).isCloseTo(0.5, within(1e-9));
        assertThat(faults.healed(AB).dropShare(AB)).isCloseTo(0.5, within(1e-9));
        assertThat(faults.dropping(0).dropping(AB, 0).isNone()).isTrue();
    }

    @Test
    void delaysOneDirection() {
        Faults faults = Faults.NONE.delaying(AB, 7);
        assertThat(faults.delayNanos(AB)).isEqualTo(7);
        assertThat(faults.delayNanos(BA)).isZero();
        assertThat(faults.delaying(AB, 0).isNone()).isTrue();
    }
}
