package io.memdi.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.memdi.log.Mistake;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Nobody is told to recover a cluster that merely elects another leader: not before ten times the longest election timeout. */
class AdviceToRecoverTest {
    private static final @Nullable Mistake NO_MISTAKE = null;
    private static final String ADVICE = "one survivor can be told to recover";

    private final Stage stage = new Stage(3, NO_MISTAKE);

    /** Crashes all but one. */
    private String lonely() {
        stage.openEverywhere();
        String survivor = stage.other(stage.leaderName());
        List.of("a", "b", "c").stream().filter(name -> !name.equals(survivor)).forEach(stage::crash);
        return survivor;
    }

    @Test
    void aSurvivorSpeaksOfAnElectionFirst() {
        String survivor = lonely();
        stage.run(4_000);
        assertThat(stage.get(survivor).waitingFor())
                .isEqualTo("no leader is known; an election is under way, and needs a majority of the voters");
        stage.run(4_000);
        assertThat(stage.get(survivor).waitingFor()).contains(ADVICE);
    }

    @Test
    void aLeaderThatIsFoundInTimeEndsTheWait() {
        stage.openEverywhere();
        stage.lose(envelope -> true);
        stage.run(4_000);
        stage.lose(envelope -> false);
        stage.openEverywhere();
        stage.lose(envelope -> true);
        stage.run(4_000);
        assertThat(stage.notes).noneMatch(note -> note.contains(ADVICE));
    }

    @Test
    void whoWantsToBeTakenInSpeaksOfAnElectionFirst() {
        lonely();
        stage.join("d", true);
        stage.run(4_000);
        assertThat(stage.get("d").waitingFor())
                .contains("who could take this node in; an election is under way, and needs a majority of its voters");
        stage.run(4_000);
        assertThat(stage.get("d").waitingFor()).contains(ADVICE);
    }

    /** The others have recovered without it: a second recovery would make a second cluster. */
    @Test
    void whoIsToldThatTheOthersAreAnotherClusterIsToJoinThem() {
        String survivor = lonely();
        for (int millis = 0; millis < 8_000; millis += 1_000) {
            stage.turn(survivor, replica -> replica.onStranger("node x belongs to another cluster"));
            stage.run(1_000);
        }
        assertThat(stage.get(survivor).waitingFor())
                .isEqualTo(
                        "no leader is known; node x belongs to another cluster. If the others go on as a new cluster, as after a"
                                + " recovery, and this node is to join them: end it, and start it again with join");
        assertThat(stage.notes).noneMatch(note -> note.contains(ADVICE));
        stage.run(8_000);
        assertThat(stage.get(survivor).waitingFor()).contains(ADVICE);
    }
}
