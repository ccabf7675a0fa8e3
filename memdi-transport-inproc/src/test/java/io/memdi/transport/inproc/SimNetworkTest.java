package io.memdi.transport.inproc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memdi.transport.EventLoop;
import io.memdi.transport.Message;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class SimNetworkTest {
    private static final Duration LONG = Duration.ofMinutes(10);
    private static final Duration FOREVER = Duration.ofSeconds(Long.MAX_VALUE);

    private final SimNetwork network = SimNetwork.create(42);
    private final FakeNode a = FakeNode.echoing(network, "a");
    private final FakeNode b = FakeNode.echoing(network, "b");

    @AfterEach
    void close() {
        network.close();
    }

    /** Has a node say the numbers from 0 to below count, and lets everything arrive. */
    private void sayAll(int count) {
        b.echo = false;
        a.act(() -> IntStream.range(0, count).forEach(i -> a.send("b", new Message.Heartbeat(i, 0))));
        network.advance(LONG);
    }

    @Nested
    class Time {
        @Test
        void passesOnlyWhenTheTestLetsIt() {
            a.say("b", 1);
            assertThat(network.now()).isZero();
            assertThat(b.heard).isEmpty();
            network.advance(Duration.ofSeconds(3));
            assertThat(network.now()).isEqualTo(Duration.ofSeconds(3));
            assertThat(b.heard).containsExactly("a:1");
        }

        @Test
        void goesFromEventToEvent() {
            a.say("b", 1);
            int steps = 0;
            while (network.step()) {
                steps++;
            }
            assertThat(a.heard).containsExactly("b:1!");
            assertThat(steps).isLessThan(10);
            assertThat(network.now()).isBetween(Duration.ofNanos(200_000), Duration.ofMillis(3));
        }

        @Test
        void costsNothingWhileNothingHappens() {
            int turns = a.turns.get();
            network.advance(Duration.ofDays(365));
            assertThat(a.turns.get()).isEqualTo(turns + 1);
        }

        @Test
        void isUpWhenWhatWasWaitedForDoesNotCome() {
            assertThatThrownBy(() -> network.runUntil(() -> false, Duration.ofSeconds(2)))
                    .isInstanceOf(AssertionError.class)
                    .hasMessage(
                            "seed 42, at 2.000000000 s: what was waited for did not come within 2 s of virtual time");
        }

        @Test
        void isDrivenByWhoeverWaits() throws InterruptedException {
            a.say("b", 1);
            assertThat(a.loop.await(() -> a.heard.contains("b:1!"), LONG.toNanos()))
                    .isTrue();
            assertThat(a.loop.await(() -> false, 1_000_000_000)).isFalse();
            assertThat(network.now()).isBetween(Duration.ofSeconds(1), Duration.ofMillis(1_010));
        }

        @Test
        void isDrivenFromWithinACallback() {
            AtomicBoolean answered = new AtomicBoolean();
            AtomicBoolean next = new AtomicBoolean();
            a.loop.callbacks().execute(() -> {
                a.say("b", 1);
                network.runUntil(() -> a.heard.contains("b:1!"), LONG);
                answered.set(!next.get());
            });
            a.loop.callbacks().execute(() -> next.set(true));
            network.runUntil(next::get, LONG);
            assertThat(answered).as("the second callback waited for the first").isTrue();
        }

        @Test
        void isNotDrivenFromWithinATurn() {
            AtomicReference<Throwable> refused = new AtomicReference<>();
            a.act(() -> {
                try {
                    network.step();
                } catch (IllegalStateException e) {
                    refused.set(e);
                }
            });
            network.advance(Duration.ofSeconds(1));
            assertThat(refused.get()).hasMessageContaining("must not wait");
        }

        @Test
        void waitsForAFuture() {
            CompletableFuture<String> future = new CompletableFuture<>();
            network.after(Duration.ofSeconds(1), () -> future.complete("done"));
            assertThat(network.join(future, LONG)).isEqualTo("done");
            assertThatThrownBy(() ->
                            network.join(CompletableFuture.failedFuture(new IllegalStateException("on purpose")), LONG))
                    .isInstanceOf(CompletionException.class)
                    .hasRootCauseMessage("on purpose");
            assertThatThrownBy(() -> network.join(new CompletableFuture<>(), LONG))
                    .isInstanceOf(AssertionError.class);
        }

        @Test
        void bringsActionsWhenTheyAreDueAlsoDuringAWait() {
            List<String> order = new ArrayList<>();
            network.after(Duration.ofSeconds(2), () -> order.add("two at " + network.now()));
            network.after(Duration.ofSeconds(1), () -> {
                order.add("one at " + network.now());
                network.advance(Duration.ofSeconds(5));
                order.add("one goes on at " + network.now());
            });
            network.advance(Duration.ofSeconds(3));
            assertThat(order).containsExactly("one at PT1S", "two at PT2S", "one goes on at PT6S");
            assertThat(network.now()).isEqualTo(Duration.ofSeconds(6));
        }

        @Test
        void hasOnlyOneThread() throws InterruptedException {
            AtomicReference<Throwable> refused = new AtomicReference<>();
            Thread other = new Thread(
                    () -> {
                        try {
                            a.loop.await(() -> true, 1);
                        } catch (IllegalStateException | InterruptedException e) {
                            refused.set(e);
                        }
                    },
                    "other");
            other.start();
            other.join();
            assertThat(refused.get())
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("single-threaded")
                    .hasMessageContaining("other");
        }
    }

    @Nested
    class Mistakes {
        @Test
        void areReportedWithSeedAndTime() {
            network.advance(Duration.ofSeconds(1));
            a.act(() -> {
                throw new IllegalStateException("a turn that fails on purpose");
            });
            assertThatThrownBy(() -> network.advance(Duration.ofSeconds(1)))
                    .isInstanceOf(AssertionError.class)
                    .hasMessage(
                            "seed 42, at 1.000001000 s: java.lang.IllegalStateException: a turn that fails on purpose")
                    .hasCauseInstanceOf(IllegalStateException.class);
        }

        @Test
        void areReportedOnceHoweverDeepTheWait() {
            network.after(Duration.ofSeconds(1), () -> network.advance(Duration.ofSeconds(5)));
            network.after(Duration.ofSeconds(2), () -> {
                throw new IllegalStateException("on purpose");
            });
            assertThatThrownBy(() -> network.advance(Duration.ofSeconds(9)))
                    .hasMessage("seed 42, at 2.000000000 s: java.lang.IllegalStateException: on purpose")
                    .cause()
                    .hasNoCause();
        }

        @Test
        void ofAHookEndTheStep() {
            network.afterEach(() -> {
                if (b.turns.get() > 2) {
                    throw new AssertionError("an invariant is broken");
                }
            });
            b.say("a", 1);
            b.say("a", 2);
            assertThatThrownBy(() -> {
                        for (int i = 0; i < 10; i++) {
                            b.say("a", i);
                            network.advance(Duration.ofSeconds(1));
                        }
                    })
                    .hasMessageContaining("an invariant is broken");
            assertThat(b.turns.get()).isEqualTo(3);
        }

        @Test
        void ofANodeThatIsNeverDoneAreFound() {
            EventLoop loop = network.open("busy").eventLoop();
            loop.start(() -> 0);
            assertThatThrownBy(() -> network.advance(Duration.ofSeconds(10)))
                    .hasMessageContaining("turns of busy in a row");
        }

        @Test
        void ofTimeThatStandsStillAreFound() {
            Runnable[] again = new Runnable[1];
            again[0] = () -> network.after(Duration.ZERO, again[0]);
            again[0].run();
            assertThatThrownBy(() -> network.advance(Duration.ofSeconds(10)))
                    .hasMessageContaining("events at one instant; the last one: an action");
        }

        @Test
        void ofWhoeverWaitsForeverAreFound() {
            network.advance(Duration.ofSeconds(1));
            assertThatThrownBy(() -> a.loop.await(() -> false, Long.MAX_VALUE))
                    .hasMessageContaining("nothing is left to happen");
        }
    }

    @Nested
    class Options {
        @Test
        void drawLatencies() {
            network.options(SimOptions.defaults().withLatency(Duration.ofMillis(5), Duration.ofMillis(9)));
            List<Long> latencies = new ArrayList<>();
            network.onEvent(event -> {
                if (event.kind() == SimEvent.Kind.DELIVERED) {
                    latencies.add(network.now().toMillis());
                }
            });
            sayAll(100);
            assertThat(latencies).hasSize(100).allMatch(millis -> millis >= 5 && millis <= 9);
            assertThat(b.heard).isEqualTo(NetworkContract.numbers(0, 100));
        }

        @Test
        void loseMessages() {
            network.options(SimOptions.defaults().withDrops(0.3));
            sayAll(1_000);
            assertThat(b.heard).hasSizeBetween(600, 800);
            assertThat(NetworkContract.numbers(0, 1_000)).containsSubsequence(b.heard);
        }

        @Test
        void repeatMessages() {
            network.options(SimOptions.defaults().withDuplicates(0.3));
            sayAll(1_000);
            assertThat(b.heard).hasSizeBetween(1_200, 1_400);
            assertThat(new HashSet<>(b.heard)).hasSize(1_000);
        }

        @Test
        void reorderMessages() {
            network.options(SimOptions.defaults().withReordering(0.1));
            sayAll(1_000);
            assertThat(b.heard).hasSize(1_000).isNotEqualTo(NetworkContract.numbers(0, 1_000));
            assertThat(Set.copyOf(b.heard)).hasSize(1_000);
        }

        @Test
        void releaseMessagesLateEvenAfterSenderAndReceiverHaveCrashed() {
            network.options(SimOptions.defaults().withLateMessages(1, Duration.ofSeconds(20)));
            a.say("b", 1);
            network.advance(Duration.ofMillis(1));
            network.crash("a");
            network.crash("b");
            network.options(SimOptions.defaults());
            FakeNode again = new FakeNode(network, "b");
            network.advance(Duration.ofSeconds(21));
            assertThat(again.heard).containsExactly("a:1");
            assertThat(b.heard).isEmpty();
        }

        @Test
        void holdBackAShareOnly() {
            network.options(SimOptions.defaults().withLateMessages(0.1, Duration.ofSeconds(20)));
            b.echo = false;
            a.act(() -> IntStream.range(0, 1_000).forEach(i -> a.send("b", new Message.Heartbeat(i, 0))));
            network.advance(Duration.ofMillis(10));
            assertThat(b.heard).hasSizeBetween(850, 950);
            network.advance(Duration.ofSeconds(21));
            assertThat(b.heard).hasSize(1_000);
        }

        @Test
        void letClocksDrift() {
            network.options(SimOptions.defaults().withClockDrift(0.1));
            Set<Long> rates = new HashSet<>();
            for (String name : List.of("d", "e", "f")) {
                EventLoop loop = network.open(name).eventLoop();
                long before = loop.nanoTime();
                network.advance(Duration.ofSeconds(1));
                long passed = loop.nanoTime() - before;
                assertThat(passed).isBetween(900_000_000L, 1_100_000_000L);
                rates.add(passed);
            }
            assertThat(rates).hasSize(3);
        }

        @Test
        @SuppressWarnings("NullAway")
        void nameWhatIsNull() {
            assertThatNullPointerException()
                    .isThrownBy(() -> network.advance(null))
                    .withMessage("time");
            assertThatNullPointerException()
                    .isThrownBy(() -> network.runUntil(() -> true, null))
                    .withMessage("limit");
            assertThatNullPointerException()
                    .isThrownBy(() -> network.join(null, Duration.ZERO))
                    .withMessage("future");
            assertThatNullPointerException()
                    .isThrownBy(() -> network.after(null, () -> {}))
                    .withMessage("delay");
            assertThatNullPointerException()
                    .isThrownBy(() -> network.slow("a", null))
                    .withMessage("perTurn");
            assertThatNullPointerException()
                    .isThrownBy(() -> network.options(null))
                    .withMessage("options");
        }

        @Test
        void refuseNonsense() {
            SimOptions options = SimOptions.defaults();
            assertThatThrownBy(() -> options.withDrops(-0.1)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> options.withDuplicates(2)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> options.withReordering(Double.NaN)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> options.withClockDrift(0.9)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> options.withLatency(Duration.ofMillis(2), Duration.ofMillis(1)))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> options.withLateMessages(1, Duration.ZERO))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> options.withLateMessages(1, FOREVER)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> network.advance(Duration.ofNanos(-1)))
                    .isInstanceOf(IllegalArgumentException.class);
        }

        @Test
        void takeAnyTimeThatIsLongForLong() {
            network.slow("a", FOREVER);
            network.slow("a", "b", FOREVER);
            network.after(FOREVER, () -> {});
            network.after(Duration.ofMillis(1), () -> network.drop(1));
            network.runUntil(() -> network.now().toMillis() > 0, FOREVER);
            assertThat(network.now()).isEqualTo(Duration.ofMillis(1));
        }
    }

    @Nested
    class Nodes {
        @Test
        void haveClocksThatCannotBeCompared() {
            assertThat(Math.abs(a.loop.nanoTime() - b.loop.nanoTime())).isGreaterThan(1_000_000);
        }

        @Test
        void areWokenWhenADriftingClockSaysSo() {
            EventLoop loop = network.open("d").eventLoop();
            List<Duration> times = new ArrayList<>();
            long[] due = {loop.nanoTime() + 1_000_000_000};
            network.drift("d", 0.5);
            loop.start(() -> {
                if (loop.nanoTime() >= due[0]) {
                    times.add(network.now());
                    due[0] = Long.MAX_VALUE;
                }
                return due[0];
            });
            network.advance(Duration.ofMillis(500));
            network.drift("d", 1.5);
            network.advance(Duration.ofSeconds(5));
            assertThat(times).hasSize(1);
            assertThat(times.get(0)).isBetween(Duration.ofMillis(999), Duration.ofMillis(1_001));
        }

        @Test
        void takeTimeForTheirTurnsIfTheyAreSlow() {
            network.slow("b", Duration.ofMillis(100));
            for (int i = 0; i < 3; i++) {
                a.say("b", i);
                network.advance(Duration.ofMillis(2));
            }
            network.runUntil(() -> a.heard.contains("b:0!"), LONG);
            assertThat(network.now()).isGreaterThanOrEqualTo(Duration.ofMillis(100));
            network.runUntil(() -> a.heard.contains("b:2!"), LONG);
            assertThat(network.now()).isGreaterThanOrEqualTo(Duration.ofMillis(200));
            network.slow("b", Duration.ZERO);
            network.advance(Duration.ofSeconds(1));
            Duration before = network.now();
            a.say("b", 3);
            network.runUntil(() -> a.heard.contains("b:3!"), LONG);
            assertThat(network.now().minus(before)).isLessThan(Duration.ofMillis(5));
        }

        @Test
        void runTheirCallbacksAfterTheirLoopHasEnded() {
            AtomicInteger ran = new AtomicInteger();
            a.loop.callbacks().execute(ran::incrementAndGet);
            b.loop.callbacks().execute(ran::incrementAndGet);
            a.close();
            network.crash("b");
            a.loop.callbacks().execute(ran::incrementAndGet);
            network.advance(LONG);
            assertThat(ran.get()).isEqualTo(3);
        }

        @Test
        void canBeKilledRightAfterASendOrBeforeTheNext() {
            network.onEvent(event -> {
                if (event.kind() == SimEvent.Kind.SENT && event.from().equals("a")) {
                    network.crash("a");
                }
            });
            sayAll(10);
            assertThat(b.heard).containsExactly("a:0");
            assertThat(b.lost).containsExactly("a");
        }

        @Test
        void areToldOfACrashAfterWhatWasSentBefore() {
            b.echo = false;
            List<String> order = new ArrayList<>();
            network.onEvent(event -> {
                if (event.to().equals("b")
                        && (event.kind() == SimEvent.Kind.DELIVERED || event.kind() == SimEvent.Kind.PEER_DOWN)) {
                    order.add(event.kind().name());
                }
            });
            a.act(() -> {
                a.send("b", new Message.Heartbeat(1, 0));
                a.send("b", new Message.Heartbeat(2, 0));
                network.crash("a");
            });
            network.advance(LONG);
            assertThat(order).containsExactly("DELIVERED", "DELIVERED", "PEER_DOWN");
        }

        @Test
        void mayBeStartedTwice() {
            FakeNode twin = new FakeNode(network::openInstead, "a");
            b.say("a", 1);
            network.runUntil(() -> twin.heard.contains("b:1"), LONG);
            a.say("b", 2);
            network.advance(LONG);
            assertThat(b.heard).containsExactly("a:2");
            assertThat(a.heard).isEmpty();
            assertThat(twin.heard).containsExactly("b:1", "b:2!");
            a.close();
            network.advance(LONG);
            assertThat(b.lost).isEmpty();
        }

        @Test
        void drawOtherNumbersInEachLifeAndForEachSeed() {
            Set<Long> drawn = new HashSet<>();
            for (long seed = 0; seed < 10; seed++) {
                SimNetwork other = SimNetwork.create(seed);
                for (String name : List.of("a", "b", "c")) {
                    drawn.add(other.open(name).eventLoop().random().nextLong());
                    other.crash(name);
                    drawn.add(other.open(name).eventLoop().random().nextLong());
                }
            }
            assertThat(drawn).hasSize(60);
        }

        @Test
        void keepTheirPlanWhileTheyArePaused() {
            EventLoop loop = network.open("d").eventLoop();
            List<Duration> turns = new ArrayList<>();
            loop.start(() -> {
                turns.add(network.now());
                return turns.size() == 1 ? loop.nanoTime() + 1_000_000_000 : Long.MAX_VALUE;
            });
            network.advance(Duration.ofMillis(100));
            network.pause("d");
            network.advance(Duration.ofMillis(100));
            network.resume("d");
            network.advance(Duration.ofSeconds(5));
            assertThat(turns).hasSize(2);
            assertThat(turns.get(1)).isBetween(Duration.ofSeconds(1), Duration.ofMillis(1_001));
        }
    }

    @Nested
    class Trace {
        @Test
        void readsAsLines() {
            List<String> lines = new ArrayList<>();
            network.onEvent(event -> lines.add(event.toString()));
            a.say("b", 7);
            network.runUntil(() -> a.heard.contains("b:7!"), LONG);
            network.partition(Set.of("b"));
            a.say("b", 8);
            network.advance(LONG);
            network.crash("b");
            assertThat(lines).anyMatch(line -> line.matches("0\\.\\d{9} TURN +a"));
            assertThat(lines)
                    .anyMatch(line ->
                            line.matches("0\\.\\d{9} DELIVERED +a -> b term 1 Heartbeat\\[round=7, committed=0\\]"));
            assertThat(lines).anyMatch(line -> line.matches(".* CHANGED +\\(partition \\[\\[b\\]\\]\\)"));
            assertThat(lines).anyMatch(line -> line.matches(".* DROPPED +a -> b \\(blocked\\) term 1 Heartbeat.*"));
            assertThat(lines).anyMatch(line -> line.matches(".* CRASHED +b"));
        }

        @Test
        void isTheSameForTheSameSeed() {
            List<String> first = new ArrayList<>();
            List<String> second = new ArrayList<>();
            assertThat(rough(1, first)).isEqualTo(rough(1, second));
            assertThat(first).hasSizeGreaterThan(5_000).isEqualTo(second);
            assertThat(rough(2, second)).isNotEqualTo(rough(1, first));
        }

        /** Everything at once. */
        private long rough(long seed, List<String> lines) {
            try (SimNetwork rough = SimNetwork.create(seed)) {
                rough.onEvent(event -> lines.add(event.toString()));
                rough.options(SimOptions.defaults()
                        .withDrops(0.1)
                        .withDuplicates(0.1)
                        .withReordering(0.1)
                        .withLateMessages(0.1, Duration.ofSeconds(2))
                        .withClockDrift(0.1));
                List<FakeNode> nodes = new ArrayList<>();
                for (String name : List.of("a", "b", "c", "d", "e")) {
                    nodes.add(FakeNode.echoing(rough, name));
                }
                rough.slow("b", Duration.ofMillis(3));
                rough.slow("c", "d", Duration.ofMillis(7));
                rough.drop("a", "c", 0.5);
                for (int i = 0; i < 100; i++) {
                    for (FakeNode node : nodes) {
                        for (FakeNode other : nodes) {
                            node.say(other.name, i);
                        }
                    }
                    if (i == 30) {
                        rough.partition(Set.of("a", "b", "c"), Set.of("d"));
                        rough.pause("e");
                    } else if (i == 60) {
                        rough.heal();
                        rough.resume("e");
                        rough.crash("d");
                        nodes.set(3, FakeNode.echoing(rough, "d"));
                    } else if (i == 80) {
                        rough.cut("a", "e");
                        rough.crashSilently("c");
                    }
                    rough.advance(Duration.ofMillis(20));
                }
                rough.advance(Duration.ofSeconds(10));
                return rough.fingerprint();
            }
        }
    }
}
