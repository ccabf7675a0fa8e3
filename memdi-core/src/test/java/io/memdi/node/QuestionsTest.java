package io.memdi.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memdi.OverloadedException;
import io.memdi.TimedOutException;
import io.memdi.transport.EventLoop;
import org.junit.jupiter.api.Test;

class QuestionsTest {
    private final Completions completions = new Completions(Runnable::run, null);
    private final Questions questions = new Questions(completions, () -> "");

    private static Question<Boolean> question(Boolean answer) {
        return new Question<>("awaitReady", () -> answer, TimedOutException::new, Long.MAX_VALUE);
    }

    @Test
    void soManyWaitAndNoMore() {
        for (int i = 0; i < Defaults.QUESTIONS; i++) {
            Question<Boolean> waiting = question(null);
            questions.add(waiting);
            assertThat(waiting.getAsBoolean()).isFalse();
        }
        Question<Boolean> refused = question(null);
        questions.add(refused);
        assertThat(refused.getAsBoolean()).isTrue();
        try (EventLoop loop = EventLoop.ofThread("test")) {
            CommandQueue commands = new CommandQueue(loop, completions, 10);
            assertThatThrownBy(() -> refused.await(loop, commands))
                    .isInstanceOf(OverloadedException.class)
                    .hasMessageContaining("awaitReady was not done: 64 calls that neither read nor write are waiting");
            // What can be answered at once does not have to wait.
            Question<Boolean> answered = question(true);
            questions.add(answered);
            assertThat(answered.await(loop, commands)).isTrue();
        }
    }

    @Test
    void theQueueHasSoManyPlacesForThemAndNoMore() {
        try (EventLoop loop = EventLoop.ofThread("test")) {
            CommandQueue commands = new CommandQueue(loop, completions, 10);
            int taken = 0;
            while (commands.ask(question(null))) {
                taken++;
            }
            assertThat(taken).isEqualTo(10 + Defaults.QUESTIONS);
        }
    }
}
