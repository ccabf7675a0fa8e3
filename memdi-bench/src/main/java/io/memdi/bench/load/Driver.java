package io.memdi.bench.load;

import io.memdi.Ack;
import io.memdi.Store;
import io.memdi.WriteOptions;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
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

    private final Store<String, byte[]> store;
    private final WriteOptions options;
    private final int outstanding;
    private final Recorder latencies = new Recorder(HIGHEST_NANOS, 3);
    private final LongAdder failed = new LongAdder();
    private final byte[] value = new byte[VALUE_BYTES];
    private volatile boolean over;

    Driver(Store<String, byte[]> store, Ack ack, int outstanding) {
        this.store = store;
        this.options = WriteOptions.ack(ack);
        this.outstanding = outstanding;
        new SplittableRandom(1).nextBytes(value);
    }

    /** Runs, and returns what was measured after the warm-up, as one line. */
    String run(long warmUpMillis, long measuredMillis) throws InterruptedException {
        CountDownLatch running = new CountDownLatch(outstanding);
        if (outstanding == 1) {
            Thread waits = new Thread(() -> oneByOne(running), "driver");
            waits.start();
        } else {
            for (int i = 0; i < outstanding; i++) {
                next(new SplittableRandom(i), running);
            }
        }
        Thread.sleep(warmUpMillis);
        latencies.getIntervalHistogram();
        failed.reset();
        long begun = System.nanoTime();
        long cpu = Cpu.nanos();
        Thread.sleep(measuredMillis);
        Histogram measured = latencies.getIntervalHistogram();
        long nanos = System.nanoTime() - begun;
        long used = Cpu.nanos() - cpu;
        over = true;
        running.await();
        return line(measured, nanos, used);
    }

    private String line(Histogram measured, long nanos, long used) {
        return String.format(
                Locale.ROOT,
                "%d %d %d %d %d %d %d %d %d",
                measured.getTotalCount(),
                nanos,
                failed.sum(),
                measured.getValueAtPercentile(50),
                measured.getValueAtPercentile(90),
                measured.getValueAtPercentile(99),
                measured.getValueAtPercentile(99.9),
                measured.getMaxValue(),
                used);
    }

    private void oneByOne(CountDownLatch running) {
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

    private void next(SplittableRandom random, CountDownLatch running) {
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
            next(random, running);
        });
    }

    /** Of sixteen characters. */
    static String key(int number) {
        String digits = Integer.toString(number);
        return "key-000000000000".substring(0, 16 - digits.length()) + digits;
    }
}
