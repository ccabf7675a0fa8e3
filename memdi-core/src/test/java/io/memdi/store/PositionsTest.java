package io.memdi.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.memdi.Revision;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
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

    @Nested
    class AView {
        private static final String KEY = "key";

        private final Table table = new Table("watched");

        @BeforeEach
        void show() {
            positions.watch(table.view());
            table.apply(KEY, KEY.hashCode(), "value", 1, 1);
        }

        private @Nullable Object found() {
            return ReadView.find(table.view().shown(), KEY, KEY.hashCode());
        }

        @Test
        void showsWhatIsThereAsLongAsTheNodeIsSettled() {
            assertThat(found()).isEqualTo("value");
            positions.acknowledge(HIGHER);
            assertThat(found()).isNull();
            positions.publish(HIGHER, LOWER);
            assertThat(found()).isEqualTo("value");
        }

        @Test
        void showsNothingWhileTheTablesAreHidden() {
            positions.hide(true);
            assertThat(found()).isNull();
            Table late = new Table("opened meanwhile");
            late.apply(KEY, KEY.hashCode(), "value", 1, 1);
            positions.watch(late.view());
            assertThat(ReadView.find(late.view().shown(), KEY, KEY.hashCode())).isNull();
            positions.hide(false);
            assertThat(found()).isEqualTo("value");
            assertThat(ReadView.find(late.view().shown(), KEY, KEY.hashCode())).isEqualTo("value");
        }

        @Test
        void thatWasShownBeforeAStepBackIsNeverShownAgain() {
            positions.publish(HIGHER, LOWER);
            @Nullable Object[][] before = table.view().shown();
            positions.publish(LOWER, LOWER);
            positions.publish(HIGHER, HIGHER);
            assertThat(table.view().shows(before)).isFalse();
            for (int i = 0; i < 100; i++) {
                table.apply("other " + i, KEY.hashCode(), i, 1, i + 2);
            }
            assertThat(ReadView.find(table.view().shown(), "other 99", KEY.hashCode()))
                    .isEqualTo(99);
        }

        @Test
        void isTheSameWhileTheNodeGoesOn() {
            @Nullable Object[][] before = table.view().shown();
            positions.publish(LOWER, Revision.NONE);
            positions.publish(HIGHER, LOWER);
            assertThat(table.view().shows(before)).isTrue();
        }

        @Test
        void ofNoneShowsNothing() {
            assertThat(ReadView.find(ReadView.NONE.shown(), KEY, KEY.hashCode()))
                    .isNull();
        }
    }
}
