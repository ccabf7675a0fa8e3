package io.memdi.node;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CorrespondenceTest {
    private final Correspondence correspondence = new Correspondence(4);

    @Test
    void whatWasSaidIsNewsOnceAndIsTakenOnce() {
        long number = correspondence.ask(0);
        assertThat(correspondence.take(number)).isNull();
        assertThat(correspondence.takeNews()).isFalse();
        correspondence.hear(number, "said");
        assertThat(correspondence.takeNews()).isTrue();
        assertThat(correspondence.takeNews()).isFalse();
        assertThat(correspondence.take(number)).isEqualTo("said");
        assertThat(correspondence.take(number)).isNull();
    }

    @Test
    void whatNobodyWaitsForIsDropped() {
        long first = correspondence.ask(0);
        long second = correspondence.ask(first);
        correspondence.hear(first, "late");
        correspondence.hear(second + 1, "never asked");
        assertThat(correspondence.takeNews()).isFalse();
        assertThat(correspondence.take(first)).isNull();
        correspondence.hear(second, "said");
        assertThat(correspondence.takeNews()).isTrue();
        assertThat(correspondence.take(second)).isEqualTo("said");
        correspondence.hear(second, "said again");
        assertThat(correspondence.takeNews()).isTrue();
        assertThat(correspondence.take(second)).isEqualTo("said again");
    }

    @Test
    void theLatestNumbersAreRemembered() {
        long first = correspondence.ask(0);
        for (int i = 0; i < 4; i++) {
            correspondence.ask(0);
        }
        correspondence.hear(first, "late");
        assertThat(correspondence.takeNews()).isFalse();
        correspondence.hear(first + 1, "said");
        assertThat(correspondence.take(first + 1)).isEqualTo("said");
    }

    @Test
    void whatIsAskedAgainUnderItsNumberIsNotForgotten() {
        long number = correspondence.askAgain(0);
        for (int i = 0; i < 10; i++) {
            correspondence.ask(0);
            assertThat(correspondence.askAgain(number)).isEqualTo(number);
        }
        correspondence.hear(number, "said");
        assertThat(correspondence.take(number)).isEqualTo("said");
    }

    @Test
    void onceNobodyWaitsNothingIsKept() {
        long number = correspondence.ask(0);
        correspondence.hear(number, "said");
        correspondence.clear();
        assertThat(correspondence.takeNews()).isFalse();
        assertThat(correspondence.take(number)).isNull();
    }
}
