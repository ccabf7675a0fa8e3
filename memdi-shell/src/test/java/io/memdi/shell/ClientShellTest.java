package io.memdi.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.memdi.Ack;
import io.memdi.Memdi;
import io.memdi.MemdiNode;
import io.memdi.NotReadyException;
import io.memdi.ReadLevel;
import io.memdi.shell.Shell.Outcome;
import io.memdi.shell.Shell.Preferences;
import io.memdi.shell.Shell.Reader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The shell as a client of three nodes. */
class ClientShellTest {
    private final Outside outside = new Outside();
    private final Shell shell = outside.shell();

    @AfterEach
    void stop() {
        outside.close();
    }

    private void plays(String text) {
        Transcript.plays(shell, outside.screen, text);
    }

    @Test
    void writesAndReads() {
        plays("""
                > put greeting "hello world" --ack quorum-memory
                ok (revision R, T)
                > get greeting
                hello world (revision R, session, T)
                > get greeting --level linearizable
                hello world (revision R, linearizable, T)
                > get nothing
                no such key (session, T)
                > cas greeting 0.1 hi
                not replaced: the key is at revision R (T)
                > cas none 1.1 x
                not replaced: there is no such key (T)
                > count --level committed
                1 key (committed, T)
                > del greeting --ack quorum-memory
                ok, removed (T)
                > del greeting
                no such key, so nothing was removed (T)
                > get greeting --at b
                get knows --level, not --at; type: get KEY [--level LEVEL]
                """);
    }

    @Test
    void comparesAndSets() {
        Shell program = outside.shell(Reader.JSON);
        program.run("put k 1");
        String revision = outside.screen.take().replaceAll("(?s).*\"revision\":\"([\\d.]+)\".*", "$1");
        plays("""
                > cas k %s 2
                ok, replaced (T)
                > cas k %s 3
                not replaced: the key is at revision R (T)
                > get k
                2 (revision R, session, T)
                > cas k 0.0 4
                not written: the key is at revision R (T)
                > cas l 0.0 5
                ok, written (T)
                > get l
                5 (revision R, session, T)
                """.formatted(revision, revision));
        shell.run("help cas");
        assertThat(outside.screen.take()).contains("REVISION 0.0: if there is no such key");
    }

    @Test
    void listsKeysPageByPage() {
        plays("""
                > keys
                no keys (T)
                """);
        List.of("c", "a", "b b", "ab", "aa").forEach(key -> shell.run("put '" + key + "' 1 --ack quorum-memory"));
        outside.screen.take();
        plays("""
                > keys a --limit 2
                a
                aa
                there are more: keys a --after aa
                (T)
                > keys a --after aa
                ab (T)
                > keys --limit 4
                a
                aa
                ab
                b b
                there are more: keys --after "b b"
                (T)
                > keys b --unsorted
                b b (T)
                > keys --unsorted --after a
                --after needs the keys in their order, so that --unsorted does not go with it
                """);
        assertThat(shell.run("keys --unsorted --limit 2")).isEqualTo(Outcome.OK);
        assertThat(outside.printed()).hasSize(4).endsWith("there are more", "(T)");
        Shell program = outside.shell(Reader.PROGRAM);
        assertThat(program.run("keys a --limit 2")).isEqualTo(Outcome.OK);
        assertThat(program.run("keys --unsorted --limit 4")).isEqualTo(Outcome.OK);
        assertThat(outside.screen.lines()).hasSize(6).startsWith("a", "aa");
        assertThat(outside.screen.errors()).containsExactly("there are more: keys a --after aa", "there are more");
    }

    @Test
    void loadsAFileAndSaysWhereToGoOn(@TempDir Path folder) throws IOException {
        StringBuilder rows = new StringBuilder("name,age\n");
        for (int i = 2; i <= 1000; i++) {
            rows.append("key").append(i).append(',').append(i).append('\n');
        }
        Path file = Files.writeString(folder.resolve("people.csv"), rows);
        plays("""
                > load %s --header
                ok, 999 rows loaded (quorum-memory, N rows/s, T)
                > count
                999 keys (session, T)
                > load %s --from 991 --ack leader-memory
                ok, 10 rows loaded (leader-memory, N rows/s, T)
                > load %s --from 2000
                %s has no row from line 2000 on
                """.formatted(file, file, file, file));
        String large = "a,1\nb,2\n" + "k".repeat(70_000) + ",3\nc,4\n";
        Path broken = Files.writeString(folder.resolve("broken.csv"), large);
        assertThat(shell.run("load " + broken)).isEqualTo(Outcome.FAILED);
        assertThat(outside.screen.take())
                .startsWith(broken + ", line 3: ")
                .contains("65536")
                .endsWith("; the first 2 rows are written, and load with --from 3 goes on there"
                        + System.lineSeparator());
        plays("""
                > load %s --from 4
                ok, 1 row loaded (quorum-memory, N rows/s, T)
                > get c
                4 (revision R, session, T)
                """.formatted(broken));
    }

    @Test
    void looksAtTheClusterAndHandsItOver() {
        shell.run("put k v --ack quorum-memory");
        outside.settle();
        outside.screen.take();
        String leader = outside.leader();
        long term = outside.nodes.get(leader).status().term();
        String follower = outside.followers().get(0);
        plays("""
                > leader
                %s leads (term %d, T)
                """.formatted(leader, term));
        shell.run("members");
        assertThat(outside.printed())
                .contains("member votes address incarnation")
                .contains(leader + " yes " + leader + " I leads", follower + " yes " + follower + " I");
        shell.run("status");
        assertThat(outside.printed())
                .contains("node role term revision committed lag keys digest")
                .contains(leader + " leader " + term + " R R 0 1 D", follower + " follower " + term + " R R 0 1 D");
        shell.run("transfer " + follower);
        assertThat(outside.printed()).singleElement().asString().startsWith("ok, " + follower + " leads (term ");
        plays("""
                > transfer z
                no voter is called "z"; the voters are [a, b, c] (T)
                """);
    }

    @Test
    void showsMembersInTheOrderOfTheirNames() {
        MemdiNode joined = Memdi.node("a2")
                .transport(outside.network)
                .join("a")
                .asLearner()
                .start();
        joined.awaitReady(Outside.LONG);
        await().atMost(Outside.LONG).until(() -> shell.connection().names().contains("a2"));
        for (String command : List.of("members", "status")) {
            shell.run(command);
            assertThat(outside.printed().stream().map(line -> line.replaceFirst(" .*", "")))
                    .containsSubsequence("a", "a2", "b", "c");
        }
    }

    @Test
    void losesANodeAndGoesOn() {
        String leader = outside.leader();
        shell.run("put k v --ack quorum-memory");
        outside.screen.take();
        outside.crash(leader);
        plays("""
                > put k w --ack quorum-memory
                ok (revision R, T)
                > get k --level linearizable
                w (revision R, linearizable, T)
                """);
        shell.run("status");
        assertThat(outside.printed()).contains(leader + " no answer - - - - - -");
        shell.pace(new Immediate());
        shell.run("top 2");
        assertThat(outside.printed())
                .filteredOn((leader + " no answer - - - - -")::equals)
                .hasSize(2);
    }

    /** For a while its predecessor is a member, too. */
    @Test
    void namesANodeOnceThatTakesItsPlaceBack() {
        String follower = outside.followers().get(0);
        outside.crash(follower);
        MemdiNode again = outside.start(follower);
        long end = System.nanoTime() + Outside.LONG.toNanos();
        while (!isReady(again)) {
            assertThat(System.nanoTime() - end).as("over time").isNegative();
            shell.run("status");
            assertThat(outside.printed())
                    .filteredOn(line -> line.startsWith(follower + " ") && !line.contains("waits for"))
                    .hasSize(1);
        }
    }

    private static boolean isReady(MemdiNode node) {
        try {
            node.awaitReady(Duration.ZERO);
            return true;
        } catch (NotReadyException e) {
            return false;
        }
    }

    @Test
    void takesMembersOutAndRetiresTheList() {
        String follower = outside.followers().get(0);
        plays("""
                > retire
                ok, the list is retired: start nodes with --join from now on, as this one: memdi node --join a (T)
                > remove %s
                ok, %s does not belong to the cluster any more, and its node stops (T)
                > remove %s
                no member is called "%s"; the members are [%s] (T)
                """.formatted(follower, follower, follower, follower, others(follower)));
        shell.run("status");
        assertThat(outside.printed()).noneMatch(line -> line.startsWith(follower + " "));
    }

    private String others(String name) {
        return String.join(
                ", ",
                outside.nodes.keySet().stream()
                        .filter(each -> !each.equals(name))
                        .toList());
    }

    @Test
    void letsASurvivorGoOnAlone() {
        plays("""
                > recover
                this is said to one node: connect to its address alone, as with memdi shell HOST:PORT; best to the one whose status has the \
                highest revision of those that are left
                > found-alone
                this is said to one node: connect to its address alone, as with memdi shell HOST:PORT; to one that was started with --join, \
                and belongs to no cluster
                """);
        String survivor = crashesAllButOne();
        Shell alone = outside.shell(Reader.PERSON, Preferences.NONE, survivor);
        Transcript.plays(alone, outside.screen, """
                > recover
                ok, the node at %s goes on alone, with what it holds; the others join it: memdi node --join %s (1 key, T)
                > put l w --ack quorum-memory
                ok (revision R, T)
                > get k
                v (revision R, session, T)
                """.formatted(survivor, survivor));
    }

    /** With {@code -e}, as {@code docs/running.md} says it. */
    @Test
    void tellsAProgramWhatARecoveryDid() {
        String survivor = crashesAllButOne();
        Shell program = outside.shell(Reader.PROGRAM, Preferences.NONE, survivor);
        assertThat(program.run("recover")).isEqualTo(Outcome.OK);
        String done = "ok, the node at " + survivor
                + " goes on alone, with what it holds; the others join it: memdi node --join " + survivor;
        assertThat(outside.screen.lines()).containsExactly(done);
        assertThat(outside.screen.errors()).isEmpty();
    }

    @Test
    void tellsAProgramInJsonWhatARecoveryDidAndThatAnotherHasNothingToDo() {
        String survivor = crashesAllButOne();
        Shell program = outside.shell(Reader.JSON, Preferences.NONE, survivor);
        assertThat(program.run("recover")).isEqualTo(Outcome.OK);
        assertThat(program.run("recover")).isEqualTo(Outcome.FAILED);
        assertThat(outside.screen.lines())
                .satisfiesExactly(
                        first -> assertThat(first)
                                .startsWith("{\"command\":\"recover\",\"result\":\"ok\",\"message\":\"ok, the node at "
                                        + survivor + " goes on alone, with what it holds; "),
                        second -> assertThat(second)
                                .startsWith(
                                        "{\"command\":\"recover\",\"result\":\"failed\",\"error\":\"recover was refused: this node"
                                                + " leads its cluster, and needs nobody else for a majority: there is nothing to recover\""));
        assertThat(outside.screen.errors()).isEmpty();
    }

    /** Returns who is left. */
    private String crashesAllButOne() {
        shell.run("put k v --ack quorum-memory");
        outside.settle();
        outside.screen.take();
        String survivor = outside.followers().get(0);
        for (String name : List.copyOf(outside.nodes.keySet())) {
            if (!name.equals(survivor)) {
                outside.crash(name);
            }
        }
        return survivor;
    }

    @Test
    void letsANodeFoundACluster() {
        MemdiNode lonely = Memdi.node("x").transport(outside.network).join().start();
        Shell alone = outside.shell(Reader.PERSON, Preferences.NONE, "x");
        Transcript.plays(alone, outside.screen, """
                > found-alone
                ok, the node at x has founded a cluster of its own; the others join it: memdi node --join x (0 keys, T)
                > put k v
                ok (revision R, T)
                > leader
                x leads (term 1, T)
                """);
        assertThat(lonely.status().open()).isTrue();
        alone.run("found-alone");
        assertThat(outside.screen.take()).contains("found-alone was refused: ");
    }

    @Test
    void saysWhatIsForNodesInThisProcess() {
        plays("""
                > kill a
                kill is for nodes in this process, as memdi shell --local 3 starts them; end a node elsewhere where it runs
                > partition a b,c
                partition is for nodes in this process, as memdi shell --local 3 starts them
                > use b
                use is for nodes in this process, as memdi shell --local 3 starts them; a client asks any node that answers, and sends writes to the leader
                > join d
                join is for nodes in this process, as memdi shell --local 3 starts them; start a node elsewhere where it is to run, with memdi node --join
                > putt k v
                there is no command "putt"; did you mean put? help lists all
                """);
        shell.run("help");
        String help = outside.screen.take();
        assertThat(help)
                .contains("found-alone", "recover", "top [N]")
                .doesNotContain("kill", "partition", "--at", "restart");
        for (Command command : shell.commands()) {
            List<String> words = Words.of(command.example());
            Arguments.parse(command.syntax(), words.subList(1, words.size()));
            shell.run("help " + command.name());
            assertThat(outside.screen.take()).contains("for example: " + command.example());
        }
    }

    /** What a client knows and what it tells are published one after the other; whoever was told sees it. */
    @Test
    void knowsTheMembersAndTheLeaderOnceItIsReady() {
        for (int i = 0; i < 50; i++) {
            try (RemoteConnection connection = outside.connection(Outside.LONG, "a")) {
                connection.awaitReady();
                assertThat(connection.names()).containsExactly("a", "b", "c");
                assertThat(connection.cluster().leader()).isNotNull();
            }
        }
    }

    @Test
    void hasDefaultsForLevels() {
        Shell careful = outside.shell(
                Reader.PERSON, new Preferences(Shell.STORE, Ack.QUORUM_MEMORY, ReadLevel.LINEARIZABLE), "a");
        Transcript.plays(careful, outside.screen, """
                > get k
                no such key (linearizable, T)
                > get k --level local
                no such key (local, T)
                """);
        careful.run("help put");
        assertThat(outside.screen.take()).contains("quorum-memory if left out");
    }

    @Test
    void printsForPrograms() {
        Shell program = outside.shell(Reader.PROGRAM);
        assertThat(program.run("put k 'a value'")).isEqualTo(Outcome.OK);
        assertThat(program.run("get k")).isEqualTo(Outcome.OK);
        assertThat(program.run("count")).isEqualTo(Outcome.OK);
        assertThat(program.run("leader")).isEqualTo(Outcome.OK);
        assertThat(program.run("get none")).isEqualTo(Outcome.NO);
        assertThat(outside.screen.lines()).containsExactly("a value", "1", outside.leader());
        assertThat(outside.screen.errors()).containsExactly("no such key");
    }

    @Test
    void saysThatThereIsNoCluster() {
        Shell nowhere = new Shell(
                outside.connection(Duration.ofMillis(50), "nobody"),
                outside.screen.screen,
                Reader.PERSON,
                Preferences.NONE);
        assertThat(nowhere.run("help")).isEqualTo(Outcome.OK);
        assertThatThrownBy(() -> nowhere.run("get k"))
                .isInstanceOf(Unreachable.class)
                .hasMessage(
                        "there was no cluster to talk to in 50 ms: no node of a cluster answers at nobody; look whether"
                                + " its nodes run, and correct what is wrong");
    }

    @Test
    void talksToAClusterWithoutALeader() {
        String survivor = outside.leader();
        outside.followers().forEach(outside::crash);
        Shell waiting = new Shell(
                outside.connection(Duration.ofSeconds(3), survivor),
                outside.screen.screen,
                Reader.PERSON,
                Preferences.NONE);
        waiting.run("status");
        assertThat(outside.printed())
                .anyMatch(line -> line.startsWith(survivor + " "))
                .anyMatch(line -> line.contains(" no answer "));
    }
}
