package io.memdi.transport.inproc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class DriftingClockTest {
    @Test
    void startsAnywhereAndRunsAtItsRate() {
        DriftingClock clock = new DriftingClock(1_000, 77, 1.5);
        assertThat(clock.local(1_000)).isEqualTo(77);
        assertThat(clock.local(3_000)).isEqualTo(3_077);
        assertThat(clock.virtual(3_077)).isEqualTo(3_000);
        assertThat(clock.virtual(0)).isEqualTo(1_000);
    }

    @Test
    void goesOnFromWhereItIsWhenItsRateChanges() {
        DriftingClock clock = new DriftingClock(0, 0, 2);
        clock.changeRate(1_000, 0.5);
        assertThat(clock.local(1_000)).isEqualTo(2_000);
        assertThat(clock.local(2_000)).isEqualTo(2_500);
        assertThat(clock.virtual(2_500)).isEqualTo(2_000);
    }

    @Test
    void neverComesToTheEndOfTime() {
        assertThat(new DriftingClock(5, 7, 1).virtual(Long.MAX_VALUE)).isEqualTo(Long.MAX_VALUE);
        assertThat(new DriftingClock(5, 7, 0.5).virtual(Long.MAX_VALUE - 10)).isEqualTo(Long.MAX_VALUE);
    }

    /** Else a node would be given its turn before its deadline, and would ask for the same deadline again and again. */
    @Test
    void isNeverEarlyAndNotLateByMoreThanOneTick() {
        SplittableRandom random = new SplittableRandom(3);
        for (int i = 0; i < 100_000; i++) {
            long since = random.nextLong(1L << 50);
            long origin = random.nextLong(1L << 40);
            DriftingClock clock = new DriftingClock(since, origin, 0.5 + 1.5 * random.nextDouble());
            long deadline = origin + random.nextLong(1L << random.nextInt(1, 48));
            long virtual = clock.virtual(deadline);
            assertThat(clock.local(virtual)).isGreaterThanOrEqualTo(deadline);
            assertThat(virtual == since || clock.local(virtual - 2) < deadline).isTrue();
        }
    }
}
