package io.memdi.shell.judges;

import static org.assertj.core.api.Assertions.assertThat;

import io.memdi.Ack;
import io.memdi.Codec;
import io.memdi.Memdi;
import io.memdi.MemdiClient;
import io.memdi.MemdiException;
import io.memdi.ReadOptions;
import io.memdi.Store;
import io.memdi.WriteOptions;
import io.memdi.shell.NodeProcess;
import io.memdi.shell.Processes;
import io.memdi.transport.tcp.TcpTransport;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All processes of a durable cluster die at once, under load, again and again: nothing that was promised on disks is lost. */
class AllKilledTest {
    private static final int ROUNDS = Integer.getInteger("memdi.kill.rounds", 3);
    private static final int WRITERS = 4;
    private static final int WRITES = 100;
    private static final WriteOptions DURABLE =
            WriteOptions.ack(Ack.QUORUM_DISK).withTimeout(Duration.ofSeconds(2));

    @TempDir
    Path directories;

    private final Map<String, String> promised = new ConcurrentHashMap<>();
    private final SplittableRandom random = new SplittableRandom();

    @Test
    void nothingThatWasPromisedOnDisksIsLost() throws Exception {
        try (Processes nodes = new Processes(new Directories(directories), "128m", "a", "b", "c")) {
            nodes.startAll();
            for (int round = 0; round < ROUNDS; round++) {
                writeUntilAllAreDead(nodes, round);
                nodes.startAll();
                requireAll(nodes);
            }
        }
    }

    private static MemdiClient client(Processes nodes) {
        return Memdi.client()
                .transport(TcpTransport.dialing().plaintext())
                .connect(nodes.address("a"), nodes.address("b"), nodes.address("c"));
    }

    private void writeUntilAllAreDead(Processes nodes, int round) throws Exception {
        int before = promised.size();
        try (MemdiClient client = client(nodes)) {
            Store<String, String> store = client.store("promised", Codec.string(), Codec.string());
            List<Thread> writers = new ArrayList<>();
            for (int i = 0; i < WRITERS; i++) {
                String prefix = round + "-" + i + "-";
                Thread writer = new Thread(() -> write(store, prefix));
                writer.start();
                writers.add(writer);
            }
            while (promised.size() < before + WRITES) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
            }
            LockSupport.parkNanos(random.nextLong(TimeUnit.MILLISECONDS.toNanos(20)));
            for (String name : nodes.names()) {
                nodes.get(name).kill();
            }
            for (String name : nodes.names()) {
                assertThat(nodes.get(name).exitCode()).isNotZero();
            }
            for (Thread writer : writers) {
                writer.join();
            }
        }
    }

    /** Until the first write that gets no answer. */
    private void write(Store<String, String> store, String prefix) {
        try {
            for (int i = 0; ; i++) {
                store.put(prefix + i, "value " + i, DURABLE);
                promised.put(prefix + i, "value " + i);
            }
        } catch (MemdiException e) {
            // It may have taken effect, or not.
        }
    }

    private void requireAll(Processes nodes) {
        try (MemdiClient client = client(nodes)) {
            Store<String, String> store = client.store("promised", Codec.string(), Codec.string());
            ReadOptions surely = ReadOptions.linearizable().withTimeout(NodeProcess.LIMIT);
            promised.forEach(
                    (key, value) -> assertThat(store.get(key, surely)).as(key).isEqualTo(value));
        }
    }
}
