package io.memdi.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.memdi.Incarnation;
import io.memdi.transport.Member;
import org.junit.jupiter.api.Test;

class ProgressTest {
    private final Progress progress = new Progress(new Member("b", new Incarnation(1, 2), "b"), 11, 0);

    @Test
    void probesWithOneAppendAtATime() {
        assertThat(progress.maySend(0, 100)).isTrue();
        progress.sent(10, 1, 0, 50);
        assertThat(progress.maySend(49, 100)).isFalse();
        assertThat(progress.next()).isEqualTo(11);
        assertThat(progress.maySend(50, 100)).as("the probe is taken for lost").isTrue();
    }

    @Test
    void streamsWithinItsWindowOnceTheLogsAgree() {
        progress.sent(10, 1, 0, 50);
        progress.agreed(10, true, false, 1, 50);
        progress.sent(12, 60, 1, 50);
        assertThat(progress.next()).isEqualTo(13);
        assertThat(progress.maySend(1, 100)).isTrue();
        progress.sent(14, 60, 1, 50);
        assertThat(progress.maySend(1, 100)).as("the window is full").isFalse();
        progress.agreed(12, true, false, 2, 50);
        assertThat(progress.maySend(2, 100)).isTrue();
        assertThat(progress.match()).isEqualTo(12);
    }

    @Test
    void theMatchIndexNeverMovesBack() {
        progress.agreed(10, true, false, 1, 50);
        progress.agreed(5, true, false, 2, 50);
        assertThat(progress.match()).isEqualTo(10);
        progress.probe(3);
        assertThat(progress.next()).isEqualTo(11);
    }

    @Test
    void anUnansweredStreamIsOverdue() {
        progress.agreed(10, true, false, 0, 50);
        assertThat(progress.isOverdue(1000)).isFalse();
        progress.sent(12, 10, 0, 50);
        assertThat(progress.isOverdue(49)).isFalse();
        assertThat(progress.isOverdue(50)).isTrue();
        assertThat(progress.retryAt()).isEqualTo(50);
    }
}
