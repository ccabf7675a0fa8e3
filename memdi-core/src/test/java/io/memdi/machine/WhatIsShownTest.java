package io.memdi.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.memdi.Ack;
import io.memdi.Revision;
import io.memdi.transport.Message.Append;
import io.memdi.transport.Write;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When a server lets readers look into its tables: a part of the state would pass for all of it. */
class WhatIsShownTest {
    private Stage stage;

    @BeforeEach
    void smallBatches() {
        long ms = Stage.MS;
        stage = new Stage(3, new Settings(50 * ms, 250 * ms, 500 * ms, 512, 2048, 1 << 20, 1 << 20, 1024, null), 0);
    }

    private void write(String leader, int count) {
        for (int i = 1; i <= count; i++) {
            long number = i;
            stage.turn(
                    leader,
                    replica -> replica.submit(
                            number,
                            List.of(Stage.write(
                                    number,
                                    Ack.QUORUM_MEMORY,
                                    Write.Operation.PUT,
                                    "k" + number,
                                    "v",
                                    Revision.NONE))));
            stage.reply(leader, i);
        }
    }

    private boolean shows(String name) {
        return !stage.get(name).positions().isHidden();
    }

    @Test
    void aFounderShowsNothingBeforeItsClusterHasOpened() {
        assertThat(List.of("a", "b", "c")).noneMatch(this::shows);
        stage.openEverywhere();
        stage.runUntil(() -> List.of("a", "b", "c").stream().allMatch(this::shows));
        assertThat(List.of("a", "b", "c")).allMatch(name -> stage.get(name).isOpen());
    }

    @Test
    void aNewcomerShowsNothingBeforeItHoldsWhatItsLeaderHad() {
        stage.openEverywhere();
        String leader = stage.leaderName();
        write(leader, 100);
        long held = stage.get(leader).committed();
        stage.lose(envelope -> envelope.message() instanceof Append append
                && !append.entries().isEmpty()
                && append.previous().index() > held / 2
                && stage.get("d").self().incarnation().equals(envelope.target()));
        stage.join("d", true);
        stage.runUntil(() -> stage.get("d").committed() > held / 4);
        stage.run(1_000);
        assertThat(stage.get("d").isOpen()).isTrue();
        assertThat(stage.get("d").committed()).isLessThan(held);
        assertThat(shows("d")).isFalse();
        stage.lose(envelope -> false);
        stage.runUntil(() -> shows("d"));
        assertThat(stage.get("d").committed()).isGreaterThanOrEqualTo(held);
    }

    /** Also a server that was never ready, because it was never a voter. */
    @Test
    void whoHoldsAllGoesOnShowingItWhenTheOthersAreGone() {
        stage.openEverywhere();
        String leader = stage.leaderName();
        write(leader, 10);
        stage.join("d", false);
        stage.runUntil(() -> shows("d"));
        List.of("a", "b", "c").forEach(stage::crash);
        stage.run(5_000);
        assertThat(stage.get("d").leader()).isNull();
        assertThat(shows("d")).isTrue();
        assertThat(stage.latest("d", "k10")).isEqualTo("v");
    }
}
