package io.memdi.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.memdi.Role;
import io.memdi.log.Mistake;
import io.memdi.transport.Message;
import io.memdi.transport.Message.Mode;
import io.memdi.transport.Message.ProposeReply;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Every change of a role is in the log, once, with its cause. */
class RolesTest {
    private static final @Nullable Mistake NO_MISTAKE = null;
    private static final Pattern MOVE =
            Pattern.compile("\\d+ (\\w+): ([A-Z_]+) -> ([A-Z_]+) in term \\d+(?: under \\w+)?: (\\S.*)");

    /** Each move begins where the last one ended, and the last one leads to what the node is. */
    private static void assertToldEachMove(Stage stage, Map<String, Integer> begunAt) {
        for (String name : stage.replicas.keySet()) {
            String role = Role.FOUNDING.name();
            List<String> notes = stage.notes.subList(begunAt.getOrDefault(name, 0), stage.notes.size());
            for (String note : notes) {
                Matcher move = MOVE.matcher(note);
                if (move.matches() && move.group(1).equals(name)) {
                    assertThat(move.group(2)).as(note).isEqualTo(role);
                    role = move.group(3);
                }
            }
            assertThat(stage.get(name).role().name())
                    .as("%s in %s", name, notes)
                    .isEqualTo(role);
        }
    }

    @Test
    void foundingCrashReturnAndHandover() {
        for (int seed = 0; seed < 10; seed++) {
            Stage stage = new Stage(3, NO_MISTAKE, seed);
            Map<String, Integer> begunAt = new HashMap<>();
            stage.openEverywhere();
            assertToldEachMove(stage, begunAt);
            String first = stage.leaderName();
            stage.crash(first);
            stage.leader();
            begunAt.put(first, stage.notes.size());
            stage.start(first);
            stage.ready("a", "b", "c");
            assertToldEachMove(stage, begunAt);
            String second = stage.leaderName();
            stage.turn(second, replica -> replica.transfer(first));
            stage.runUntil(() -> stage.get(first).role() == Role.LEADER);
            assertThat(stage.notes)
                    .filteredOn(note -> note.contains(" " + first + ": FOLLOWER -> CANDIDATE in term "))
                    .singleElement()
                    .asString()
                    .endsWith(": the leader handed over");
            stage.isolate(first);
            stage.run(3000);
            stage.heal();
            stage.openEverywhere();
            assertToldEachMove(stage, begunAt);
        }
    }

    @Test
    void aClusterThatIsGivenUp() {
        Stage stage = new Stage(3, NO_MISTAKE);
        stage.lose(envelope ->
                envelope.message() instanceof ProposeReply || envelope.message() instanceof Message.VoteRequest);
        stage.runUntil(() -> stage.get("c").mode() == Mode.LOCKED);
        stage.lose(envelope -> envelope.message() instanceof Message.VoteRequest);
        stage.runUntil(() -> stage.get("c").mode() == Mode.MEMBER);
        Map<String, Integer> begunAt = new HashMap<>();
        for (String name : List.of("a", "b")) {
            stage.crash(name);
            begunAt.put(name, stage.notes.size());
            stage.start(name);
        }
        stage.lose(envelope -> false);
        stage.openEverywhere();
        assertThat(stage.notes)
                .anyMatch(note -> note.contains("FOUNDING -> FOLLOWER in term 0: it is a member of a cluster"))
                .anyMatch(note -> note.contains(" -> FOUNDING in term 0: its cluster was given up"));
        assertToldEachMove(stage, begunAt);
    }

    @Test
    void oneThatFoundsAlone() {
        Stage stage = new Stage(0, NO_MISTAKE);
        stage.start("x", Start.joining(List.of(), true));
        stage.turn("x", replica -> assertThat(replica.foundAlone()).isNull());
        stage.ready("x");
        stage.run(1000);
        assertToldEachMove(stage, Map.of());
    }
}
