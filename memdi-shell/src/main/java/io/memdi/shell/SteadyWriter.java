package io.memdi.shell;

import io.memdi.Ack;
import io.memdi.Revision;
import io.memdi.Store;
import io.memdi.WriteOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Writes at a node, one write after the other, on a thread of its own, and remembers what was acknowledged. */
final class SteadyWriter {
    private static final WriteOptions QUORUM = WriteOptions.ack(Ack.QUORUM_MEMORY);
    private static final long POLL_NANOS = 1_000_000;

    /** A write that was acknowledged, and when, by {@link System#nanoTime()}. */
    record Acknowledged(String key, String value, Revision revision, long nanos) {}

    private final Store<String, String> store;
    private final String prefix;
    private final Thread thread;
    private final List<Acknowledged> acknowledged = new ArrayList<>();
    private volatile boolean stopping;
    private volatile @Nullable RuntimeException failure;

    SteadyWriter(Store<String, String> store, String prefix) {
        this.store = store;
        this.prefix = prefix;
        this.thread = new Thread(this::write, "memdi-demo-writer");
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    private void write() {
        try {
            for (int i = 1; !stopping; i++) {
                String key = String.format(Locale.ROOT, "%s%06d", prefix, i);
                String value = "write " + i;
                Revision revision = store.put(key, value, QUORUM);
                add(new Acknowledged(key, value, revision, System.nanoTime()));
            }
        } catch (RuntimeException e) {
            failure = e;
        }
    }

    private synchronized void add(Acknowledged write) {
        acknowledged.add(write);
    }

    /** The acknowledged writes, in their order. */
    synchronized List<Acknowledged> acknowledged() {
        return List.copyOf(acknowledged);
    }

    private synchronized long count(Predicate<Acknowledged> which) {
        return acknowledged.stream().filter(which).count();
    }

    /**
     * Waits until so many writes of a kind are acknowledged.
     *
     * @throws PlainFailure if a write fails, or the time is up
     */
    void await(int count, Predicate<Acknowledged> which, long timeoutNanos) {
        long start = System.nanoTime();
        while (count(which) < count) {
            check();
            if (System.nanoTime() - start > timeoutNanos) {
                throw new PlainFailure(
                        "only " + count(which) + " writes were acknowledged within " + Times.of(timeoutNanos));
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    /**
     * Lets the write that is on its way end, and stops.
     *
     * @throws PlainFailure if a write has failed
     */
    void stop() {
        stopping = true;
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
                thread.interrupt();
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        check();
    }

    private void check() {
        RuntimeException found = failure;
        if (found != null) {
            throw new PlainFailure("a write has failed: " + found.getMessage(), found);
        }
    }
}
