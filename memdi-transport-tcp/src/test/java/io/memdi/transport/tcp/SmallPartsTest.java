package io.memdi.transport.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.memdi.Incarnation;
import io.memdi.transport.Envelope;
import io.memdi.transport.Member;
import io.memdi.transport.Message;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
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
        assertThat(Weight.of(new Message.Writes(1, java.util.List.of(Messages.write("x".repeat(1000))))))
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
                .contains("| connections that others have dialed | "
                        + limits.bounds().accepted() + " |")
                .contains("keeps connections to | " + limits.bounds().peers() + " |")
                .contains("| half a frame without more of it | " + text(times.frame()) + " |")
                .contains("no progress of a write | " + text(times.answer()) + " |")
                .contains("| nothing to send | " + text(times.idle()) + " |")
                .contains("of a node with an address | " + text(times.silent()) + " |")
                .contains("| " + limits.bounds().messages() + ", and "
                        + (limits.bounds().bytes() >> 20) + " MiB;");
    }

    private static String text(Duration duration) {
        return Line.text(duration);
    }
}
