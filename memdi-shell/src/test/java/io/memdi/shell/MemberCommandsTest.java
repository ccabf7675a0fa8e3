package io.memdi.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.memdi.MemdiNode;
import io.memdi.Role;
import io.memdi.shell.Shell.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Nodes come, go, and come back, on three real nodes. */
class MemberCommandsTest {
    private Transcript transcript;

    @BeforeEach
    void start() {
        transcript = new Transcript();
    }

    @AfterEach
    void stop() {
        transcript.close();
    }

    @Test
    void membersComeAndGo() {
        Shell shell = transcript.shell();
        String leader = transcript.named("{leader}");
        for (String line : List.of(
                "put k v --ack quorum-memory",
                "kill " + leader,
                "restart " + leader,
                "join d",
                "join e --learner",
                "join d",
                "remove d",
                "remove x",
                "restart x",
                "restart d",
                "retire",
                "remove d",
                "remove e",
                "members")) {
            shell.run(line);
        }
        assertThat(transcript.screen().take())
                .contains("ok, " + leader + " is back, and holds what the others hold")
                .contains("ok, d votes")
                .contains("ok, e learns")
                .contains("there is a node d already")
                .contains("ok, d does not belong to the cluster any more")
                .contains("there is no node \"x\"")
                .contains("ok, d is back")
                .contains("ok, the list is retired");
        assertThat(shell.nodes().running()).containsExactlyInAnyOrder("a", "b", "c");
    }

    @Test
    void restartsNobodyWithoutWhomNobodyCouldLead() {
        transcript.plays("""
                > put k v --ack quorum-memory
                ok (revision R, T)
                > kill {second}
                ok, {second} is dead (T)
                > restart {leader}
                {leader} stays as it is: a restart would lose its memory, and too few of a, b, c would be left to elect a leader. First type: restart {second}
                > get k
                v (revision R, at {leader}, session, T)
                > kill {leader}
                ok, {leader} is dead; you were there, and are at {first} now (T)
                > restart {first}
                {first} stays as it is: a restart would lose its memory, and too few of a, b, c are left already to elect a leader. Type: recover {first}, and then restart {others}
                > get k --level local
                v (revision R, at {first}, local, T)
                """);
    }

    @Test
    void restartsWhoeverIsNotNeeded() {
        for (String line : List.of("join d --learner", "kill {second}", "restart d", "restart {second}")) {
            assertThat(transcript.shell().run(transcript.named(line))).as(line).isEqualTo(Outcome.OK);
        }
    }

    @Test
    void saysHowToGoOnWhereANodeCannotGetReady() {
        Shell shell = transcript.shell();
        LocalNodes nodes = transcript.nodes();
        Readiness impatient = new Readiness(nodes, transcript.screen().screen, Duration.ofMillis(1));
        shell.run(transcript.named("kill {leader}"));
        shell.run(transcript.named("kill {second}"));
        MemdiNode back = nodes.restart(transcript.named("{second}"));
        assertThatThrownBy(() -> impatient.await(back))
                .isInstanceOf(PlainFailure.class)
                .hasMessageStartingWith(back.name() + " is not ready after 1 ms, and goes on trying. It waits for: ")
                .hasMessageEndingWith(
                        transcript.named(
                                ". Too few of a, b, c have kept their memory; type: recover {first}, and then restart {others}"));
        shell.run(transcript.named("pause {first}"));
        assertThatThrownBy(() -> impatient.await(back))
                .hasMessageEndingWith(transcript.named(". {first} is paused; type: resume {first}"));
        shell.run(transcript.named("partition {first} {second}"));
        assertThatThrownBy(() -> impatient.await(back)).hasMessageEndingWith(". The network is split; type: heal");
    }

    @Test
    void stopsWaitingOnceItIsInterrupted() {
        Shell shell = transcript.shell();
        shell.run(transcript.named("kill {second}"));
        shell.run(transcript.named("kill {first}"));
        transcript.screen().take();
        MemdiNode back = transcript.nodes().restart(transcript.named("{second}"));
        Readiness readiness = new Readiness(transcript.nodes(), transcript.screen().screen);
        Thread.currentThread().interrupt();
        try {
            assertThatThrownBy(() -> readiness.await(back))
                    .hasMessage(
                            "stopped waiting; " + back.name() + " goes on by itself, and status tells how far it is");
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
        Thread.currentThread().interrupt();
        transcript.plays("""
                > put k v
                stopped waiting; nothing was changed (T)
                """);
    }

    @Test
    void whoIsTakenOutStopsWithoutALineInTheLog() {
        List<String> logged = new CopyOnWriteArrayList<>();
        LogLines log = LogLines.redirect(transcript.nodes()::isNews, logged::add);
        try {
            for (String line : List.of("join d", "remove d", "join e")) {
                assertThat(transcript.shell().run(line)).as(line).isEqualTo(Outcome.OK);
            }
            // Nobody told the shell that this one goes.
            MemdiNode e = transcript.nodes().node("e");
            transcript.nodes().node("a").cluster().remove("e");
            await().until(() -> e.status().role() == Role.STOPPED);
            await().until(() -> !logged.isEmpty());
        } finally {
            log.close();
        }
        assertThat(logged).singleElement().asString().contains(" e: stops for good: ");
    }

    @Test
    void aSurvivorRecovers() {
        Shell shell = transcript.shell();
        String leader = transcript.named("{leader}");
        String first = transcript.named("{first}");
        String second = transcript.named("{second}");
        for (String line : List.of(
                "put k v --ack quorum-memory",
                "recover " + first,
                "kill " + leader,
                "kill " + second,
                "get k --level local --at " + first,
                "recover " + first,
                "put l w --ack quorum-memory",
                "restart " + leader,
                "restart " + second,
                "get l --level linearizable --at " + leader)) {
            shell.run(line);
        }
        assertThat(transcript.screen().take())
                .contains("recover was refused")
                .contains("ok, " + first + " goes on alone, with 1 key")
                .contains("ok, " + second + " is back");
        assertThat(shell.nodes().store(leader).get("l")).isEqualTo("w");
    }
}
