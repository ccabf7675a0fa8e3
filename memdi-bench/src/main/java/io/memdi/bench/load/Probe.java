package io.memdi.bench.load;

import io.memdi.Ack;
import io.memdi.Store;
import io.memdi.WriteOptions;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;

/**
 * Writes one value after the other at {@code QUORUM_MEMORY}, and remembers the longest time between two acknowledgements: while a leader is
 * lost, that is the pause which a user sees, from the last write that was acknowledged to the first one again.
 */
final class Probe {
    private final Store<String, byte[]> store;
    private final Thread thread = new Thread(this::run, "probe");
    private long acknowledgedAt;
    private long longest;
    private long writes;
    private long failed;
    private volatile boolean over;

    Probe(Store<String, byte[]> store) {
        this.store = store;
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        byte[] value = new byte[Driver.VALUE_BYTES];
        WriteOptions options = WriteOptions.ack(Ack.QUORUM_MEMORY);
        for (int i = 0; !over; i++) {
            try {
                store.put(Driver.key(i & 1023), value, options);
                acknowledged(System.nanoTime());
            } catch (RuntimeException e) {
                failed();
            }
            LockSupport.parkNanos(200_000);
        }
    }

    private synchronized void acknowledged(long now) {
        if (acknowledgedAt != 0) {
            longest = Math.max(longest, now - acknowledgedAt);
        }
        acknowledgedAt = now;
        writes++;
    }

    private synchronized void failed() {
        failed++;
    }

    /** The longest pause since the last time, how many writes were acknowledged, and how many failed; then begins anew. */
    synchronized String report() {
        long open = acknowledgedAt == 0 ? 0 : System.nanoTime() - acknowledgedAt;
        String line = String.format(Locale.ROOT, "%d %d %d", Math.max(longest, open), writes, failed);
        longest = 0;
        writes = 0;
        failed = 0;
        return line;
    }

    void end() throws InterruptedException {
        over = true;
        thread.join();
    }
}
