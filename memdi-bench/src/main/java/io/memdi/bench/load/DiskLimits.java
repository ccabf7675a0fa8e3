package io.memdi.bench.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.HdrHistogram.Histogram;

/**
 * What a disk allows: how long it takes to append a record, or a batch of them, and to sync it, one after the other, by one thread that does
 * nothing else, or by several at once. The file has its length beforehand, and its blocks are written, so that a sync has no more to write than the record.
 */
final class DiskLimits {
    /** A write's record in the log: a key of sixteen characters, a value of a hundred bytes, and what goes with it. */
    static final int RECORD_BYTES = 176;

    private static final int FILE_BYTES = 64 << 20;

    private DiskLimits() {}

    /**
     * What was measured.
     *
     * @param times of an append with its sync, in nanoseconds
     * @param perSecond records
     */
    record Appends(Histogram times, double perSecond) {}

    /**
     * Appends and syncs for a while, so many records at a time.
     *
     * @param writers how many do so at once, each to a file of its own, as the nodes of a cluster on one disk
     */
    static Appends measure(Path directory, int batch, int writers, long millis) {
        ExecutorService threads = Executors.newFixedThreadPool(writers);
        CyclicBarrier start = new CyclicBarrier(writers);
        try {
            Files.createDirectories(directory);
            List<Future<Appends>> measured = new ArrayList<>();
            for (int writer = 0; writer < writers; writer++) {
                String name = "limit" + writer;
                measured.add(threads.submit(() -> measure(directory, name, batch, millis, start)));
            }
            Histogram all = new Histogram(3);
            double perSecond = 0;
            for (Future<Appends> each : measured) {
                Appends one = each.get();
                all.add(one.times());
                perSecond += one.perSecond();
            }
            return new Appends(all, perSecond);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("the disk was not measured", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the disk was measured", e);
        } finally {
            threads.shutdownNow();
        }
    }

    private static Appends measure(Path directory, String name, int batch, long millis, CyclicBarrier start)
            throws IOException, InterruptedException, BrokenBarrierException, TimeoutException {
        try (Records records = Records.create(directory, name, batch)) {
            start.await(1, TimeUnit.MINUTES);
            Histogram histogram = new Histogram(3);
            long begun = System.nanoTime();
            long end = begun + millis * 1_000_000;
            long now = begun;
            while (now < end) {
                records.append();
                long after = System.nanoTime();
                histogram.recordValue(after - now);
                now = after;
            }
            return new Appends(histogram, histogram.getTotalCount() * (double) batch / ((now - begun) / 1e9));
        }
    }

    /** A file that has its length, and to which so many records at a time are appended; begins anew where it ends. */
    static final class Records implements AutoCloseable {
        private final Path file;
        private final FileChannel channel;
        private final ByteBuffer records;
        private int at;

        private Records(Path file, FileChannel channel, ByteBuffer records) {
            this.file = file;
            this.channel = channel;
            this.records = records;
        }

        static Records create(Path directory, String name, int batch) throws IOException {
            ByteBuffer records = ByteBuffer.allocateDirect(batch * RECORD_BYTES);
            while (records.hasRemaining()) {
                records.put((byte) records.position());
            }
            Path file = directory.resolve(name + ".tmp");
            FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            ByteBuffer zeros = ByteBuffer.allocateDirect(1 << 20);
            for (int at = 0; at < FILE_BYTES; at += zeros.capacity()) {
                write(channel, zeros.clear(), at);
            }
            channel.force(true);
            return new Records(file, channel, records);
        }

        void append() throws IOException {
            write(channel, records.clear(), at);
            channel.force(false);
            at = (at + records.capacity()) % (FILE_BYTES - records.capacity());
        }

        private static void write(FileChannel channel, ByteBuffer bytes, int at) throws IOException {
            int from = at;
            while (bytes.hasRemaining()) {
                from += channel.write(bytes, from);
            }
        }

        @Override
        public void close() throws IOException {
            channel.close();
            Files.deleteIfExists(file);
        }
    }
}
