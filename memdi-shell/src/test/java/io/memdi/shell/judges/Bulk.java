package io.memdi.shell.judges;

import io.memdi.Ack;
import io.memdi.Codec;
import io.memdi.MemdiClient;
import io.memdi.MemdiException;
import io.memdi.Store;
import io.memdi.WriteOptions;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Writes large values over few keys, without an end: so that logs grow, new files begin, and snapshots are taken. */
final class Bulk implements AutoCloseable {
    private static final int KEYS = 100;
    private static final int BYTES = 100_000;

    /** So that others get to write. */
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(3);

    private final Store<Integer, byte[]> store;
    private final Thread thread = new Thread(this::write, "bulk");
    private volatile boolean over;

    Bulk(MemdiClient client) {
        store = client.store(Judge.BULK, Codec.int32(), Codec.bytes());
        thread.setDaemon(true);
        thread.start();
    }

    private void write() {
        WriteOptions options = WriteOptions.ack(Ack.LEADER_MEMORY).withTimeout(Duration.ofSeconds(2));
        for (int i = 0; !over; i++) {
            try {
                store.put(i % KEYS, new byte[BYTES], options);
            } catch (MemdiException e) {
                // It is for the callers to say what may fail.
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    /** Whether it still writes. */
    boolean isAlive() {
        return thread.isAlive();
    }

    @Override
    public void close() {
        over = true;
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join(); // A put ends, in whichever way.
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
