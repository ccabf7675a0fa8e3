package io.memdi.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.memdi.Revision;
import org.junit.jupiter.api.Test;

class PositionsTest {
    private static final Revision LOWER = new Revision(1, 5);
    private static final Revision HIGHER = new Revision(1, 9);

    private final Positions positions = new Positions();

    @Test
    void aNodeThatHasAcknowledgedNothingIsSettled() {
        assertThat(positions.isSettled()).isTrue();
        assertThat(Positions.isSettled(positions.epoch())).isTrue();
    }

    @Test
    void aNodeIsSettledOnceItHoldsWhatItHasAcknowledged() {
        positions.acknowledge(HIGHER);
        assertThat(positions.isSettled()).isFalse();
        positions.publish(LOWER, LOWER);
        assertThat(positions.isSettled()).isFalse();
        positions.publish(HIGHER, HIGHER);
        assertThat(positions.isSettled()).isTrue();
    }

    @Test
    void progressChangesNoEpoch() {
        int epoch = positions.epoch();
        positions.publish(LOWER, Revision.NONE);
        positions.publish(HIGHER, LOWER);
        positions.acknowledge(HIGHER);
        assertThat(positions.epoch()).isEqualTo(epoch);
    }

    /** A reader who looks in between would find what was taken back, and nothing else would tell. */
    @Test
    void whoGoesBackAndComesForthAgainIsInAnotherEpoch() {
        positions.acknowledge(HIGHER);
        positions.publish(HIGHER, LOWER);
        int epoch = positions.epoch();
        positions.publish(LOWER, LOWER);
        positions.publish(HIGHER, HIGHER);
        assertThat(positions.isSettled()).isTrue();
        assertThat(positions.epoch()).isNotEqualTo(epoch);
    }

    @Test
    void whoGoesBackAndStaysSettledIsInAnotherEpochToo() {
        positions.publish(HIGHER, LOWER);
        int epoch = positions.epoch();
        positions.publish(LOWER, LOWER);
        assertThat(positions.isSettled()).isTrue();
        assertThat(positions.epoch()).isNotEqualTo(epoch);
    }
}
