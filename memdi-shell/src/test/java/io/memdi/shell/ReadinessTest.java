package io.memdi.shell;

import static org.assertj.core.api.Assertions.assertThat;

import io.memdi.Incarnation;
import io.memdi.Revision;
import io.memdi.Role;
import io.memdi.Status;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is shown of a node that is waited for. */
class ReadinessTest {
    private static String progress(Status.@Nullable Healing healing, boolean symbols) {
        Revision last = new Revision(2, 7);
        Status status = new Status(
                "c",
                new Incarnation(1, 1),
                null,
                Role.FOLLOWER,
                2,
                "a",
                last,
                last,
                null,
                true,
                healing,
                "its place",
                List.of());
        return Readiness.progress(status, symbols);
    }

    @Test
    void aNodeThatHealsShowsHowFarItIs() {
        assertThat(progress(new Status.Healing(0, 1024, 0, 0), false))
                .isEqualTo("heals [------------------------] 0 of 1024 segments, 0 keys");
        assertThat(progress(new Status.Healing(256, 1024, 1, 100), false))
                .isEqualTo("heals [######------------------] 256 of 1024 segments, 1 key");
        assertThat(progress(new Status.Healing(12, 12, 4711, 100_000), true))
                .isEqualTo("heals [████████████████████████] 12 of 12 segments, 4,711 keys");
    }

    /** Many stores, of 1024 segments each. */
    @Test
    void itsBarStaysInItsFrameHoweverManySegmentsThereAre() {
        int many = Integer.MAX_VALUE;
        assertThat(progress(new Status.Healing(many / 2, many, 1, 1), false))
                .startsWith("heals [###########-------------]");
    }

    @Test
    void aNodeThatDiffersInNothingIsDone() {
        assertThat(progress(new Status.Healing(0, 0, 0, 0), false))
                .isEqualTo("heals [########################] 0 of 0 segments, 0 keys");
    }

    @Test
    void aNodeThatDoesNotHealSaysWhatItWaitsFor() {
        assertThat(progress(null, false)).isEqualTo("waits for: its place");
    }
}
