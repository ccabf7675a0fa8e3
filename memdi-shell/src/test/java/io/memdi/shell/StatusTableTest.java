package io.memdi.shell;

import static org.assertj.core.api.Assertions.assertThat;

import io.memdi.Incarnation;
import io.memdi.Revision;
import io.memdi.Role;
import io.memdi.Status;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What programs are told of a node. */
class StatusTableTest {
    private static Sight node(Status.@Nullable Healing healing) {
        Revision last = new Revision(2, 7);
        Incarnation life = new Incarnation(1, 1);
        return Sight.of(
                new Status("c", life, null, Role.FOLLOWER, 2, "a", last, last, null, true, healing, "", List.of()),
                1000);
    }

    @Test
    void programsAreToldHowFarANodeHeals() {
        assertThat(Json.of(StatusTable.data(node(new Status.Healing(3, 12, 4711, 99_000)), 9)))
                .isEqualTo(
                        "{\"name\":\"c\",\"role\":\"follower\",\"term\":2,\"revision\":\"2.7\",\"committed\":\"2.7\","
                                + "\"lag\":2,\"healing\":{\"done\":3,\"segments\":12,\"keys\":4711,\"bytes\":99000}}");
    }

    @Test
    void whoDoesNotHealSaysSo() {
        assertThat(StatusTable.data(node(null), 7)).containsEntry("healing", null);
    }

    @Test
    void peopleSeeHowFarANodeHeals() {
        assertThat(StatusTable.role(
                                node(new Status.Healing(3, 12, 4711, 99_000)).status())
                        .text())
                .isEqualTo("follower, healing 25 %");
        assertThat(StatusTable.role(node(new Status.Healing(0, 0, 0, 0)).status())
                        .text())
                .isEqualTo("follower, healing");
        assertThat(StatusTable.role(node(null).status()).text()).isEqualTo("follower");
    }
}
