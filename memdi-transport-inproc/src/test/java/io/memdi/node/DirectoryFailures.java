package io.memdi.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memdi.NodeClosedException;
import io.memdi.machine.Start;
import io.memdi.storage.SimDisk;
import java.time.Duration;
import java.util.List;

/** The part of {@link FailureModesTest} that is about disks. */
final class DirectoryFailures {
    private DirectoryFailures() {}

    static void all() {
        aDirectoryIsDamaged();
        allDirectoriesAreDamaged();
        aDirectoryIsFromBefore();
        twoStartFromOneCopy();
        aDiskFails(1, disk -> disk.capacity(0), "No space left on device");
        aDiskFails(2, disk -> disk.failAt(disk.operations() + 2), "cannot sync");
        aClusterIsMixed();
    }

    private static void aDirectoryIsDamaged() {
        try (Directories three = Directories.ready(1)) {
            String name = three.followers().get(0);
            three.kill(name);
            three.damage(name);
            three.start(name).awaitReady(Directories.LONG);
        }
    }

    private static void allDirectoriesAreDamaged() {
        try (Directories three = Directories.ready(2)) {
            three.killAll();
            Directories.NAMES.forEach(three::damage);
            Directories.NAMES.forEach(three::start);
            Directories.NAMES.forEach(three::stopped);
        }
    }

    private static void aDirectoryIsFromBefore() {
        try (Directories three = Directories.ready(3)) {
            String name = three.followers().get(0);
            SimDisk copy = three.disk(name).copy(1);
            three.write(three.leader(), "k");
            three.network.advance(Duration.ofSeconds(1));
            three.write(three.leader(), "k");
            three.kill(name);
            three.put(name, copy);
            three.start(name);
            assertThat(three.stopped(name)).contains("acknowledged");
        }
    }

    private static void twoStartFromOneCopy() {
        try (Directories three = Directories.ready(4)) {
            String name = three.followers().get(0);
            three.kill(name);
            SimDisk copy = three.disk(name).copy(1);
            three.start(name).awaitReady(Directories.LONG);
            three.kill(name);
            three.start(name).awaitReady(Directories.LONG);
            three.kill(name);
            three.put(name, copy);
            three.start(name);
            assertThat(three.stopped(name)).contains("times already");
        }
    }

    private interface Trouble {
        void with(SimDisk disk);
    }

    private static void aDiskFails(long seed, Trouble trouble, String words) {
        try (Directories three = Directories.ready(seed)) {
            String name = three.followers().get(0);
            trouble.with(three.disk(name));
            three.write(three.leader(), "k");
            assertThat(three.stopped(name)).contains("it cannot keep what it has to", words);
            assertThatThrownBy(() -> three.store(name).get("k")).isInstanceOf(NodeClosedException.class);
            // The others go on; and with room again, so does this one.
            three.write(three.leader(), "more");
            three.disk(name).capacity(Long.MAX_VALUE);
            three.disk(name).killProcess();
            three.start(name).awaitReady(Directories.LONG);
            assertThat(three.store(name).get("more")).isEqualTo("value of more");
        }
    }

    private static void aClusterIsMixed() {
        try (Directories two = new Directories(5)) {
            Start list = Start.founding(Directories.contacts(List.of("a", "b")));
            two.start("a", list);
            LocalNode onMemory = LocalNode.start(NodeSettings.of("b", list), two.frames());
            two.network.advance(Duration.ofSeconds(2));
            assertThat(onMemory.status().cluster()).isNull();
            assertThat(two.node("a").status().cluster()).isNull();
            onMemory.close();
        }
    }
}
