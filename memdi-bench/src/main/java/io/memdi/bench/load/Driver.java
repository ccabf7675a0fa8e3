package io.memdi.bench.load;

import io.memdi.Ack;
import io.memdi.Store;
import io.memdi.WriteOptions;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/**
 * Keeps a number of writes outstanding for a while, and measures how long each takes: one by a thread that waits, more by futures, each of
 * which issues the next one when it is completed.
 */
final class Driver {
    static final int VALUE_BYTES = 100;
    private static final int KEYS = 1 << 16;
    private static final long HIGHEST_NANOS = 60_000_000_000L;
    private static final long MOST_SECONDS = 90;
    private static final Executor AFTER_FAILURE = CompletableFuture.delayedExecutor(10, TimeUnit.MILLISECONDS);

    private final Store<String, byte[]> store;
    private final WriteOptions options;
    private final int outstanding;
    private final Recorder latencies = new Recorder(HIGHEST_NANOS, 3);
    private final LongAdder failed = new LongAdder();
    private final byte[] value = new byte[VALUE_BYTES];
    private final CountDownLatch running;
    private volatile boolean over;
    private long lapBegan;
    private long lapCpu;

    Driver(Store<String, byte[]> store, Ack ack, int outstanding) {
        this.store = store;
        this.options = WriteOptions.ack(ack);
        this.outstanding = outstanding;
        this.running = new CountDownLatch(outstanding);
        new SplittableRandom(1).nextBytes(value);
    }

    /** Begins to write. */
    void begin() {
        lapBegan = System.nanoTime();
        lapCpu = Cpu.nanos();
        if (outstanding == 1) {
            Thread waits = new Thread(this::oneByOne, "driver");
            waits.start();
        } else {
            for (int i = 0; i < outstanding; i++) {
                next(new SplittableRandom(i));
            }
        }
    }

    /** What was measured since it began, or since it was asked last, as one line. */
    String lap() {
        Histogram measured = latencies.getIntervalHistogram();
        long now = System.nanoTime();
        long cpu = Cpu.nanos();
        String line = line(measured, now - lapBegan, cpu - lapCpu);
        lapBegan = now;
        lapCpu = cpu;
        return line;
    }

    /** Ends once all writes have; returns what was measured since it was asked last. */
    String end() throws InterruptedException {
        over = true;
        String last = lap();
        if (!running.await(MOST_SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException(running.getCount() + " writes did not end");
        }
        return last;
    }

    /** Writes for a while, and returns what was measured after the warm-up. */
    String run(long warmUpMillis, long measuredMillis) throws InterruptedException {
        begin();
        Thread.sleep(warmUpMillis);
        lap();
        Thread.sleep(measuredMillis);
        return end();
    }

    private String line(Histogram measured, long nanos, long used) {
        return String.format(
                Locale.ROOT,
                "%d %d %d %d %d %d %d %d %d",
                measured.getTotalCount(),
                nanos,
                failed.sumThenReset(),
                measured.getValueAtPercentile(50),
                measured.getValueAtPercentile(90),
                measured.getValueAtPercentile(99),
                measured.getValueAtPercentile(99.9),
                measured.getMaxValue(),
                used);
    }

    private void oneByOne() {
        SplittableRandom random = new SplittableRandom(0);
        while (!over) {
            String key = key(random.nextInt(KEYS));
            long begun = System.nanoTime();
            try {
                store.put(key, value, options);
                latencies.recordValue(Math.min(HIGHEST_NANOS, System.nanoTime() - begun));
            } catch (RuntimeException e) {
                failed.increment();
            }
        }
        running.countDown();
    }

    private void next(SplittableRandom random) {
        if (over) {
            running.countDown();
            return;
        }
        long begun = System.nanoTime();
        CompletableFuture<?> put = store.async().put(key(random.nextInt(KEYS)), value, options);
        CompletableFuture<?> unused = put.whenComplete((revision, failure) -> {
            if (failure == null) {
                latencies.recordValue(Math.min(HIGHEST_NANOS, System.nanoTime() - begun));
            } else {
                failed.increment();
            }
            if (failure == null || over) {
                next(random);
            } else {
                // Not at once: what fails before it was sent would go on failing on this very stack.
                AFTER_FAILURE.execute(() -> next(random));
            }
        });
    }

    /** Of sixteen characters. */
    static String key(int number) {
        String digits = Integer.toString(number);
        return "key-000000000000".substring(0, 16 - digits.length()) + digits;
    }
}
