package io.memdi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class OptionsTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    @Test
    void whatIsNotSaidIsLeftToTheStore() {
        assertThat(WriteOptions.ack(Ack.QUORUM_MEMORY).timeout()).isNull();
        assertThat(WriteOptions.timeout(SECOND).ack()).isNull();
        assertThat(ReadOptions.local().timeout()).isNull();
        assertThat(ReadOptions.local().minimum()).isEqualTo(Revision.NONE);
        assertThat(StoreOptions.defaults().ack()).isNull();
        assertThat(StoreOptions.defaults().readLevel()).isNull();
        assertThat(StoreOptions.defaults().timeout()).isNull();
    }

    @Test
    void partsAreAddedWithoutChangingWhatWasThere() {
        WriteOptions write = WriteOptions.ack(Ack.QUORUM_MEMORY);
        assertThat(write.withTimeout(SECOND))
                .isEqualTo(WriteOptions.timeout(SECOND).withAck(Ack.QUORUM_MEMORY));
        assertThat(write.timeout()).isNull();

        ReadOptions read = ReadOptions.committed().withTimeout(SECOND).atLeast(new Revision(3, 7));
        assertThat(read.level()).isEqualTo(ReadLevel.COMMITTED);
        assertThat(read.timeout()).isEqualTo(SECOND);
        assertThat(read.minimum()).isEqualTo(new Revision(3, 7));
        assertThat(ReadOptions.committed()).isNotEqualTo(read).isEqualTo(ReadOptions.at(ReadLevel.COMMITTED));
        assertThat(read)
                .isEqualTo(ReadOptions.at(ReadLevel.COMMITTED)
                        .atLeast(new Revision(3, 7))
                        .withTimeout(SECOND))
                .hasSameHashCodeAs(ReadOptions.committed().withTimeout(SECOND).atLeast(new Revision(3, 7)))
                .hasToString("ReadOptions[COMMITTED, atLeast=3.7, timeout=PT1S]");

        StoreOptions store = StoreOptions.defaults()
                .withAck(Ack.QUORUM_MEMORY)
                .withReadLevel(ReadLevel.LOCAL)
                .withTimeout(SECOND);
        assertThat(store.ack()).isEqualTo(Ack.QUORUM_MEMORY);
        assertThat(store.readLevel()).isEqualTo(ReadLevel.LOCAL);
        assertThat(store.timeout()).isEqualTo(SECOND);
    }

    @Test
    void levelsHaveShortNames() {
        assertThat(ReadOptions.local().level()).isEqualTo(ReadLevel.LOCAL);
        assertThat(ReadOptions.session().level()).isEqualTo(ReadLevel.SESSION);
        assertThat(ReadOptions.linearizable().level()).isEqualTo(ReadLevel.LINEARIZABLE);
    }

    @Test
    void timeoutsAreMoreThanZeroAndAtMostAYear() {
        for (Duration wrong : new Duration[] {
            Duration.ZERO, Duration.ofNanos(-1), Duration.ofDays(365).plusNanos(1), Duration.ofSeconds(Long.MAX_VALUE)
        }) {
            assertThatThrownBy(() -> WriteOptions.timeout(wrong))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageMatching("a timeout is more than zero, and at most 365 days, not -?[\\d.]+ s");
            assertThatThrownBy(() -> ReadOptions.local().withTimeout(wrong))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> StoreOptions.defaults().withTimeout(wrong))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        Duration longest = Duration.ofDays(365);
        assertThat(WriteOptions.timeout(longest).timeout()).isEqualTo(longest);
    }

    @Test
    @SuppressWarnings("NullAway")
    void nullsAreNamed() {
        assertThatNullPointerException()
                .isThrownBy(() -> WriteOptions.ack(null))
                .withMessage("ack");
        assertThatNullPointerException().isThrownBy(() -> ReadOptions.at(null)).withMessage("level");
        assertThatNullPointerException()
                .isThrownBy(() -> WriteOptions.timeout(null))
                .withMessage("timeout");
        assertThatNullPointerException()
                .isThrownBy(() -> ReadOptions.local().atLeast(null))
                .withMessage("revision");
        assertThatNullPointerException()
                .isThrownBy(() -> StoreOptions.defaults().withAck(null))
                .withMessage("ack");
    }
}
