package io.memdi.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class CommitmentTest {

    @Test
    void isTheHighestValueThatMoreThanHalfHaveReached() {
        Random random = new Random(1);
        for (int run = 0; run < 10_000; run++) {
            long[] values = random.longs(1 + random.nextInt(8), 0, 6).toArray();
            long[] copy = values.clone();
            long reached = Commitment.reachedByMajority(copy);
            assertThat(2 * LongStream.of(values).filter(v -> v >= reached).count())
                    .isGreaterThan(values.length);
            assertThat(2 * LongStream.of(values).filter(v -> v > reached).count())
                    .isLessThanOrEqualTo(values.length);
        }
    }
}
