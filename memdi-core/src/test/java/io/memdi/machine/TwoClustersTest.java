package io.memdi.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.memdi.log.Mistake;
import io.memdi.transport.Contact;
import io.memdi.transport.Envelope;
import io.memdi.transport.Message.JoinReply;
import io.memdi.transport.Message.Mode;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A node is started with addresses of two clusters: that of a, b and c, and that of x. */
class TwoClustersTest {
    private static final @Nullable Mistake NO_MISTAKE = null;

    private final Stage stage = new Stage(3, NO_MISTAKE);

    @BeforeEach
    void foundBoth() {
        stage.openEverywhere();
        stage.start("x", Start.joining(List.of(), true));
        stage.turn("x", replica -> assertThat(replica.foundAlone()).isNull());
        stage.ready("x");
    }

    private void join(String... contacts) {
        List<Contact> asked =
                List.of(contacts).stream().map(name -> new Contact(name, name)).toList();
        stage.start("d", Start.joining(asked, true));
    }

    private boolean isListed(String at) {
        return Stage.configuration(stage.get(at)).members().stream()
                .anyMatch(member -> member.name().equals("d"));
    }

    private String id(String name) {
        return Objects.requireNonNull(stage.get(name).cluster()).toString();
    }

    private static boolean isAnswerOf(String name, Envelope envelope) {
        return envelope.message() instanceof JoinReply
                && envelope.sender().name().equals(name);
    }

    @Test
    void itEntersNeitherAsLongAsBothGoOn() {
        join(stage.leaderName(), "x");
        stage.run(5_000);
        assertThat(stage.get("d").mode()).isEqualTo(Mode.EMPTY);
        assertThat(isListed("a") || isListed("x")).isFalse();
        assertThat(stage.warnings)
                .singleElement()
                .asString()
                .contains(" d: nodes of two clusters answer: ", stage.leaderName() + " at ", "x at x", id("a"), id("x"))
                .contains("enters neither");
        assertThat(stage.get("d").waitingFor()).contains("two clusters", id("a"), id("x"));
        stage.crash("x");
        stage.ready("d");
        assertThat(id("d")).isEqualTo(id("a"));
    }

    /** It has heard of one alone, and is about to be taken in there. */
    @Test
    void itGoesOnWithTheOneThatItIsAboutToEnter() {
        stage.lose(envelope -> isAnswerOf("x", envelope));
        join(stage.leaderName(), "x");
        stage.runUntil(() -> isListed(stage.leaderName()));
        stage.lose(envelope -> isAnswerOf(stage.leaderName(), envelope));
        stage.run(200);
        stage.lose(envelope -> false);
        stage.ready("d");
        assertThat(id("d")).isEqualTo(id("a"));
        assertThat(stage.warnings).singleElement().asString().contains("x at x", id("x"), "goes on with the first");
    }

    /** It lets nobody in, and so is no rival. */
    @Test
    void oneThatKnowsNoLeaderIsNotWaitedFor() {
        String survivor = stage.leaderName();
        List.of("a", "b", "c").stream().filter(name -> !name.equals(survivor)).forEach(stage::crash);
        stage.run(2_000);
        stage.lose(envelope -> isAnswerOf(survivor, envelope));
        join(survivor, "x");
        stage.run(20);
        stage.lose(envelope -> false);
        stage.ready("d");
        assertThat(id("d")).isEqualTo(id("x"));
    }
}
