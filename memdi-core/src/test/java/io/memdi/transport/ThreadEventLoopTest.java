package io.memdi.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.memdi.LogOnPurpose;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.jctools.queues.varhandle.MpscVarHandleArrayQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ThreadEventLoopTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    private final EventLoop loop = EventLoop.ofThread("test");

    @AfterEach
    void close() {
        loop.close();
    }

    @Test
    void runsTheFirstTurnAtOnceOnADaemonThreadNamedAfterTheNode() {
        AtomicReference<Thread> thread = new AtomicReference<>();
        loop.start(() -> {
            thread.set(Thread.currentThread());
            return Long.MAX_VALUE;
        });
        await().atMost(LONG).until(() -> thread.get() != null);
        assertThat(thread.get().getName()).isEqualTo("memdi-test");
        assertThat(thread.get().isDaemon()).isTrue();
    }

    @Test
    void parksWhileThereIsNothingToDo() {
        AtomicReference<Thread> thread = new AtomicReference<>();
        AtomicInteger turns = new AtomicInteger();
        loop.start(() -> {
            thread.set(Thread.currentThread());
            turns.incrementAndGet();
            return Long.MAX_VALUE;
        });
        await().atMost(LONG).until(() -> thread.get() != null && thread.get().getState() == Thread.State.TIMED_WAITING);
        assertThat(turns.get()).isEqualTo(2);
        loop.wake();
        await().atMost(LONG).until(() -> turns.get() == 4);
    }

    @Test
    void keepsToDeadlinesAlsoIfItIsInterrupted() {
        List<Long> times = new CopyOnWriteArrayList<>();
        AtomicLong due = new AtomicLong();
        loop.start(() -> {
            long now = loop.nanoTime();
            if (now >= due.get()) {
                times.add(now);
                due.set(now + 5_000_000);
                Thread.currentThread().interrupt();
            }
            return times.size() < 5 ? due.get() : Long.MAX_VALUE;
        });
        await().atMost(LONG).until(() -> times.size() == 5);
        for (int i = 1; i < 5; i++) {
            assertThat(times.get(i) - times.get(i - 1)).isGreaterThanOrEqualTo(5_000_000);
        }
    }

    @Test
    void tellsATimeThatIsNeverNegative() {
        long before = loop.nanoTime();
        assertThat(before).isNotNegative();
        assertThat(loop.nanoTime()).isGreaterThanOrEqualTo(before);
    }

    /** Each number is sent only after the one before was taken in, so that the loop is about to park, or parked, each time. */
    @Test
    void losesNoWakeUpOfASingleSender() {
        MpscVarHandleArrayQueue<Integer> queue = new MpscVarHandleArrayQueue<>(16);
        AtomicInteger taken = new AtomicInteger();
        loop.start(() -> {
            Integer next = queue.relaxedPoll();
            if (next == null) {
                return Long.MAX_VALUE;
            }
            taken.set(next);
            return 0;
        });
        for (int i = 1; i <= 100_000; i++) {
            queue.relaxedOffer(i);
            loop.wake();
            long limit = System.nanoTime() + LONG.toNanos();
            while (taken.get() != i) {
                assertThat(System.nanoTime() < limit)
                        .as("%s was not taken in", i)
                        .isTrue();
                Thread.onSpinWait();
            }
        }
    }

    @Test
    void losesNoWakeUpOfManySenders() throws InterruptedException {
        int senders = 4;
        int each = 50_000;
        MpscVarHandleArrayQueue<Integer> queue = new MpscVarHandleArrayQueue<>(1024);
        AtomicInteger taken = new AtomicInteger();
        AtomicBoolean inTurn = new AtomicBoolean();
        AtomicBoolean overlapped = new AtomicBoolean();
        loop.start(() -> {
            overlapped.compareAndSet(false, inTurn.getAndSet(true));
            int drained = queue.drain(next -> taken.incrementAndGet(), 64);
            inTurn.set(false);
            return drained == 64 ? 0 : Long.MAX_VALUE;
        });
        List<Thread> threads = new ArrayList<>();
        for (int s = 0; s < senders; s++) {
            Thread sender = new Thread(() -> {
                for (int i = 0; i < each; i++) {
                    while (!queue.offer(i)) {
                        Thread.yield();
                    }
                    loop.wake();
                }
            });
            sender.start();
            threads.add(sender);
        }
        for (Thread sender : threads) {
            sender.join();
        }
        await().atMost(LONG).until(() -> taken.get() == senders * each);
        assertThat(overlapped).isFalse();
    }

    @Test
    void runsNoTurnAfterItWasClosedFromOutside() {
        AtomicInteger turns = new AtomicInteger();
        loop.start(() -> {
            turns.incrementAndGet();
            return 0;
        });
        await().atMost(LONG).until(() -> turns.get() > 100);
        loop.close();
        int last = turns.get();
        loop.wake();
        loop.close();
        assertThat(turns.get()).isEqualTo(last);
        assertThat(threadsNamed("memdi-test")).isEmpty();
    }

    @Test
    void runsNoTurnAfterOneThatClosesIt() {
        AtomicInteger turns = new AtomicInteger();
        loop.start(() -> {
            if (turns.incrementAndGet() == 7) {
                loop.close();
            }
            return 0;
        });
        await().atMost(LONG)
                .until(() -> turns.get() >= 7 && threadsNamed("memdi-test").isEmpty());
        assertThat(turns.get()).isEqualTo(7);
    }

    @Test
    void canBeClosedByACallback() {
        AtomicBoolean closed = new AtomicBoolean();
        loop.start(() -> Long.MAX_VALUE);
        loop.callbacks().execute(() -> {
            loop.close();
            closed.set(true);
        });
        await().atMost(LONG).untilTrue(closed);
    }

    @Test
    void keepsTheInterruptOfWhoeverClosesIt() {
        loop.start(() -> Long.MAX_VALUE);
        Thread.currentThread().interrupt();
        loop.close();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(threadsNamed("memdi-test")).isEmpty();
    }

    @Test
    void stopsAfterATurnThatThrows() {
        AtomicInteger turns = new AtomicInteger();
        try (LogOnPurpose log = new LogOnPurpose()) {
            loop.start(() -> {
                turns.incrementAndGet();
                throw new IllegalStateException("a turn that fails on purpose");
            });
            await().atMost(LONG)
                    .until(() -> turns.get() == 1 && threadsNamed("memdi-test").isEmpty());
            loop.wake();
            loop.close();
            assertThat(turns.get()).isEqualTo(1);
            assertThat(log.is("The event loop of test has stopped, because a turn threw", 1))
                    .isTrue();
        }
    }

    @Test
    void isStartedOnce() {
        loop.start(() -> Long.MAX_VALUE);
        assertThatThrownBy(() -> loop.start(() -> Long.MAX_VALUE))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the loop of test is already started");
    }

    @Test
    void startsNoThreadOnceItIsClosed() {
        loop.close();
        loop.start(() -> Long.MAX_VALUE);
        loop.wake();
        assertThat(threadsNamed("memdi-test")).isEmpty();
    }

    @Test
    void startsTheThreadOfCallbacksWhenThereIsOneToRun() {
        loop.start(() -> Long.MAX_VALUE);
        assertThat(threadsNamed("memdi-test-callbacks")).isEmpty();
        AtomicReference<Thread> thread = new AtomicReference<>();
        loop.callbacks().execute(() -> thread.set(Thread.currentThread()));
        await().atMost(LONG).until(() -> thread.get() != null);
        assertThat(thread.get().getName()).isEqualTo("memdi-test-callbacks");
        assertThat(thread.get().isDaemon()).isTrue();
        loop.close();
        await().atMost(LONG).until(() -> threadsNamed("memdi-test-callbacks").isEmpty());
    }

    @Test
    void runsCallbacksInOrderAlsoAfterOneThatThrowsAndAfterTheClose() throws InterruptedException {
        List<Integer> ran = new CopyOnWriteArrayList<>();
        CountDownLatch closed = new CountDownLatch(1);
        try (LogOnPurpose log = new LogOnPurpose()) {
            loop.callbacks().execute(() -> {
                try {
                    closed.await();
                } catch (InterruptedException e) {
                    ran.add(-1);
                }
                throw new IllegalStateException("a callback that fails on purpose");
            });
            IntStream.range(0, 100).forEach(i -> loop.callbacks().execute(() -> ran.add(i)));
            loop.close();
            closed.countDown();
            await().atMost(LONG).until(() -> ran.size() == 100);
            assertThat(log.is("A callback threw", 1)).isTrue();
        }
        loop.callbacks().execute(() -> ran.add(100));
        await().atMost(LONG).until(() -> ran.size() == 101);
        assertThat(ran).isEqualTo(IntStream.rangeClosed(0, 100).boxed().toList());
    }

    private static List<String> threadsNamed(String name) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(Thread::isAlive)
                .map(Thread::getName)
                .filter(name::equals)
                .toList();
    }
}
