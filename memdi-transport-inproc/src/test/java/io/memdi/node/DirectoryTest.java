package io.memdi.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memdi.ClusterId;
import io.memdi.CorruptStorageException;
import io.memdi.Incarnation;
import io.memdi.NodeClosedException;
import io.memdi.ReadOptions;
import io.memdi.StorageException;
import io.memdi.machine.Start;
import io.memdi.storage.SimDisk;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a node makes of a directory that is not the one it left: damaged, wiped, old, copied, of another node or another cluster. */
class DirectoryTest {
    private static final String OLD = "directory is a copy, or from before";

    private static List<String> filesOf(SimDisk disk) {
        return disk.names().stream().filter(name -> !name.contains("/")).toList();
    }

    private static Map<String, byte[]> contents(SimDisk disk) {
        Map<String, byte[]> contents = new HashMap<>();
        disk.names().forEach(name -> contents.put(name, disk.content(name)));
        return contents;
    }

    @Test
    void aDamagedDirectoryIsSetAsideAndItsNodeHeals() {
        try (Directories three = Directories.ready(1)) {
            three.write("a", "before");
            String damaged = three.followers().get(0);
            Incarnation life = three.node(damaged).status().incarnation();
            three.kill(damaged);
            three.damage(damaged);
            Map<String, byte[]> before = contents(three.disk(damaged));
            three.write(three.leader(), "meanwhile");
            three.start(damaged).awaitReady(Directories.LONG);

            assertThat(three.node(damaged).status().incarnation()).isNotEqualTo(life);
            assertThat(three.store(damaged).get("before")).isEqualTo("value of before");
            assertThat(three.store(damaged).get("meanwhile")).isEqualTo("value of meanwhile");
            List<String> aside = three.disk(damaged).names().stream()
                    .filter(name -> name.startsWith("damaged-"))
                    .toList();
            assertThat(aside).hasSameSizeAs(before.keySet());
            for (String name : aside) {
                String former = name.substring(name.indexOf('/') + 1);
                assertThat(three.disk(damaged).content(name)).as(name).isEqualTo(before.get(former));
            }
            // And it is the member from now on.
            Incarnation next = three.node(damaged).status().incarnation();
            three.write(damaged, "after");
            three.kill(damaged);
            three.start(damaged).awaitReady(Directories.LONG);
            assertThat(three.node(damaged).status().incarnation()).isEqualTo(next);
        }
    }

    @Test
    void fromDamagedDirectoriesNothingIsFounded() {
        for (List<String> damaged : List.of(List.of("a", "b", "c"), List.of("a", "b"), List.of("b", "c"))) {
            try (Directories three = Directories.ready(2)) {
                three.write("a", "k");
                ClusterId cluster = three.node("a").status().cluster();
                three.killAll();
                damaged.forEach(three::damage);
                Map<String, Map<String, byte[]>> before = new HashMap<>();
                damaged.forEach(name -> before.put(name, contents(three.disk(name))));
                Directories.NAMES.forEach(three::start);
                for (String name : damaged) {
                    assertThat(three.stopped(name))
                            .contains(".log is damaged at offset", "No leader from which this node could heal")
                            .contains("within 30 s", "Nothing in it was changed");
                    assertThat(contents(three.disk(name)))
                            .usingRecursiveComparison()
                            .isEqualTo(before.get(name));
                }
                for (String name : Directories.NAMES) {
                    if (!damaged.contains(name)) {
                        assertThat(three.node(name).status().cluster()).isEqualTo(cluster);
                    }
                }
            }
        }
    }

    @Test
    void damagedAndEmptyDirectoriesTogetherFoundNothing() {
        try (Directories three = Directories.ready(3)) {
            three.write("a", "k");
            three.killAll();
            three.put("a", new SimDisk(1));
            three.put("b", new SimDisk(2));
            three.damage("c");
            Directories.NAMES.forEach(three::start);
            assertThat(three.stopped("c")).contains("is damaged at offset");
            assertThat(three.node("a").status().cluster()).isNull();
            assertThat(three.node("b").status().cluster()).isNull();
            assertThat(three.node("a").status().waitingFor()).contains("not heard yet: c");
        }
    }

    @Test
    void whoHasNobodyToHealFromIsRefusedAtOnce() {
        try (Directories one = new Directories(4)) {
            one.start("a", List.of("a")).awaitReady(Directories.LONG);
            one.write("a", "k");
            one.kill("a");
            one.damage("a");
            Map<String, byte[]> before = contents(one.disk("a"));
            assertThatThrownBy(() -> one.start("a", List.of("a")))
                    .isInstanceOfSatisfying(
                            CorruptStorageException.class,
                            e -> assertThat(e).hasMessageContaining(e.file() + " is damaged at offset " + e.offset()))
                    .hasMessageContaining(".log is damaged at offset")
                    .hasMessageContaining("no other node from which this one could heal");
            assertThat(contents(one.disk("a"))).usingRecursiveComparison().isEqualTo(before);
        }
    }

    @Test
    void whoFoundsAloneDoesNotDoSoBesideADamagedDirectory() {
        try (Directories two = new Directories(5)) {
            two.start("a", Start.joining(List.of(), true));
            two.node("a").cluster().foundAlone();
            two.node("a").awaitReady(Directories.LONG);
            two.write("a", "k");
            two.kill("a");
            two.damage("a");
            two.start("a", Start.joining(Directories.contacts(List.of("b")), true));
            assertThatThrownBy(() -> two.node("a").cluster().foundAlone())
                    .hasMessageContaining("may hold what is left of a cluster");
            two.start("b", Start.joining(Directories.contacts(List.of("a")), true));
            // It does not even say that it is empty.
            assertThatThrownBy(() -> two.node("b").cluster().foundAlone())
                    .hasMessageContaining("has not said yet whether it belongs to a cluster");
        }
    }

    @Test
    void atMostThreeAreSetAside() {
        try (Directories three = Directories.ready(6)) {
            String name = three.followers().get(0);
            for (int round = 0; round < 3; round++) {
                three.kill(name);
                three.damage(name);
                three.start(name).awaitReady(Directories.LONG);
                three.write(name, "round " + round);
            }
            three.kill(name);
            three.damage(name);
            assertThatThrownBy(() -> three.start(name))
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining("is damaged at offset")
                    .hasMessageContaining("3 damaged states were set aside here before: damaged-");
        }
    }

    @Test
    void anEmptyDirectoryIsANewLifeThatTakesThePlaceOfTheOldOne() {
        try (Directories three = Directories.ready(7)) {
            three.write("a", "k");
            String name = three.followers().get(0);
            Incarnation life = three.node(name).status().incarnation();
            three.kill(name);
            three.put(name, new SimDisk(9));
            three.start(name).awaitReady(Directories.LONG);
            assertThat(three.node(name).status().incarnation()).isNotEqualTo(life);
            assertThat(three.store(name).get("k")).isEqualTo("value of k");
            assertThat(filesOf(three.disk(name))).contains("identity");
        }
    }

    @Test
    void aDirectoryFromBeforeIsRefusedByWhatWasAcknowledgedSince() {
        try (Directories three = Directories.ready(8)) {
            three.write("a", "k");
            String name = three.followers().get(0);
            three.kill(name);
            SimDisk copy = three.disk(name).copy(1);
            three.start(name).awaitReady(Directories.LONG);
            for (int i = 0; i < 5; i++) {
                three.write(three.leader(), "more " + i);
            }
            three.await(() -> three.node(name).status().committed().index()
                    == three.node(three.leader()).status().last().index());
            three.kill(name);
            SimDisk current = three.disk(name);
            three.put(name, copy);
            three.start(name);
            assertThat(three.stopped(name)).contains(OLD, "Start this node with the directory that it used last");
            assertThatThrownBy(() -> three.node(name).awaitReady(Directories.LONG))
                    .isInstanceOf(NodeClosedException.class)
                    .hasMessageContaining(OLD);
            three.put(name, current);
            three.start(name).awaitReady(Directories.LONG);
            assertThat(three.store(name).get("more 4")).isEqualTo("value of more 4");
        }
    }

    @Test
    void aCopyThatWasTakenWhileItsNodeRanIsRefusedByWhatItEndsWith() {
        try (Directories three = Directories.ready(9)) {
            String name = three.followers().get(0);
            three.write(three.leader(), "before");
            SimDisk copy = three.disk(name).copy(1);
            for (int i = 0; i < 5; i++) {
                three.write(three.leader(), "more " + i);
            }
            three.await(() -> three.node(name).status().committed().index()
                    == three.node(three.leader()).status().last().index());
            three.kill(name);
            three.put(name, copy);
            three.start(name);
            assertThat(three.stopped(name)).contains(OLD, "has acknowledged the log up to entry");
        }
    }

    @Test
    void aDirectoryFromBeforeTheFoundingIsRefused() {
        try (Directories three = new Directories(15)) {
            three.start("c");
            three.network.advance(Duration.ofSeconds(1));
            SimDisk empty = three.disk("c").copy(1);
            three.start("b");
            three.network.advance(Duration.ofSeconds(1));
            three.start("a");
            three.awaitReady(Directories.NAMES);
            three.write("a", "k");
            assertThat(three.node("c").status().incarnation()).isNotNull();
            three.kill("c");
            three.put("c", empty);
            three.start("c");
            assertThat(three.stopped("c")).contains(OLD);
        }
    }

    @Test
    void whenAllCopiesAreFromBeforeNobodyKnows() {
        try (Directories three = Directories.ready(10)) {
            three.write("a", "k");
            three.killAll();
            Map<String, SimDisk> copies = new HashMap<>();
            Directories.NAMES.forEach(name -> copies.put(name, three.disk(name).copy(1)));
            Directories.NAMES.forEach(three::start);
            three.awaitReady(Directories.NAMES);
            three.write("a", "lost");
            three.killAll();
            copies.forEach(three::put);
            Directories.NAMES.forEach(three::start);
            three.awaitReady(Directories.NAMES);
            assertThat(three.store("a").get("k")).isEqualTo("value of k");
            assertThat(three.store("a").get("lost")).isNull();
        }
    }

    @Test
    void theDirectoryOfAnotherNodeOfTheClusterIsRefused() {
        try (Directories three = Directories.ready(11)) {
            three.write("a", "k");
            List<String> names = three.followers();
            SimDisk first = three.disk(names.get(0));
            SimDisk second = three.disk(names.get(1));
            three.kill(names.get(0));
            three.kill(names.get(1));
            three.put(names.get(0), second);
            three.put(names.get(1), first);
            for (String name : names) {
                assertThatThrownBy(() -> three.start(name))
                        .isInstanceOf(StorageException.class)
                        .hasMessageContaining("it is the directory of node");
            }
            three.put(names.get(0), first);
            three.put(names.get(1), second);
            names.forEach(three::start);
            three.awaitReady(Directories.NAMES);
        }
    }

    @Test
    void aDirectoryOfAnotherClusterKeepsItsNodeThere() {
        try (Directories other = Directories.ready(12);
                Directories three = Directories.ready(13)) {
            other.write("a", "k");
            other.kill("c");
            three.kill("c");
            three.put("c", other.disk("c").copy(1));
            three.start("c");
            three.network.advance(Directories.LONG);
            assertThat(three.node("c").status().cluster())
                    .isEqualTo(other.node("a").status().cluster());
            assertThat(three.node("c").status().waitingFor()).contains("no leader is known");
            // The others go on without it.
            three.write(three.leader(), "k");
        }
    }

    @Test
    void aDirectoryIsStartedWithAnotherList() {
        try (Directories three = Directories.ready(14)) {
            three.write("a", "k");
            three.killAll();
            three.start("a", List.of("a", "b"));
            three.start("b", List.of("b", "a"));
            three.awaitReady(List.of("a", "b"));
            // What the list was for is over; who belongs to a cluster asks nobody.
            assertThat(three.store("b").get("k", ReadOptions.linearizable())).isEqualTo("value of k");
        }
    }
}
