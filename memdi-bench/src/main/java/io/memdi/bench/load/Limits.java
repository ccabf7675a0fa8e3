package io.memdi.bench.load;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/**
 * What the machine's loopback allows, with blocking sockets: how long a message and its answer take where a thread of its own reads at each
 * end, and hands over to the one that writes; and how many messages a stream carries that is written and read in large pieces.
 */
final class Limits {
    static final int MESSAGE_BYTES = 128;
    private static final int PIECE = 64 << 10;

    private Limits() {}

    /**
     * A round trip.
     *
     * @param medianNanos of a round trip
     * @param p99Nanos of a round trip
     * @param cpuNanos of all threads, for one round trip
     */
    record RoundTrip(long medianNanos, long p99Nanos, long cpuNanos) {}

    /** Cross-thread: two threads at each end. */
    static RoundTrip blockingRoundTrip(int count) {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Socket near = new Socket(server.getInetAddress(), server.getLocalPort());
                Socket far = server.accept()) {
            near.setTcpNoDelay(true);
            far.setTcpNoDelay(true);
            Hand echo = new Hand(far);
            Hand self = new Hand(near);
            Thread worker = daemon("limit-echo", () -> {
                while (echo.await()) {
                    echo.write();
                }
            });
            echo.reader(worker);
            self.reader(Thread.currentThread());
            Histogram histogram = new Histogram(3);
            long cpu = 0;
            for (int i = -count / 2; i < count; i++) {
                if (i == 0) {
                    cpu = Cpu.nanos();
                }
                long begun = System.nanoTime();
                self.write();
                self.await();
                if (i >= 0) {
                    histogram.recordValue(System.nanoTime() - begun);
                }
            }
            long used = Cpu.nanos() - cpu;
            return new RoundTrip(histogram.getValueAtPercentile(50), histogram.getValueAtPercentile(99), used / count);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Thread daemon(String name, Runnable run) {
        Thread thread = new Thread(run, name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    /** One end: a thread reads, and wakes the one that writes. */
    private static final class Hand {
        private final Socket socket;
        private final byte[] message = new byte[MESSAGE_BYTES];
        private volatile long read;
        private volatile boolean over;
        private long taken;

        Hand(Socket socket) {
            this.socket = socket;
        }

        void reader(Thread wakes) {
            daemon("limit-reader", () -> {
                try {
                    DataInputStream in = new DataInputStream(socket.getInputStream());
                    byte[] buffer = new byte[MESSAGE_BYTES];
                    for (long count = 1; ; count++) {
                        in.readFully(buffer);
                        read = count;
                        LockSupport.unpark(wakes);
                    }
                } catch (IOException e) {
                    over = true;
                    LockSupport.unpark(wakes);
                }
            });
        }

        boolean await() {
            while (read == taken && !over) {
                LockSupport.park(this);
            }
            taken++;
            return !over;
        }

        void write() {
            try {
                OutputStream out = socket.getOutputStream();
                out.write(message);
            } catch (IOException e) {
                over = true;
            }
        }
    }

    /** Messages in a second. */
    static double stream(long millis) {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Socket near = new Socket(server.getInetAddress(), server.getLocalPort());
                Socket far = server.accept()) {
            daemon("limit-stream", () -> {
                try {
                    OutputStream out = near.getOutputStream();
                    byte[] piece = new byte[PIECE];
                    while (true) {
                        out.write(piece);
                    }
                } catch (IOException e) {
                    // The measurement is over.
                }
            });
            InputStream in = far.getInputStream();
            byte[] buffer = new byte[PIECE];
            long begun = System.nanoTime();
            long end = begun + millis * 1_000_000;
            long bytes = 0;
            while (System.nanoTime() < end) {
                bytes += in.read(buffer);
            }
            return bytes / (double) MESSAGE_BYTES / ((System.nanoTime() - begun) / 1e9);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
