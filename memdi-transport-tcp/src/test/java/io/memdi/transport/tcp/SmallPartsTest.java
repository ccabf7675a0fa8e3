package io.memdi.transport.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.memdi.Incarnation;
import io.memdi.ReadLevel;
import io.memdi.Revision;
import io.memdi.transport.Answer;
import io.memdi.transport.ClientMessage;
import io.memdi.transport.Envelope;
import io.memdi.transport.Member;
import io.memdi.transport.Message;
import io.memdi.transport.Query;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SmallPartsTest {
    private static Outgoing outgoing(Message message, long weight) {
        Member a = new Member("a", new Incarnation(1, 1), "127.0.0.1:7400");
        return new Outgoing(new Envelope(0, null, a, null, 1, message), null, weight);
    }

    /** Code of users runs on these threads, and may leave the flag set: then parking would not wait any more. */
    @Test
    void anInterruptDoesNotMakeItSpin() {
        Outbound outbound = new Outbound(new TcpLimits.Bounds(1, 1, 1, 8, 1000));
        Thread.currentThread().interrupt();
        assertThat(outbound.await(1_000_000)).isFalse();
        assertThat(Thread.interrupted()).isFalse();
    }

    @Test
    void waitsLongerEachTimeUpToASecond() {
        Backoff backoff = new Backoff(new SplittableRandom(1));
        long expected = Backoff.SHORTEST;
        for (int i = 0; i < 20; i++) {
            assertThat(backoff.failed()).isBetween(expected / 2, expected);
            expected = Math.min(Backoff.LONGEST, 2 * expected);
        }
        assertThat(backoff.failed()).isBetween(Backoff.LONGEST / 2, Backoff.LONGEST);
        backoff.reset();
        assertThat(backoff.failed()).isLessThanOrEqualTo(Backoff.SHORTEST);
    }

    @Test
    void holdsNoMoreBytesAndMessagesThanItMay() {
        TcpLimits.Bounds usual = TcpLimits.defaults().bounds();
        Outbound outbound = new Outbound(new TcpLimits.Bounds(1, 1, 1, 8, 1000));
        Message bulk = new Message.ReadRequest(1);
        assertThat(outbound.offer(outgoing(bulk, 5000)))
                .as("one that is too large goes alone")
                .isTrue();
        assertThat(outbound.offer(outgoing(bulk, 1))).isFalse();
        assertThat(outbound.offer(outgoing(new Message.Heartbeat(1, 1), 1))).isTrue();
        outbound.clear();
        assertThat(outbound.isEmpty()).isTrue();
        assertThat(IntStream.range(0, 20)
                        .filter(i -> outbound.offer(outgoing(bulk, 10)))
                        .count())
                .isEqualTo(8);
        assertThat(outbound.takeDropped()).isEqualTo(13);
        assertThat(outbound.takeDropped()).isZero();
        assertThat(usual.messages()).isGreaterThan(8);
    }

    // --- budgets ---

    @Test
    void eachClientHasAShareWhateverTheOthersHold() {
        Budget.Pool pool = new Budget.Pool(TcpLimits.CLIENTS_BYTES);
        List<Budget> hungry =
                Stream.generate(() -> Budget.ofClient(pool)).limit(64).toList();
        for (Budget each : hungry) {
            while (each.take(1 << 20)) {
                assertThat(pool.held()).isLessThanOrEqualTo(TcpLimits.CLIENTS_BYTES);
            }
        }
        assertThat(pool.held()).isEqualTo(TcpLimits.CLIENTS_BYTES);
        Budget modest = Budget.ofClient(pool);
        assertThat(modest.take(TcpLimits.CLIENT_SHARE - 10)).isTrue();
        assertThat(modest.take(11)).isFalse();
        assertThat(modest.take(10)).isTrue();
        modest.give(10);
        assertThat(modest.take(11)).isFalse();
        hungry.forEach(Budget::close);
        assertThat(modest.take(11)).isTrue();
        assertThat(pool.held()).isEqualTo(TcpLimits.CLIENT_SHARE + 1);
        modest.close();
        assertThat(pool.held()).isZero();
    }

    @Test
    void aClientHoldsNoMoreThanItMayButOneLargeMessageAlone() {
        Budget.Pool pool = new Budget.Pool(TcpLimits.CLIENTS_BYTES);
        Budget budget = Budget.ofClient(pool);
        assertThat(budget.take(TcpLimits.CLIENT_BYTES)).isTrue();
        assertThat(budget.take(1)).isFalse();
        budget.give(TcpLimits.CLIENT_BYTES);
        assertThat(budget.take(3 * TcpLimits.CLIENT_BYTES)).as("alone").isTrue();
        assertThat(budget.take(1)).isFalse();
        Budget another = Budget.ofClient(pool);
        assertThat(another.take(TcpLimits.CLIENTS_BYTES - 3 * TcpLimits.CLIENT_BYTES + 1))
                .as("the pool is for all")
                .isFalse();
    }

    @Test
    void aBudgetThatIsClosedTakesAndGivesNothing() {
        Budget.Pool pool = new Budget.Pool(TcpLimits.CLIENTS_BYTES);
        Budget budget = Budget.ofClient(pool);
        assertThat(budget.take(1000)).isTrue();
        budget.close();
        budget.close();
        budget.give(1000);
        assertThat(budget.take(1)).isFalse();
        budget.give(-5);
        assertThat(pool.held()).isZero();
    }

    /** Whatever happens at the same time, all is given back in the end. */
    @Test
    void nothingIsLostBetweenAClosingBudgetAndItsUsers() throws InterruptedException {
        Budget.Pool pool = new Budget.Pool(1 << 20);
        for (int round = 0; round < 2000; round++) {
            Budget budget = Budget.ofClient(pool);
            Thread user = new Thread(() -> {
                for (int i = 0; i < 50; i++) {
                    if (budget.take(40_000) && i % 3 == 0) {
                        budget.give(40_000);
                    }
                }
            });
            user.start();
            budget.take(100);
            budget.close();
            user.join();
            assertThat(pool.held()).isZero();
        }
    }

    /** What is being written counts as what it takes on the wire, until it is written. */
    @Test
    void aMessageToAClientCountsUntilItIsWritten() {
        Budget.Pool pool = new Budget.Pool(TcpLimits.CLIENTS_BYTES);
        Outbound outbound = Outbound.toClient(pool);
        assertThat(outbound.offer(outgoing(new ClientMessage.StatusRequest(1), 100)))
                .isTrue();
        assertThat(outbound.offer(outgoing(new ClientMessage.StatusRequest(2), 100)))
                .isTrue();
        assertThat(outbound.offer(outgoing(new ClientMessage.Hail(1, Revision.NONE, true), 100)))
                .isTrue();
        assertThat(pool.held()).isEqualTo(200);
        assertThat(outbound.poll().envelope().message()).isInstanceOf(ClientMessage.Hail.class);
        outbound.encoded(40);
        assertThat(pool.held()).isEqualTo(240);
        outbound.poll();
        outbound.encoded(70_000);
        assertThat(pool.held()).isEqualTo(70_140);
        outbound.poll();
        outbound.encoded(0);
        assertThat(pool.held()).isEqualTo(70_040);
        outbound.written();
        assertThat(pool.held()).isZero();
        outbound.offer(outgoing(new ClientMessage.StatusRequest(3), 100));
        outbound.close();
        assertThat(pool.held()).isZero();
        assertThat(outbound.offer(outgoing(new ClientMessage.StatusRequest(4), 100)))
                .isFalse();
    }

    @Test
    void holdsNoMoreMessagesForAClientThanItMay() {
        Outbound outbound = Outbound.toClient(new Budget.Pool(TcpLimits.CLIENTS_BYTES));
        assertThat(IntStream.range(0, 2000)
                        .filter(i -> outbound.offer(outgoing(new ClientMessage.StatusRequest(i), 1)))
                        .count())
                .isEqualTo(TcpLimits.CLIENT_MESSAGES);
    }

    @Test
    void hailsGoFirstAndWritesOfASessionStayInOrder() {
        assertThat(Weight.mayOvertake(new ClientMessage.Hail(1, Revision.NONE, true)))
                .isTrue();
        assertThat(Messages.ofClients().stream().filter(Weight::mayOvertake).map(Object::getClass))
                .containsExactlyInAnyOrder(ClientMessage.Hail.class, ClientMessage.HailReply.class);
    }

    @Test
    void aWriterThatWaitsIsWoken() throws InterruptedException {
        Outbound outbound = new Outbound(TcpLimits.defaults().bounds());
        for (int i = 0; i < 1000; i++) {
            Thread writer = new Thread(() -> {
                outbound.writtenBy(Thread.currentThread());
                assertThat(outbound.await(TimeUnit.SECONDS.toNanos(60))).isTrue();
                outbound.clear();
            });
            writer.start();
            outbound.offer(outgoing(new Message.ReadRequest(i), 1));
            writer.join(50_000);
            assertThat(writer.isAlive()).isFalse();
        }
    }

    @Test
    void weighsWhatMessagesHoldOnTo() {
        assertThat(Weight.of(Messages.append(1, "x".repeat(1000)))).isBetween(1000L, 1400L);
        assertThat(Weight.of(new Message.Writes(1, List.of(Messages.write("x".repeat(1000))))))
                .isBetween(1000L, 1400L);
        String large = "x".repeat(1000);
        assertThat(Weight.of(new ClientMessage.SessionWrites(
                        Revision.NONE, new Message.Writes(1, List.of(Messages.write(large))))))
                .isBetween(1000L, 1400L);
        assertThat(Weight.of(Messages.answers(large))).isBetween(1000L, 1400L);
        assertThat(Weight.of(Messages.answers(new byte[1000]))).isBetween(1000L, 1400L);
        assertThat(Weight.of(new ClientMessage.Answers(
                        Talker.TEXTS,
                        List.of(new Answer.Listed(
                                1,
                                Revision.NONE,
                                List.of(
                                        new Answer.Item(Revision.NONE, large, large),
                                        new Answer.Item(Revision.NONE, large, 5L)),
                                -1)))))
                .isBetween(3000L, 3800L);
        assertThat(Weight.of(new ClientMessage.Queries(
                        List.of(Query.get(1, Talker.TEXTS, ReadLevel.LOCAL, Revision.NONE, large, 1)))))
                .isBetween(1000L, 1400L);
        Messages.all().forEach(message -> assertThat(Weight.of(message)).isPositive());
    }

    @Test
    void saysNothingTooOftenAndHowOftenItWasSilent() {
        AtomicLong now = new AtomicLong();
        try (TcpLogLines lines = new TcpLogLines()) {
            TcpLog log = new TcpLog("a", now::get);
            for (int i = 0; i < 5; i++) {
                log.warn("frame", "10.0.0.1", "refused " + i);
            }
            log.warn("frame", "10.0.0.2", "another address");
            log.warn("full", "10.0.0.1", "another kind");
            now.addAndGet(TimeUnit.SECONDS.toNanos(31));
            log.warn("frame", "10.0.0.1", "refused again");
            assertThat(lines.text().lines().map(line -> line.replaceAll(".* - ", "")))
                    .containsExactly(
                            "a: refused 0",
                            "a: another address",
                            "a: another kind",
                            "a: refused again (4 more like that since the last such line)");
            for (int i = 0; i < 10_000; i++) {
                log.warn("frame", "address " + i, "flood");
            }
            assertThat(lines.with("flood")).hasSizeBetween(200, 260);
        }
    }

    /** The page of the limits says what the code does. */
    @Test
    void theDocumentationTellsTheLimits() throws IOException {
        String page =
                Files.readString(Path.of(System.getProperty("memdi.root", "..")).resolve("docs/tcp.md"));
        TcpLimits limits = TcpLimits.defaults();
        TcpLimits.Times times = limits.times();
        assertThat(page)
                .contains("| a handshake | " + Handshake.MAX_BYTES + " bytes |")
                .contains("| connecting | " + text(times.connect()) + " |")
                .contains("| TLS and handshake together | " + text(times.handshake()) + " |")
                .contains(
                        "have not completed the handshake | " + limits.bounds().handshakes() + " |")
                .contains("| connections that nodes have dialed | "
                        + limits.bounds().accepted() + " |")
                .contains("| messages that wait for a client | " + TcpLimits.CLIENT_MESSAGES + ", and "
                        + (TcpLimits.CLIENT_BYTES >> 20) + " MiB;")
                .contains("| what waits for all clients together | " + (TcpLimits.CLIENTS_BYTES >> 20) + " MiB, ")
                .contains("has " + (TcpLimits.CLIENT_SHARE >> 10) + " KiB in any case")
                .contains("| what was sent last, when a node is closed | " + text(times.close()) + " |")
                .contains("between " + Backoff.NO_ROOM / 2_000_000_000.0 + " s and " + Backoff.NO_ROOM / 1_000_000_000
                        + " s")
                .contains("keeps connections to | " + limits.bounds().peers() + " |")
                .contains("| half a frame without more of it | " + text(times.frame()) + " |")
                .contains("no progress of a write | " + text(times.answer()) + " |")
                .contains("| nothing to send | " + text(times.idle()) + " |")
                .contains("an accepted connection without a byte | " + text(times.silent()) + " |")
                .contains("| " + limits.bounds().messages() + ", and "
                        + (limits.bounds().bytes() >> 20) + " MiB;");
    }

    private static String text(Duration duration) {
        return Line.text(duration);
    }
}
