package io.memdi.shell;

import static org.assertj.core.api.Assertions.assertThat;

import io.memdi.Incarnation;
import io.memdi.Revision;
import io.memdi.Role;
import io.memdi.Status;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What the log of a node says of its being ready, in a time that is told. */
class WaitLogTest {
    private final WaitLog log = new WaitLog();

    private static Status status(Role role, @Nullable String leader) {
        return new Status(
                "a",
                new Incarnation(1, 2),
                null,
                role,
                3,
                leader,
                Revision.NONE,
                Revision.NONE,
                null,
                true,
                null,
                "",
                List.of());
    }

    private @Nullable String at(long seconds, String reason) {
        return log.waiting(
                reason,
                Duration.ofSeconds(seconds).toNanos() - Duration.ofDays(1).toNanos());
    }

    @Test
    void saysOnceThatItIsReadyAndWhomItFollows() {
        assertThat(log.ready(status(Role.FOLLOWER, "b"))).isEqualTo("ready, follows b in term 3");
        assertThat(log.isReady()).isTrue();
        assertThat(log.ready(status(Role.LEADER, "a"))).isNull();
        assertThat(new WaitLog().ready(status(Role.LEADER, "a"))).isEqualTo("ready, leads in term 3");
        assertThat(new WaitLog().ready(status(Role.FOLLOWER, null))).isEqualTo("ready");
    }

    @Test
    void saysEveryThirtySecondsWhatItWaitsFor() {
        assertThat(at(100, "x")).isNull();
        assertThat(at(129, "x")).isNull();
        assertThat(at(130, "y")).isEqualTo("is not ready, for 30 s now; waits: y");
        assertThat(at(159, "y")).isNull();
        assertThat(at(160, "y")).isEqualTo("is not ready, for 60 s now; waits: y");
        assertThat(log.ready(status(Role.FOLLOWER, "b"))).isEqualTo("ready, follows b in term 3");
    }

    @Test
    void isSilentAboutAShortWaitAndTellsTheEndOfALongOne() {
        log.ready(status(Role.LEADER, "a"));
        assertThat(at(100, "x")).isNull();
        assertThat(log.isReady()).isFalse();
        assertThat(log.ready(status(Role.FOLLOWER, "b"))).isNull();
        assertThat(at(140, "x")).as("a wait of its own").isNull();
        assertThat(at(170, "x")).isEqualTo("is not ready, for 30 s now; waits: x");
        assertThat(log.ready(status(Role.FOLLOWER, "b"))).isEqualTo("ready, follows b in term 3");
    }
}
