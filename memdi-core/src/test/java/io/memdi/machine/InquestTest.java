package io.memdi.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.memdi.ClusterId;
import io.memdi.Incarnation;
import io.memdi.transport.Member;
import io.memdi.transport.Message.Answer;
import io.memdi.transport.Message.ProposeReply;
import org.junit.jupiter.api.Test;

class InquestTest {
    private static final Member B = member("b", 1);
    private static final Member C = member("c", 1);

    private final Inquest inquest = new Inquest(2);

    private static Member member(String name, long life) {
        return new Member(name, new Incarnation(life, name.charAt(0)), name);
    }

    private boolean says(Member from, boolean bound, long question) {
        return inquest.take(from, new ProposeReply(new ClusterId(1, 2), Answer.LOST, false, bound, question));
    }

    @Test
    void itTakesTwoRoundsOfEveryone() {
        long first = inquest.ask();
        assertThat(says(B, false, first)).isFalse();
        assertThat(says(B, false, first)).as("c is silent").isFalse();
        assertThat(says(C, false, first)).as("the first round").isFalse();
        long second = inquest.ask();
        assertThat(says(C, false, second)).isFalse();
        assertThat(says(B, false, second)).as("the second round").isTrue();
    }

    @Test
    void answersToWhatWasAskedBeforeTheRoundDoNotCount() {
        long first = inquest.ask();
        long again = inquest.ask();
        says(B, false, first);
        says(C, false, first);
        assertThat(says(B, false, again)).isFalse();
        assertThat(says(C, false, again))
                .as("was on its way before everyone had answered")
                .isFalse();
        long second = inquest.ask();
        says(B, false, second);
        assertThat(says(C, false, second)).isTrue();
    }

    @Test
    void answersToWhatWasNeverAskedDoNotCount() {
        inquest.ask();
        says(B, false, 7);
        assertThat(says(C, false, 7)).isFalse();
        long second = inquest.ask();
        says(B, false, second);
        assertThat(says(C, false, second)).as("the first round").isFalse();
    }

    @Test
    void whoeverComesBackInAnotherLifeBeginsItAnew() {
        long first = inquest.ask();
        says(B, false, first);
        says(C, false, first);
        Member again = member("c", 2);
        long second = inquest.ask();
        says(B, false, second);
        assertThat(says(again, false, second)).as("c has died meanwhile").isFalse();
        long third = inquest.ask();
        says(B, false, third);
        assertThat(says(again, false, third)).isTrue();
    }

    @Test
    void oneWhoIsBoundBeginsItAnew() {
        long first = inquest.ask();
        says(B, false, first);
        says(C, false, first);
        long second = inquest.ask();
        assertThat(says(B, true, second)).isFalse();
        assertThat(says(C, false, second)).isFalse();
        long third = inquest.ask();
        says(B, false, third);
        assertThat(says(C, false, third)).as("the first round again").isFalse();
        long fourth = inquest.ask();
        says(B, false, fourth);
        assertThat(says(C, false, fourth)).isTrue();
    }

    @Test
    void answersToAFormerOpeningOfTheDirectoryDoNotCount() {
        inquest.numberFrom(1000);
        for (long old = 1; old < 1000; old += 3) {
            assertThat(says(B, false, old) || says(C, false, old)).isFalse();
        }
        assertThat(inquest.ask()).isEqualTo(1000);
        assertThat(says(B, false, 20) || says(C, false, 20)).isFalse();
        assertThat(says(B, false, 21) || says(C, false, 21)).isFalse();
        itTakesTwoRoundsOfEveryone();
    }
}
