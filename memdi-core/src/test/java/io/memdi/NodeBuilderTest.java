package io.memdi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.memdi.transport.TransportFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NodeBuilderTest {
    private static final TransportFactory NEVER_OPENED = name -> {
        throw new AssertionError("opened for settings that are wrong");
    };

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "a b",
                "a=b",
                "ä",
                "a/b",
                "12345678901234567890123456789012345678901234567890123456789012345"
            })
    void aNodeIsNotCalledJustAnything(String name) {
        assertThatThrownBy(() -> Memdi.node(name))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1 to 64 letters");
    }

    @Test
    void everyProblemIsNamedAtOnce() {
        NodeBuilder builder = Memdi.node("d")
                .bootstrap("a", "b", "b", "c c", "x=", "y=h:1", "z=h:1")
                .heartbeat(Duration.ofMillis(200))
                .electionTimeout(Duration.ofMillis(300), Duration.ofMillis(250))
                .timeout(Duration.ZERO)
                .ack(Ack.QUORUM_DISK)
                .queueCapacity(0)
                .maxOpenWrites(-1)
                .maxKeyBytes(0)
                .maxValueBytes(2_000_000_000)
                .batchBytes(1000)
                .windowBytes(999)
                .maxUncommittedBytes(1000)
                .retainedLogBytes(-1);
        assertThatThrownBy(builder::start)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("node \"d\" was not started")
                .hasMessageContaining("transport: there is none")
                .hasMessageContaining("\"b\" is listed twice")
                .hasMessageContaining("\"c c\" is no name")
                .hasMessageContaining("\"x\" has an empty address")
                .hasMessageContaining("address \"h:1\" is listed twice")
                .hasMessageContaining("does not name this node, \"d\"")
                .hasMessageContaining("less than two heartbeats")
                .hasMessageContaining("minimum, 300 ms, is above its maximum, 250 ms")
                .hasMessageContaining("timeout: 0 ms")
                .hasMessageContaining("ack: QUORUM_DISK needs a disk")
                .hasMessageContaining("queueCapacity: 0")
                .hasMessageContaining("maxOpenWrites: -1")
                .hasMessageContaining("maxKeyBytes: 0")
                .hasMessageContaining("maxValueBytes: 2000000000")
                .hasMessageContaining("windowBytes: 999 is less than one batch")
                .hasMessageContaining("maxUncommittedBytes: 1000 is less than the largest write")
                .hasMessageContaining("retainedLogBytes: -1");
    }

    @Test
    void whoIsAskedForAPlaceMayBeKnownByTheAddressAlone() {
        assertThatThrownBy(() -> Memdi.node("d")
                        .transport(name -> {
                            throw new IllegalStateException("all was understood");
                        })
                        .join("10.0.0.1:7400", "[::1]:7400", "b=10.0.0.2:7400")
                        .start())
                .hasMessage("all was understood");
        assertThatThrownBy(() -> Memdi.node("d")
                        .join("10.0.0.1:7400", "10.0.0.1:7400", "a=10.0.0.1:7400")
                        .start())
                .hasMessageContaining("\"10.0.0.1:7400\" is listed twice")
                .hasMessageContaining("address \"10.0.0.1:7400\" is listed twice");
        assertThatThrownBy(() ->
                        Memdi.node("d").bootstrap("d=h:1", "10.0.0.1:7400").start())
                .hasMessageContaining("\"10.0.0.1:7400\" is no name");
    }

    /** As from a script whose variable is not set. */
    @Test
    void anEmptyPathIsNotTakenForTheCurrentDirectory() {
        assertThatThrownBy(() -> Storage.directory(Path.of("")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the path of the directory is empty: name a directory; the current one is \".\"");
        assertThatThrownBy(() -> Memdi.node("a").backups(Path.of("")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the current one is \".\"");
        assertThat(Storage.directory(Path.of(".")).path()).isEqualTo(Path.of("."));
    }

    @Test
    void backupsDoNotLieAmongTheNodesOwnFiles(@TempDir Path folder) throws IOException {
        Path own = folder.resolve("own");
        Path within = Files.createDirectories(own.resolve("a").resolve("b"));
        Path beside = Files.createDirectory(folder.resolve("own2"));
        Path link = Files.createSymbolicLink(folder.resolve("link"), own.resolve("a"));
        for (Path backups : List.of(own, within, link, beside.resolve("..").resolve("own"))) {
            assertThatThrownBy(() -> started(own, backups))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("backups: " + backups
                            + " is, or lies in, the directory that the node keeps its own data in, " + own);
        }
        assertThatThrownBy(() -> started(folder.resolve("link").resolve("b").resolve("new"), within))
                .hasMessage("all was understood");
        assertThatThrownBy(() -> started(own, folder)).hasMessage("all was understood");
        assertThatThrownBy(() -> started(own, beside)).hasMessage("all was understood");
    }

    private static void started(Path own, Path backups) {
        Memdi.node("a")
                .transport(name -> {
                    throw new IllegalStateException("all was understood");
                })
                .bootstrap("a")
                .storage(Storage.directory(own))
                .backups(backups)
                .start();
    }

    @Test
    void aListIsNeeded() {
        assertThatThrownBy(() -> Memdi.node("a").transport(NEVER_OPENED).start())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("bootstrap: it needs the names of all nodes");
    }

    @Test
    void timesThatNoClockCanHoldAreRefusedToo() {
        Duration ever = Duration.ofSeconds(Long.MAX_VALUE);
        assertThatThrownBy(() -> Memdi.node("a")
                        .transport(NEVER_OPENED)
                        .bootstrap("a")
                        .heartbeat(ever.negated())
                        .electionTimeout(ever, ever)
                        .timeout(ever)
                        .start())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("heartbeat: ")
                .hasMessageContaining("electionTimeout: ")
                .hasMessageContaining("timeout: ");
    }

    @Test
    void settingsThatAreRightReachTheTransport() {
        Throwable thrown = catchThrowable(() -> Memdi.node("a")
                .transport(name -> {
                    throw new IllegalStateException("the name is in use: " + name);
                })
                .bootstrap("a=10.0.0.1:7400", "b=10.0.0.2:7400", "c=10.0.0.3:7400")
                .heartbeat(Duration.ofMillis(20))
                .electionTimeout(Duration.ofMillis(100), Duration.ofMillis(200))
                .start());
        assertThat(thrown).isInstanceOf(IllegalStateException.class).hasMessageContaining("a");
    }

    @Test
    @SuppressWarnings("NullAway")
    void nullsAreNamed() {
        NodeBuilder builder = Memdi.node("a");
        assertThatNullPointerException().isThrownBy(() -> Memdi.node(null)).withMessage("name");
        assertThatNullPointerException()
                .isThrownBy(() -> builder.transport(null))
                .withMessage("transport");
        assertThatNullPointerException()
                .isThrownBy(() -> builder.bootstrap((String[]) null))
                .withMessage("founders");
        assertThatNullPointerException()
                .isThrownBy(() -> builder.bootstrap("a", null))
                .withMessage("founder");
        assertThatNullPointerException()
                .isThrownBy(() -> builder.heartbeat(null))
                .withMessage("heartbeat");
        assertThatNullPointerException()
                .isThrownBy(() -> builder.electionTimeout(null, Duration.ZERO))
                .withMessage("min");
        assertThatNullPointerException().isThrownBy(() -> builder.ack(null)).withMessage("ack");
        assertThatNullPointerException()
                .isThrownBy(() -> builder.readLevel(null))
                .withMessage("readLevel");
        assertThatNullPointerException()
                .isThrownBy(() -> builder.callbackExecutor(null))
                .withMessage("executor");
    }
}
