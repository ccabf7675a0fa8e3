package io.memdi.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.memdi.Role;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Who closes a node is told if those that are left can do nothing without it. */
class LastOnesTest {
    @Test
    void whoLeavesTooFewSaysSoAndWhatToDo() {
        try (LogLines lines = new LogLines();
                Trio trio = Trio.ready(31)) {
            trio.node("a").close();
            assertThat(lines.with(" WARN ")).isEmpty();
            trio.network.advance(Duration.ofSeconds(1));
            trio.node("b").close();
            assertThat(lines.with(" WARN "))
                    .singleElement()
                    .asString()
                    .contains(
                            "b: closes, and leaves c of the voters a, b, c, which is no majority: nobody can lead or write any more")
                    .contains("one survivor can be told to recover");
            trio.network.advance(Duration.ofSeconds(1));
            trio.node("c").close();
            assertThat(lines.with(" WARN ")).hasSize(1);
        }
    }

    @Test
    void whoWasTakenOutLeavesNobodyBehind() {
        try (LogLines lines = new LogLines();
                Trio trio = Trio.ready(32)) {
            String follower = trio.follower().name();
            trio.leader().cluster().remove(follower);
            trio.await(() -> trio.node(follower).status().role() == Role.STOPPED);
            trio.node(follower).close();
            assertThat(lines.with(" closes, and leaves ")).isEmpty();
        }
    }
}
