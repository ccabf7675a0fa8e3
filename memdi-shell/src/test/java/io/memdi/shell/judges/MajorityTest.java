package io.memdi.shell.judges;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.memdi.Ack;
import io.memdi.Memdi;
import io.memdi.MemdiClient;
import io.memdi.NoLeaderException;
import io.memdi.OutcomeUnknownException;
import io.memdi.ReadOptions;
import io.memdi.Revision;
import io.memdi.Store;
import io.memdi.Versioned;
import io.memdi.WriteOptions;
import io.memdi.shell.NodeProcess;
import io.memdi.shell.Processes;
import io.memdi.sim.Operation.Outcome;
import io.memdi.transport.tcp.TcpTransport;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Two of three are killed at once: what the third holds is all that is left, and that is kept. */
@Tag("processes")
@DisabledOnOs(OS.WINDOWS)
class MajorityTest {
    @Test
    void aFollowerRecovers() throws Exception {
        recovers(false);
    }

    @Test
    void theLeaderRecovers() throws Exception {
        recovers(true);
    }

    private static void recovers(boolean theLeader) throws Exception {
        try (Processes nodes = new Processes(Processes.Where.LOOPBACK, "256m", "a", "b", "c")) {
            nodes.startAll();
            String leader = nodes.leader();
            String survivor = theLeader ? leader : nodes.others(leader).get(0);
            List<String> others = nodes.others(survivor);
            Book book;
            try (Judge judge = new Judge(nodes, TcpTransport.dialing().plaintext(), "before")) {
                judge.goOn();
                for (String other : others) {
                    nodes.get(other).kill();
                }
                for (String other : others) {
                    nodes.get(other).exitCode();
                }
                long dead = System.nanoTime();
                // Each caller is about to learn what a cluster without a majority answers.
                judge.until("calls that end without a majority", () -> endsSince(judge.book(), dead) >= 4);
                judge.silence();
                book = judge.book();
                assertThat(book.surprises()).isEmpty();
                assertThat(book.history().operations())
                        .filteredOn(operation -> operation.kind.writes() && operation.invokedNanos > dead)
                        .filteredOn(operation -> operation.ack == Ack.QUORUM_MEMORY)
                        .extracting(operation -> operation.outcome)
                        .isNotEmpty()
                        .isSubsetOf(Outcome.NOT_APPLIED, Outcome.UNKNOWN);
            }
            comesBack(nodes, survivor, others);
            try (Judge judge = new Judge(nodes, TcpTransport.dialing().plaintext(), "after")) {
                judge.goOn();
                judge.verdict();
            }
        }
    }

    private static long endsSince(Book book, long nanos) {
        return book.snapshot().stream()
                .filter(operation -> operation.kind.writes() && operation.invokedNanos > nanos && operation.ended())
                .count();
    }

    private static void comesBack(Processes nodes, String survivor, List<String> others) throws Exception {
        NodeProcess process = nodes.get(survivor);
        try (MemdiClient client = Memdi.client()
                .transport(TcpTransport.dialing().plaintext())
                .timeout(Duration.ofSeconds(5))
                .connect(nodes.address(survivor))) {
            Store<String, String> store = Judge.store(client, "before");
            Map<String, Revision> held = new HashMap<>();
            store.forEach((key, value) -> held.put(key, Revision.NONE), ReadOptions.local());
            assertThat(held).isNotEmpty();
            held.replaceAll((key, any) -> {
                Versioned<String> found = store.getVersioned(key, ReadOptions.local());
                return found == null ? Revision.NONE : found.revision();
            });
            assertThat(catchThrowable(() -> store.put("in-vain", "x", WriteOptions.ack(Ack.QUORUM_MEMORY))))
                    .isInstanceOfAny(NoLeaderException.class, OutcomeUnknownException.class);
            Revision last = client.status(survivor).last();
            client.cluster().recover();
            process.awaitLine(survivor + ": ready, leads in term ");
            client.awaitReady(Judge.LIMIT);
            assertThat(client.status(survivor).committed()).isGreaterThanOrEqualTo(last);
            held.forEach((key, revision) -> {
                Versioned<String> found = store.getVersioned(key, ReadOptions.linearizable());
                if (found != null) {
                    assertThat(found.revision()).as(key).isGreaterThanOrEqualTo(revision);
                } else {
                    assertThat(key)
                            .as("a key that nobody removes")
                            .doesNotStartWith("single")
                            .doesNotStartWith("count");
                    assertThat(key).doesNotStartWith("list");
                }
            });
        }
        for (String other : others) {
            nodes.join(other, survivor).awaitLine(other + ": ready, follows " + survivor);
        }
    }
}
