package io.memdi.shell;

import static org.assertj.core.api.Assertions.assertThat;

import io.memdi.shell.Shell.Outcome;
import io.memdi.shell.Shell.Reader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is typed, and what is printed, on three real nodes. */
class ShellTest {
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
    void writesAndReads() {
        transcript.plays("""
                > put greeting "hello world" --ack quorum-memory
                ok (revision R, T)
                > get greeting
                hello world (revision R, at {leader}, session, T)
                > get greeting --level linearizable --at {first}
                hello world (revision R, at {first}, linearizable, T)
                > get greeting --level committed
                hello world (revision R, at {leader}, committed, T)
                > get greeting --level local
                hello world (revision R, at {leader}, local, T)
                > get nothing
                no such key (at {leader}, session, T)
                > del greeting
                ok, removed (T)
                > del greeting --ack quorum-memory
                no such key, so nothing was removed (T)
                > # a comment
                >
                """);
    }

    @Test
    void comparesAndSets() {
        transcript.plays("""
                > put k 1
                ok (revision R, T)
                """);
        String revision = transcript.revisionOf("k");
        transcript.plays("""
                > cas k 0.1 2
                not replaced: the key is at revision R (T)
                > cas k %s 2 --ack quorum-memory
                ok, replaced (T)
                > cas k %s 3
                not replaced: the key is at revision R (T)
                > get k
                2 (revision R, at {leader}, session, T)
                > cas none 1.1 x
                not replaced: there is no such key (T)
                """.formatted(revision, revision));
    }

    @Test
    void countsAndListsKeys() {
        transcript.plays("""
                > count
                0 keys (at {leader}, session, T)
                > keys
                no keys (at {leader}, T)
                """);
        for (String key : List.of("c", "a", "b b", "ab", "aa")) {
            transcript.shell().run("put '" + key + "' 1 --ack quorum-memory");
        }
        transcript.screen().take();
        transcript.plays("""
                > count --level linearizable --at {second}
                5 keys (at {second}, linearizable, T)
                > keys --at {second}
                a
                aa
                ab
                b b
                c
                (at {second}, T)
                > keys a
                a
                aa
                ab
                (at {leader}, T)
                > keys a --limit 2
                a
                aa
                there are more: keys a --after aa
                (at {leader}, T)
                > keys a --after aa
                ab (at {leader}, T)
                > keys --limit 4
                a
                aa
                ab
                b b
                there are more: keys --after "b b"
                (at {leader}, T)
                """);
    }

    @Test
    void loadsAFile(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("people.csv"), "name,age\nann,30\nbob,\"41\"\nann,31\n");
        transcript.plays("""
                > load %s --header
                1 row repeats a key; the last row of a key counts
                ok, 2 rows loaded
                (quorum-memory, N rows/s, T)
                > get ann --at {second} --level linearizable
                31 (revision R, at {second}, linearizable, T)
                > get bob
                41 (revision R, at {leader}, session, T)
                > load %s/none.csv
                %s/none.csv cannot be read: there is no such file
                """.formatted(file, folder, folder));
        Path large = Files.writeString(folder.resolve("large.csv"), "a,1\n" + "k".repeat(70_000) + ",2\n");
        assertThat(transcript.shell().run("load " + large)).isEqualTo(Outcome.FAILED);
        assertThat(transcript.screen().take()).startsWith(large + ", line 2: ").contains("65536");
    }

    @Test
    void looksAtTheCluster() {
        transcript.shell().run("put k v --ack quorum-memory");
        transcript.screen().take();
        transcript.settle();
        transcript.plays(
                """
                > leader
                {leader} leads (term %d, as {leader} sees it, T)
                > use
                you are at {leader} (T)
                > use {first}
                you are at {first} (T)
                > leader
                {leader} leads (term %d, as {first} sees it, T)
                """.formatted(transcript.leader().term(), transcript.leader().term()));
        transcript.shell().run("members");
        assertThat(transcript.screen().take().lines().map(Transcript::masked))
                .contains("member votes address incarnation", transcript.named("{leader} yes {leader} I leads"))
                .contains(transcript.named("{first} yes {first} I"), transcript.named("{second} yes {second} I"));
        transcript.shell().run("status");
        String term = String.valueOf(transcript.leader().term());
        assertThat(transcript.screen().take().lines().map(Transcript::masked))
                .contains("node role term revision committed lag keys digest")
                .contains(transcript.named("{leader} leader " + term + " R R 0 1 D"))
                .contains(transcript.named("{first} follower " + term + " R R 0 1 D"))
                .contains(transcript.named("{second} follower " + term + " R R 0 1 D"));
    }

    @Test
    void handsTheLeadershipOver() {
        long term = transcript.leader().term();
        transcript.shell().run(transcript.named("transfer {second}"));
        assertThat(Transcript.masked(transcript.screen().take()))
                .startsWith(transcript.named("ok, {second} leads (term "));
        assertThat(transcript.leader().term()).isGreaterThan(term);
        assertThat(transcript.leader().name()).isEqualTo(transcript.named("{second}"));
    }

    @Test
    void takesCommandsInCapitals() {
        transcript.plays("""
                > PUT k v
                ok (revision R, T)
                > Get k
                v (revision R, at {leader}, session, T)
                > Revive a
                there is no command "Revive": restart starts a node again that was killed; a paused one goes on with resume
                """);
        transcript.shell().run("help");
        String help = Transcript.masked(transcript.screen().take());
        transcript.shell().run("?");
        assertThat(Transcript.masked(transcript.screen().take())).isEqualTo(help);
    }

    @Test
    void losesANodeAndGoesOn() {
        transcript.plays("""
                > put before 1 --ack quorum-memory
                ok (revision R, T)
                > kill {leader}
                ok, {leader} is dead; you were there, and are at {first} now (T)
                > put after 2 --ack quorum-memory
                ok (revision R, T)
                > get before --level linearizable
                1 (revision R, at {first}, linearizable, T)
                > get after --level linearizable --at {second}
                2 (revision R, at {second}, linearizable, T)
                > get after --at {leader}
                {leader} was killed; type: restart {leader}
                > kill {leader}
                {leader} was killed; type: restart {leader}
                > resume {leader}
                {leader} was killed; type: restart {leader}
                > use {leader}
                {leader} was killed; type: restart {leader}
                > transfer {leader}
                {leader} was killed; type: restart {leader}
                > revive {leader}
                there is no command "revive": restart starts a node again that was killed; a paused one goes on with resume
                > kill {second}
                ok, {second} is dead (T)
                > kill {first}
                {first} is the last node that is alive; quit ends it with the shell
                """);
        transcript.shell().run("status");
        assertThat(transcript.screen().take().lines().map(Transcript::masked))
                .contains(
                        transcript.named("{leader} killed - - - - - -"),
                        transcript.named("{second} killed - - - - - -"));
    }

    @Test
    void pausesANode() {
        transcript.plays("""
                > pause {second}
                ok, {second} is paused until it is resumed (T)
                > put k v --ack quorum-memory
                ok (revision R, T)
                > use {second}
                you are at {second}, which is paused: what has to wait for it will time out (T)
                > get k --level local
                no such key (at {second}, local, T)
                """);
        transcript.shell().run("status");
        assertThat(transcript.screen().take().lines().map(Transcript::masked))
                .contains(transcript.named("{second} paused - - - - - -"));
        transcript.plays("""
                > resume {second}
                ok, {second} goes on (T)
                > resume {second}
                {second} is not paused (T)
                > get k --level linearizable
                v (revision R, at {second}, linearizable, T)
                """);
    }

    @Test
    void splitsTheNetworkAndJoinsItAgain() {
        transcript.plays("""
                > partition {leader} {first},{second}
                ok, split into {leader} | {first}, {second} (T)
                > use {first}
                you are at {first} (T)
                > put k v --ack quorum-memory
                ok (revision R, T)
                > get k --at {leader} --level local
                no such key (at {leader}, local, T)
                """);
        transcript.shell().run("status");
        assertThat(transcript.screen().take())
                .contains(transcript.named("the network is split: {leader} | {first}, {second} (heal joins it again)"));
        transcript.plays("""
                > heal
                ok, every node reaches every other (T)
                > get k --at {leader} --level linearizable
                v (revision R, at {leader}, linearizable, T)
                > partition {leader}|{first}
                ok, split into {leader} | {first} | {second} (T)
                > partition {leader} {second} | {first}
                ok, split into {others} | {first} (T)
                > partition {leader} | {second}, {first} |
                ok, split into {leader} | {first}, {second} (T)
                > partition {leader},{first},{second}
                all nodes are in one group, so nothing is split; type: partition a b,c (T)
                > partition ,
                partition needs groups of nodes; type: partition a b,c
                > partition x
                there is no node "x"; the nodes are a, b, c
                > partition {first} {first}
                {first} is in two groups of the partition (T)
                """);
        transcript.shell().run("status");
        assertThat(transcript.screen().take()).doesNotContain("split");
    }

    @Test
    void saysWhatToTypeInstead() {
        transcript.plays("""
                > putt k v
                there is no command "putt"; did you mean put? help lists all
                > frobnicate
                there is no command "frobnicate"; type help for a list
                > put k
                put needs VALUE; type: put KEY VALUE [--ack LEVEL]
                > put k v --ack quorum-disk
                nothing was applied: QUORUM_DISK needs a disk, and this cluster keeps no storage. Say --ack leader-memory or --ack quorum-memory; \
                or start all nodes with a directory (memdi node --dir PATH) (T)
                > use z
                there is no node "z"; the nodes are a, b, c
                > get "k
                a quote is not closed: type a second ", or put a quote of the other kind around it
                """);
    }

    @Test
    void explainsItself() {
        transcript.shell().run("help");
        String help = transcript.screen().take();
        assertThat(transcript.shell().commands()).allSatisfy(command -> {
            assertThat(help).contains(command.syntax().usage(), command.summary());
            assertThat(command.example()).startsWith(command.name());
            transcript.shell().run("help " + command.name());
            assertThat(transcript.screen().take())
                    .contains(command.syntax().usage(), "for example: " + command.example());
            Arguments.parse(
                    command.syntax(),
                    Words.of(command.example())
                            .subList(1, Words.of(command.example()).size()));
        });
        transcript.plays("""
                > help frobnicate
                there is no command "frobnicate"; type help for a list
                """);
    }

    @Test
    void quits() {
        for (String line : List.of("quit", "exit", " quit ")) {
            assertThat(transcript.shell().run(line)).isEqualTo(Outcome.QUIT);
        }
        assertThat(transcript.screen().take()).isEmpty();
    }

    @Test
    void printsForProgramsOnlyWhatTheyAskFor() {
        Shell program = new Shell(transcript.nodes(), transcript.screen().screen, Reader.PROGRAM);
        assertThat(program.run("put k 'a value'")).isEqualTo(Outcome.OK);
        assertThat(transcript.screen().take()).isEmpty();
        assertThat(program.run("get k")).isEqualTo(Outcome.OK);
        assertThat(transcript.screen().take()).isEqualTo("a value" + System.lineSeparator());
        assertThat(program.run("count")).isEqualTo(Outcome.OK);
        assertThat(transcript.screen().take()).isEqualTo("1" + System.lineSeparator());
        assertThat(program.run("get none")).isEqualTo(Outcome.NO);
        assertThat(transcript.screen().lines()).isEmpty();
        assertThat(transcript.screen().errors()).containsExactly("no such key");
    }
}
