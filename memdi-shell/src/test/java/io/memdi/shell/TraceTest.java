package io.memdi.shell;

import static org.assertj.core.api.Assertions.assertThat;

import io.memdi.Incarnation;
import io.memdi.Revision;
import io.memdi.Role;
import io.memdi.Status;
import java.util.List;
import org.junit.jupiter.api.Test;

class TraceTest {
    private static final long SECOND = 1_000_000_000;

    private final Trace trace = new Trace();

    private static Sight sight(Role role, long life, long last, long committed, long nanos) {
        return Sight.of(
                new Status(
                        "a",
                        new Incarnation(life, 0),
                        null,
                        role,
                        1,
                        null,
                        new Revision(1, last),
                        new Revision(1, committed),
                        null,
                        true,
                        null,
                        "",
                        List.of()),
                nanos);
    }

    @Test
    void tellsHowFastALogGrows() {
        assertThat(trace.perSecond()).isEmpty();
        trace.answered(sight(Role.LEADER, 1, 100, 90, 1), 0);
        assertThat(trace.perSecond()).isEmpty();
        trace.answered(sight(Role.LEADER, 1, 300, 150, 1), 2 * SECOND);
        assertThat(trace.perSecond()).hasValue(100);
        trace.answered(sight(Role.LEADER, 1, 200, 150, 1), 3 * SECOND);
        assertThat(trace.perSecond())
                .as("entries that were taken back are no writes")
                .hasValue(0);
    }

    @Test
    void goesByWhatIsCommittedWhereANodeFollows() {
        trace.answered(sight(Role.FOLLOWER, 1, 100, 50, 1), 0);
        trace.answered(sight(Role.FOLLOWER, 1, 500, 60, 1), SECOND / 2);
        assertThat(trace.perSecond()).hasValue(20);
    }

    @Test
    void startsAnewWithAnotherLifeAndAfterSilence() {
        trace.answered(sight(Role.FOLLOWER, 1, 100, 100, 1), 0);
        trace.answered(sight(Role.FOLLOWER, 2, 900, 900, 1), SECOND);
        assertThat(trace.perSecond()).isEmpty();
        trace.answered(sight(Role.FOLLOWER, 2, 901, 901, 1), 2 * SECOND);
        assertThat(trace.perSecond()).hasValue(1);
        trace.answered(Sight.none("a", "no answer"), 3 * SECOND);
        assertThat(trace.perSecond()).isEmpty();
        trace.answered(sight(Role.FOLLOWER, 2, 999, 999, 1), 4 * SECOND);
        assertThat(trace.perSecond()).isEmpty();
    }

    @Test
    void tellsThePercentileOfTheLastRoundTrips() {
        assertThat(trace.p99Nanos()).isEmpty();
        trace.answered(sight(Role.FOLLOWER, 1, 1, 1, 7), 0);
        assertThat(trace.p99Nanos()).hasValue(7);
        for (int i = 1; i <= Trace.SAMPLES; i++) {
            trace.answered(sight(Role.FOLLOWER, 1, 1, 1, i == 50 ? 9000 : i), i);
        }
        assertThat(trace.p99Nanos()).as("all but the slowest of a hundred").hasValue(100);
        for (int i = 1; i <= Trace.SAMPLES; i++) {
            trace.answered(sight(Role.FOLLOWER, 1, 1, 1, 3), i);
        }
        assertThat(trace.p99Nanos()).as("the slow ones are long ago").hasValue(3);
    }
}
