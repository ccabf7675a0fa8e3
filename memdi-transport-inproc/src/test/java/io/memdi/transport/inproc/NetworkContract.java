package io.memdi.transport.inproc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memdi.LogOnPurpose;
import io.memdi.transport.EventLoop;
import io.memdi.transport.Message;
import io.memdi.transport.Transport;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every network in one process does, whatever its threads and its time. */
abstract class NetworkContract {
    FaultyNetwork network;
    FakeNode a;
    FakeNode b;
    FakeNode c;

    abstract FaultyNetwork create();

    /** Waits, in the network's time, until the condition holds; fails if it never does. */
    abstract void until(BooleanSupplier condition);

    /** Gives everything that could still happen the time to happen. */
    abstract void settle();

    @BeforeEach
    void start() {
        network = create();
        a = FakeNode.echoing(network, "a");
        b = FakeNode.echoing(network, "b");
        c = FakeNode.echoing(network, "c");
    }

    @AfterEach
    void stop() {
        network.close();
    }

    /** Everyone says a number to everyone; so what was sent before, and is not lost, has arrived too. */
    final void roundTrip(FakeNode from, FakeNode to, long number) {
        from.say(to.name, number);
        until(() -> from.heard.contains(to.name + ":" + number + "!"));
    }

    @Test
    void deliversAndAnswers() {
        a.say("b", 1);
        until(() -> a.heard.contains("b:1!"));
        assertThat(b.heard).containsExactly("a:1");
        assertThat(c.heard).isEmpty();
    }

    @Test
    void deliversToItself() {
        a.echo = false;
        a.say("a", 1);
        until(() -> a.heard.contains("a:1"));
    }

    @Test
    void keepsTheOrder() {
        b.echo = false;
        a.act(() -> IntStream.range(0, 1000).forEach(i -> a.say("b", i)));
        until(() -> b.heard.size() == 1000);
        assertThat(b.heard).isEqualTo(numbers(0, 1000));
    }

    static List<String> numbers(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> "a:" + i).toList();
    }

    @Test
    void dropsWhatIsForNobody() {
        a.say("nobody", 1);
        Transport silent = network.open("silent");
        a.say("silent", 1);
        roundTrip(a, b, 2);
        assertThat(silent.address()).isEqualTo("silent");
    }

    @Test
    void refusesANameInUse() {
        assertThatThrownBy(() -> network.open("a"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("a node named a is running");
    }

    @Test
    void refusesUnknownNames() {
        assertThatThrownBy(() -> network.block("a", "x"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("unknown node x; known are [a, b, c]");
        assertThatThrownBy(() -> network.partition(Set.of("a", "x"))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> network.crash("x")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> network.pause("x")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesNonsense() {
        assertThatThrownBy(() -> network.drop(1.1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> network.drop("a", "b", Double.NaN)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> network.cut("a", "a")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> network.slow("a", "b", Duration.ofNanos(-1)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> network.partition(Set.of("a"), Set.of("a", "b")))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> network.partition()).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void partitionsSilently() {
        network.partition(Set.of("a"));
        a.say("b", 1);
        c.say("a", 2);
        roundTrip(b, c, 3);
        settle();
        assertThat(b.heard).containsExactly("c:3!");
        assertThat(a.heard).isEmpty();
        assertThat(a.lost).isEmpty();
        assertThat(b.lost).isEmpty();

        network.partition(Set.of("a", "b"), Set.of("c"));
        roundTrip(a, b, 4);

        network.heal();
        roundTrip(a, c, 5);
        assertThat(c.heard).doesNotContain("a:1", "a:2");
    }

    @Test
    void blocksOneDirection() {
        network.block("a", "b");
        a.say("b", 1);
        b.say("a", 2);
        until(() -> a.heard.contains("b:2"));
        settle();
        assertThat(b.heard).isEmpty();
        network.heal("a", "b");
        roundTrip(a, b, 3);
    }

    @Test
    void cutsALinkAndTellsBoth() {
        network.cut("a", "b");
        until(() -> a.lost.contains("b") && b.lost.contains("a"));
        a.say("b", 1);
        b.say("a", 2);
        roundTrip(a, c, 3);
        settle();
        assertThat(b.heard).isEmpty();
        assertThat(c.lost).isEmpty();
        network.heal("b", "a");
        roundTrip(a, b, 4);
    }

    @Test
    void losesAShare() {
        b.echo = false;
        network.drop("a", "b", 0.5);
        a.act(() -> IntStream.range(0, 1000).forEach(i -> a.say("b", i)));
        settle();
        network.heal();
        a.say("b", 1000);
        until(() -> b.heard.contains("a:1000"));
        assertThat(b.heard).hasSizeBetween(350, 650);

        network.drop(1);
        a.say("c", 1);
        settle();
        assertThat(c.heard).isEmpty();
    }

    @Test
    void slowsALinkAndKeepsTheOrder() {
        b.echo = false;
        network.slow("a", "b", Duration.ofMillis(30));
        long before = a.loop.nanoTime();
        a.act(() -> IntStream.range(0, 50).forEach(i -> a.say("b", i)));
        roundTrip(a, c, 1);
        network.slow("a", "b", Duration.ofMillis(1));
        a.act(() -> IntStream.range(50, 100).forEach(i -> a.say("b", i)));
        roundTrip(a, c, 2);
        network.heal();
        a.act(() -> IntStream.range(100, 150).forEach(i -> a.say("b", i)));
        until(() -> b.heard.size() == 150);
        assertThat(b.heard).isEqualTo(numbers(0, 150));
        assertThat(a.loop.nanoTime() - before).isGreaterThanOrEqualTo(30_000_000);
    }

    @Test
    void pausesANode() {
        network.pause("b");
        b.stopped = true;
        int turns = b.turns.get();
        a.say("b", 1);
        a.say("b", 2);
        roundTrip(a, c, 3);
        settle();
        assertThat(b.heard).isEmpty();
        assertThat(b.turns.get()).isEqualTo(turns);
        network.pause("b");
        network.heal();
        network.resume("b");
        b.stopped = false;
        until(() -> a.heard.contains("b:2!"));
        assertThat(b.heard).containsExactly("a:1", "a:2");
        network.resume("b");
        roundTrip(a, b, 4);
    }

    @Test
    void crashesANode() {
        network.crash("b");
        b.stopped = true;
        until(() -> a.lost.contains("b") && c.lost.contains("b"));
        int turns = b.turns.get();
        a.say("b", 1);
        b.say("a", 2);
        b.send("a", new Message.Heartbeat(3, 0));
        roundTrip(a, c, 4);
        settle();
        assertThat(b.turns.get()).isEqualTo(turns);
        assertThat(b.heard).isEmpty();
        assertThat(a.heard).containsExactly("c:4!");
        assertThatThrownBy(() -> network.crash("b"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("b is not running in this network");
    }

    @Test
    void crashesSilently() {
        network.crashSilently("b");
        b.stopped = true;
        roundTrip(a, c, 1);
        settle();
        assertThat(a.lost).isEmpty();
        assertThat(c.lost).isEmpty();
    }

    @Test
    void tellsNobodyOfACrashAcrossAPartition() {
        network.partition(Set.of("a"));
        network.crash("b");
        b.stopped = true;
        until(() -> c.lost.contains("b"));
        settle();
        assertThat(a.lost).isEmpty();
    }

    @Test
    void opensACrashedNameAgain() {
        network.crash("b");
        FakeNode again = FakeNode.echoing(network, "b");
        roundTrip(a, again, 1);
        assertThat(b.heard).isEmpty();
        b.close();
        roundTrip(a, again, 2);
        assertThat(network.names()).containsExactly("a", "b", "c");
    }

    @Test
    void tellsTheOthersOfAClose() {
        b.close();
        until(() -> a.lost.contains("b") && c.lost.contains("b"));
        b.close();
        roundTrip(a, FakeNode.echoing(network, "b"), 1);
    }

    @Test
    void crashesRightAfterASend() {
        b.act(() -> {
            b.send("a", new Message.Heartbeat(1, 0));
            network.crash("b");
            b.send("a", new Message.Heartbeat(2, 0));
            b.send("c", new Message.Heartbeat(2, 0));
        });
        b.stopped = true;
        until(() -> a.lost.contains("b"));
        settle();
        assertThat(a.heard).containsExactly("b:1");
        assertThat(c.heard).isEmpty();
    }

    @Test
    void runsTurnsWhenTheyAreDue() {
        Transport transport = network.open("timer");
        EventLoop loop = transport.eventLoop();
        List<Long> times = new CopyOnWriteArrayList<>();
        loop.start(() -> {
            times.add(loop.nanoTime());
            return times.size() < 4 ? loop.nanoTime() + 10_000_000 : Long.MAX_VALUE;
        });
        until(() -> times.size() >= 4);
        assertThat(times.get(times.size() - 1) - times.get(0)).isPositive();
        assertThat(times).isSorted();
    }

    @Test
    void runsTurnsAtOnceWhereThereIsMore() {
        EventLoop loop = network.open("busy").eventLoop();
        AtomicInteger turns = new AtomicInteger();
        loop.start(() -> turns.incrementAndGet() < 1000 ? 0 : Long.MAX_VALUE);
        until(() -> turns.get() >= 1000);
    }

    @Test
    void runsNoTurnAfterItsClose() {
        b.loop.close();
        b.stopped = true;
        int turns = b.turns.get();
        b.say("a", 1);
        roundTrip(a, c, 2);
        settle();
        assertThat(b.turns.get()).isEqualTo(turns);
        EventLoop unused = network.open("unused").eventLoop();
        unused.close();
        unused.start(() -> {
            throw new AssertionError("a turn after the close");
        });
        settle();
    }

    @Test
    void closesWithinATurn() {
        AtomicInteger last = new AtomicInteger();
        b.stopped = true;
        b.act(() -> {
            b.loop.close();
            last.set(b.turns.get());
            b.loop.wake();
        });
        until(() -> last.get() > 0);
        roundTrip(a, c, 1);
        settle();
        assertThat(b.turns.get()).isEqualTo(last.get());
    }

    @Test
    void startsALoopOnce() {
        assertThatThrownBy(() -> a.loop.start(() -> Long.MAX_VALUE)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> a.transport.start("a", a)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> network.open("d").start("e", a)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void runsCallbacksInOrderAlsoAfterOneThatThrows() {
        List<Integer> ran = new CopyOnWriteArrayList<>();
        try (LogOnPurpose log = new LogOnPurpose()) {
            a.act(() -> IntStream.range(0, 100)
                    .forEach(i -> a.loop.callbacks().execute(() -> {
                        ran.add(i);
                        if (i % 10 == 3) {
                            throw new IllegalStateException("a callback that fails on purpose");
                        }
                    })));
            until(() -> ran.size() == 100);
            assertThat(log.is("A callback threw", 10)).isTrue();
        }
        assertThat(ran).isEqualTo(IntStream.range(0, 100).boxed().toList());
    }

    @Test
    void runsCallbacksOutsideOfTurns() {
        AtomicBoolean inTurn = new AtomicBoolean();
        AtomicBoolean overlapped = new AtomicBoolean();
        AtomicBoolean ran = new AtomicBoolean();
        Thread[] turnThread = new Thread[1];
        a.act(() -> {
            turnThread[0] = Thread.currentThread();
            inTurn.set(true);
            a.loop.callbacks().execute(() -> {
                overlapped.set(inTurn.get() && Thread.currentThread() == turnThread[0]);
                ran.set(true);
            });
            inTurn.set(false);
        });
        until(ran::get);
        assertThat(overlapped).isFalse();
    }

    @Test
    void awaitsWhatATurnMakesTrue() throws InterruptedException {
        AtomicBoolean done = new AtomicBoolean();
        Thread waiting = Thread.currentThread();
        a.act(() -> {
            done.set(true);
            LockSupport.unpark(waiting);
        });
        assertThat(a.loop.await(done::get, Duration.ofSeconds(30).toNanos())).isTrue();
    }

    @Test
    void awaitsNoLongerThanTheTimeout() throws InterruptedException {
        long before = a.loop.nanoTime();
        assertThat(a.loop.await(() -> false, 20_000_000)).isFalse();
        assertThat(a.loop.nanoTime() - before).isGreaterThanOrEqualTo(20_000_000);
    }

    @Test
    void awaitsUntilItIsInterrupted() {
        Thread.currentThread().interrupt();
        assertThatThrownBy(
                        () -> a.loop.await(() -> false, Duration.ofSeconds(30).toNanos()))
                .isInstanceOf(InterruptedException.class);
        assertThat(Thread.interrupted()).isFalse();
    }

    @Test
    void lendsEveryNodeItsOwnRandomness() {
        assertThat(a.loop.random()).isSameAs(a.loop.random());
        assertThat(a.loop.random().nextLong()).isNotEqualTo(b.loop.random().nextLong());
        network.crash("c");
        EventLoop again = network.open("c").eventLoop();
        assertThat(again.random().nextLong()).isNotEqualTo(c.loop.random().nextLong());
    }

    @Test
    void opensNothingAfterItsClose() {
        network.close();
        network.close();
        assertThatThrownBy(() -> network.open("d"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
    }
}
