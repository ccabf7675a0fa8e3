package io.memdi.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.memdi.transport.Message.ChangeReply;
import org.junit.jupiter.api.Test;

class ChangeAsksTest {
    private final ChangeAsks asks = new ChangeAsks();

    private static ChangeReply accepted() {
        return new ChangeReply(1, "", false);
    }

    private static ChangeReply later() {
        return new ChangeReply(1, "another change of members is under way", true);
    }

    private static ChangeReply forGood() {
        return new ChangeReply(1, "no member is called d", false);
    }

    @Test
    void aRefusalOfTheOnlyQuestionIsCertain() {
        assertThat(asks.mayTakePlace()).isFalse();
        asks.asked();
        assertThat(asks.mayTakePlace()).isTrue();
        assertThat(asks.isRefusedBy(forGood())).isTrue();
        assertThat(asks.mayTakePlace()).isFalse();
        assertThat(asks.obstacle()).isEqualTo("no member is called d");
    }

    @Test
    void whatIsRefusedForNowIsAskedAgain() {
        asks.asked();
        assertThat(asks.isRefusedBy(later())).isFalse();
        assertThat(asks.mayTakePlace()).isFalse();
        asks.asked();
        assertThat(asks.isRefusedBy(forGood())).isTrue();
    }

    /** The obstacle is the change itself. */
    @Test
    void whatWasAcceptedMayTakePlaceWhateverIsSaidLater() {
        asks.asked();
        assertThat(asks.isRefusedBy(accepted())).isFalse();
        asks.asked();
        assertThat(asks.isRefusedBy(later())).isFalse();
        assertThat(asks.mayTakePlace()).isTrue();
        asks.asked();
        assertThat(asks.isRefusedBy(forGood())).isFalse();
        assertThat(asks.mayTakePlace()).isTrue();
    }

    @Test
    void aQuestionThatWasNeverAnsweredMayHaveBeenAccepted() {
        asks.asked();
        asks.asked();
        assertThat(asks.isRefusedBy(forGood())).isFalse();
        assertThat(asks.mayTakePlace()).isTrue();
    }
}
