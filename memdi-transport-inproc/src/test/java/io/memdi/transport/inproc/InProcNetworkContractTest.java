package io.memdi.transport.inproc;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.memdi.Incarnation;
import io.memdi.LogOnPurpose;
import io.memdi.transport.Contact;
import io.memdi.transport.Envelope;
import io.memdi.transport.Member;
import io.memdi.transport.Message;
import io.memdi.transport.MessageHandler;
import io.memdi.transport.Transport;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class InProcNetworkContractTest extends NetworkContract {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @Override
    FaultyNetwork create() {
        return InProcNetwork.create();
    }

    @Override
    void until(BooleanSupplier condition) {
        Awaitility.await()
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(1))
                .atMost(LIMIT)
                .until(condition::getAsBoolean);
    }

    /** Each node takes in what there is, more than once, since what it says may be answered. */
    @Override
    void settle() {
        for (int round = 0; round < 3; round++) {
            for (FakeNode node : List.of(a, b, c)) {
                AtomicBoolean done = new AtomicBoolean();
                node.act(() -> done.set(true));
                until(() -> done.get() || node.stopped);
            }
        }
    }

    /** Each action is asked for only when the one before is done, so that the loop is about to park, or parked, each time. */
    @Test
    void losesNoWakeUp() {
        AtomicInteger done = new AtomicInteger();
        for (int i = 1; i <= 20_000; i++) {
            FakeNode node = i % 2 == 0 ? a : b;
            node.act(done::incrementAndGet);
            long limit = System.nanoTime() + LIMIT.toNanos();
            while (done.get() != i) {
                assertThat(System.nanoTime() < limit)
                        .as("action %s was not run", i)
                        .isTrue();
                Thread.onSpinWait();
            }
        }
    }

    @Test
    void keepsTheOrderWhileFaultsComeAndGo() {
        b.echo = false;
        AtomicBoolean sent = new AtomicBoolean();
        int count = 20_000;
        for (int part = 0; part < 100; part++) {
            int from = part * count / 100;
            a.act(() -> {
                for (int i = from; i < from + count / 100; i++) {
                    a.send("b", new Message.Heartbeat(i, 0));
                }
            });
            network.slow("a", "b", Duration.ofNanos(part % 3 * 500_000L));
            network.drop("c", "b", part % 2);
            if (part % 5 == 0) {
                network.heal();
            }
        }
        a.act(() -> sent.set(true));
        network.heal();
        until(() -> sent.get() && b.heard.size() == count);
        assertThat(b.heard).isEqualTo(numbers(0, count));
    }

    @Test
    void pausesOnlyWhenTheTurnHasEnded() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch mayEnd = new CountDownLatch(1);
        AtomicBoolean ended = new AtomicBoolean();
        AtomicReference<Boolean> endedBefore = new AtomicReference<>();
        b.act(() -> {
            begun.countDown();
            awaitUninterruptibly(mayEnd);
            ended.set(true);
        });
        begun.await();
        Thread pausing = new Thread(() -> {
            network.pause("b");
            endedBefore.set(ended.get());
        });
        pausing.start();
        until(() -> pausing.getState() == Thread.State.BLOCKED);
        mayEnd.countDown();
        pausing.join();
        assertThat(endedBefore.get()).isTrue();
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void stopsANodeWhoseTurnThrows() {
        b.stopped = true;
        try (LogOnPurpose log = new LogOnPurpose()) {
            b.act(() -> {
                throw new IllegalStateException("a turn that fails on purpose");
            });
            until(() -> log.is("The event loop of b has stopped, because a turn threw", 1));
        }
        roundTrip(a, c, 1);
        int turns = b.turns.get();
        a.say("b", 2);
        settle();
        assertThat(b.turns.get()).isEqualTo(turns);
        roundTrip(a, c, 3);
    }

    @Test
    void allocatesNothingToCarryAMessageWithoutFaults() {
        ThreadMXBean memory = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        Transport sink = network.open("sink");
        sink.start("sink", new MessageHandler() {
            @Override
            public void onMessage(Envelope envelope) {}

            @Override
            public void onPeerDown(String name) {}
        });
        Contact to = new Contact("sink", "sink");
        Member self = new Member("a", new Incarnation(1, 1), "a");
        Envelope envelope = new Envelope(0, null, self, null, 1, new Message.Heartbeat(1, 0));
        AtomicLong allocated = new AtomicLong(-1);
        a.act(() -> {
            long thread = Thread.currentThread().getId();
            long before = memory.getThreadAllocatedBytes(thread);
            for (int i = 0; i < 100_000; i++) {
                a.transport.send(to, envelope);
            }
            allocated.set(memory.getThreadAllocatedBytes(thread) - before);
        });
        until(() -> allocated.get() >= 0);
        assertThat(allocated.get()).isLessThan(10_000);
    }
}
