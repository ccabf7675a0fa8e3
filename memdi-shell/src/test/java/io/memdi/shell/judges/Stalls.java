package io.memdi.shell.judges;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Measures for how long the machine lets a thread wait that has something to do: so that who judges times knows how busy it is. */
final class Stalls implements AutoCloseable {
    private static final long BEAT = TimeUnit.MILLISECONDS.toNanos(10);

    private volatile boolean over;
    private volatile long longest;

    Stalls() {
        Thread thread = new Thread(this::measure, "stalls");
        thread.setDaemon(true);
        thread.start();
    }

    private void measure() {
        while (!over) {
            long begin = System.nanoTime();
            LockSupport.parkNanos(this, BEAT);
            longest = Math.max(longest, System.nanoTime() - begin - BEAT);
        }
    }

    Duration longest() {
        return Duration.ofNanos(longest);
    }

    @Override
    public void close() {
        over = true;
    }
}
