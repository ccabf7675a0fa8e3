package io.memdi.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.memdi.ClusterId;
import io.memdi.Incarnation;
import io.memdi.transport.Member;
import org.junit.jupiter.api.Test;

class StrangersTest {
    private static final ClusterId OWN = new ClusterId(1, 1);
    private static final ClusterId OTHER = new ClusterId(2, 2);

    private final Strangers strangers = new Strangers();

    private static Member node(int i) {
        return new Member("n" + i, new Incarnation(i, i), "host" + i + ":7400");
    }

    @Test
    void eachIsNewsOnceAndShownAsLongAsItAnswers() {
        assertThat(strangers.meet(node(1), OTHER, OWN, 0)).contains("n1 at host1:7400", OTHER.toString());
        assertThat(strangers.meet(node(1), OTHER, OWN, 5)).isEmpty();
        assertThat(strangers.meet(node(2), OTHER, OWN, 6)).contains("n2 at").doesNotContain("n1");
        assertThat(strangers.words(10, 5)).contains("n1 at", "; node n2 at");
        assertThat(strangers.words(11, 5)).doesNotContain("n1 at").contains("n2 at");
        assertThat(strangers.words(12, 5)).isEmpty();
    }

    @Test
    void whoHasComeOverIsNoneAnyMore() {
        assertThat(strangers.meet(node(1), OTHER, OWN, 0)).isNotEmpty();
        strangers.isNone(node(1));
        assertThat(strangers.words(0, 5)).isEmpty();
        assertThat(strangers.meet(node(1), OTHER, OWN, 1)).isNotEmpty();
        assertThat(strangers.meet(node(1), new ClusterId(3, 3), OWN, 2)).isNotEmpty();
    }

    @Test
    void theLatestAreRemembered() {
        for (int i = 1; i <= 1000; i++) {
            strangers.meet(node(i), OTHER, OWN, 0);
        }
        assertThat(strangers.words(0, 5).split("; ")).hasSize(16);
        assertThat(strangers.words(0, 5)).contains("n1000 at").doesNotContain("n1 at");
    }

    @Test
    void whoAnswersAgainAndAgainIsNotForgotten() {
        assertThat(strangers.meet(node(1), OTHER, OWN, 0)).isNotEmpty();
        for (int i = 1; i <= 1000; i++) {
            strangers.meet(node(1 + i), OTHER, OWN, i);
            assertThat(strangers.meet(node(1), OTHER, OWN, i)).as("news").isEmpty();
        }
        assertThat(strangers.words(1000, 0)).contains("n1 at", "n1001 at");
    }
}
