package io.memdi.bench.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.HdrHistogram.Histogram;

/**
 * What a disk allows: how long it takes to append a record, or a batch of them, and to sync it, one after the other, by one thread that does
 * nothing else. The file has its length beforehand, and its blocks are written, so that a sync has no more to write than the record.
 */
final class DiskLimits {
    /** A write's record in the log: a key of sixteen characters, a value of a hundred bytes, and what goes with it. */
    static final int RECORD_BYTES = 176;

    private static final int FILE_BYTES = 64 << 20;

    private DiskLimits() {}

    /**
     * What was measured.
     *
     * @param medianNanos of a sync
     * @param p99Nanos of a sync
     * @param perSecond records
     */
    record Appends(long medianNanos, long p99Nanos, double perSecond) {}

    /** Appends and syncs for a while, so many records at a time. */
    static Appends measure(Path directory, int batch, long millis) {
        Path file = directory.resolve("limit.tmp");
        try {
            Files.createDirectories(directory);
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                lengthen(channel);
                return measure(channel, batch, millis);
            } finally {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void lengthen(FileChannel channel) throws IOException {
        ByteBuffer zeros = ByteBuffer.allocateDirect(1 << 20);
        for (int at = 0; at < FILE_BYTES; at += zeros.capacity()) {
            write(channel, zeros.clear(), at);
        }
        channel.force(true);
    }

    private static Appends measure(FileChannel channel, int batch, long millis) throws IOException {
        ByteBuffer records = ByteBuffer.allocateDirect(batch * RECORD_BYTES);
        while (records.hasRemaining()) {
            records.put((byte) records.position());
        }
        Histogram histogram = new Histogram(3);
        long begun = System.nanoTime();
        long end = begun + millis * 1_000_000;
        long now = begun;
        for (int at = 0; now < end; at = (at + records.capacity()) % (FILE_BYTES - records.capacity())) {
            write(channel, records.clear(), at);
            channel.force(false);
            long after = System.nanoTime();
            histogram.recordValue(after - now);
            now = after;
        }
        double perSecond = histogram.getTotalCount() * (double) batch / ((now - begun) / 1e9);
        return new Appends(histogram.getValueAtPercentile(50), histogram.getValueAtPercentile(99), perSecond);
    }

    private static void write(FileChannel channel, ByteBuffer bytes, int at) throws IOException {
        int from = at;
        while (bytes.hasRemaining()) {
            from += channel.write(bytes, from);
        }
    }
}
